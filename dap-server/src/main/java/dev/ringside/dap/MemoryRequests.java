package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.disassembly.Listing;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.eclipse.lsp4j.debug.DisassembleArguments;
import org.eclipse.lsp4j.debug.DisassembleResponse;
import org.eclipse.lsp4j.debug.DisassembledInstruction;
import org.eclipse.lsp4j.debug.DisassembledInstructionPresentationHint;
import org.eclipse.lsp4j.debug.ReadMemoryArguments;
import org.eclipse.lsp4j.debug.ReadMemoryResponse;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;
import org.eclipse.lsp4j.debug.WriteMemoryResponse;
import org.jspecify.annotations.Nullable;

/** Raw memory and instructions by reference. */
final class MemoryRequests {
  private static final int MOST = 16 << 20;
  private static final int PAGE = 4096;
  private static final int MOST_INSTRUCTIONS = 100_000;

  private final Session session;

  MemoryRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("readMemory", ReadMemoryArguments.class, this::read),
        Command.of("writeMemory", WriteMemoryArguments.class, this::write),
        Command.of("disassemble", DisassembleArguments.class, this::disassemble));
  }

  private ReadMemoryResponse read(ReadMemoryArguments arguments) {
    String reference = reference(arguments.getMemoryReference());
    int offset = arguments.getOffset() == null ? 0 : arguments.getOffset();
    int count = arguments.getCount();
    if (count < 0 || count > MOST) {
      throw new ProtocolError.BadArguments("'count' must be 0 to " + MOST + ", not " + count);
    }
    byte[] bytes = session.debug().code().read(0, reference, offset, count);
    session.edits().noteRead(reference, offset, count);
    ReadMemoryResponse response = new ReadMemoryResponse();
    response.setAddress(moved(reference, offset));
    response.setData(Base64.getEncoder().encodeToString(bytes));
    if (bytes.length < count) {
      response.setUnreadableBytes(unreadable(reference, offset, count, bytes.length));
    }
    return response;
  }

  /** How many bytes behind the readable ones are not: up to the next page that is, or the end. */
  private int unreadable(String reference, int offset, int count, int readable) {
    long start = address(reference) + offset + readable;
    int gone = (int) Math.min(count - (long) readable, PAGE - (start & (PAGE - 1)));
    while (readable + gone < count
        && session.debug().code().read(0, reference, (long) offset + readable + gone, 1).length
            == 0) {
      gone = (int) Math.min(count - (long) readable, (long) gone + PAGE);
    }
    return gone;
  }

  private WriteMemoryResponse write(WriteMemoryArguments arguments) {
    String reference = reference(arguments.getMemoryReference());
    int offset = arguments.getOffset() == null ? 0 : arguments.getOffset();
    byte[] bytes = bytes(arguments.getData());
    if (!ClientFeatures.is(arguments.getAllowPartial())) {
      int there = session.debug().code().read(0, reference, offset, bytes.length).length;
      if (there < bytes.length) {
        throw new ProtocolError.BadAddress(
            "only " + there + " of " + bytes.length + " bytes at " + reference + " are memory");
      }
    }
    int written = session.debug().code().write(0, reference, offset, bytes);
    WriteMemoryResponse response = new WriteMemoryResponse();
    response.setBytesWritten(written);
    session.edits().afterWrite(reference, offset, written);
    return response;
  }

  private DisassembleResponse disassemble(DisassembleArguments arguments) {
    String reference = reference(arguments.getMemoryReference());
    int offset = arguments.getOffset() == null ? 0 : arguments.getOffset();
    int skip = arguments.getInstructionOffset() == null ? 0 : arguments.getInstructionOffset();
    int count = arguments.getInstructionCount();
    if (count < 0 || count > MOST_INSTRUCTIONS || Math.abs((long) skip) > MOST_INSTRUCTIONS) {
      throw new ProtocolError.BadArguments(
          "'instructionCount' and 'instructionOffset' must be within " + MOST_INSTRUCTIONS);
    }
    DisassembleResponse response = new DisassembleResponse();
    response.setInstructions(
        session.debug().code().disassemble(0, reference, offset, skip, count).stream()
            .map(line -> instruction(line, !Objects.equals(arguments.getResolveSymbols(), false)))
            .toArray(DisassembledInstruction[]::new));
    return response;
  }

  private DisassembledInstruction instruction(Listing line, boolean symbols) {
    DisassembledInstruction instruction = new DisassembledInstruction();
    instruction.setAddress("0x" + Long.toHexString(line.address()));
    instruction.setInstruction(line.text());
    if (line.bytes().length > 0) {
      instruction.setInstructionBytes(HexFormat.ofDelimiter(" ").formatHex(line.bytes()));
    }
    if (symbols && !line.symbol().isEmpty()) {
      instruction.setSymbol(line.symbol());
    }
    if (line.invalid()) {
      instruction.setPresentationHint(DisassembledInstructionPresentationHint.INVALID);
    }
    line.position()
        .ifPresent(
            at -> {
              instruction.setLocation(Sources.of(at));
              instruction.setLine(session.features().toClientLine(at.line()));
            });
    return instruction;
  }

  static byte[] bytes(@Nullable String data) {
    if (data == null) {
      throw new ProtocolError.BadArguments("'data' is missing");
    }
    try {
      return Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      throw new ProtocolError.BadArguments("'data' is not base64");
    }
  }

  static String reference(@Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new ProtocolError.BadArguments("'memoryReference' is missing");
    }
    address(text);
    return text;
  }

  /** A reference moved by an offset, in the same form. */
  private static String moved(String reference, long offset) {
    String prefix = reference.startsWith("phys:") ? "phys:" : "";
    return prefix + "0x" + Long.toHexString(address(reference) + offset);
  }

  private static long address(String reference) {
    String text = reference.startsWith("phys:") ? reference.substring(5) : reference;
    return dev.ringside.debug.breakpoint.Addresses.parse(text)
        .orElseThrow(
            () ->
                new ProtocolError.BadAddress(
                    "'" + reference + "' is no address; write 0x… or phys:0x…"));
  }
}

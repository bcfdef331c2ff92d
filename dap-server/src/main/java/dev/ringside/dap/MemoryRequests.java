package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.debug.ReadMemoryArguments;
import org.eclipse.lsp4j.debug.ReadMemoryResponse;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;
import org.eclipse.lsp4j.debug.WriteMemoryResponse;
import org.jspecify.annotations.Nullable;

/** Raw memory by reference. */
final class MemoryRequests {
  private static final int MOST = 16 << 20;
  private static final int PAGE = 4096;

  private final Session session;

  MemoryRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("readMemory", ReadMemoryArguments.class, this::read),
        Command.of("writeMemory", WriteMemoryArguments.class, this::write));
  }

  private ReadMemoryResponse read(ReadMemoryArguments arguments) {
    String reference = reference(arguments.getMemoryReference());
    int offset = arguments.getOffset() == null ? 0 : arguments.getOffset();
    int count = arguments.getCount();
    if (count < 0 || count > MOST) {
      throw new ProtocolError.BadArguments("'count' must be 0 to " + MOST + ", not " + count);
    }
    byte[] bytes = session.debug().code().read(0, reference, offset, count);
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
    session
        .connection()
        .afterResponse(() -> session.events().changed(Optional.of(reference), offset, written));
    return response;
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

package dev.ringside.debug.disassembly;

import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.debug.frame.StackWalk;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.step.CodeAt;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Disassembler;
import dev.ringside.vmm.x86.decode.Instruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Lists instructions in the processor's current mode. On the view's thread. */
public final class Listings {
  /** How far back to look for a place to begin decoding where no symbol says. */
  private static final int BACK = 64;

  /** Functions longer than this are aligned from nearby instead of their start. */
  private static final int MAX_FUNCTION = 1 << 16;

  private final Program program;
  private final StackWalk positions;

  public Listings(Program program) {
    this.program = program;
    this.positions = new StackWalk(program);
  }

  /**
   * Exactly {@code count} lines, the first one {@code skip} instructions behind (or, negative,
   * before) the one at the address. A line says its source where that begins; the first one always.
   */
  public List<Listing> list(GuestView view, long address, int skip, int count) {
    List<Listing> lines = new ArrayList<>();
    if (skip < 0) {
      lines.addAll(before(view, address, -skip));
    }
    long at = address;
    for (int i = 0; i < skip; i++) {
      at += lengthAt(view, at);
    }
    while (lines.size() < count) {
      Listing line = line(view, at);
      lines.add(line);
      at += Math.max(1, line.bytes().length);
    }
    if (count > 0) {
      lines.set(0, lines.getFirst().at(positions.position(lines.getFirst().address())));
    }
    return lines.subList(0, count);
  }

  private int lengthAt(GuestView view, long at) {
    return Math.max(1, line(view, at).bytes().length);
  }

  /** The instructions before an address, aligned from the symbol's start; invalid ones if short. */
  private List<Listing> before(GuestView view, long address, int count) {
    List<Listing> found = new ArrayList<>();
    long end = address;
    while (found.size() < count) {
      long start = alignment(end);
      List<Listing> chunk = chunk(view, start, end);
      if (chunk.isEmpty()) {
        break;
      }
      found.addAll(0, chunk);
      end = chunk.getFirst().address();
    }
    while (found.size() < count) {
      end--;
      found.addFirst(invalid(end, "no instruction"));
    }
    return found.subList(found.size() - count, found.size());
  }

  /** Where decoding can begin so that it meets {@code end}: the start of what is before it. */
  private long alignment(long end) {
    Optional<Symbol.At> symbol = program.symbolAt(end - 1);
    if (symbol.isPresent() && symbol.get().offset() < MAX_FUNCTION) {
      return symbol.get().symbol().address();
    }
    return end - BACK;
  }

  /** Lines from start to before end; tries later starts until decoding meets the end exactly. */
  private List<Listing> chunk(GuestView view, long start, long end) {
    for (long from = start; from < end; from++) {
      List<Listing> lines = new ArrayList<>();
      long at = from;
      while (at < end) {
        Listing line = line(view, at);
        lines.add(line);
        at += Math.max(1, line.bytes().length);
      }
      if (at == end && !lines.getFirst().invalid()) {
        return lines;
      }
      if (from - start > BACK) {
        break;
      }
    }
    return List.of();
  }

  /** The line at an address. */
  public Listing line(GuestView view, long address) {
    byte[] code = new byte[Decoder.MAX_LENGTH];
    int length = view.read(address, code, 0, code.length);
    if (length == 0) {
      return invalid(address, "cannot be read");
    }
    long base = CodeAt.base(view);
    CodeSize size = CodeAt.size(view);
    Instruction instruction = Decoder.decode(code, 0, length, address - base, size);
    Disassembler disassembler =
        new Disassembler(
            target -> program.symbolAt(target + base).map(Symbol.At::toString).orElse(null));
    if (!instruction.isValid()) {
      return new Listing(
          address, Arrays.copyOf(code, 1), "(bad)", symbol(address), position(address), true);
    }
    return new Listing(
        address,
        Arrays.copyOf(code, instruction.length()),
        disassembler.text(instruction),
        symbol(address),
        position(address),
        false);
  }

  private Listing invalid(long address, String why) {
    return new Listing(address, new byte[0], why, "", Optional.empty(), true);
  }

  private String symbol(long address) {
    return program.symbolAt(address).map(Symbol.At::toString).orElse("");
  }

  private Optional<SourcePosition> position(long address) {
    return program
        .lineAt(address)
        .filter(row -> row.address() == address)
        .flatMap(row -> positions.position(address));
  }
}

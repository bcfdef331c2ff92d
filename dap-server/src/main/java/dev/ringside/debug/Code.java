package dev.ringside.debug;

import dev.ringside.debug.breakpoint.Addresses;
import dev.ringside.debug.disassembly.Listing;
import dev.ringside.debug.disassembly.Listings;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import dev.ringside.symbols.model.Symbol;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Memory and instructions by reference: {@code 0x…} (gva) or {@code phys:0x…} (gpa). Every method
 * may be called from any thread and works while the guest runs.
 */
public final class Code {
  private static final String PHYSICAL = "phys:";
  private static final long MAX_LISTING = 1 << 16;

  private final Target target;
  private final Program program;
  private final Listings listings;

  Code(Target target, Program program) {
    this.target = target;
    this.program = program;
    this.listings = new Listings(program);
  }

  /** A reference taken apart. */
  private record Reference(boolean physical, long address) {
    static Reference parse(String text) {
      boolean physical = text.startsWith(PHYSICAL);
      Optional<Long> address = Addresses.parse(physical ? text.substring(PHYSICAL.length()) : text);
      if (address.isEmpty()) {
        throw new DebugException("'" + text + "' is no address; write 0x… or phys:0x…");
      }
      return new Reference(physical, address.get());
    }
  }

  /**
   * Reads memory; works while the guest runs. What comes back is shorter than asked for where
   * memory ends.
   *
   * @throws DebugException if the reference is none
   */
  public byte[] read(int vcpu, String reference, long offset, int count) {
    Reference at = Reference.parse(reference);
    return target.onVcpu(
        vcpu,
        view -> {
          byte[] bytes = new byte[count];
          long address = at.address + offset;
          int got =
              at.physical
                  ? view.readPhysical(address, bytes, 0, count)
                  : view.read(address, bytes, 0, count);
          return got == count ? bytes : Arrays.copyOf(bytes, got);
        });
  }

  /** Writes memory; returns how many bytes could be written. */
  public int write(int vcpu, String reference, long offset, byte[] bytes) {
    Reference at = Reference.parse(reference);
    return target.onVcpu(
        vcpu,
        view -> {
          long address = at.address + offset;
          return at.physical
              ? view.writePhysical(address, bytes, 0, bytes.length)
              : view.write(address, bytes, 0, bytes.length);
        });
  }

  /**
   * Exactly {@code count} instructions.
   *
   * @param offset bytes added to the reference
   * @param instructionOffset instructions from there to the first one listed; may be negative
   */
  public List<Listing> disassemble(
      int vcpu, String reference, long offset, int instructionOffset, int count) {
    Reference at = Reference.parse(reference);
    if (at.physical) {
      throw new DebugException("instructions are listed at virtual addresses, not phys:");
    }
    return target.onVcpu(
        vcpu, view -> listings.list(view, at.address + offset, instructionOffset, count));
  }

  /** The whole function around an address as text, for a frame without source. */
  public String functionListing(int vcpu, long address) {
    return target.onVcpu(
        vcpu,
        view -> {
          long start = address;
          long end = address + 64;
          Optional<Symbol.At> at = program.symbolAt(address);
          if (at.isPresent()) {
            Symbol symbol = at.get().symbol();
            start = symbol.address();
            end = Math.max(address + 1, start + Math.min(symbol.size(), MAX_LISTING));
          }
          StringBuilder text = new StringBuilder();
          long next = start;
          while (next < end) {
            Listing line = listings.line(view, next);
            text.append(format(line)).append('\n');
            next += Math.max(1, line.bytes().length);
          }
          return text.toString();
        });
  }

  /** {@code 0x101040 <kmain+0x4> push rbp}. */
  static String format(Listing line) {
    String where = line.symbol().isEmpty() ? "" : " <" + line.symbol() + ">";
    return "0x" + Long.toHexString(line.address()) + where + "  " + line.text();
  }
}

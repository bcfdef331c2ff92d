package dev.ringside.debug;

import dev.ringside.debug.breakpoint.Addresses;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import java.util.Arrays;
import java.util.Optional;

/** Memory and instructions by reference: {@code 0x…} (gva) or {@code phys:0x…} (gpa). */
public final class Code {
  private static final String PHYSICAL = "phys:";

  private final Target target;
  final Program program;

  Code(Target target, Program program) {
    this.target = target;
    this.program = program;
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
}

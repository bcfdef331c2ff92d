package dev.ringside.dap.message;

import dev.ringside.vmm.vmx.NamedBits;
import java.util.List;

/**
 * Part of a register, field or table entry.
 *
 * @param bits {@code 7} or {@code 11:8}
 * @param meaning what the value means, for people; may be empty
 */
public record Bit(String name, String bits, long value, String meaning) {
  /** As the engine has them. */
  public static List<Bit> of(List<NamedBits> parts) {
    return parts.stream().map(b -> new Bit(b.name(), b.bits(), b.value(), b.meaning())).toList();
  }
}

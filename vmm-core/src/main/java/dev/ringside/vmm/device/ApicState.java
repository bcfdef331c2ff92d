package dev.ringside.vmm.device;

import java.util.List;

/**
 * A local APIC as it stands at one moment, for a person to look at (SDM vol. 3A, chapter 11).
 *
 * @param id its APIC ID
 * @param base IA32_APIC_BASE
 * @param registers those that can be read, by offset
 * @param pending vectors that wait for delivery (IRR), highest first
 * @param inService vectors whose handlers have not sent an EOI (ISR), highest first
 */
public record ApicState(
    int id, long base, List<Register> registers, List<Integer> pending, List<Integer> inService) {
  /** Takes unmodifiable copies. */
  public ApicState {
    registers = List.copyOf(registers);
    pending = List.copyOf(pending);
    inService = List.copyOf(inService);
  }

  /**
   * One register.
   *
   * @param offset from the APIC's base, 0 to 0xff0 (table 11-1); the x2APIC MSR is 0x800 + offset /
   *     16
   * @param value as a read of the memory-mapped register returns it
   */
  public record Register(int offset, int value) {}
}

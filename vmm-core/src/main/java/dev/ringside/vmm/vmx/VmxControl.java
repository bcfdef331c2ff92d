package dev.ringside.vmm.vmx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One bit of the vectors that control VMX operation (SDM 27.6.1, 27.6.2, 27.7.1, 27.8.1). Each
 * vector is an enum; its constants are in the order of their bits.
 */
public sealed interface VmxControl
    permits PinControl,
        PrimaryControl,
        SecondaryControl,
        TertiaryControl,
        ExitControl,
        SecondaryExitControl,
        EntryControl {

  /** What is known of one control. */
  record Facts(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {}

  /** What is known of this control. */
  Facts facts();

  /** The enum constant's name. */
  String name();

  /** The field of the VMCS that holds the vector. */
  VmcsField field();

  /** The number of the bit, 0 to 63. */
  default int bit() {
    return facts().bit();
  }

  /** The bit as a mask. */
  default long mask() {
    return 1L << facts().bit();
  }

  /** The SDM's name, in its own spelling: {@code HLT exiting}. */
  default String sdmName() {
    return facts().sdmName();
  }

  /** What the 1-setting does, in a few words. */
  default String meaning() {
    return facts().meaning();
  }

  /** The name in Linux's {@code asm/vmx.h}, where Linux has one. */
  default Optional<String> linuxName() {
    return Optional.ofNullable(facts().linuxName());
  }

  /**
   * Whether the software processor does what the 1-setting says. One that it does not honour reads
   * 0 in the allowed-1 half of the capability MSR, and setting it fails the VM entry.
   */
  default boolean honoured() {
    return facts().honoured();
  }

  /** Whether the control is set in the VMCS, regardless of whether its vector is activated. */
  default boolean isSetIn(Vmcs vmcs) {
    return (vmcs.get(field()) & mask()) != 0;
  }

  /** Sets or clears the control. */
  default void setIn(Vmcs vmcs, boolean value) {
    long others = vmcs.get(field()) & ~mask();
    vmcs.set(field(), value ? others | mask() : others);
  }

  /** The bits of the honoured controls of one vector. */
  static long honoured(VmxControl[] vector) {
    long mask = 0;
    for (VmxControl control : vector) {
      if (control.honoured()) {
        mask |= control.mask();
      }
    }
    return mask;
  }
}

package dev.ringside.vmm.x86;

/**
 * The processor's operating mode (SDM vol. 3A, 2.2), with the code segment's size in protected
 * mode.
 */
public enum ProcessorMode {
  REAL("real mode"),
  VIRTUAL_8086("virtual-8086 mode"),
  PROTECTED_16("protected mode, 16-bit"),
  PROTECTED_32("protected mode"),
  COMPATIBILITY_16("compatibility mode, 16-bit"),
  COMPATIBILITY_32("compatibility mode"),
  LONG("long mode");

  private final String label;

  ProcessorMode(String label) {
    this.label = label;
  }

  /** How a person calls it: {@code long mode}. */
  public String label() {
    return label;
  }

  /** 16, 32 or 64: the size of code in this mode. */
  public int codeBits() {
    return switch (this) {
      case REAL, VIRTUAL_8086, PROTECTED_16, COMPATIBILITY_16 -> 16;
      case PROTECTED_32, COMPATIBILITY_32 -> 32;
      case LONG -> 64;
    };
  }
}

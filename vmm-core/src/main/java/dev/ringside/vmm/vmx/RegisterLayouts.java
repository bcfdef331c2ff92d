package dev.ringside.vmm.vmx;

/** The bit layouts of the registers that VMCS fields hold, from volumes 3A and 4 of the SDM. */
final class RegisterLayouts {
  private RegisterLayouts() {}

  /** Volume 3A, section 2.5. */
  static BitLayout cr0() {
    return BitLayout.builder()
        .bit(0, "PE", "protected mode")
        .bit(1, "MP", "monitor coprocessor")
        .bit(2, "EM", "no x87 FPU")
        .bit(3, "TS", "task switched")
        .bit(4, "ET", "extension type")
        .bit(5, "NE", "x87 errors as #MF")
        .bit(16, "WP", "supervisor writes respect read-only pages")
        .bit(18, "AM", "alignment checks")
        .bit(29, "NW", "not write-through")
        .bit(30, "CD", "cache disable")
        .bit(31, "PG", "paging")
        .build();
  }

  /** Volume 3A, section 2.5. */
  static BitLayout cr4() {
    return BitLayout.builder()
        .bit(0, "VME", "virtual-8086 extensions")
        .bit(1, "PVI", "protected-mode virtual interrupts")
        .bit(2, "TSD", "RDTSC only at CPL 0")
        .bit(3, "DE", "debugging extensions")
        .bit(4, "PSE", "4-MByte pages")
        .bit(5, "PAE", "physical-address extension")
        .bit(6, "MCE", "machine checks")
        .bit(7, "PGE", "global pages")
        .bit(8, "PCE", "RDPMC at any CPL")
        .bit(9, "OSFXSR", "FXSAVE, FXRSTOR and SSE")
        .bit(10, "OSXMMEXCPT", "SIMD errors as #XM")
        .bit(11, "UMIP", "no SGDT, SIDT, SLDT, SMSW, STR at CPL > 0")
        .bit(12, "LA57", "57-bit linear addresses")
        .bit(13, "VMXE", "VMX operation")
        .bit(14, "SMXE", "SMX operation")
        .bit(16, "FSGSBASE", "RDFSBASE and its kin")
        .bit(17, "PCIDE", "process-context identifiers")
        .bit(18, "OSXSAVE", "XSAVE and XCR0")
        .bit(19, "KL", "Key Locker")
        .bit(20, "SMEP", "no supervisor execution of user pages")
        .bit(21, "SMAP", "no supervisor access to user pages")
        .bit(22, "PKE", "protection keys, user pages")
        .bit(23, "CET", "control-flow enforcement")
        .bit(24, "PKS", "protection keys, supervisor pages")
        .bit(25, "UINTR", "user interrupts")
        .bit(27, "LASS", "linear-address-space separation")
        .bit(28, "LAM_SUP", "linear-address masking, supervisor pointers")
        .bit(32, "FRED", "flexible return and event delivery")
        .build();
  }

  /** Volume 3B, figure 20-1. */
  static BitLayout dr7() {
    BitLayout.Builder builder = BitLayout.builder();
    for (int breakpoint = 0; breakpoint < 4; breakpoint++) {
      int control = 16 + 4 * breakpoint;
      builder
          .bit(2 * breakpoint, "L" + breakpoint, "enabled for the task")
          .bit(2 * breakpoint + 1, "G" + breakpoint, "enabled")
          .part(
              control + 1,
              control,
              "R/W" + breakpoint,
              value -> new String[] {"execution", "writes", "I/O", "accesses"}[(int) value])
          .part(
              control + 3,
              control + 2,
              "LEN" + breakpoint,
              value -> new String[] {"1 byte", "2 bytes", "8 bytes", "4 bytes"}[(int) value]);
    }
    return builder
        .bit(8, "LE", "")
        .bit(9, "GE", "")
        .bit(10, "1", "")
        .bit(11, "RTM", "debugging of RTM regions")
        .bit(13, "GD", "MOV DR causes #DB")
        .build();
  }

  /** Volume 1, figure 3-8. */
  static BitLayout rflags() {
    return BitLayout.builder()
        .bit(0, "CF", "carry")
        .bit(1, "1", "")
        .bit(2, "PF", "parity")
        .bit(4, "AF", "auxiliary carry")
        .bit(6, "ZF", "zero")
        .bit(7, "SF", "sign")
        .bit(8, "TF", "single step")
        .bit(9, "IF", "interrupts on")
        .bit(10, "DF", "strings downwards")
        .bit(11, "OF", "overflow")
        .part(13, 12, "IOPL")
        .bit(14, "NT", "nested task")
        .bit(16, "RF", "resume")
        .bit(17, "VM", "virtual-8086 mode")
        .bit(18, "AC", "alignment check")
        .bit(19, "VIF", "virtual interrupt flag")
        .bit(20, "VIP", "virtual interrupt pending")
        .bit(21, "ID", "CPUID")
        .build();
  }

  /** Volume 4, table 2-2, MSR C0000080H. */
  static BitLayout efer() {
    return BitLayout.builder()
        .bit(0, "SCE", "SYSCALL")
        .bit(8, "LME", "IA-32e mode enable")
        .bit(10, "LMA", "IA-32e mode active")
        .bit(11, "NXE", "execute disable")
        .build();
  }

  /** Volume 3A, section 13.12. */
  static BitLayout pat() {
    BitLayout.Builder builder = BitLayout.builder();
    for (int entry = 0; entry < 8; entry++) {
      builder.part(8 * entry + 7, 8 * entry, "PA" + entry, RegisterLayouts::memoryType);
    }
    return builder.build();
  }

  private static String memoryType(long value) {
    return switch ((int) value) {
      case 0 -> "UC";
      case 1 -> "WC";
      case 4 -> "WT";
      case 5 -> "WP";
      case 6 -> "WB";
      case 7 -> "UC-";
      default -> "reserved";
    };
  }

  /** Volume 4, table 2-2, MSR 1D9H. */
  static BitLayout debugctl() {
    return BitLayout.builder()
        .bit(0, "LBR", "last-branch records")
        .bit(1, "BTF", "single-step on branches")
        .bit(2, "BLD", "bus-lock detection")
        .bit(6, "TR", "branch trace messages")
        .bit(7, "BTS", "branch trace store")
        .bit(8, "BTINT", "interrupt on full branch trace buffer")
        .bit(9, "BTS_OFF_OS", "no branch trace store at CPL 0")
        .bit(10, "BTS_OFF_USR", "no branch trace store at CPL > 0")
        .bit(11, "FREEZE_LBRS_ON_PMI", "")
        .bit(12, "FREEZE_PERFMON_ON_PMI", "")
        .bit(13, "ENABLE_UNCORE_PMI", "")
        .bit(14, "FREEZE_WHILE_SMM", "")
        .bit(15, "RTM_DEBUG", "debugging of RTM regions")
        .build();
  }
}

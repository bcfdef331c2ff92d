package dev.ringside.debug.value;

import dev.ringside.vmm.vmx.BitLayout;
import dev.ringside.vmm.vmx.NamedBits;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Msr;
import java.util.List;

/** The named parts of model-specific registers (SDM vol. 4, table 2-2). */
final class MsrBits {
  private MsrBits() {}

  /** Empty for an MSR that is a plain number or address. */
  static List<NamedBits> of(Msr msr, long value) {
    return switch (msr) {
      case IA32_EFER -> VmcsField.GUEST_IA32_EFER.decode(value);
      case IA32_PAT -> VmcsField.GUEST_IA32_PAT.decode(value);
      case IA32_DEBUGCTL -> VmcsField.GUEST_IA32_DEBUGCTL.decode(value);
      case IA32_FMASK -> FMASK.decode(value);
      case IA32_STAR -> STAR.decode(value);
      case IA32_APIC_BASE -> APIC_BASE.decode(value);
      case IA32_FEATURE_CONTROL -> FEATURE_CONTROL.decode(value);
      case IA32_SPEC_CTRL -> SPEC_CTRL.decode(value);
      case IA32_BIOS_SIGN_ID -> BIOS_SIGN_ID.decode(value);
      case MSR_PLATFORM_INFO -> PLATFORM_INFO.decode(value);
      case IA32_MTRRCAP -> MTRRCAP.decode(value);
      case IA32_MTRR_DEF_TYPE -> MTRR_DEF_TYPE.decode(value);
      case IA32_MISC_ENABLE -> MISC_ENABLE.decode(value);
      case IA32_MCG_CAP -> MCG_CAP.decode(value);
      case IA32_MCG_STATUS -> MCG_STATUS.decode(value);
      case IA32_MTRR_PHYSBASE0,
          IA32_MTRR_PHYSBASE1,
          IA32_MTRR_PHYSBASE2,
          IA32_MTRR_PHYSBASE3,
          IA32_MTRR_PHYSBASE4,
          IA32_MTRR_PHYSBASE5,
          IA32_MTRR_PHYSBASE6,
          IA32_MTRR_PHYSBASE7 ->
          MTRR_BASE.decode(value);
      case IA32_MTRR_PHYSMASK0,
          IA32_MTRR_PHYSMASK1,
          IA32_MTRR_PHYSMASK2,
          IA32_MTRR_PHYSMASK3,
          IA32_MTRR_PHYSMASK4,
          IA32_MTRR_PHYSMASK5,
          IA32_MTRR_PHYSMASK6,
          IA32_MTRR_PHYSMASK7 ->
          MTRR_MASK.decode(value);
      case IA32_MTRR_FIX64K_00000,
          IA32_MTRR_FIX16K_80000,
          IA32_MTRR_FIX16K_A0000,
          IA32_MTRR_FIX4K_C0000,
          IA32_MTRR_FIX4K_C8000,
          IA32_MTRR_FIX4K_D0000,
          IA32_MTRR_FIX4K_D8000,
          IA32_MTRR_FIX4K_E0000,
          IA32_MTRR_FIX4K_E8000,
          IA32_MTRR_FIX4K_F0000,
          IA32_MTRR_FIX4K_F8000 ->
          MTRR_FIXED.decode(value);
      case IA32_TIME_STAMP_COUNTER,
          IA32_PLATFORM_ID,
          IA32_TSC_ADJUST,
          IA32_PRED_CMD,
          IA32_BIOS_UPDT_TRIG,
          IA32_ARCH_CAPABILITIES,
          IA32_SYSENTER_CS,
          IA32_SYSENTER_ESP,
          IA32_SYSENTER_EIP,
          IA32_MCG_CTL,
          IA32_TSC_DEADLINE,
          IA32_LSTAR,
          IA32_CSTAR,
          IA32_FS_BASE,
          IA32_GS_BASE,
          IA32_KERNEL_GS_BASE,
          IA32_TSC_AUX ->
          List.of();
    };
  }

  /** RFLAGS bits that SYSCALL clears. */
  private static final BitLayout FMASK =
      BitLayout.builder()
          .bit(0, "CF", "cleared")
          .bit(2, "PF", "cleared")
          .bit(4, "AF", "cleared")
          .bit(6, "ZF", "cleared")
          .bit(7, "SF", "cleared")
          .bit(8, "TF", "cleared")
          .bit(9, "IF", "cleared")
          .bit(10, "DF", "cleared")
          .bit(11, "OF", "cleared")
          .part(13, 12, "IOPL", v -> v == 0 ? "" : "cleared")
          .bit(14, "NT", "cleared")
          .bit(18, "AC", "cleared")
          .open()
          .build();

  /** Vol. 3A, figure 5-14. */
  private static final BitLayout STAR =
      BitLayout.builder()
          .part(31, 0, "32-bit SYSCALL target")
          .part(47, 32, "SYSCALL CS", v -> String.format("CS 0x%x, SS 0x%x", v & ~3, (v & ~3) + 8))
          .part(
              63,
              48,
              "SYSRET CS",
              v -> String.format("64-bit CS 0x%x, SS 0x%x", v + 16 | 3, v + 8 | 3))
          .build();

  private static final BitLayout APIC_BASE =
      BitLayout.builder()
          .bit(8, "BSP", "bootstrap processor")
          .bit(10, "EXTD", "x2APIC mode")
          .bit(11, "EN", "APIC disabled", "APIC enabled")
          .part(51, 12, "base", v -> "0x" + Long.toHexString(v << 12))
          .build();

  private static final BitLayout FEATURE_CONTROL =
      BitLayout.builder()
          .bit(0, "lock", "")
          .bit(1, "VMX inside SMX", "")
          .bit(2, "VMX outside SMX", "")
          .open()
          .build();

  private static final BitLayout SPEC_CTRL =
      BitLayout.builder()
          .bit(0, "IBRS", "indirect-branch restricted speculation")
          .bit(1, "STIBP", "single-thread indirect-branch predictors")
          .bit(2, "SSBD", "speculative-store-bypass disable")
          .open()
          .build();

  private static final BitLayout BIOS_SIGN_ID =
      BitLayout.builder().part(63, 32, "microcode revision").open().build();

  private static final BitLayout PLATFORM_INFO =
      BitLayout.builder().part(15, 8, "maximum non-turbo ratio").open().build();

  private static final BitLayout MTRRCAP =
      BitLayout.builder()
          .part(7, 0, "variable ranges")
          .bit(8, "FIX", "fixed ranges")
          .bit(10, "WC", "write-combining")
          .bit(11, "SMRR", "system-management ranges")
          .build();

  private static final BitLayout MTRR_DEF_TYPE =
      BitLayout.builder()
          .part(7, 0, "default type", MsrBits::memoryType)
          .bit(10, "FE", "fixed ranges on")
          .bit(11, "E", "MTRRs off", "MTRRs on")
          .build();

  private static final BitLayout MISC_ENABLE =
      BitLayout.builder()
          .bit(0, "fast strings", "")
          .bit(3, "thermal control", "")
          .bit(7, "performance monitoring", "")
          .bit(11, "no branch trace storage", "")
          .bit(12, "no event-based sampling", "")
          .bit(16, "enhanced SpeedStep", "")
          .bit(18, "MONITOR", "")
          .bit(22, "limit CPUID maxval", "")
          .bit(34, "XD disable", "")
          .open()
          .build();

  private static final BitLayout MCG_CAP =
      BitLayout.builder().part(7, 0, "banks").bit(8, "MCG_CTL", "").open().build();

  private static final BitLayout MCG_STATUS =
      BitLayout.builder()
          .bit(0, "RIPV", "restart IP valid")
          .bit(1, "EIPV", "error IP valid")
          .bit(2, "MCIP", "machine check in progress")
          .open()
          .build();

  private static final BitLayout MTRR_BASE =
      BitLayout.builder()
          .part(7, 0, "type", MsrBits::memoryType)
          .part(51, 12, "base", v -> "0x" + Long.toHexString(v << 12))
          .build();

  private static final BitLayout MTRR_MASK =
      BitLayout.builder()
          .bit(11, "V", "off", "valid")
          .part(51, 12, "mask", v -> "0x" + Long.toHexString(v << 12))
          .build();

  private static final BitLayout MTRR_FIXED = fixedRanges();

  private static BitLayout fixedRanges() {
    BitLayout.Builder builder = BitLayout.builder();
    for (int range = 0; range < 8; range++) {
      builder.part(8 * range + 7, 8 * range, "range " + range, MsrBits::memoryType);
    }
    return builder.build();
  }

  /** Vol. 3A, table 12-8. */
  private static String memoryType(long type) {
    return switch ((int) type) {
      case 0 -> "UC";
      case 1 -> "WC";
      case 4 -> "WT";
      case 5 -> "WP";
      case 6 -> "WB";
      default -> "reserved";
    };
  }
}

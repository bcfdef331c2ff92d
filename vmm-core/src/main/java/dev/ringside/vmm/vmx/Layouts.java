package dev.ringside.vmm.vmx;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The bit layouts of VMCS fields, each from the table of the SDM that its comment names. */
final class Layouts {
  private static final Map<FieldFormat, BitLayout> BY_FORMAT = all();

  private Layouts() {}

  static BitLayout of(FieldFormat format) {
    return BY_FORMAT.getOrDefault(format, BitLayout.NONE);
  }

  private static Map<FieldFormat, BitLayout> all() {
    Map<FieldFormat, BitLayout> layouts = new EnumMap<>(FieldFormat.class);
    for (FieldFormat format : FieldFormat.values()) {
      layouts.put(format, layout(format));
    }
    return layouts;
  }

  private static BitLayout layout(FieldFormat format) {
    return switch (format) {
      case NUMBER, EXIT_QUALIFICATION, INSTRUCTION_INFORMATION -> BitLayout.NONE;
      case SELECTOR -> selector();
      case ACCESS_RIGHTS -> accessRights();
      case ACTIVITY -> activity();
      case INTERRUPTIBILITY -> interruptibility();
      case PENDING_DEBUG -> pendingDebug();
      case INTERRUPT_STATUS -> interruptStatus();
      case ENTRY_EVENT -> event("Deliver error code", false, true);
      case EXIT_EVENT -> event("Error code valid", true, true);
      case VECTORING_EVENT -> event("Error code valid", false, true);
      case EXIT_REASON -> exitReason();
      case INSTRUCTION_ERROR -> instructionError();
      case EXCEPTION_BITMAP -> exceptionBitmap();
      case PIN_CONTROLS -> BitLayout.of(VmxCapabilities.PIN_DEFAULT1, PinControl.values());
      case PRIMARY_CONTROLS ->
          BitLayout.of(VmxCapabilities.PRIMARY_DEFAULT1, PrimaryControl.values());
      case SECONDARY_CONTROLS -> BitLayout.of(0, SecondaryControl.values());
      case TERTIARY_CONTROLS -> BitLayout.of(0, TertiaryControl.values());
      case EXIT_CONTROLS -> BitLayout.of(VmxCapabilities.EXIT_DEFAULT1, ExitControl.values());
      case SECONDARY_EXIT_CONTROLS -> BitLayout.of(0, SecondaryExitControl.values());
      case ENTRY_CONTROLS -> BitLayout.of(VmxCapabilities.ENTRY_DEFAULT1, EntryControl.values());
      case VM_FUNCTION_CONTROLS ->
          BitLayout.builder().bit(0, "EPTP switching", "VMFUNC leaf 0 changes the EPTP").build();
      case EPTP -> eptp();
      case CR0 -> RegisterLayouts.cr0();
      case CR4 -> RegisterLayouts.cr4();
      case CR0_MASK -> RegisterLayouts.cr0().asMask();
      case CR4_MASK -> RegisterLayouts.cr4().asMask();
      case DR7 -> RegisterLayouts.dr7();
      case RFLAGS -> RegisterLayouts.rflags();
      case EFER -> RegisterLayouts.efer();
      case PAT -> RegisterLayouts.pat();
      case DEBUGCTL -> RegisterLayouts.debugctl();
    };
  }

  /** Volume 3A, figure 3-6. */
  private static BitLayout selector() {
    return BitLayout.builder()
        .part(1, 0, "RPL")
        .bit(2, "TI", "GDT", "LDT")
        .part(15, 3, "Index")
        .build();
  }

  /** Table 27-2. */
  private static BitLayout accessRights() {
    return BitLayout.builder()
        .part(3, 0, "Type")
        .bit(4, "S", "system", "code or data")
        .part(6, 5, "DPL")
        .bit(7, "P", "not present", "present")
        .bit(12, "AVL", "")
        .bit(13, "L", "", "64-bit mode active")
        .bit(14, "D/B", "16-bit", "32-bit")
        .bit(15, "G", "byte granularity", "4-KByte granularity")
        .bit(16, "Unusable", "usable", "unusable")
        .build();
  }

  /** Section 27.4.2. */
  private static BitLayout activity() {
    return BitLayout.builder()
        .part(
            31,
            0,
            "Activity",
            value ->
                ActivityState.numbered(value).map(ActivityState::sdmName).orElse("not defined"))
        .build();
  }

  /** Table 27-3. */
  private static BitLayout interruptibility() {
    return BitLayout.builder()
        .bit(0, "Blocking by STI", "until the next instruction is done")
        .bit(1, "Blocking by MOV SS", "until the next instruction is done")
        .bit(2, "Blocking by SMI", "")
        .bit(3, "Blocking by NMI", "until IRET; virtual-NMI blocking with virtual NMIs")
        .bit(4, "Enclave interruption", "")
        .build();
  }

  /** Table 27-4. */
  private static BitLayout pendingDebug() {
    return BitLayout.builder()
        .bit(0, "B0", "breakpoint 0 met")
        .bit(1, "B1", "breakpoint 1 met")
        .bit(2, "B2", "breakpoint 2 met")
        .bit(3, "B3", "breakpoint 3 met")
        .bit(11, "BLD", "bus lock asserted")
        .bit(12, "Enabled breakpoint", "a data or I/O breakpoint met was enabled")
        .bit(14, "BS", "single step")
        .bit(16, "RTM", "inside an RTM region")
        .build();
  }

  /** Section 27.4.2. */
  private static BitLayout interruptStatus() {
    return BitLayout.builder()
        .part(7, 0, "RVI", value -> value == 0 ? "none requested" : "requested")
        .part(15, 8, "SVI", value -> value == 0 ? "none in service" : "in service")
        .build();
  }

  /** Tables 27-18, 27-20 and 27-21. */
  private static BitLayout event(String errorCode, boolean nmiUnblocking, boolean nested) {
    BitLayout.Builder builder =
        BitLayout.builder()
            .part(7, 0, "Vector")
            .part(
                10,
                8,
                "Type",
                value -> EventType.numbered((int) value).map(EventType::sdmName).orElse("reserved"))
            .bit(11, errorCode, "");
    if (nmiUnblocking) {
      builder.bit(12, "NMI unblocking due to IRET", "");
    }
    if (nested) {
      builder.bit(13, "Nested exception", "");
    }
    return builder.bit(31, "Valid", "").build();
  }

  /** Table 27-19. */
  private static BitLayout exitReason() {
    return BitLayout.builder()
        .part(
            15,
            0,
            "Basic exit reason",
            value -> ExitReason.numbered((int) value).map(ExitReason::name).orElse("not defined"))
        .bit(25, "Busy shadow stack", "a shadow stack became prematurely busy")
        .bit(26, "Bus lock", "a bus lock was asserted before")
        .bit(27, "Enclave mode", "")
        .bit(28, "Pending MTF VM exit", "")
        .bit(29, "Exit from VMX root operation", "")
        .bit(31, "VM-entry failure", "")
        .build();
  }

  /** Section 33.4. */
  private static BitLayout instructionError() {
    return BitLayout.builder()
        .part(
            31,
            0,
            "Error number",
            value -> {
              Optional<InstructionError> error = InstructionError.numbered((int) value);
              return error.map(InstructionError::meaning).orElse(value == 0 ? "" : "not defined");
            })
        .build();
  }

  /** Section 27.6.3; the exceptions of volume 3A, table 7-1. */
  private static BitLayout exceptionBitmap() {
    String[] names = {
      "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "", "#TS", "#NP", "#SS", "#GP",
      "#PF", "", "#MF", "#AC", "#MC", "#XM", "#VE", "#CP"
    };
    BitLayout.Builder builder = BitLayout.builder();
    for (int vector = 0; vector < 32; vector++) {
      boolean known = vector < names.length && !names[vector].isEmpty();
      builder.bit(vector, known ? names[vector] : "vector " + vector, "causes VM exits");
    }
    return builder.build();
  }

  /** Table 27-9. */
  private static BitLayout eptp() {
    return BitLayout.builder()
        .part(
            2,
            0,
            "Memory type",
            value -> value == 0 ? "uncacheable" : value == 6 ? "write-back" : "reserved")
        .part(
            5,
            3,
            "Page-walk length - 1",
            value -> value == 3 ? "4 levels" : value == 4 ? "5 levels" : "reserved")
        .bit(6, "Accessed and dirty flags", "off", "on")
        .bit(7, "Supervisor shadow-stack control", "off", "on")
        .part(51, 12, "Root table (4-KByte frame)")
        .build();
  }
}

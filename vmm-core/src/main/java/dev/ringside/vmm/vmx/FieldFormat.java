package dev.ringside.vmm.vmx;

import java.util.List;

/** How the value of a VMCS field divides into named bits; {@link Layouts} holds the tables. */
enum FieldFormat {
  /** A number, an address or a bitmap: nothing to name. */
  NUMBER,
  SELECTOR,
  ACCESS_RIGHTS,
  ACTIVITY,
  INTERRUPTIBILITY,
  PENDING_DEBUG,
  INTERRUPT_STATUS,
  ENTRY_EVENT,
  EXIT_EVENT,
  VECTORING_EVENT,
  EXIT_REASON,
  INSTRUCTION_ERROR,
  EXCEPTION_BITMAP,
  PIN_CONTROLS,
  PRIMARY_CONTROLS,
  SECONDARY_CONTROLS,
  TERTIARY_CONTROLS,
  EXIT_CONTROLS,
  SECONDARY_EXIT_CONTROLS,
  ENTRY_CONTROLS,
  VM_FUNCTION_CONTROLS,
  EPTP,
  CR0,
  CR4,
  CR0_MASK,
  CR4_MASK,
  DR7,
  RFLAGS,
  EFER,
  PAT,
  DEBUGCTL,
  EXIT_QUALIFICATION,
  INSTRUCTION_INFORMATION;

  List<NamedBits> decode(long value) {
    return Layouts.of(this).decode(value);
  }

  List<NamedBits> decode(long value, ExitReason reason, int vector) {
    return switch (this) {
      case EXIT_QUALIFICATION -> QualificationLayouts.qualification(reason, vector).decode(value);
      case INSTRUCTION_INFORMATION -> QualificationLayouts.instruction(reason).decode(value);
      default -> decode(value);
    };
  }
}

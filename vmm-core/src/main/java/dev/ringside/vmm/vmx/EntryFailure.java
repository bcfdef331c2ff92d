package dev.ringside.vmm.vmx;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A VM entry that fails, and by which check.
 *
 * @param check the first check that fails
 * @param qualification the exit qualification, where the failure is reported like a VM exit
 * @param message what is wrong, in a line: the check, its section, its rule, the values of fields
 */
public record EntryFailure(EntryCheck check, ExitQualification qualification, String message) {

  /**
   * The VM-instruction error with which VMLAUNCH or VMRESUME fails (VMfailValid): 7 for controls, 8
   * for host state; empty where the failure comes later and is reported like an exit.
   */
  public OptionalInt instructionError() {
    return switch (check) {
      case ControlCheck _ -> OptionalInt.of(InstructionError.ENTRY_INVALID_CONTROL_FIELD.number());
      case HostCheck _ -> OptionalInt.of(InstructionError.ENTRY_INVALID_HOST_STATE_FIELD.number());
      case GuestCheck _, MsrLoadCheck _ -> OptionalInt.empty();
    };
  }

  /** The exit reason: 33 for guest state, 34 for MSR loading; empty for controls and host state. */
  public Optional<ExitReason> exitReason() {
    return switch (check) {
      case ControlCheck _, HostCheck _ -> Optional.empty();
      case GuestCheck _ -> Optional.of(ExitReason.INVALID_STATE);
      case MsrLoadCheck _ -> Optional.of(ExitReason.MSR_LOAD_FAIL);
    };
  }

  static EntryFailure of(
      EntryCheck check, ExitQualification qualification, Vmcs vmcs, String detail) {
    String values =
        check.fields().stream()
            .map(field -> field + " = 0x" + Long.toHexString(vmcs.get(field)))
            .collect(Collectors.joining(", "));
    String message =
        String.format(
            Locale.ROOT,
            "VM entry fails the check %s (SDM %s): %s; %s%s",
            check.name(),
            check.section(),
            check.rule(),
            values,
            detail.isEmpty() ? "" : " (" + detail + ")");
    return new EntryFailure(check, qualification, message);
  }
}

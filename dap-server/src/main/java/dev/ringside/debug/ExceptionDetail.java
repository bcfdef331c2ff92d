package dev.ringside.debug;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.x86.Vector;
import java.util.Optional;

/**
 * What there is to say about a stop at an event.
 *
 * @param id the filter that it belongs to: {@code exit:CPUID}
 * @param description one sentence
 * @param details several lines
 */
public record ExceptionDetail(String id, String description, String details) {

  /** Empty for a stop that is no event. */
  public static Optional<ExceptionDetail> of(StopReason reason) {
    return switch (reason) {
      case StopReason.AtVmExit e -> Optional.of(of("exit:" + e.exit().reason(), reason, e.exit()));
      case StopReason.AtTripleFault e -> Optional.of(of("triple-fault", reason, e.exit()));
      case StopReason.AtRingTransition r -> Optional.of(of(reason, r.transition()));
      case StopReason.AtException x -> Optional.of(of(reason, x.event()));
      case StopReason.ConditionFailed c ->
          Optional.of(new ExceptionDetail("condition", c.description(), c.message()));
      case StopReason.Entry e -> Optional.empty();
      case StopReason.Pause p -> Optional.empty();
      case StopReason.Step s -> Optional.empty();
      case StopReason.Jump j -> Optional.empty();
      case StopReason.Breakpoints b -> Optional.empty();
      case StopReason.Data d -> Optional.empty();
    };
  }

  private static ExceptionDetail of(String id, StopReason reason, VmExit exit) {
    String details =
        String.format(
            "%s%s%nat 0x%x%s in ring %d, length %d%nexit qualification 0x%x%n",
            exit.detail().isEmpty() ? "" : exit.detail() + System.lineSeparator(),
            exit.reason().meaning(),
            exit.at().linearRip(),
            exit.at().ripIsExact() ? "" : " (estimated)",
            exit.at().cpl(),
            exit.at().instructionLength(),
            exit.at().qualification());
    return new ExceptionDetail(id, reason.description(), details);
  }

  private static ExceptionDetail of(StopReason reason, RingTransition ring) {
    String details =
        String.format(
            "%s%s%nfrom ring %d at 0x%x%nto ring %d at 0x%x%n",
            ring.mechanism(),
            ring.vector() < 0 ? "" : " vector " + ring.vector(),
            ring.from(),
            ring.fromRip(),
            ring.to(),
            ring.toRip());
    return new ExceptionDetail(
        "ring:" + ring.from() + "-" + ring.to(), reason.description(), details);
  }

  private static ExceptionDetail of(StopReason reason, EventDelivery event) {
    String error =
        event.hasErrorCode() ? String.format("error code 0x%x%n", event.errorCode()) : "";
    String address =
        event.vector() == Vector.PF
            ? String.format("faulting address 0x%x%n", event.faultAddress())
            : "";
    String details =
        String.format("%s%sat 0x%x in ring %d%n", error, address, event.rip(), event.cpl());
    return new ExceptionDetail("exception:" + event.vector(), reason.description(), details);
  }
}

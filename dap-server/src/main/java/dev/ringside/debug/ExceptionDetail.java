package dev.ringside.debug;

import dev.ringside.debug.scope.ExitNodes;
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
  static Optional<ExceptionDetail> of(StopReason reason) {
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
            "%s%nmeaning: %s%nrip: 0x%x%s%ncpl: %d%ninstruction length: %d%n"
                + "exit qualification: 0x%x%n",
            ExitNodes.summary(exit),
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
            "from: ring %d at 0x%x%nto: ring %d at 0x%x%nmechanism: %s%n%s",
            ring.from(),
            ring.fromRip(),
            ring.to(),
            ring.toRip(),
            ring.mechanism(),
            ring.vector() < 0 ? "" : "vector: " + ring.vector() + "\n");
    return new ExceptionDetail(
        "ring:" + ring.from() + "-" + ring.to(), reason.description(), details);
  }

  private static ExceptionDetail of(StopReason reason, EventDelivery event) {
    String error =
        event.hasErrorCode() ? String.format("error code: 0x%x%n", event.errorCode()) : "";
    String address =
        event.vector() == Vector.PF
            ? String.format("faulting address: 0x%x%n", event.faultAddress())
            : "";
    String details =
        String.format(
            "%s (%d)%n%s%srip: 0x%x%ncpl: %d%n",
            Vector.name(event.vector()), event.vector(), error, address, event.rip(), event.cpl());
    return new ExceptionDetail("exception:" + event.vector(), reason.description(), details);
  }
}

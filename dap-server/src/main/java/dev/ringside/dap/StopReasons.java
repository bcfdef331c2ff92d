package dev.ringside.dap;

import dev.ringside.debug.ExceptionDetail;
import dev.ringside.debug.StopReason;
import dev.ringside.debug.StopReason.BreakpointKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.lsp4j.debug.ExceptionBreakMode;
import org.eclipse.lsp4j.debug.ExceptionDetails;
import org.eclipse.lsp4j.debug.ExceptionInfoResponse;
import org.eclipse.lsp4j.debug.StoppedEventArgumentsReason;

/** The engine's reasons for a stop in DAP's words. */
final class StopReasons {
  private StopReasons() {}

  static String dap(StopReason reason) {
    return switch (reason) {
      case StopReason.Entry e -> StoppedEventArgumentsReason.ENTRY;
      case StopReason.Pause p -> StoppedEventArgumentsReason.PAUSE;
      case StopReason.Step s -> StoppedEventArgumentsReason.STEP;
      case StopReason.Jump j -> StoppedEventArgumentsReason.GOTO;
      case StopReason.Breakpoints b -> dap(b.kinds());
      case StopReason.Data d -> StoppedEventArgumentsReason.DATA_BREAKPOINT;
      case StopReason.AtVmExit x -> StoppedEventArgumentsReason.EXCEPTION;
      case StopReason.AtRingTransition r -> StoppedEventArgumentsReason.EXCEPTION;
      case StopReason.AtException x -> StoppedEventArgumentsReason.EXCEPTION;
      case StopReason.AtTripleFault t -> StoppedEventArgumentsReason.EXCEPTION;
      case StopReason.ConditionFailed c ->
          c.breakpointId() > 0
              ? StoppedEventArgumentsReason.BREAKPOINT
              : StoppedEventArgumentsReason.EXCEPTION;
    };
  }

  private static String dap(List<BreakpointKind> kinds) {
    return switch (kinds.isEmpty() ? BreakpointKind.SOURCE : kinds.getFirst()) {
      case SOURCE, CONSOLE -> StoppedEventArgumentsReason.BREAKPOINT;
      case FUNCTION -> StoppedEventArgumentsReason.FUNCTION_BREAKPOINT;
      case INSTRUCTION -> StoppedEventArgumentsReason.INSTRUCTION_BREAKPOINT;
      case DATA -> StoppedEventArgumentsReason.DATA_BREAKPOINT;
    };
  }

  /** What the description does not say: the exit's detail, the exception's error code. */
  static Optional<String> detail(StopReason reason) {
    String text =
        switch (reason) {
          case StopReason.Entry e -> "";
          case StopReason.Pause p -> "";
          case StopReason.Step s -> "";
          case StopReason.Jump j -> "";
          case StopReason.Breakpoints b -> "";
          case StopReason.Data d -> d.description();
          case StopReason.AtVmExit x -> x.exit().detail();
          case StopReason.AtRingTransition r -> mechanism(r);
          case StopReason.AtException x -> exception(x);
          case StopReason.AtTripleFault t -> "the guest ends here unless its state is repaired";
          case StopReason.ConditionFailed c -> c.message();
        };
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String mechanism(StopReason.AtRingTransition r) {
    int vector = r.transition().vector();
    return r.transition().mechanism() + (vector >= 0 ? " vector " + vector : "");
  }

  private static String exception(StopReason.AtException x) {
    StringBuilder text = new StringBuilder();
    if (x.event().hasErrorCode()) {
      text.append(String.format(Locale.ROOT, "error code 0x%x", x.event().errorCode()));
    }
    if (x.event().vector() == 14) {
      text.append(String.format(Locale.ROOT, ", address 0x%x", x.event().faultAddress()));
    }
    return text.toString();
  }

  /** {@code exceptionInfo} of a stop; empty for a stop that is none of those. */
  static Optional<ExceptionInfoResponse> info(StopReason reason) {
    if (!dap(reason).equals(StoppedEventArgumentsReason.EXCEPTION)) {
      return Optional.empty();
    }
    return ExceptionDetail.of(reason).map(detail -> info(reason, detail));
  }

  private static ExceptionInfoResponse info(StopReason reason, ExceptionDetail detail) {
    ExceptionDetails details = new ExceptionDetails();
    details.setTypeName(detail.id());
    details.setFullTypeName(detail.id());
    details.setMessage(detail.description() + detail(reason).map(text -> ": " + text).orElse(""));
    // Of the details, VS Code shows this one alone, below the description.
    details.setStackTrace(detail.details());
    ExceptionInfoResponse info = new ExceptionInfoResponse();
    info.setExceptionId(detail.id());
    info.setDescription(detail.description());
    info.setBreakMode(ExceptionBreakMode.ALWAYS);
    info.setDetails(details);
    return info;
  }
}

package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.debug.Granularity;
import dev.ringside.debug.StepKind;
import java.util.List;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.ContinueResponse;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.jspecify.annotations.Nullable;

/** Running, stepping and pausing. */
final class ExecutionRequests {
  private final Session session;

  ExecutionRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("continue", ContinueArguments.class, a -> resume()),
        Command.of(
            "next",
            NextArguments.class,
            a -> step(StepKind.NEXT, a.getThreadId(), a.getGranularity())),
        Command.of(
            "stepIn",
            StepInArguments.class,
            a -> step(StepKind.IN, a.getThreadId(), a.getGranularity())),
        Command.of(
            "stepOut",
            StepOutArguments.class,
            a -> step(StepKind.OUT, a.getThreadId(), a.getGranularity())),
        Command.of("pause", PauseArguments.class, a -> pause()));
  }

  private ContinueResponse resume() {
    session.events().withoutContinued(session.debug()::resume);
    ContinueResponse response = new ContinueResponse();
    response.setAllThreadsContinued(true);
    return response;
  }

  private @Nullable Object step(
      StepKind kind, int threadId, @Nullable SteppingGranularity granularity) {
    int vcpu = session.vcpu(threadId);
    Granularity unit =
        granularity == SteppingGranularity.INSTRUCTION ? Granularity.INSTRUCTION : Granularity.LINE;
    session.events().withoutContinued(() -> session.debug().step(vcpu, kind, unit));
    return null;
  }

  private @Nullable Object pause() {
    session.debug().pause();
    return null;
  }
}

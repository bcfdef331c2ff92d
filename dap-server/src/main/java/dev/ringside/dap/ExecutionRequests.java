package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.Granularity;
import dev.ringside.debug.JumpTarget;
import dev.ringside.debug.StepKind;
import dev.ringside.debug.StopEvent;
import java.util.List;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.ContinueResponse;
import org.eclipse.lsp4j.debug.GotoArguments;
import org.eclipse.lsp4j.debug.GotoTarget;
import org.eclipse.lsp4j.debug.GotoTargetsArguments;
import org.eclipse.lsp4j.debug.GotoTargetsResponse;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.jspecify.annotations.Nullable;

/** Running, stepping and pausing. */
final class ExecutionRequests {
  private final Session session;

  /** What the last {@code gotoTargets} found. */
  private List<JumpTarget> places = List.of();

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
        Command.of("pause", PauseArguments.class, a -> pause()),
        Command.of("gotoTargets", GotoTargetsArguments.class, this::targets),
        Command.of("goto", GotoArguments.class, this::jump));
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

  private GotoTargetsResponse targets(GotoTargetsArguments arguments) {
    Source source = arguments.getSource();
    if (source == null || source.getPath() == null) {
      throw new ProtocolError.BadArguments("'source.path' is needed");
    }
    int line = session.features().fromClientLine(arguments.getLine());
    places = session.debug().jumpTargets(source.getPath(), line);
    GotoTarget[] targets = new GotoTarget[places.size()];
    for (int i = 0; i < targets.length; i++) {
      JumpTarget place = places.get(i);
      GotoTarget shown = new GotoTarget();
      shown.setId(i + 1);
      shown.setLabel("line " + place.line() + " at " + Hex.of(place.address()));
      shown.setLine(session.features().toClientLine(place.line()));
      shown.setInstructionPointerReference(Hex.of(place.address()));
      targets[i] = shown;
    }
    GotoTargetsResponse response = new GotoTargetsResponse();
    response.setTargets(targets);
    return response;
  }

  private @Nullable Object jump(GotoArguments arguments) {
    int vcpu = session.vcpu(arguments.getThreadId());
    int id = arguments.getTargetId();
    if (id < 1 || id > places.size()) {
      throw new ProtocolError.StaleReference("target", id);
    }
    StopEvent stop = session.debug().jump(vcpu, places.get(id - 1).address());
    session.connection().afterResponse(() -> session.events().sendStopped(stop));
    return null;
  }

  private @Nullable Object pause() {
    session.debug().pause();
    return null;
  }
}

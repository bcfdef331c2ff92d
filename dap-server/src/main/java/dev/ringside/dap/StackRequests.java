package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.FrameInfo;
import dev.ringside.debug.ScopeInfo;
import dev.ringside.debug.Stack;
import dev.ringside.debug.StopEvent;
import dev.ringside.debug.ThreadInfo;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.debug.ExceptionInfoArguments;
import org.eclipse.lsp4j.debug.ExceptionInfoResponse;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopePresentationHint;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.ScopesResponse;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackFramePresentationHint;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StackTraceResponse;
import org.eclipse.lsp4j.debug.Thread;
import org.eclipse.lsp4j.debug.ThreadsResponse;

/** vCPUs, their stacks, and the scopes of frames. */
final class StackRequests {
  private final Session session;

  StackRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.optional("threads", Object.class, Object::new, a -> threads()),
        Command.of("stackTrace", StackTraceArguments.class, this::stackTrace),
        Command.of("scopes", ScopesArguments.class, this::scopes),
        Command.of("exceptionInfo", ExceptionInfoArguments.class, this::exceptionInfo));
  }

  private ThreadsResponse threads() {
    ThreadsResponse response = new ThreadsResponse();
    response.setThreads(
        session.debug().threads().stream().map(StackRequests::thread).toArray(Thread[]::new));
    return response;
  }

  private static Thread thread(ThreadInfo info) {
    Thread thread = new Thread();
    thread.setId(info.id());
    thread.setName(info.name());
    return thread;
  }

  private StackTraceResponse stackTrace(StackTraceArguments arguments) {
    int vcpu = session.vcpu(arguments.getThreadId());
    int start = arguments.getStartFrame() == null ? 0 : arguments.getStartFrame();
    int levels = arguments.getLevels() == null ? 0 : arguments.getLevels();
    Stack stack = session.debug().stack(vcpu, start, levels);
    StackTraceResponse response = new StackTraceResponse();
    response.setStackFrames(stack.frames().stream().map(this::frame).toArray(StackFrame[]::new));
    response.setTotalFrames(stack.total());
    return response;
  }

  private StackFrame frame(FrameInfo info) {
    StackFrame frame = new StackFrame();
    frame.setId(info.id());
    frame.setName(info.name());
    frame.setInstructionPointerReference("0x" + Long.toHexString(info.pc()));
    if (info.position().isPresent()) {
      frame.setSource(Sources.of(info.position().get()));
      frame.setLine(session.features().toClientLine(info.position().get().line()));
      frame.setColumn(session.features().toClientColumn(info.position().get().column()));
    } else {
      frame.setSource(session.sources().listing(info));
      frame.setLine(session.features().toClientLine(session.sources().line(info)));
      frame.setColumn(session.features().toClientColumn(1));
    }
    if (info.guessed()) {
      frame.setPresentationHint(StackFramePresentationHint.SUBTLE);
    }
    session.sources().module(info.pc()).ifPresent(frame::setModuleId);
    return frame;
  }

  private ScopesResponse scopes(ScopesArguments arguments) {
    ScopesResponse response = new ScopesResponse();
    response.setScopes(
        session.debug().scopes(arguments.getFrameId()).stream()
            .map(StackRequests::scope)
            .toArray(Scope[]::new));
    return response;
  }

  private static Scope scope(ScopeInfo info) {
    Scope scope = new Scope();
    scope.setName(info.name());
    scope.setVariablesReference(info.reference());
    scope.setExpensive(info.expensive());
    switch (info.kind()) {
      case ARGUMENTS -> scope.setPresentationHint(ScopePresentationHint.ARGUMENTS);
      case LOCALS -> scope.setPresentationHint(ScopePresentationHint.LOCALS);
      case REGISTERS -> scope.setPresentationHint(ScopePresentationHint.REGISTERS);
      case OTHER -> {}
    }
    return scope;
  }

  private ExceptionInfoResponse exceptionInfo(ExceptionInfoArguments arguments) {
    session.vcpu(arguments.getThreadId());
    Optional<StopEvent> stop = session.debug().stop();
    return stop.flatMap(s -> StopReasons.info(s.reason()))
        .orElseThrow(
            () ->
                new ProtocolError.WrongState(
                    "the guest does not stand at a VM exit, a ring transition or an exception"));
  }
}

package dev.ringside.dap.client;

import static dev.ringside.dap.client.Lsp4e.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.dap.TestServer;
import dev.ringside.samples.SampleGuests;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;
import org.eclipse.lsp4j.debug.EvaluateResponse;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminateArguments;
import org.eclipse.lsp4j.debug.Thread;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eclipse through LSP4E's Debug Adapter Launcher ({@link Lsp4e}), with the requests that it has and
 * no others; what it cannot ask for comes from the console ({@code console/DSPStreamsProxy.java}).
 */
class Lsp4eTest {
  private static final String HELLO = "hello/hello.c";

  private static String launch(String sample, String more) {
    return "{\"type\": \"ringside\", \"request\": \"launch\", \"program\": \""
        + SampleGuests.elf(sample)
        + "\", \"memory\": \"64M\", \"cpus\": 1"
        + more
        + "}";
  }

  /** {@code DSPThread.getStackFrames}: the first 20. */
  private static List<StackFrame> frames(Lsp4e eclipse) {
    StackTraceArguments arguments = new StackTraceArguments();
    arguments.setThreadId(1);
    arguments.setStartFrame(0);
    arguments.setLevels(20);
    return Arrays.asList(get(eclipse.remote().stackTrace(arguments)).getStackFrames());
  }

  /** {@code DSPStackFrame.getVariables}: the scopes stand in the view as variables. */
  private static List<Scope> scopes(Lsp4e eclipse, StackFrame frame) {
    ScopesArguments arguments = new ScopesArguments();
    arguments.setFrameId(frame.getId());
    return Arrays.asList(get(eclipse.remote().scopes(arguments)).getScopes());
  }

  private static List<Variable> variables(Lsp4e eclipse, int reference) {
    VariablesArguments arguments = new VariablesArguments();
    arguments.setVariablesReference(reference);
    return Arrays.asList(get(eclipse.remote().variables(arguments)).getVariables());
  }

  private static Variable variable(Lsp4e eclipse, StackFrame frame, String scope, String name) {
    for (Scope s : scopes(eclipse, frame)) {
      if (s.getName().equals(scope)) {
        for (Variable v : variables(eclipse, s.getVariablesReference())) {
          if (v.getName().equals(name)) {
            return v;
          }
        }
      }
    }
    throw new AssertionError("no " + name + " in " + scope);
  }

  /** {@code DSPStreamsProxy.write}: what is typed into the console, without a frame. */
  private static String console(Lsp4e eclipse, String line) {
    EvaluateArguments arguments = new EvaluateArguments();
    arguments.setContext(EvaluateArgumentsContext.REPL);
    arguments.setExpression(line);
    return get(eclipse.remote().evaluate(arguments)).getResult();
  }

  private static void resume(Lsp4e eclipse) {
    ContinueArguments arguments = new ContinueArguments();
    arguments.setThreadId(1);
    assertThat(get(eclipse.remote().continue_(arguments)).getAllThreadsContinued()).isTrue();
  }

  @Test
  void aBreakpointInTheEditorStops() {
    try (Lsp4e eclipse = new Lsp4e(new TestServer())) {
      eclipse.breakpointAt(HELLO, 48, 99);
      eclipse.breakpointAt("common/power.c", 12);
      eclipse.start(launch("hello", ""), "debug");
      assertThat(eclipse.capabilities().getSupportsConfigurationDoneRequest()).isTrue();
      StoppedEventArguments stop = eclipse.nextStop();
      assertThat(stop.getReason())
          .as("DSPDebugTarget.calcDetail knows this")
          .isEqualTo("breakpoint");
      assertThat(stop.getAllThreadsStopped()).isTrue();
      assertThat(get(eclipse.remote().threads()).getThreads())
          .extracting(Thread::getName)
          .containsExactly("vCPU 0 · ring 0 · long mode");
      List<StackFrame> frames = frames(eclipse);
      assertThat(frames).extracting(StackFrame::getName).startsWith("factorial", "kmain");
      for (StackFrame frame : frames) {
        // DSPStackFrame.getFrameInstructionAddress and getSourceName.
        String address = frame.getInstructionPointerReference();
        assertThat(new BigInteger(address.substring(2), 16)).isPositive();
        assertThat(frame.getSource()).isNotNull();
      }
      assertThat(variable(eclipse, frames.getFirst(), "Arguments", "n").getValue()).isEqualTo("10");
    }
  }

  @Test
  void stepsAndEditsOfVariables() {
    try (Lsp4e eclipse = new Lsp4e(new TestServer())) {
      eclipse.breakpointAt(HELLO, 95);
      eclipse.start(launch("hello", ""), "debug");
      eclipse.nextStop();
      StepInArguments in = new StepInArguments();
      in.setThreadId(1);
      get(eclipse.remote().stepIn(in));
      assertThat(eclipse.nextStop().getReason()).isEqualTo("step");
      assertThat(frames(eclipse).getFirst().getName()).isEqualTo("factorial");
      StepOutArguments out = new StepOutArguments();
      out.setThreadId(1);
      get(eclipse.remote().stepOut(out));
      eclipse.nextStop();
      NextArguments next = new NextArguments();
      next.setThreadId(1);
      do {
        get(eclipse.remote().next(next));
        eclipse.nextStop();
      } while (frames(eclipse).getFirst().getLine() < 99);
      StackFrame frame = frames(eclipse).getFirst();
      Scope locals =
          scopes(eclipse, frame).stream()
              .filter(s -> s.getName().equals("Locals"))
              .findFirst()
              .orElseThrow();
      SetVariableArguments set = new SetVariableArguments();
      set.setVariablesReference(locals.getVariablesReference());
      set.setName("sum");
      set.setValue("41");
      assertThat(get(eclipse.remote().setVariable(set)).getValue()).isEqualTo("41");
      // TextSelectionToIVariable: the name in each scope, then a hover.
      assertThat(variable(eclipse, frame, "Locals", "sum").getValue()).isEqualTo("41");
      EvaluateArguments hover = new EvaluateArguments();
      hover.setContext(EvaluateArgumentsContext.HOVER);
      hover.setFrameId(frame.getId());
      hover.setExpression("calls");
      assertThat(get(eclipse.remote().evaluate(hover)).getResult()).isEqualTo("10");
      // DAPWatchExpression: no context at all.
      EvaluateArguments watch = new EvaluateArguments();
      watch.setExpression("first.next->name");
      watch.setFrameId(frame.getId());
      EvaluateResponse watched = get(eclipse.remote().evaluate(watch));
      assertThat(watched.getResult()).contains("\"second\"");
    }
  }

  /** Filters, function breakpoints, registers, memory, disassembly: all by the console. */
  @Test
  void theConsoleGivesWhatEclipseCannotAskFor() {
    try (Lsp4e eclipse = new Lsp4e(new TestServer())) {
      eclipse.start(launch("hello", ", \"stopOnEntry\": true"), "debug");
      assertThat(eclipse.nextStop().getReason()).isEqualTo("entry");
      assertThat(console(eclipse, "break fill_squares"))
          .startsWith("Breakpoint")
          .contains("hello.c");
      assertThat(console(eclipse, "catch exit CPUID if $rax == 0x80000001")).contains("exit:CPUID");
      // Eclipse sends a file's breakpoints again; the console's stay.
      org.eclipse.lsp4j.debug.Source source = new org.eclipse.lsp4j.debug.Source();
      source.setName("hello.c");
      source.setPath(Json.text(dev.ringside.dap.TestSession.source(HELLO), "path"));
      get(eclipse.remote().setBreakpoints(Lsp4e.arguments(source, 99)));
      get(eclipse.remote().setBreakpoints(Lsp4e.arguments(source)));
      assertThat(console(eclipse, "info breakpoints")).contains("Breakpoint 1", "exit:CPUID");
      resume(eclipse);
      StoppedEventArguments stop = eclipse.nextStop();
      while (stop.getReason().equals("exception")) {
        assertThat(console(eclipse, "regs")).contains("80000001");
        assertThat(console(eclipse, "exits")).contains("CPUID");
        resume(eclipse);
        stop = eclipse.nextStop();
      }
      assertThat(frames(eclipse).getFirst().getName()).isEqualTo("fill_squares");
      assertThat(console(eclipse, "bt")).contains("fill_squares").contains("kmain");
      assertThat(console(eclipse, "vmcs GUEST_RIP")).contains("GUEST_RIP");
      assertThat(console(eclipse, "walk $rip")).containsIgnoringCase("PML4");
      assertThat(console(eclipse, "ept 0x100000")).isNotBlank();
      assertThat(console(eclipse, "x/2xg $rsp").lines().count()).isPositive();
      assertThat(console(eclipse, "disas/3").lines()).hasSizeGreaterThanOrEqualTo(3);
      assertThat(console(eclipse, "rings")).contains("ring 0");
      assertThat(console(eclipse, "help")).contains("catch").contains("send");
      assertThat(console(eclipse, "= calls")).isEqualTo("10");
      console(eclipse, "delete");
      resume(eclipse);
      assertThat(eclipse.exitCode()).isZero();
      eclipse.awaitTerminated();
      assertThat(eclipse.standardOutput()).contains("Goodbye.");
      assertThat(eclipse.foreignEvents()).isEmpty();
    }
  }

  /** {@code DSPStreamsProxy.write} prints the message of the error, and nothing else of it. */
  @Test
  void aMistakeInTheConsoleIsExplainedInTheMessage() {
    try (Lsp4e eclipse = new Lsp4e(new TestServer())) {
      eclipse.start(launch("hello", ", \"stopOnEntry\": true"), "debug");
      eclipse.nextStop();
      EvaluateArguments arguments = new EvaluateArguments();
      arguments.setContext(EvaluateArgumentsContext.REPL);
      arguments.setExpression("break no_such_function");
      assertThatThrownBy(() -> eclipse.remote().evaluate(arguments).get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              ResponseErrorException.class,
              e -> assertThat(e.getResponseError().getMessage()).contains("no_such_function"));
    }
  }

  /** Run As: {@code DSPDebugTarget.initialize} ends with {@code launch} when not debugging. */
  @Test
  void runModeNeedsNoConfigurationDone() {
    try (Lsp4e eclipse = new Lsp4e(new TestServer())) {
      eclipse.breakpointAt(HELLO, 99);
      eclipse.start(launch("hello", ""), "run");
      assertThat(eclipse.exitCode()).isZero();
      eclipse.awaitTerminated();
      assertThat(eclipse.standardOutput()).startsWith("Hello from ring 0").contains("Goodbye.");
      assertThat(eclipse.hasStopped()).isFalse();
    }
  }

  /** {@code DSPDebugTarget.terminate} of a launch: {@code terminate}; then the streams close. */
  @Test
  void terminateEndsALaunchedGuest() {
    try (Lsp4e eclipse = new Lsp4e(new TestServer())) {
      eclipse.start(launch("rings", ", \"cmdline\": \"loops=2000000000\""), "debug");
      PauseArguments pause = new PauseArguments();
      pause.setThreadId(1);
      get(eclipse.remote().pause(pause));
      assertThat(eclipse.nextStop().getReason()).isEqualTo("pause");
      get(eclipse.remote().terminate(new TerminateArguments()));
      assertThat(eclipse.exitCode()).isZero();
      eclipse.awaitTerminated();
    }
  }

  /** {@code DSPDebugTarget.terminate} of an attached session means to end the VM. */
  @Test
  void terminateEndsAnAttachedVm(@TempDir Path temporary) {
    try (RunningVm vm = new RunningVm(temporary)) {
      try (Lsp4e eclipse = new Lsp4e(new TestServer(vm.folder()))) {
        eclipse.start(
            "{\"type\": \"ringside\", \"request\": \"attach\", \"vm\": \"rings\"}", "debug");
        DisconnectArguments arguments = new DisconnectArguments();
        arguments.setTerminateDebuggee(true);
        get(eclipse.remote().disconnect(arguments));
      }
      assertThat(vm.machine().ended().join().exitStatus()).isZero();
    }
  }

  /** {@code DSPDebugTarget.disconnect}: empty arguments; the VM runs on. */
  @Test
  void disconnectLeavesAnAttachedVmRunning(@TempDir Path temporary) {
    try (RunningVm vm = new RunningVm(temporary)) {
      try (Lsp4e eclipse = new Lsp4e(new TestServer(vm.folder()))) {
        eclipse.breakpointAt("rings/syscall.c", 28);
        eclipse.start(
            "{\"type\": \"ringside\", \"request\": \"attach\", \"vm\": \"rings\"}", "debug");
        eclipse.nextStop();
        assertThat(frames(eclipse).getFirst().getName()).isEqualTo("handle_syscall");
        get(eclipse.remote().disconnect(new DisconnectArguments()));
      }
      vm.awaitRunning();
    }
  }
}

package dev.ringside.debug;

import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.BreakpointState;
import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.program.SourceMap;
import dev.ringside.debug.target.MachineTarget;
import dev.ringside.samples.SampleGuests;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.model.SymbolFileException;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session on a sample guest, with what happens in it queued up for the test to wait for. */
final class Rig implements AutoCloseable, SessionListener {
  private static final long PATIENCE = 60;

  /** What a session tells. */
  sealed interface Happening {
    record Stopped(StopEvent event) implements Happening {}

    record Ended(GuestEnd end) implements Happening {}
  }

  final DebugSession session;
  final VirtualMachine machine;
  final BlockingQueue<String> output = new LinkedBlockingQueue<>();
  final ByteArrayOutputStream serial = new ByteArrayOutputStream();
  private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

  private Rig(Path image, Path symbols, String commandLine, int megabytes)
      throws GuestImageException, SymbolFileException {
    machine =
        VirtualMachine.create(
            MachineConfiguration.defaults()
                .withMemory((long) megabytes << 20)
                .withSerialOutput(serial),
            Guest.of(GuestImage.open(image), Optional.empty(), commandLine));
    Program program = new Program(List.of(SymbolFile.open(symbols)), SourceMap.NONE);
    session = new DebugSession(new MachineTarget(machine), program);
    session.setListener(this);
  }

  /** A session on a sample that stands at its first instruction. */
  static Rig on(String sample) {
    return on(sample, "");
  }

  static Rig on(String sample, String commandLine) {
    return onElf(SampleGuests.elf(sample), commandLine);
  }

  static Rig onElf(Path elf, String commandLine) {
    try {
      return new Rig(elf, elf, commandLine, 64);
    } catch (GuestImageException | SymbolFileException e) {
      throw new AssertionError(e);
    }
  }

  /** A session on a kernel whose symbols are in another file. */
  static Rig onKernel(Path image, Path symbols, String commandLine) {
    try {
      return new Rig(image, symbols, commandLine, 512);
    } catch (GuestImageException | SymbolFileException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void stopped(StopEvent stop) {
    happenings.add(new Happening.Stopped(stop));
  }

  @Override
  public void continued() {}

  @Override
  public void ended(GuestEnd end) {
    happenings.add(new Happening.Ended(end));
  }

  @Override
  public void output(String text, Optional<SourcePosition> position) {
    output.add(text);
  }

  Happening next() {
    try {
      Happening happening = happenings.poll(PATIENCE, TimeUnit.SECONDS);
      if (happening == null) {
        throw new AssertionError(
            "nothing happened for "
                + PATIENCE
                + " s; the guest is at "
                + session.evaluate("$rip", 0, EvaluationMode.HOVER, false).line().value()
                + " machine says "
                + machine.stopReason()
                + " session says "
                + session.stop()
                + " running "
                + machine.isRunning()
                + " ended "
                + machine.ended()
                + " and printed\n"
                + printed());
      }
      return happening;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String printed() {
    return serial.toString(StandardCharsets.UTF_8);
  }

  StopReason awaitStop() {
    Happening happening = next();
    if (happening instanceof Happening.Stopped stopped) {
      return stopped.event().reason();
    }
    throw new AssertionError("the guest ended: " + happening + "\n" + printed());
  }

  GuestEnd awaitEnd() {
    Happening happening = next();
    if (happening instanceof Happening.Ended ended) {
      return ended.end();
    }
    throw new AssertionError("the guest stopped: " + happening);
  }

  StopReason resume() {
    session.resume();
    return awaitStop();
  }

  StopReason step(StepKind kind) {
    session.step(0, kind, Granularity.LINE);
    return awaitStop();
  }

  StopReason stepInstruction(StepKind kind) {
    session.step(0, kind, Granularity.INSTRUCTION);
    return awaitStop();
  }

  /** Sets one function breakpoint in place of all others. */
  BreakpointState breakAt(String function) {
    return session
        .setFunctionBreakpoints(List.of(new BreakpointSpec.Function(function, Modifiers.NONE)))
        .getFirst();
  }

  /** Sets one breakpoint on the first line of a source file that holds that text. */
  BreakpointState breakOn(Path file, String text) {
    return breakOn(file, text, Modifiers.NONE);
  }

  BreakpointState breakOn(Path file, String text, Modifiers modifiers) {
    return session
        .setSourceBreakpoints(
            file.toString(),
            List.of(
                new BreakpointSpec.Source(
                    file.toString(), Sources.lineOf(file, text), 0, modifiers)))
        .getFirst();
  }

  /** {@code factorial:48}: the innermost frame. */
  String where() {
    return describe(session.stack(0, 0, 1).frames().getFirst());
  }

  List<String> stack() {
    return session.stack(0, 0, 0).frames().stream().map(Rig::describe).toList();
  }

  private static String describe(FrameInfo frame) {
    return frame.name() + frame.position().map(p -> ":" + p.line()).orElse("");
  }

  int top() {
    return session.stack(0, 0, 1).frames().getFirst().id();
  }

  String value(String expression) {
    return evaluate(expression).line().value();
  }

  Shown evaluate(String expression) {
    return session.evaluate(expression, 0, EvaluationMode.WATCH, false);
  }

  /** {@code name = value} for each variable of a scope of the innermost frame. */
  List<String> scope(String name) {
    for (ScopeInfo scope : session.scopes(top())) {
      if (scope.name().equals(name)) {
        return lines(scope.reference());
      }
    }
    throw new AssertionError("no scope " + name);
  }

  List<String> lines(int reference) {
    return session.variables(reference, 0, 0, false).stream()
        .map(s -> s.line().name() + " = " + s.line().value())
        .toList();
  }

  @Override
  public void close() {
    session.close();
  }
}

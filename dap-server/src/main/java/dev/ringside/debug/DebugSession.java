package dev.ringside.debug;

import dev.ringside.debug.breakpoint.Addresses;
import dev.ringside.debug.breakpoint.BreakpointListener;
import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.BreakpointState;
import dev.ringside.debug.breakpoint.Breakpoints;
import dev.ringside.debug.filter.FilterRequest;
import dev.ringside.debug.filter.FilterState;
import dev.ringside.debug.filter.Filters;
import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.debug.frame.StackFrame;
import dev.ringside.debug.frame.StackTrace;
import dev.ringside.debug.frame.StackWalk;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.scope.TrapCost;
import dev.ringside.debug.step.InstructionStep;
import dev.ringside.debug.step.LineStep;
import dev.ringside.debug.step.OutStep;
import dev.ringside.debug.step.Step;
import dev.ringside.debug.target.Target;
import dev.ringside.debug.target.TargetListener;
import dev.ringside.debug.value.Value;
import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.unwind.UnwindResult;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.control.StopCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One guest being debugged, without any protocol: what a DAP server, a console or a test drives.
 *
 * <p>Threads. Every method may be called from any thread but the target's own (a listener must hand
 * over); calls that look at the guest visit the vCPU's thread and come back with the answer. Frame
 * ids and references hold until the guest runs again. Requests that cannot be carried out throw
 * {@link DebugException} or {@link dev.ringside.debug.expression.ExpressionException}, whose
 * messages are for the user.
 */
public final class DebugSession implements AutoCloseable {
  private static final int MAX_FRAMES = 1000;

  private final Target target;
  private final Program program;
  private final Breakpoints breakpoints;
  private final Filters filters;
  private final Inspector inspector;
  private final StackWalk walk;
  private final Stops stops;
  private final Handles<FrameAt> frames = new Handles<>();
  private final Code code;
  private final Jumps jumps;
  private final Console console;
  private volatile @Nullable SessionListener listener;
  private @Nullable StackTrace cachedStack;
  private List<Integer> cachedIds = List.of();

  private record FrameAt(int vcpu, int index, StackFrame frame) {}

  /**
   * Debugs a target with the symbols of its program. The target's listener, breakpoints and event
   * filter belong to the session from now on; triple faults stop, nothing else does.
   */
  public DebugSession(Target target, Program program) {
    this.target = target;
    this.program = program;
    BreakpointListener output = new Output();
    this.breakpoints = new Breakpoints(target, program, output);
    this.filters = new Filters(target, program, output);
    this.inspector = new Inspector(target, program);
    this.walk = new StackWalk(program);
    this.stops = new Stops(target, breakpoints, filters, walk);
    this.code = new Code(target, program);
    this.jumps = new Jumps(program, target);
    this.console = new Console(this);
    target.setListener(new FromTarget());
    filters.set(List.of(new FilterRequest("triple-fault", "")));
  }

  /** Who hears of stops, output and the end; one at a time; null for nobody. */
  public void setListener(@Nullable SessionListener newListener) {
    this.listener = newListener;
  }

  public Program program() {
    return program;
  }

  public Target target() {
    return target;
  }

  // Life

  /** Whether the guest runs right now. */
  public boolean isRunning() {
    return target.isRunning();
  }

  /** Why the guest stands; empty while it runs, and once it has ended. */
  public Optional<StopEvent> stop() {
    return stops.current();
  }

  /** What there is to say about a stop at an event; empty for other stops and while it runs. */
  public Optional<ExceptionDetail> exceptionDetail() {
    return stop().flatMap(s -> ExceptionDetail.of(s.reason()));
  }

  /** Lets the guest run. */
  public void resume() {
    run(null, 0);
  }

  /** Stops the guest soon. */
  public void pause() {
    target.pause();
  }

  /** Ends the guest at once. */
  public void terminate() {
    target.powerOff();
  }

  /** Boots the guest again; it then stands at its first instruction, and hits count anew. */
  public void restart() {
    forget();
    breakpoints.resetHits();
    target.restart();
    stops.atEntry();
  }

  /**
   * Takes over breakpoints and filters of a session whose guest this one's replaces; that one is
   * not used any more.
   *
   * @return the breakpoints that are now elsewhere, or can or cannot be set any more
   */
  public List<BreakpointState> adopt(DebugSession old) {
    frames.startAfter(old.frames);
    inspector.startAfter(old.inspector);
    filters.adopt(old.filters);
    return breakpoints.adopt(old.breakpoints);
  }

  /** Removes everything that this session put into the guest, which runs on. */
  public void detach() {
    breakpoints.clear();
    filters.clear();
    forget();
    target.resume();
  }

  /** Closes the target and the symbol files. */
  @Override
  public void close() {
    target.close();
    program.close();
  }

  private void run(@Nullable Step step, int vcpu) {
    if (target.isRunning()) {
      throw new DebugException("the guest runs already");
    }
    forget();
    stops.running(step);
    SessionListener to = listener;
    if (to != null) {
      to.continued();
    }
    if (step == null) {
      target.resume();
    } else {
      target.resume(vcpu, step);
    }
  }

  private synchronized void forget() {
    frames.clear();
    inspector.forget();
    cachedStack = null;
    cachedIds = List.of();
  }

  /**
   * Steps a vCPU.
   *
   * @throws DebugException if the guest runs, or a step out finds no caller
   */
  public void step(int vcpu, StepKind kind, Granularity granularity) {
    requireStopped();
    int hidden = stops.hiddenInlined();
    switch (kind) {
      case NEXT ->
          run(
              granularity == Granularity.INSTRUCTION
                  ? new InstructionStep(target, true)
                  : new LineStep(target, program, LineStep.Calls.OVER, hidden),
              vcpu);
      case IN -> {
        if (granularity == Granularity.INSTRUCTION) {
          run(new InstructionStep(target, false), vcpu);
        } else if (hidden > 0) {
          forget();
          stops.enterInlined();
          SessionListener to = listener;
          if (to != null) {
            to.continued();
            to.stopped(new StopEvent(vcpu, new StopReason.Step()));
          }
        } else {
          run(new LineStep(target, program, LineStep.Calls.INTO, 0), vcpu);
        }
      }
      case OUT -> run(out(vcpu, hidden), vcpu);
    }
  }

  private Step out(int vcpu, int hidden) {
    StackTrace stack = trace(vcpu);
    StackFrame top = stack.frames().getFirst();
    if (top.isInlined()) {
      return new LineStep(target, program, LineStep.Calls.OUT_OF_INLINED, hidden);
    }
    return target.onVcpu(
        vcpu,
        view ->
            switch (top.context().unwind()) {
              case UnwindResult.Caller caller -> {
                OptionalLong pc = caller.registers().pc();
                OptionalLong sp = caller.registers().stackPointer();
                if (pc.isEmpty() || sp.isEmpty()) {
                  throw new DebugException("the caller's registers are not known");
                }
                yield new OutStep(target, pc.getAsLong(), sp.getAsLong(), caller.interrupted());
              }
              case UnwindResult.EndOfStack end ->
                  throw new DebugException("this function has no caller: " + end.reason());
              case UnwindResult.Failed failed ->
                  throw new DebugException("the caller is not known: " + failed.reason());
            });
  }

  /**
   * Where on a source line the guest can be made to go on: places of the function that it stands
   * in.
   *
   * @param path the user's path of the file
   * @throws DebugException if the guest runs, or the line is not in that function
   */
  public List<JumpTarget> jumpTargets(String path, int line) {
    requireStopped();
    return jumps.targets(trace(0).frames().getFirst(), path, line);
  }

  /**
   * Makes a vCPU go on elsewhere in its function; it stands there then.
   *
   * @param address of a {@link JumpTarget}
   * @throws DebugException if the guest runs, is in another function by now, or stands at a VM exit
   */
  public StopEvent jump(int vcpu, long address) {
    requireStopped();
    StackFrame top = trace(vcpu).frames().getFirst();
    jumps.jump(vcpu, top, stop().map(StopEvent::reason), address);
    forget();
    return stops.jumped(vcpu);
  }

  private void requireStopped() {
    if (target.isRunning() || stops.current().isEmpty()) {
      throw new DebugException("the guest runs; pause it first");
    }
  }

  // Threads and frames

  /** The vCPUs; works while the guest runs. */
  public List<ThreadInfo> threads() {
    List<ThreadInfo> threads = new ArrayList<>();
    for (int i = 0; i < target.vcpus(); i++) {
      int number = i;
      String name =
          target.onVcpu(
              i,
              view ->
                  String.format(
                      "vCPU %d · ring %d · %s",
                      number, view.cpu().cpl(), view.cpu().mode().label()));
      threads.add(new ThreadInfo(i + 1, name));
    }
    return threads;
  }

  /**
   * Part of a vCPU's stack.
   *
   * @param start the first frame wanted, 0 is the innermost
   * @param count how many at most; 0 for all
   */
  public synchronized Stack stack(int vcpu, int start, int count) {
    requireStopped();
    StackTrace stack = trace(vcpu);
    List<FrameInfo> infos = new ArrayList<>();
    int end = count <= 0 ? stack.frames().size() : Math.min(stack.frames().size(), start + count);
    for (int i = Math.max(0, start); i < end; i++) {
      StackFrame f = stack.frames().get(i);
      infos.add(
          new FrameInfo(
              cachedIds.get(i), f.name(), f.pc(), f.position(), f.isInlined(), f.guessed()));
    }
    return new Stack(infos, stack.frames().size(), stack.complete() ? "" : stack.end());
  }

  private synchronized StackTrace trace(int vcpu) {
    StackTrace known = cachedStack;
    if (known == null) {
      int hidden = stops.hiddenInlined();
      known = target.onVcpu(vcpu, view -> walk.walk(view, hidden, MAX_FRAMES));
      cachedStack = known;
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < known.frames().size(); i++) {
        ids.add(frames.add(new FrameAt(vcpu, i, known.frames().get(i))));
      }
      cachedIds = ids;
    }
    return known;
  }

  private @Nullable FrameAt frame(int frameId) {
    if (frameId == 0) {
      return null;
    }
    return frames
        .get(frameId)
        .orElseThrow(
            () -> new DebugException("this frame is out of date: the guest has run since"));
  }

  /** The frame to take where a client names none: the innermost one shown, if the guest stands. */
  private @Nullable FrameAt frameOrTop(int frameId) {
    FrameAt named = frame(frameId);
    if (named == null && !target.isRunning() && stops.current().isPresent()) {
      return new FrameAt(0, 0, trace(0).frames().getFirst());
    }
    return named;
  }

  private static @Nullable StackFrame stackFrame(@Nullable FrameAt at) {
    return at == null ? null : at.frame;
  }

  /**
   * To be called behind an edit of registers or memory: frames that clients hold show what is there
   * now.
   *
   * @return whether the stack itself looks different
   */
  public synchronized boolean edited() {
    StackTrace before = cachedStack;
    if (before == null || target.isRunning() || stops.current().isEmpty()) {
      return false;
    }
    List<Integer> ids = cachedIds;
    cachedStack = null;
    StackTrace after = trace(0);
    if (!sameFrames(before, after)) {
      return true;
    }
    for (int i = 0; i < ids.size(); i++) {
      frames.replace(ids.get(i), new FrameAt(0, i, after.frames().get(i)));
    }
    cachedIds = ids;
    return false;
  }

  private static boolean sameFrames(StackTrace a, StackTrace b) {
    if (a.frames().size() != b.frames().size()) {
      return false;
    }
    for (int i = 0; i < a.frames().size(); i++) {
      StackFrame one = a.frames().get(i);
      StackFrame other = b.frames().get(i);
      if (one.pc() != other.pc() || !one.name().equals(other.name())) {
        return false;
      }
    }
    return true;
  }

  /** The scopes of a frame, in the order of CONTRACTS.md. */
  public List<ScopeInfo> scopes(int frameId) {
    FrameAt at = frame(frameId);
    if (at == null) {
      throw new DebugException("scopes belong to a frame");
    }
    return inspector.scopesOf(at.vcpu, at.frame);
  }

  /** Who supplies the scope "Trap cost". */
  public void setTrapCost(TrapCost cost) {
    inspector.scopes().setTrapCost(cost);
  }

  /** Who profiles; {@link TrapCost#NONE} for nobody. */
  TrapCost trapCost() {
    return inspector.scopes().trapCost();
  }

  // Values

  /**
   * What is below a reference.
   *
   * @param start the first child wanted, from 0
   * @param count how many at most; 0 for all
   * @param hex whether numbers show in hexadecimal
   */
  public List<Shown> variables(int reference, int start, int count, boolean hex) {
    return inspector.variables(reference, start, count, hex);
  }

  /** Whether what is below a reference are an array's elements and nothing else. */
  public boolean isArray(int reference) {
    return inspector.isArray(reference);
  }

  /**
   * Evaluates an expression; works while the guest runs, then against the state of that moment.
   *
   * @param frameId 0 for the innermost frame
   */
  public Shown evaluate(String expression, int frameId, EvaluationMode mode, boolean hex) {
    FrameAt at = frameOrTop(frameId);
    return inspector.evaluate(expression, at == null ? 0 : at.vcpu, stackFrame(at), mode, hex);
  }

  /**
   * The names of a frame's variables and arguments, innermost block first; none where they are not
   * known, or while the guest runs.
   *
   * @param frameId 0 for the innermost frame
   */
  public List<String> variableNames(int frameId) {
    FrameAt at = frameOrTop(frameId);
    Activation activation = at == null ? null : at.frame.activation();
    if (activation == null) {
      return List.of();
    }
    return Stream.concat(activation.locals().stream(), activation.arguments().stream())
        .map(Variable::name)
        .distinct()
        .toList();
  }

  /** Sets a child of a reference by its name; the value that it has then. */
  public Shown setVariable(int reference, String name, String value, boolean hex) {
    return inspector.assignChild(reference, name, value, hex);
  }

  /** Assigns to an expression; the value that it has then. */
  public Shown setExpression(String expression, String value, int frameId, boolean hex) {
    FrameAt at = frameOrTop(frameId);
    return inspector.assign(expression, value, at == null ? 0 : at.vcpu, stackFrame(at), hex);
  }

  /** An expression's value as a number or address. */
  public long number(String expression, int frameId) {
    FrameAt at = frameOrTop(frameId);
    return inspector.number(expression, at == null ? 0 : at.vcpu, stackFrame(at));
  }

  // Breakpoints

  /** Replaces the breakpoints of a source file; answers in the order of the requests. */
  public List<BreakpointState> setSourceBreakpoints(
      String path, List<BreakpointSpec.Source> specs) {
    return breakpoints.setSource(path, specs);
  }

  /** Replaces the function breakpoints. */
  public List<BreakpointState> setFunctionBreakpoints(List<BreakpointSpec.Function> specs) {
    return breakpoints.setFunctions(specs);
  }

  /** Replaces the instruction breakpoints. */
  public List<BreakpointState> setInstructionBreakpoints(List<BreakpointSpec.Instruction> specs) {
    return breakpoints.setInstructions(specs);
  }

  /**
   * Replaces the data breakpoints.
   *
   * @throws DebugException if a data id is none
   */
  public List<BreakpointState> setDataBreakpoints(List<DataBreakpointRequest> requests) {
    List<BreakpointSpec.Data> specs = new ArrayList<>();
    for (DataBreakpointRequest request : requests) {
      specs.add(dataSpec(request));
    }
    return breakpoints.setData(specs);
  }

  private static BreakpointSpec.Data dataSpec(DataBreakpointRequest request) {
    String[] parts = request.dataId().split(":", 3);
    Optional<Long> address = Addresses.parse(parts[0]);
    if (address.isEmpty() || parts.length < 2 || !parts[1].matches("\\d{1,6}")) {
      throw new DebugException("'" + request.dataId() + "' names no data");
    }
    String what = parts.length > 2 ? parts[2] : parts[0];
    return new BreakpointSpec.Data(
        what,
        address.get(),
        Math.max(1, Integer.parseInt(parts[1])),
        request.access(),
        request.modifiers());
  }

  /** What watching a child of a reference would mean. */
  public DataTarget dataTarget(int reference, String name) {
    for (Shown shown : inspector.variables(reference, 0, 0, false)) {
      if (shown.line().name().equals(name)) {
        return dataTargetOf(shown.line().evaluateName(), 0);
      }
    }
    return new DataTarget("", "there is no '" + name + "' here");
  }

  /** What watching an expression would mean. */
  public DataTarget dataTargetOf(String expression, int frameId) {
    FrameAt at = frameOrTop(frameId);
    Value value = inspector.value(expression, at == null ? 0 : at.vcpu, stackFrame(at));
    if (!value.hasAddress()) {
      return new DataTarget("", "'" + expression + "' is not in memory");
    }
    long size = Math.max(1, value.type().size());
    return new DataTarget(
        String.format(Locale.ROOT, "0x%x:%d:%s", value.address(), size, expression), expression);
  }

  /** Turns on exactly these filters; answers in the order of the requests. */
  public List<FilterState> setFilters(List<FilterRequest> requests) {
    return filters.set(requests);
  }

  /** The lines of one of the user's files where a breakpoint can be, both ends included. */
  public List<Integer> breakpointLines(String path, int from, int to) {
    return program.linesWithCode(path, from, to);
  }

  // Memory and code

  /** Reads and writes memory and lists instructions. */
  public Code code() {
    return code;
  }

  /**
   * A line of the debug console: a command, or an expression.
   *
   * @param frameId 0 for the innermost frame
   */
  public ConsoleResult console(String line, int frameId) {
    return console.run(line, frameId);
  }

  /** The names of the console's commands. */
  public List<String> consoleCommands() {
    return console.names();
  }

  Breakpoints breakpoints() {
    return breakpoints;
  }

  Filters filters() {
    return filters;
  }

  /** Turns the target's stops into the session's; on the target's thread. */
  private final class FromTarget implements TargetListener {
    @Override
    public void stopped(MachineStop stop) {
      StopEvent event = stops.stopped(stop);
      SessionListener to = listener;
      if (to != null) {
        to.stopped(event);
      }
    }

    @Override
    public void ended(GuestEnd end) {
      stops.ended();
      SessionListener to = listener;
      if (to != null) {
        to.ended(end);
      }
    }
  }

  private final class Output implements BreakpointListener {
    @Override
    public void logged(int id, String text, Optional<SourcePosition> position) {
      SessionListener to = listener;
      if (to != null) {
        to.output(text, position);
      }
    }

    @Override
    public void conditionFailed(int id, String message) {
      stops.conditionFailed(id, message);
      SessionListener to = listener;
      if (to != null) {
        to.output("condition failed: " + message + "\n", Optional.empty());
      }
    }
  }

  /** What a watchpoint's stop says; for {@link Stops}. */
  static String hex(StopCause.AtWatchpoint cause, boolean before) {
    return "0x" + Long.toHexString(before ? cause.before() : cause.after());
  }
}

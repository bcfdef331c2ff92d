package dev.ringside.debug;

import dev.ringside.debug.expression.CompiledExpression;
import dev.ringside.debug.expression.Environment;
import dev.ringside.debug.expression.EventFacts;
import dev.ringside.debug.expression.NameScope;
import dev.ringside.debug.frame.FrameContext;
import dev.ringside.debug.frame.StackFrame;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.paging.GuestPageWalk;
import dev.ringside.debug.paging.Walk;
import dev.ringside.debug.program.CodeScope;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.scope.Scope;
import dev.ringside.debug.scope.Scopes;
import dev.ringside.debug.scope.VmcsScope;
import dev.ringside.debug.scope.WalkNodes;
import dev.ringside.debug.target.Target;
import dev.ringside.debug.value.Line;
import dev.ringside.debug.value.Node;
import dev.ringside.debug.value.Presenter;
import dev.ringside.debug.value.Value;
import dev.ringside.symbols.model.Type;
import dev.ringside.vmm.vmx.EptWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values and expressions of a session: each request is one visit to the vCPU's thread. Callable
 * from any thread.
 */
final class Inspector {
  private final Target target;
  private final Program program;
  private final Presenter presenter;
  private final Scopes scopes;
  private final Handles<Place> nodes = new Handles<>();

  /** A node somebody can expand, and the frame that assignments to its children are made in. */
  private record Place(Node node, int vcpu, @Nullable StackFrame frame) {}

  Inspector(Target target, Program program) {
    this.target = target;
    this.program = program;
    this.presenter = new Presenter(program);
    this.scopes = new Scopes(program, target);
  }

  Scopes scopes() {
    return scopes;
  }

  /** Gives no numbers that another session has given. */
  void startAfter(Inspector other) {
    nodes.startAfter(other.nodes);
  }

  /** Forgets all handles: the guest runs. */
  void forget() {
    nodes.clear();
  }

  List<ScopeInfo> scopesOf(int vcpu, StackFrame frame) {
    List<ScopeInfo> infos = new ArrayList<>();
    for (Scope scope : scopes.of(frame)) {
      int reference = nodes.add(new Place(scope.content(), vcpu, frame));
      infos.add(new ScopeInfo(scope.name(), scope.kind(), reference, scope.expensive()));
    }
    return infos;
  }

  List<Shown> variables(int reference, int start, int count, boolean hex) {
    Place place = place(reference);
    return target.onVcpu(
        place.vcpu,
        view -> {
          GuestView quick = view.forVisit();
          List<Shown> shown = new ArrayList<>();
          for (Node child : presenter.children(quick, place.node, start, count)) {
            shown.add(show(quick, child, place.vcpu, place.frame, hex));
          }
          return shown;
        });
  }

  boolean isArray(int reference) {
    return place(reference).node instanceof Node.OfValue v
        && !v.value().isMachineWord()
        && v.value().type().stripped() instanceof Type.Array;
  }

  private Place place(int reference) {
    return nodes
        .get(reference)
        .orElseThrow(
            () -> new DebugException("this value is out of date: the guest has run since"));
  }

  private Shown show(GuestView view, Node node, int vcpu, @Nullable StackFrame frame, boolean hex) {
    Line line = presenter.line(view, node, hex);
    int reference = line.hasChildren() ? nodes.add(new Place(node, vcpu, frame)) : 0;
    return new Shown(line, reference);
  }

  Shown evaluate(
      String text, int vcpu, @Nullable StackFrame frame, EvaluationMode mode, boolean hex) {
    return target.onVcpu(
        vcpu,
        view -> {
          Environment environment = environment(view, frame, mode != EvaluationMode.HOVER);
          CompiledExpression compiled =
              CompiledExpression.compile(text, scope(environment.frame().pc(), frame));
          Node node = nodeOf(view, text, compiled, environment);
          Shown shown = show(view, node, vcpu, frame, hex);
          return new Shown(shown.line(), shown.reference(), compiled.writes());
        });
  }

  /** The result of an expression as a node; on the view's thread. */
  private static Node nodeOf(
      GuestView view, String text, CompiledExpression compiled, Environment environment) {
    Optional<CompiledExpression.Report> report = compiled.report();
    if (report.isEmpty()) {
      return new Node.OfValue(text, text, compiled.value(environment));
    }
    return switch (report.get()) {
      case PAGE_WALK -> walk(text, GuestPageWalk.of(view, compiled.reportedAddress(environment)));
      case EPT_WALK -> ept(view, text, compiled.reportedAddress(environment));
      case VMCS -> new Node.Group("vmcs", "", v -> VmcsScope.groups());
    };
  }

  private static Node walk(String text, Walk walk) {
    String result =
        walk.result().isPresent()
            ? "0x" + Long.toHexString(walk.result().getAsLong()) + " " + walk.end()
            : "<" + walk.end() + ">";
    return new Node.Group(text, result, view -> WalkNodes.of(walk));
  }

  private static Node ept(GuestView view, String text, long gpa) {
    EptWalk walk =
        view.vmcs()
            .flatMap(v -> v.eptWalk(gpa))
            .orElseThrow(() -> new DebugException("this processor does not show its EPT"));
    return new Node.Group(text, WalkNodes.eptResult(walk), v -> WalkNodes.ept(v, gpa));
  }

  private NameScope scope(long pc, @Nullable StackFrame frame) {
    return frame != null ? frame.scope() : CodeScope.at(program, pc);
  }

  Environment environment(GuestView view, @Nullable StackFrame frame, boolean writable) {
    return frame == null
        ? new Environment(view, FrameContext.live(program, view), true, writable, EventFacts.NONE)
        : new Environment(view, frame.context(), frame.innermost(), writable, EventFacts.NONE);
  }

  /** Assigns to an expression; the new value. */
  Shown assign(String expression, String value, int vcpu, @Nullable StackFrame frame, boolean hex) {
    return target.onVcpu(
        vcpu,
        view -> {
          Environment environment = environment(view, frame, true);
          NameScope scope = scope(environment.frame().pc(), frame);
          CompiledExpression.compile(value, scope);
          String assignment = "(" + expression + ") = (" + value + ")";
          Value written = CompiledExpression.compile(assignment, scope).value(environment);
          Shown shown =
              show(view, new Node.OfValue(expression, expression, written), vcpu, frame, hex);
          return new Shown(shown.line(), shown.reference(), true);
        });
  }

  /** Assigns to a child of a node by its name. */
  Shown assignChild(int reference, String name, String value, boolean hex) {
    Place place = place(reference);
    return target.onVcpu(
        place.vcpu,
        view -> {
          for (Node child : presenter.children(view, place.node, 0, 0)) {
            if (child.name().equals(name)) {
              String expression = presenter.line(view, child, false).evaluateName();
              if (!(child instanceof Node.OfValue) || expression.isEmpty()) {
                throw new DebugException("'" + name + "' cannot be set");
              }
              return assign(expression, value, place.vcpu, place.frame, hex);
            }
          }
          throw new DebugException("there is no '" + name + "' here");
        });
  }

  /** Compiles and runs an expression for an address or number. */
  long number(String text, int vcpu, @Nullable StackFrame frame) {
    return target.onVcpu(
        vcpu,
        view -> {
          Environment environment = environment(view, frame, false);
          return CompiledExpression.compile(text, scope(environment.frame().pc(), frame))
              .number(environment);
        });
  }

  /** The value of an expression, with its place. */
  Value value(String text, int vcpu, @Nullable StackFrame frame) {
    return target.onVcpu(
        vcpu,
        view -> {
          Environment environment = environment(view, frame, false);
          return CompiledExpression.compile(text, scope(environment.frame().pc(), frame))
              .value(environment);
        });
  }

  Presenter presenter() {
    return presenter;
  }
}

package dev.ringside.debug.scope;

import dev.ringside.debug.frame.StackFrame;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.paging.GuestPageWalk;
import dev.ringside.debug.paging.Walk;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import dev.ringside.debug.value.Node;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.vmm.VmExit;
import java.util.ArrayList;
import java.util.List;

/** Makes the scopes of frames, in the order of CONTRACTS.md. */
public final class Scopes {
  private final Program program;
  private final Target target;
  private volatile TrapCost trapCost = TrapCost.NONE;

  public Scopes(Program program, Target target) {
    this.program = program;
    this.target = target;
  }

  /** Who knows what VM exits have cost. */
  public TrapCost trapCost() {
    return trapCost;
  }

  /** Takes whoever profiles. */
  public void setTrapCost(TrapCost cost) {
    trapCost = cost;
  }

  /** All scopes of a frame. */
  public List<Scope> of(StackFrame frame) {
    VariableScopes variables = new VariableScopes(program);
    List<Scope> scopes = new ArrayList<>();
    scopes.add(variables.arguments(frame));
    scopes.add(variables.locals(frame));
    scopes.add(variables.statics(frame));
    scopes.add(RegisterScope.of(frame));
    scopes.add(VmcsScope.of());
    scopes.add(other("Page walk", view -> pageWalk(view, frame.pc())));
    scopes.add(other("Last VM exit", view -> lastExit()));
    scopes.add(other("Trap cost", view -> cost(frame)));
    return scopes;
  }

  private static Scope other(String name, Node.Children children) {
    return new Scope(name, Scope.Kind.OTHER, new Node.Group(name, "", children), true);
  }

  private static List<Node> pageWalk(GuestView view, long rip) {
    Walk walk = GuestPageWalk.of(view, rip);
    List<Node> nodes = new ArrayList<>(WalkNodes.of(walk));
    if (walk.result().isPresent()) {
      nodes.addAll(WalkNodes.ept(view, walk.result().getAsLong()));
    }
    return nodes;
  }

  private List<Node> lastExit() {
    List<VmExit> exits = target.recentExits();
    return exits.isEmpty()
        ? List.of(new Node.Text("", "no VM exit yet", "", null))
        : ExitNodes.of(exits.getLast());
  }

  private List<Node> cost(StackFrame frame) {
    String symbol =
        program.symbolAt(frame.pc()).map(Symbol.At::symbol).map(Symbol::name).orElse("");
    List<Node> rows = trapCost.at(frame.pc(), symbol);
    return rows.isEmpty() ? List.of(new Node.Text("", "nothing is profiled here", "", null)) : rows;
  }
}

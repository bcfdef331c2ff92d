package dev.ringside.debug.scope;

import dev.ringside.debug.expression.Environment;
import dev.ringside.debug.expression.EventFacts;
import dev.ringside.debug.expression.VariableValue;
import dev.ringside.debug.frame.StackFrame;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.value.Node;
import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Arguments, Locals and Statics of a frame. */
final class VariableScopes {
  private final Program program;

  VariableScopes(Program program) {
    this.program = program;
  }

  Scope arguments(StackFrame frame) {
    return new Scope(
        "Arguments",
        Scope.Kind.ARGUMENTS,
        new Node.Group(
            "Arguments",
            "",
            view -> {
              Activation activation = frame.activation();
              return activation == null
                  ? List.of()
                  : nodes(activation.arguments(), environment(view, frame), frame);
            }),
        false);
  }

  Scope locals(StackFrame frame) {
    return new Scope(
        "Locals",
        Scope.Kind.LOCALS,
        new Node.Group(
            "Locals",
            "",
            view -> {
              Activation activation = frame.activation();
              if (activation == null) {
                return List.of();
              }
              List<Variable> locals =
                  activation.locals().stream()
                      .filter(v -> v.kind() != Variable.Kind.STATIC_LOCAL)
                      .toList();
              return nodes(locals, environment(view, frame), frame);
            }),
        false);
  }

  Scope statics(StackFrame frame) {
    return new Scope(
        "Statics",
        Scope.Kind.OTHER,
        new Node.Group(
            "Statics",
            "",
            view -> {
              List<Variable> statics = new ArrayList<>();
              Activation activation = frame.activation();
              if (activation != null) {
                activation.locals().stream()
                    .filter(v -> v.kind() == Variable.Kind.STATIC_LOCAL)
                    .forEach(statics::add);
              }
              statics.addAll(program.fileVariables(frame.context().pc()));
              return nodes(statics, environment(view, frame), frame);
            }),
        true);
  }

  private static Environment environment(
      dev.ringside.debug.guest.GuestView view, StackFrame frame) {
    return new Environment(view, frame.context(), frame.innermost(), false, EventFacts.NONE);
  }

  /** The variables as nodes; of several with one name only the innermost can be named. */
  private static List<Node> nodes(
      List<Variable> variables, Environment environment, StackFrame frame) {
    List<Node> nodes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Variable variable : variables) {
      if (seen.add(variable.name())) {
        nodes.add(
            new Node.OfValue(
                variable.name(),
                variable.name(),
                VariableValue.of(variable, environment, frame.context().architecture())));
      }
    }
    return nodes;
  }
}

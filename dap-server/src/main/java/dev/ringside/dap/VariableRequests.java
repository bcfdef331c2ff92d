package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.Shown;
import dev.ringside.debug.value.Line;
import java.util.List;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.SetVariableResponse;
import org.eclipse.lsp4j.debug.ValueFormat;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablePresentationHint;
import org.eclipse.lsp4j.debug.VariablePresentationHintAttributes;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.eclipse.lsp4j.debug.VariablesArgumentsFilter;
import org.eclipse.lsp4j.debug.VariablesResponse;
import org.jspecify.annotations.Nullable;

/** What is below scopes and variables, and setting it. */
final class VariableRequests {
  private final Session session;

  VariableRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("variables", VariablesArguments.class, this::variables),
        Command.of("setVariable", SetVariableArguments.class, this::setVariable));
  }

  private VariablesResponse variables(VariablesArguments arguments) {
    int start = arguments.getStart() == null ? 0 : arguments.getStart();
    int count = arguments.getCount() == null ? 0 : arguments.getCount();
    if (start < 0 || count < 0) {
      throw new ProtocolError.BadArguments("'start' and 'count' must not be negative");
    }
    List<Shown> shown =
        arguments.getFilter() == VariablesArgumentsFilter.NAMED
                && session.debug().isArray(arguments.getVariablesReference())
            ? List.of()
            : session
                .debug()
                .variables(
                    arguments.getVariablesReference(), start, count, isHex(arguments.getFormat()));
    VariablesResponse response = new VariablesResponse();
    response.setVariables(
        shown.stream()
            .filter(s -> wanted(arguments.getFilter(), s.line()))
            .map(VariableRequests::variable)
            .toArray(Variable[]::new));
    return response;
  }

  private static boolean wanted(@Nullable VariablesArgumentsFilter filter, Line line) {
    return switch (filter) {
      case null -> true;
      case INDEXED -> line.name().startsWith("[");
      case NAMED -> !line.name().startsWith("[");
    };
  }

  static boolean isHex(@Nullable ValueFormat format) {
    return format != null && ClientFeatures.is(format.getHex());
  }

  private static Variable variable(Shown shown) {
    Line line = shown.line();
    Variable variable = new Variable();
    variable.setName(line.name());
    variable.setValue(line.value());
    if (!line.type().isEmpty()) {
      variable.setType(line.type());
    }
    if (!line.evaluateName().isEmpty()) {
      variable.setEvaluateName(line.evaluateName());
    }
    variable.setVariablesReference(shown.reference());
    variable.setMemoryReference(line.memoryReference());
    variable.setNamedVariables(count(line.named()));
    variable.setIndexedVariables(count(line.indexed()));
    if (line.readOnly()) {
      variable.setPresentationHint(readOnly());
    }
    return variable;
  }

  static @Nullable Integer count(int number) {
    return number > 0 ? number : null;
  }

  static VariablePresentationHint readOnly() {
    VariablePresentationHint hint = new VariablePresentationHint();
    hint.setAttributes(new String[] {VariablePresentationHintAttributes.READ_ONLY});
    return hint;
  }

  private SetVariableResponse setVariable(SetVariableArguments arguments) {
    if (arguments.getName() == null || arguments.getValue() == null) {
      throw new ProtocolError.BadArguments("'name' and 'value' are needed");
    }
    Shown shown =
        session
            .debug()
            .setVariable(
                arguments.getVariablesReference(),
                arguments.getName(),
                arguments.getValue(),
                isHex(arguments.getFormat()));
    Line line = shown.line();
    SetVariableResponse response = new SetVariableResponse();
    response.setValue(line.value());
    response.setType(line.type());
    response.setVariablesReference(shown.reference());
    response.setNamedVariables(count(line.named()));
    response.setIndexedVariables(count(line.indexed()));
    response.setMemoryReference(line.memoryReference());
    session.edits().afterEdit(shown);
    return response;
  }
}

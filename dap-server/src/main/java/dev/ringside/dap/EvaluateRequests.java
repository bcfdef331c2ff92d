package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.ConsoleResult;
import dev.ringside.debug.EvaluationMode;
import dev.ringside.debug.Shown;
import dev.ringside.debug.value.Line;
import java.util.List;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;
import org.eclipse.lsp4j.debug.EvaluateResponse;
import org.eclipse.lsp4j.debug.SetExpressionArguments;
import org.eclipse.lsp4j.debug.SetExpressionResponse;
import org.jspecify.annotations.Nullable;

/** Expressions, and the debug console. */
final class EvaluateRequests {
  private final Session session;

  EvaluateRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("evaluate", EvaluateArguments.class, this::evaluate),
        Command.of("setExpression", SetExpressionArguments.class, this::setExpression));
  }

  private EvaluateResponse evaluate(EvaluateArguments arguments) {
    String expression = text(arguments.getExpression());
    int frame = arguments.getFrameId() == null ? 0 : arguments.getFrameId();
    boolean hex = VariableRequests.isHex(arguments.getFormat());
    String absent = session.features().consoleWithoutContext() ? EvaluateArgumentsContext.REPL : "";
    String context = arguments.getContext() == null ? absent : arguments.getContext();
    return switch (context) {
      case EvaluateArgumentsContext.REPL -> console(expression, frame);
      // Neither looking at a value nor copying it may change anything.
      case EvaluateArgumentsContext.HOVER, EvaluateArgumentsContext.CLIPBOARD ->
          value(session.debug().evaluate(expression, frame, EvaluationMode.HOVER, hex));
      default -> {
        Shown shown = session.debug().evaluate(expression, frame, EvaluationMode.WATCH, hex);
        if (shown.edited()) {
          session.edits().afterQuietEdit(shown);
        }
        yield value(shown);
      }
    };
  }

  private EvaluateResponse console(String line, int frame) {
    ConsoleResult result = session.debug().console(line, frame);
    Shown shown = result.value();
    if (shown != null) {
      if (shown.edited()) {
        session.edits().afterEdit(shown);
      }
      return value(shown);
    }
    EvaluateResponse response = new EvaluateResponse();
    response.setResult(result.text());
    return response;
  }

  private static EvaluateResponse value(Shown shown) {
    Line line = shown.line();
    EvaluateResponse response = new EvaluateResponse();
    response.setResult(line.value());
    if (!line.type().isEmpty()) {
      response.setType(line.type());
    }
    response.setVariablesReference(shown.reference());
    response.setNamedVariables(VariableRequests.count(line.named()));
    response.setIndexedVariables(VariableRequests.count(line.indexed()));
    response.setMemoryReference(line.memoryReference());
    if (line.readOnly()) {
      response.setPresentationHint(VariableRequests.readOnly());
    }
    return response;
  }

  private SetExpressionResponse setExpression(SetExpressionArguments arguments) {
    int frame = arguments.getFrameId() == null ? 0 : arguments.getFrameId();
    Shown shown =
        session
            .debug()
            .setExpression(
                text(arguments.getExpression()),
                text(arguments.getValue()),
                frame,
                VariableRequests.isHex(arguments.getFormat()));
    Line line = shown.line();
    SetExpressionResponse response = new SetExpressionResponse();
    response.setValue(line.value());
    response.setType(line.type());
    response.setVariablesReference(shown.reference());
    response.setNamedVariables(VariableRequests.count(line.named()));
    response.setIndexedVariables(VariableRequests.count(line.indexed()));
    session.edits().afterEdit(shown);
    return response;
  }

  private static String text(@Nullable String expression) {
    if (expression == null || expression.isBlank()) {
      throw new ProtocolError.BadArguments("there is no expression");
    }
    return expression;
  }
}

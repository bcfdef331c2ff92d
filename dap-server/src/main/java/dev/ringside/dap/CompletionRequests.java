package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.debug.DebugException;
import dev.ringside.debug.DebugSession;
import dev.ringside.debug.EvaluationMode;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.value.MachineRegister;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.lsp4j.debug.CompletionItem;
import org.eclipse.lsp4j.debug.CompletionItemType;
import org.eclipse.lsp4j.debug.CompletionsArguments;
import org.eclipse.lsp4j.debug.CompletionsResponse;

/** What the debug console may mean: commands, registers, VMCS fields and symbols. */
final class CompletionRequests {
  private static final int MOST_SYMBOLS = 100;
  private static final String FIELDS = "vmcs.";

  private final Session session;

  CompletionRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(Command.of("completions", CompletionsArguments.class, this::completions));
  }

  private CompletionsResponse completions(CompletionsArguments arguments) {
    String text = arguments.getText() == null ? "" : arguments.getText();
    int column = session.features().fromClientColumn(arguments.getColumn()) - 1;
    String typed = text.substring(0, Math.clamp(column, 0, text.length()));
    int start = typed.length();
    while (start > 0 && isPartOfName(typed.charAt(start - 1))) {
      start--;
    }
    String word = typed.substring(start);
    List<CompletionItem> items = new ArrayList<>();
    if (typed.substring(0, start).isBlank()) {
      add(items, session.debug().consoleCommands(), word, start, CompletionItemType.KEYWORD);
    }
    if (word.startsWith("$")) {
      List<String> registers =
          MachineRegister.all().keySet().stream().map(name -> "$" + name).sorted().toList();
      add(items, registers, word, start, CompletionItemType.VARIABLE);
    } else if (word.toLowerCase(Locale.ROOT).startsWith(FIELDS)) {
      List<String> fields =
          Arrays.stream(VmcsField.values()).map(field -> FIELDS + field.name()).toList();
      add(items, fields, word, start, CompletionItemType.FIELD);
    } else if (word.contains(".")) {
      int dot = word.lastIndexOf('.') + 1;
      List<String> members = members(word.substring(0, dot - 1), frame(arguments));
      add(items, members, word.substring(dot), start + dot, CompletionItemType.FIELD);
    } else if (!word.isEmpty()) {
      List<String> variables = session.debug().variableNames(frame(arguments));
      add(items, variables, word, start, CompletionItemType.VARIABLE);
      for (Symbol symbol : session.debuggee().program().symbolsStartingWith(word, MOST_SYMBOLS)) {
        CompletionItemType type =
            symbol.kind() == Symbol.Kind.OBJECT
                ? CompletionItemType.VARIABLE
                : CompletionItemType.FUNCTION;
        items.add(item(symbol.name(), word, start, type));
      }
    }
    CompletionsResponse response = new CompletionsResponse();
    response.setTargets(items.toArray(new CompletionItem[0]));
    return response;
  }

  private static int frame(CompletionsArguments arguments) {
    return arguments.getFrameId() == null ? 0 : arguments.getFrameId();
  }

  /** The members of a struct or union, or of what a pointer points to; none if it is no value. */
  private List<String> members(String expression, int frame) {
    DebugSession debug = session.debug();
    try {
      int reference = debug.evaluate(expression, frame, EvaluationMode.HOVER, false).reference();
      return reference == 0
          ? List.of()
          : debug.variables(reference, 0, MOST_SYMBOLS, false).stream()
              .map(child -> child.line().name())
              .filter(name -> Character.isJavaIdentifierStart(name.charAt(0)))
              .toList();
    } catch (ExpressionException | DebugException e) {
      return List.of(); // Half an expression: nothing to offer.
    }
  }

  private static boolean isPartOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '.';
  }

  private void add(
      List<CompletionItem> items,
      List<String> candidates,
      String word,
      int start,
      CompletionItemType type) {
    for (String candidate : candidates) {
      if (candidate.regionMatches(true, 0, word, 0, word.length())) {
        items.add(item(candidate, word, start, type));
      }
    }
  }

  private CompletionItem item(String label, String word, int start, CompletionItemType type) {
    CompletionItem item = new CompletionItem();
    item.setLabel(label);
    item.setType(type);
    item.setStart(session.features().toClientColumn(start + 1));
    item.setLength(word.length());
    return item;
  }
}

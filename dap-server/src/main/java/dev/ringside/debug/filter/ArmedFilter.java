package dev.ringside.debug.filter;

import dev.ringside.debug.expression.CompiledExpression;
import dev.ringside.debug.expression.Environment;
import dev.ringside.debug.expression.EventFacts;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.program.CodeScope;
import dev.ringside.debug.program.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A filter with its condition. A condition that names local variables is compiled anew for each
 * address that an event comes from. Conditions run on the vCPU's thread.
 */
final class ArmedFilter {
  private static final int MAX_PLACES = 4096;

  final Filter filter;
  private final String text;
  private final Program program;
  private final @Nullable CompiledExpression everywhere;
  private final Map<Long, Optional<CompiledExpression>> byPlace = new HashMap<>();

  /**
   * Compiles a condition.
   *
   * @throws ExpressionException if it is no expression
   */
  ArmedFilter(Filter filter, String condition, Program program) {
    this.filter = filter;
    this.text = condition;
    this.program = program;
    this.everywhere = condition.isBlank() ? null : global();
  }

  private @Nullable CompiledExpression global() {
    try {
      return CompiledExpression.compile(text, new FilterScope(new CodeScope(program, 0, null)));
    } catch (ExpressionException.UnknownName e) {
      return null;
    }
  }

  boolean isLocal() {
    return everywhere == null && !text.isBlank();
  }

  /**
   * Whether the condition holds.
   *
   * @throws ExpressionException if it cannot be evaluated
   */
  boolean holds(Environment environment) {
    CompiledExpression condition = everywhere;
    if (condition == null) {
      if (text.isBlank()) {
        return true;
      }
      long pc = environment.frame().pc();
      if (byPlace.size() > MAX_PLACES) {
        byPlace.clear();
      }
      Optional<CompiledExpression> local = byPlace.computeIfAbsent(pc, this::compiledAt);
      if (local.isEmpty()) {
        return false;
      }
      condition = local.get();
    }
    try {
      return condition.isTrue(environment);
    } catch (EventFacts.AbsentException e) {
      return false;
    }
  }

  private Optional<CompiledExpression> compiledAt(long pc) {
    try {
      return Optional.of(
          CompiledExpression.compile(text, new FilterScope(CodeScope.at(program, pc))));
    } catch (ExpressionException e) {
      return Optional.empty();
    }
  }

  String text() {
    return text;
  }
}

package dev.ringside.debug.expression;

import dev.ringside.debug.value.UnavailableValueException;
import dev.ringside.debug.value.Value;
import dev.ringside.symbols.model.Type;
import java.util.Optional;

/**
 * An expression that has been parsed and typed in one scope and can be run in any environment of
 * that scope, any number of times. Immutable; running is confined to the environment's thread.
 */
public final class CompiledExpression {
  /** What a whole expression asks for that is more than a value. */
  public enum Report {
    /** {@code walk(gva)}: the page walk level by level. */
    PAGE_WALK,
    /** {@code ept(gpa)}: the EPT walk level by level. */
    EPT_WALK,
    /** {@code vmcs} alone: all fields. */
    VMCS
  }

  private final String text;
  private final Code code;
  private final Optional<Report> report;
  private final Optional<Code> reported;
  private final boolean writes;

  private CompiledExpression(
      String text, Code code, Optional<Report> report, Optional<Code> reported, boolean writes) {
    this.text = text;
    this.code = code;
    this.report = report;
    this.reported = reported;
    this.writes = writes;
  }

  /**
   * Parses and types an expression.
   *
   * @throws ExpressionException if it is no expression, or not one of these names and types
   */
  public static CompiledExpression compile(String text, NameScope scope) {
    Expression tree =
        Parser.parse(
            text,
            name ->
                scope.type(NameScope.TypeKind.TYPEDEF, name).isPresent()
                    && scope.resolve(name).isEmpty());
    Compiler compiler = new Compiler(scope);
    if (tree instanceof Expression.Call call && call.arguments().size() == 1) {
      Optional<Report> report =
          switch (call.function()) {
            case "walk" -> Optional.of(Report.PAGE_WALK);
            case "ept" -> Optional.of(Report.EPT_WALK);
            default -> Optional.empty();
          };
      if (report.isPresent()) {
        Code argument = compiler.compile(call.arguments().getFirst());
        return new CompiledExpression(
            text, compiler.compile(tree), report, Optional.of(argument), compiler.writes());
      }
    }
    if (tree instanceof Expression.Name name
        && name.name().equals("vmcs")
        && scope.resolve("vmcs").isEmpty()) {
      Code none = new Code.Constant(CTypes.word(8), 0);
      return new CompiledExpression(text, none, Optional.of(Report.VMCS), Optional.empty(), false);
    }
    Code code = compiler.compile(tree);
    return new CompiledExpression(
        text, code, Optional.empty(), Optional.empty(), compiler.writes());
  }

  /** The expression as it was written. */
  public String text() {
    return text;
  }

  public Type type() {
    return code.type;
  }

  /** Whether it assigns to anything when it runs. */
  public boolean writes() {
    return writes;
  }

  /** What the expression as a whole asks for beyond a value. */
  public Optional<Report> report() {
    return report;
  }

  /** The argument of {@code walk} or {@code ept}. */
  public long reportedAddress(Environment environment) {
    Code argument = reported.orElseThrow(() -> new IllegalStateException("no report"));
    return guarded(() -> argument.number(environment));
  }

  /**
   * Runs it.
   *
   * @throws ExpressionException if a part cannot be had or may not be written
   */
  public Value value(Environment environment) {
    return guarded(() -> code.value(environment));
  }

  /** Runs it for a number: an integer, or the address that a pointer, array or function means. */
  public long number(Environment environment) {
    return guarded(
        () ->
            switch (CTypes.kind(code.type)) {
              case INTEGER, POINTER -> code.number(environment);
              case FLOATING -> (long) code.floating(environment);
              case ARRAY, STRUCTURE, FUNCTION -> Arithmetic.address(code, 0).at(environment);
              case VOID, OTHER ->
                  throw new ExpressionException.WrongType(
                      0, "'" + code.type.displayName() + "' is no number");
            });
  }

  /** Runs it as a condition. */
  public boolean isTrue(Environment environment) {
    try {
      return code.isTrue(environment);
    } catch (UnavailableValueException e) {
      throw new ExpressionException.Unavailable(-1, String.valueOf(e.getMessage()));
    }
  }

  private interface Work<T> {
    T run();
  }

  private static <T> T guarded(Work<T> work) {
    try {
      return work.run();
    } catch (UnavailableValueException e) {
      throw new ExpressionException.Unavailable(-1, String.valueOf(e.getMessage()));
    }
  }
}

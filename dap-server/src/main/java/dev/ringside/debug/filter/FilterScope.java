package dev.ringside.debug.filter;

import dev.ringside.debug.expression.EventFact;
import dev.ringside.debug.expression.NameScope;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.Type;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.Locale;
import java.util.Optional;

/**
 * The names that a filter's condition may use: the event's facts, the names of exit reasons and of
 * mechanisms, then whatever the program defines.
 */
final class FilterScope implements NameScope {
  private static final Type NUMBER = new Type.Base("unsigned long", 8, Type.Encoding.UNSIGNED, 0);
  private static final Type SMALL = new Type.Base("int", 4, Type.Encoding.SIGNED, 0);

  private final NameScope program;

  FilterScope(NameScope program) {
    this.program = program;
  }

  @Override
  public Optional<Meaning> resolve(String name) {
    for (EventFact fact : EventFact.values()) {
      if (fact.variable().equals(name)) {
        return Optional.of(new Meaning.Fact(fact, NUMBER));
      }
    }
    Optional<Meaning> defined = program.resolve(name);
    if (defined.isPresent()) {
      return defined;
    }
    String upper = name.toUpperCase(Locale.ROOT);
    for (ExitReason reason : ExitReason.values()) {
      if (reason.name().equals(upper)) {
        return Optional.of(new Meaning.Constant(SMALL, reason.number()));
      }
    }
    for (RingTransition.Mechanism mechanism : RingTransition.Mechanism.values()) {
      if (mechanism.name().equals(upper)) {
        return Optional.of(new Meaning.Constant(SMALL, mechanism.ordinal()));
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Type> type(TypeKind kind, String name) {
    return program.type(kind, name);
  }

  @Override
  public Architecture architecture() {
    return program.architecture();
  }
}

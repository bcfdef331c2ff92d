package dev.ringside.debug.expression;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Type;
import java.util.Optional;

/** What names mean at one place of the guest's code. Implementations are thread-safe. */
public interface NameScope {
  /** The variable, enumerator or function of that name, innermost scope first. */
  Optional<Meaning> resolve(String name);

  /** A typedef, or a struct, union or enum by its tag, or a base type by its name. */
  Optional<Type> type(TypeKind kind, String name);

  /** The processor that the code is for, which gives the sizes of C's types. */
  Architecture architecture();

  /** Which name space of C a type's name is in. */
  enum TypeKind {
    BASE,
    TYPEDEF,
    STRUCT,
    UNION,
    ENUM
  }

  /** What a name stands for. */
  sealed interface Meaning {
    /** A variable or parameter. */
    record Variable(String name, Type type, Locator locator) implements Meaning {}

    /** An enumerator, or another number that does not change. */
    record Constant(Type type, long value) implements Meaning {}

    /** A function or a label: something whose value is its address. */
    record Code(String name, Type type, long address) implements Meaning {}

    /** A fact of the event that a filter's condition is about; {@code type} is its type. */
    record Fact(EventFact fact, Type type) implements Meaning {}
  }

  /** Where a variable is, in a given frame. */
  @FunctionalInterface
  interface Locator {
    Location locate(EvaluationContext frame);
  }
}

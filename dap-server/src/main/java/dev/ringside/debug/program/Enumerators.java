package dev.ringside.debug.program;

import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.model.TypeRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds enumerators by name, in the enumerations that the variables in scope lead to: their types,
 * the members of those, and what they point to.
 */
final class Enumerators {
  private static final int MAX_TYPES = 20_000;

  private final Set<TypeRef> seen = new HashSet<>();
  private final Deque<Type> queue = new ArrayDeque<>();

  private Enumerators() {}

  /** An enumerator with the enumeration that it belongs to. */
  record Found(Type type, long value) {}

  static Optional<Found> find(
      String name, Program program, long address, @Nullable Activation activation) {
    List<Variable> variables = new ArrayList<>();
    if (activation != null) {
      variables.addAll(activation.locals());
      variables.addAll(activation.arguments());
    }
    variables.addAll(program.fileVariables(address));
    Enumerators search = new Enumerators();
    variables.forEach(v -> search.queue.add(v.type()));
    return search.run(name);
  }

  private Optional<Found> run(String name) {
    for (int count = 0; count < MAX_TYPES && !queue.isEmpty(); count++) {
      switch (queue.remove()) {
        case Type.Enumeration e -> {
          for (Type.Enumerator one : e.enumerators()) {
            if (one.name().equals(name)) {
              return Optional.of(new Found(e, one.value()));
            }
          }
        }
        case Type.Structure s -> s.members().forEach(m -> add(m.type()));
        case Type.Pointer p -> add(p.target());
        case Type.Reference r -> add(r.target());
        case Type.Array a -> add(a.element());
        case Type.Typedef t -> add(t.target());
        case Type.Qualified q -> add(q.target());
        case Type.Function f -> {
          add(f.returns());
          f.parameters().forEach(this::add);
        }
        case Type.Base b -> {}
        case Type.VoidType v -> {}
        case Type.Unknown u -> {}
      }
    }
    return Optional.empty();
  }

  private void add(TypeRef type) {
    if (seen.add(type)) {
      queue.add(type.get());
    }
  }
}

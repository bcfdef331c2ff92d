package dev.ringside.debug.program;

import dev.ringside.debug.expression.CTypes;
import dev.ringside.debug.expression.NameScope;
import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What names mean at one address, in one of the functions that run there: block by block outwards,
 * then the unit, then the program, as C's scopes nest.
 */
public final class CodeScope implements NameScope {
  private final Program program;
  private final long address;
  private final @Nullable Activation activation;
  private final Map<String, Optional<Type>> typedefs = new ConcurrentHashMap<>();

  /**
   * The scope of one frame.
   *
   * @param address an address within its code
   * @param activation the function or inlined function; null where none is known
   */
  public CodeScope(Program program, long address, @Nullable Activation activation) {
    this.program = program;
    this.address = address;
    this.activation = activation;
  }

  /** The scope of the innermost function at an address. */
  public static CodeScope at(Program program, long address) {
    List<Activation> activations = program.activationsAt(address);
    return new CodeScope(program, address, activations.isEmpty() ? null : activations.getFirst());
  }

  @Override
  public Architecture architecture() {
    return program.architectureAt(address);
  }

  @Override
  public Optional<Meaning> resolve(String name) {
    if (activation != null) {
      for (Variable local : activation.locals()) {
        if (local.name().equals(name)) {
          return Optional.of(meaning(local));
        }
      }
      for (Variable argument : activation.arguments()) {
        if (argument.name().equals(name)) {
          return Optional.of(meaning(argument));
        }
      }
    }
    Optional<Meaning> variable = program.variableNamed(name, address).map(CodeScope::meaning);
    if (variable.isPresent()) {
      return variable;
    }
    for (Function function : program.functionsNamed(name)) {
      return Optional.of(new Meaning.Code(name, function.type(), function.entryPc()));
    }
    Optional<Meaning> enumerator =
        Enumerators.find(name, program, address, activation)
            .map(e -> new Meaning.Constant(e.type(), e.value()));
    return enumerator.isPresent() ? enumerator : symbol(name);
  }

  private static Meaning meaning(Variable variable) {
    return new Meaning.Variable(variable.name(), variable.type(), variable::locate);
  }

  /** A label of assembly, or an object without debug information: bytes at an address. */
  private Optional<Meaning> symbol(String name) {
    for (Symbol symbol : program.symbolsNamed(name)) {
      switch (symbol.kind()) {
        case FUNCTION, LABEL -> {
          Type type = new Type.Function(() -> new Type.VoidType("void"), List.of(), false, false);
          return Optional.of(new Meaning.Code(name, type, symbol.address()));
        }
        case OBJECT -> {
          int size = (int) Math.min(8, Math.max(1, Long.highestOneBit(symbol.size())));
          return Optional.of(new Meaning.Code(name, CTypes.word(size), symbol.address()));
        }
        case THREAD_LOCAL -> {}
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Type> type(TypeKind kind, String name) {
    return switch (kind) {
      case BASE -> Optional.empty();
      case STRUCT -> program.typeNamed("struct " + name, address);
      case UNION -> program.typeNamed("union " + name, address);
      case ENUM -> program.typeNamed("enum " + name, address);
      case TYPEDEF ->
          typedefs.computeIfAbsent(
              name,
              n ->
                  program
                      .typeNamed(n, address)
                      .filter(t -> t instanceof Type.Typedef || t instanceof Type.Base));
    };
  }
}

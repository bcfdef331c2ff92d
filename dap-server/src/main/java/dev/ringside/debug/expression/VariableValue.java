package dev.ringside.debug.expression;

import dev.ringside.debug.value.Value;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.Type;
import java.util.ArrayList;
import java.util.List;

/** A variable of the program as a value in one frame. */
public final class VariableValue {
  private VariableValue() {}

  /** Locates the variable; never throws for what is optimised out or unavailable. */
  public static Value of(Variable variable, Environment e, Architecture architecture) {
    Type type = fixed(variable.type(), e);
    return new Value(type, Places.of(variable.locate(e.frame()), e, architecture));
  }

  /** A variable-length array's type with the length that it has in this frame. */
  static Type fixed(Type type, Environment e) {
    if (!(type.stripped() instanceof Type.Array array)) {
      return type;
    }
    boolean dynamic =
        array.dimensions().stream().anyMatch(d -> d.count() instanceof Type.Count.Dynamic);
    if (!dynamic) {
      return type;
    }
    List<Type.Dimension> dimensions = new ArrayList<>();
    for (Type.Dimension dimension : array.dimensions()) {
      dimensions.add(
          dimension.count() instanceof Type.Count.Dynamic d
              ? new Type.Dimension(dimension.lowerBound(), known(d, e))
              : dimension);
    }
    return new Type.Array(array.element(), dimensions);
  }

  private static Type.Count known(Type.Count.Dynamic dynamic, Environment e) {
    return switch (dynamic.elements().evaluate(e.frame())) {
      case Type.FrameValue.Result.Known k -> new Type.Count.Fixed(Math.max(0, k.value()));
      case Type.FrameValue.Result.Unavailable u -> new Type.Count.Open();
    };
  }
}

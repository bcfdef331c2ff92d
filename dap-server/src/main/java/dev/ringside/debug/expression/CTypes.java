package dev.ringside.debug.expression;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.model.Type.Encoding;
import dev.ringside.symbols.model.TypeRef;
import java.util.List;
import java.util.Optional;

/** C's own types on one architecture and its conversions among them (C17, 6.3.1). */
public final class CTypes {
  /** What can be done with a type's values. */
  enum Kind {
    INTEGER,
    FLOATING,
    POINTER,
    ARRAY,
    STRUCTURE,
    FUNCTION,
    VOID,
    OTHER
  }

  final Type.Base character = base("char", 1, Encoding.SIGNED_CHAR);
  final Type.Base bool = base("_Bool", 1, Encoding.BOOLEAN);
  final Type.Base integer = base("int", 4, Encoding.SIGNED);
  final Type.Base unsignedInteger = base("unsigned int", 4, Encoding.UNSIGNED);
  final Type.Base single = base("float", 4, Encoding.FLOAT);
  final Type.Base real = base("double", 8, Encoding.FLOAT);
  final Type voidType = new Type.VoidType("void");
  private final int addressSize;

  /** The types as the System V ABI of that architecture sizes them. */
  public CTypes(Architecture architecture) {
    this.addressSize = architecture.addressSize();
  }

  private static Type.Base base(String name, long size, Encoding encoding) {
    return new Type.Base(name, size, encoding, 0);
  }

  /** {@code long} or {@code unsigned long}; on i386 {@code long long}: 64 bits. */
  Type.Base wide(boolean signed) {
    String name = addressSize == 8 ? "long" : "long long";
    return base(
        signed ? name : "unsigned " + name, 8, signed ? Encoding.SIGNED : Encoding.UNSIGNED);
  }

  /** An unsigned integer of that many bytes, named as in stdint.h: for registers. */
  public static Type.Base word(int bytes) {
    return base("uint" + bytes * 8 + "_t", bytes, Encoding.UNSIGNED);
  }

  /** The type of {@code sizeof}. */
  Type.Base size() {
    return base(
        addressSize == 8 ? "unsigned long" : "unsigned int", addressSize, Encoding.UNSIGNED);
  }

  /** The type of a difference of pointers. */
  Type.Base difference() {
    return base(addressSize == 8 ? "long" : "int", addressSize, Encoding.SIGNED);
  }

  /** A pointer. */
  public Type.Pointer pointerTo(Type target) {
    return new Type.Pointer(new Direct(target), addressSize);
  }

  /** An array of a fixed number of elements. */
  public static Type.Array arrayOf(Type element, long count) {
    return new Type.Array(
        new Direct(element), List.of(new Type.Dimension(0, new Type.Count.Fixed(count))));
  }

  /** A reference to a type that is at hand. */
  private record Direct(Type type) implements TypeRef {
    @Override
    public Type get() {
      return type;
    }
  }

  /** The base type that those words mean, where the program's DWARF has none. */
  Optional<Type> named(String canonical) {
    int word = addressSize;
    return Optional.ofNullable(
        switch (canonical) {
          case "void" -> voidType;
          case "char" -> character;
          case "signed char" -> base(canonical, 1, Encoding.SIGNED_CHAR);
          case "unsigned char" -> base(canonical, 1, Encoding.UNSIGNED_CHAR);
          case "_Bool" -> bool;
          case "short" -> base(canonical, 2, Encoding.SIGNED);
          case "unsigned short" -> base(canonical, 2, Encoding.UNSIGNED);
          case "int" -> integer;
          case "unsigned int" -> unsignedInteger;
          case "long" -> base(canonical, word, Encoding.SIGNED);
          case "unsigned long" -> base(canonical, word, Encoding.UNSIGNED);
          case "long long" -> base(canonical, 8, Encoding.SIGNED);
          case "unsigned long long" -> base(canonical, 8, Encoding.UNSIGNED);
          case "float" -> single;
          case "double" -> real;
          case "long double" -> base(canonical, word == 8 ? 16 : 12, Encoding.FLOAT);
          default -> null;
        });
  }

  static Kind kind(Type type) {
    return switch (type.stripped()) {
      case Type.Base b ->
          b.encoding().isInteger()
              ? Kind.INTEGER
              : b.encoding() == Encoding.FLOAT ? Kind.FLOATING : Kind.OTHER;
      case Type.Enumeration e -> Kind.INTEGER;
      case Type.Pointer p -> Kind.POINTER;
      case Type.Reference r -> Kind.OTHER;
      case Type.Array a -> Kind.ARRAY;
      case Type.Structure s -> Kind.STRUCTURE;
      case Type.Function f -> Kind.FUNCTION;
      case Type.VoidType v -> Kind.VOID;
      case Type.Unknown u -> Kind.OTHER;
      case Type.Typedef t -> Kind.OTHER;
      case Type.Qualified q -> Kind.OTHER;
    };
  }

  /** The integer promotions (6.3.1.1); {@code bits}: a bit-field's width or 0. */
  Type promote(Type type, int bits) {
    return switch (type.stripped()) {
      case Type.Base b when b.encoding().isInteger() -> {
        boolean fits =
            b.size() < 4 || (bits != 0 && (bits < 32 || (bits == 32 && b.encoding().isSigned())));
        yield fits ? integer : b;
      }
      case Type.Enumeration e ->
          e.size() > 4 ? wide(e.signed()) : e.signed() || e.size() < 4 ? integer : unsignedInteger;
      default -> type;
    };
  }

  /** The usual arithmetic conversions (6.3.1.8) of two promoted types. */
  Type common(Type a, Type b) {
    Type.Base x = (Type.Base) a.stripped();
    Type.Base y = (Type.Base) b.stripped();
    boolean floating = x.encoding() == Encoding.FLOAT || y.encoding() == Encoding.FLOAT;
    if (floating) {
      if (x.encoding() != Encoding.FLOAT) {
        return y;
      }
      return y.encoding() != Encoding.FLOAT || x.size() >= y.size() ? x : y;
    }
    if (x.size() != y.size()) {
      return x.size() > y.size() ? x : y;
    }
    return x.encoding().isSigned() ? y : x;
  }

  /** What a pointer or array has as elements, {@code void} and functions counting as bytes. */
  static long elementSize(Type element) {
    return Math.max(1, element.size());
  }

  /** The type of an array's elements after one index: for several dimensions another array. */
  public static Type element(Type.Array array) {
    if (array.dimensions().size() <= 1) {
      return array.element().get();
    }
    return new Type.Array(
        array.element(), array.dimensions().subList(1, array.dimensions().size()));
  }
}

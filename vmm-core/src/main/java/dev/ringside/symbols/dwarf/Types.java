package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.model.TypeRef;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads types from their entries (chapter 5). Thread-safe. */
final class Types {
  private final Units units;
  private final Expressions expressions;

  Types(Units units, Expressions expressions) {
    this.units = units;
    this.expressions = expressions;
  }

  /** What an entry's DW_AT_type names; {@code void} if it has none. */
  TypeRef typeOf(Die die) {
    Die typed;
    try {
      typed = die.having(Dw.AT_type);
    } catch (MalformedDataException e) {
      units.problems().add("the type of 0x%x: %s".formatted(die.offset, e.getMessage()));
      return new Fixed(new Type.Unknown("damaged debug information: " + e.getMessage()));
    }
    if (typed == null) {
      return new Fixed(new Type.VoidType("void"));
    }
    int i = typed.index(Dw.AT_type);
    return new Lazy(this, typed.unit, typed.value(i), typed.form(i) == Dw.FORM_ref_sig8);
  }

  /** The type that an entry is. */
  TypeRef refTo(Die type) {
    return new Lazy(this, type.unit, type.offset, false);
  }

  /** A type that is already there. */
  private record Fixed(Type type) implements TypeRef {
    @Override
    public Type get() {
      return type;
    }
  }

  /** A type read on first use. Equal if it is the same entry of the same file. */
  private static final class Lazy implements TypeRef {
    private final Types types;
    private final Unit unit;
    private final long target;
    private final boolean bySignature;
    private volatile @Nullable Type type;

    Lazy(Types types, Unit unit, long target, boolean bySignature) {
      this.types = types;
      this.unit = unit;
      this.target = target;
      this.bySignature = bySignature;
    }

    @Override
    public Type get() {
      Type known = type;
      if (known == null) {
        known = types.resolve(unit, target, bySignature);
        type = known;
      }
      return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Lazy lazy
          && lazy.types == types
          && lazy.target == target
          && lazy.bySignature == bySignature;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(target);
    }

    @Override
    public String toString() {
      return "type@0x" + Long.toHexString(target);
    }
  }

  private Type resolve(Unit unit, long target, boolean bySignature) {
    try {
      return read(bySignature ? units.bySignature(target) : units.die(unit, target));
    } catch (MalformedDataException e) {
      units.problems().add("a type at 0x%x: %s".formatted(target, e.getMessage()));
      return new Type.Unknown("damaged debug information: " + e.getMessage());
    }
  }

  /** The type that an entry describes. */
  Type read(Die die) {
    int signature = die.index(Dw.AT_signature);
    if (signature >= 0 && die.flag(Dw.AT_declaration)) {
      Die definition = units.bySignature(die.value(signature));
      if (!definition.has(Dw.AT_signature)) {
        return read(definition);
      }
    }
    return switch (die.tag) {
      case Dw.TAG_base_type -> base(die);
      case Dw.TAG_pointer_type -> new Type.Pointer(typeOf(die), size(die, die.unit.addressSize));
      case Dw.TAG_reference_type ->
          new Type.Reference(typeOf(die), size(die, die.unit.addressSize), false);
      case Dw.TAG_rvalue_reference_type ->
          new Type.Reference(typeOf(die), size(die, die.unit.addressSize), true);
      case Dw.TAG_array_type -> array(die);
      case Dw.TAG_structure_type -> structure(die, Type.StructureKind.STRUCT);
      case Dw.TAG_union_type -> structure(die, Type.StructureKind.UNION);
      case Dw.TAG_class_type, Dw.TAG_interface_type -> structure(die, Type.StructureKind.CLASS);
      case Dw.TAG_enumeration_type -> enumeration(die);
      case Dw.TAG_typedef -> new Type.Typedef(nameOr(die, "{...}"), typeOf(die));
      case Dw.TAG_const_type -> new Type.Qualified(Type.Qualifier.CONST, typeOf(die));
      case Dw.TAG_volatile_type -> new Type.Qualified(Type.Qualifier.VOLATILE, typeOf(die));
      case Dw.TAG_restrict_type -> new Type.Qualified(Type.Qualifier.RESTRICT, typeOf(die));
      case Dw.TAG_atomic_type -> new Type.Qualified(Type.Qualifier.ATOMIC, typeOf(die));
      case Dw.TAG_subroutine_type, Dw.TAG_subprogram -> functionType(die);
      case Dw.TAG_unspecified_type -> new Type.VoidType(nameOr(die, "void"));
      default -> new Type.Unknown("no support for tag 0x" + Integer.toHexString(die.tag));
    };
  }

  private static String nameOr(Die die, String otherwise) {
    String name = die.name();
    return name == null ? otherwise : name;
  }

  private static long size(Die die, long otherwise) {
    return die.constant(Dw.AT_byte_size).orElse(otherwise);
  }

  private static Type base(Die die) {
    Type.Encoding encoding =
        switch (die.intConstant(Dw.AT_encoding, 0)) {
          case 0x01 -> Type.Encoding.ADDRESS;
          case 0x02 -> Type.Encoding.BOOLEAN;
          case 0x03 -> Type.Encoding.COMPLEX_FLOAT;
          case 0x04 -> Type.Encoding.FLOAT;
          case 0x05 -> Type.Encoding.SIGNED;
          case 0x06 -> Type.Encoding.SIGNED_CHAR;
          case 0x07 -> Type.Encoding.UNSIGNED;
          case 0x08 -> Type.Encoding.UNSIGNED_CHAR;
          case 0x10, 0x11, 0x12 -> Type.Encoding.UTF;
          default -> Type.Encoding.OTHER;
        };
    return new Type.Base(
        nameOr(die, "<unnamed>"), size(die, 0), encoding, die.intConstant(Dw.AT_bit_size, 0));
  }

  private Type array(Die die) {
    List<Type.Dimension> dimensions = new ArrayList<>();
    for (Die child : die.unit.children(die)) {
      if (child.tag == Dw.TAG_subrange_type || child.tag == Dw.TAG_enumeration_type) {
        long lower = child.constant(Dw.AT_lower_bound).orElse(0);
        dimensions.add(new Type.Dimension(lower, count(child, lower)));
      }
    }
    if (dimensions.isEmpty()) {
      dimensions.add(new Type.Dimension(0, new Type.Count.Open()));
    }
    return new Type.Array(typeOf(die), dimensions);
  }

  private Type.Count count(Die subrange, long lower) {
    OptionalLong count = subrange.constant(Dw.AT_count);
    if (count.isPresent()) {
      return new Type.Count.Fixed(count.getAsLong());
    }
    OptionalLong upper = subrange.constant(Dw.AT_upper_bound);
    if (upper.isPresent()) {
      return new Type.Count.Fixed(upper.getAsLong() - lower + 1);
    }
    if (subrange.has(Dw.AT_count)) {
      return new Type.Count.Dynamic(expressions.frameValue(subrange, Dw.AT_count, 0));
    }
    if (subrange.has(Dw.AT_upper_bound)) {
      return new Type.Count.Dynamic(expressions.frameValue(subrange, Dw.AT_upper_bound, 1 - lower));
    }
    return new Type.Count.Open();
  }

  private Type structure(Die die, Type.StructureKind kind) {
    List<Type.Member> members = new ArrayList<>();
    for (Die child : die.unit.children(die)) {
      boolean isStatic = child.has(Dw.AT_external) || child.flag(Dw.AT_declaration);
      if (child.tag == Dw.TAG_member && !isStatic || child.tag == Dw.TAG_inheritance) {
        members.add(member(child));
      }
    }
    return new Type.Structure(
        kind, die.name(), size(die, 0), !die.flag(Dw.AT_declaration), members);
  }

  /** 5.7.6: where a member is, in DWARF 4's way and in that of versions 2 and 3. */
  private Type.Member member(Die die) {
    TypeRef type = typeOf(die);
    long start = memberOffset(die);
    int bitSize = die.intConstant(Dw.AT_bit_size, 0);
    long bits = start * 8;
    if (bitSize != 0) {
      OptionalLong dataBitOffset = die.constant(Dw.AT_data_bit_offset);
      if (dataBitOffset.isPresent()) {
        bits = start * 8 + dataBitOffset.getAsLong();
      } else if (die.has(Dw.AT_bit_offset)) {
        // Counted from the highest bit of a storage unit, which is little-endian here.
        long storage = die.constant(Dw.AT_byte_size).orElseGet(() -> type.get().size());
        int fromTop = die.intConstant(Dw.AT_bit_offset, 0);
        bits = start * 8 + storage * 8 - fromTop - bitSize;
      }
    }
    return new Type.Member(
        die.name(), type, Math.floorDiv(bits, 8), bits, bitSize, die.tag == Dw.TAG_inheritance);
  }

  private long memberOffset(Die die) {
    byte[] expression = die.block(Dw.AT_data_member_location);
    return expression == null
        ? die.constant(Dw.AT_data_member_location).orElse(0)
        : expressions.memberOffset(die.unit, expression);
  }

  private Type enumeration(Die die) {
    List<Type.Enumerator> enumerators = new ArrayList<>();
    boolean negative = false;
    for (Die child : die.unit.children(die)) {
      if (child.tag == Dw.TAG_enumerator) {
        long value = child.constant(Dw.AT_const_value).orElse(0);
        negative |= value < 0;
        enumerators.add(new Type.Enumerator(nameOr(child, "<unnamed>"), value));
      }
    }
    boolean signed = negative;
    if (die.has(Dw.AT_type)
        && typeOf(die).get().stripped() instanceof Type.Base(var n, var s, var encoding, var b)) {
      signed = encoding.isSigned();
    }
    return new Type.Enumeration(
        die.name(), size(die, 4), signed, !die.flag(Dw.AT_declaration), enumerators);
  }

  /** The type of a function, as far as its parameters can be read. */
  Type.Function functionType(Die die) {
    List<TypeRef> parameters = new ArrayList<>();
    boolean variadic = false;
    try {
      for (Die child : die.unit.children(die)) {
        if (child.tag == Dw.TAG_formal_parameter) {
          parameters.add(typeOf(child));
        } else if (child.tag == Dw.TAG_unspecified_parameters) {
          variadic = true;
        }
      }
    } catch (MalformedDataException e) {
      units.problems().add("the parameters of 0x%x: %s".formatted(die.offset, e.getMessage()));
    }
    return new Type.Function(typeOf(die), parameters, variadic, die.flag(Dw.AT_prototyped));
  }
}

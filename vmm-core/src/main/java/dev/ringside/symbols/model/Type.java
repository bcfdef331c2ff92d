package dev.ringside.symbols.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A type of the program's language, as far as C and the common part of C++ need. Immutable. */
public sealed interface Type {

  /** Bytes of a value; 0 for functions, incomplete types and what depends on the frame. */
  long size();

  /** The type as C writes it: {@code struct list_head *}, {@code int (*)[3]}. */
  default String displayName() {
    return TypeNames.of(this);
  }

  /** This type without typedefs and qualifiers. */
  default Type stripped() {
    Type at = this;
    for (int depth = 0; depth < 64; depth++) {
      switch (at) {
        case Typedef t -> at = t.target.get();
        case Qualified q -> at = q.target.get();
        case Base b -> {
          return b;
        }
        case Pointer p -> {
          return p;
        }
        case Reference r -> {
          return r;
        }
        case Array a -> {
          return a;
        }
        case Structure s -> {
          return s;
        }
        case Enumeration e -> {
          return e;
        }
        case Function f -> {
          return f;
        }
        case VoidType v -> {
          return v;
        }
        case Unknown u -> {
          return u;
        }
      }
    }
    return new Unknown("a typedef of itself");
  }

  /**
   * A number, character or truth value.
   *
   * @param bitSize significant bits where fewer than the bytes hold, else 0
   */
  record Base(String name, long size, Encoding encoding, int bitSize) implements Type {}

  /** How a base type's bytes are read (DWARF 5, 7.8). */
  enum Encoding {
    SIGNED,
    UNSIGNED,
    SIGNED_CHAR,
    UNSIGNED_CHAR,
    UTF,
    BOOLEAN,
    FLOAT,
    COMPLEX_FLOAT,
    ADDRESS,
    OTHER;

    /** Whether values are integers with a sign. */
    public boolean isSigned() {
      return this == SIGNED || this == SIGNED_CHAR;
    }

    /** Whether values are numbers without fraction, characters included. */
    public boolean isInteger() {
      return switch (this) {
        case SIGNED, UNSIGNED, SIGNED_CHAR, UNSIGNED_CHAR, UTF, BOOLEAN, ADDRESS -> true;
        case FLOAT, COMPLEX_FLOAT, OTHER -> false;
      };
    }
  }

  /** A pointer; {@code void *} has {@link VoidType} as its target. */
  record Pointer(TypeRef target, long size) implements Type {}

  /** A C++ reference. */
  record Reference(TypeRef target, long size, boolean rvalue) implements Type {}

  /**
   * An array.
   *
   * @param dimensions outermost first
   */
  record Array(TypeRef element, List<Dimension> dimensions) implements Type {
    public Array {
      dimensions = List.copyOf(dimensions);
    }

    /**
     * Arrays of arrays are followed only so far: damaged debug information may nest them in a ring.
     */
    @Override
    public long size() {
      long bytes = 1;
      Type at = this;
      for (int depth = 0; at instanceof Array array; depth++) {
        for (Dimension dimension : array.dimensions) {
          if (depth > 64 || !(dimension.count instanceof Count.Fixed fixed)) {
            return 0;
          }
          bytes *= fixed.elements;
        }
        at = array.element.get().stripped();
      }
      return bytes * at.size();
    }
  }

  /**
   * One dimension of an array.
   *
   * @param lowerBound the first index: 0 in C
   */
  record Dimension(long lowerBound, Count count) {}

  /** How many elements a dimension has. */
  sealed interface Count {
    /** As many as the type says. */
    record Fixed(long elements) implements Count {}

    /** A flexible array member, or {@code extern int a[]}. */
    record Open() implements Count {}

    /** As many as a frame's values say: a variable-length array of C. */
    record Dynamic(FrameValue elements) implements Count {}
  }

  /** A number that is computed from a frame. */
  interface FrameValue {
    /** The number, or why there is none. */
    Result evaluate(EvaluationContext context);

    /** A number or a reason. */
    sealed interface Result {
      record Known(long value) implements Result {}

      record Unavailable(String reason) implements Result {}
    }
  }

  /** What kind of aggregate. */
  enum StructureKind {
    STRUCT,
    UNION,
    CLASS;

    /** The keyword. */
    public String keyword() {
      return switch (this) {
        case STRUCT -> "struct";
        case UNION -> "union";
        case CLASS -> "class";
      };
    }
  }

  /**
   * A struct, union or class.
   *
   * @param tag its name without the keyword, null if it has none
   * @param complete false if the file only declares it
   * @param members in the order of declaration; base classes of C++ come as members without name
   */
  record Structure(
      StructureKind kind, @Nullable String tag, long size, boolean complete, List<Member> members)
      implements Type {
    public Structure {
      members = List.copyOf(members);
    }

    /** The member of that name, looked for inside anonymous members too. */
    public Optional<MemberPath> member(String name) {
      return MemberPath.find(this, name, 0);
    }
  }

  /**
   * A member of a structure.
   *
   * @param name null for an anonymous struct or union
   * @param offset bytes from the structure's start; for a bit-field, those of its first byte
   * @param bitOffset for a bit-field: bits from the structure's start to its lowest bit
   * @param bitSize for a bit-field its width, else 0
   */
  record Member(
      @Nullable String name,
      TypeRef type,
      long offset,
      long bitOffset,
      int bitSize,
      boolean isBaseClass) {
    /** Whether it is a bit-field. */
    public boolean isBitField() {
      return bitSize != 0;
    }
  }

  /**
   * A member and where it is in an enclosing structure.
   *
   * @param offset bytes from the start of the structure that was searched
   * @param bitOffset the same in bits
   */
  record MemberPath(Member member, long offset, long bitOffset) {
    private static final int MAX_DEPTH = 16;

    static Optional<MemberPath> find(Structure in, String name, int depth) {
      for (Member member : in.members) {
        if (name.equals(member.name)) {
          return Optional.of(new MemberPath(member, member.offset, member.bitOffset));
        }
      }
      for (Member member : in.members) {
        if (member.name == null
            && depth < MAX_DEPTH
            && member.type.get().stripped() instanceof Structure inner) {
          Optional<MemberPath> found = find(inner, name, depth + 1);
          if (found.isPresent()) {
            MemberPath path = found.get();
            return Optional.of(
                new MemberPath(
                    path.member, path.offset + member.offset, path.bitOffset + member.offset * 8));
          }
        }
      }
      return Optional.empty();
    }
  }

  /**
   * An enumeration.
   *
   * @param tag its name without {@code enum}, null if it has none
   * @param signed whether values are read with a sign
   */
  record Enumeration(
      @Nullable String tag,
      long size,
      boolean signed,
      boolean complete,
      List<Enumerator> enumerators)
      implements Type {
    public Enumeration {
      enumerators = List.copyOf(enumerators);
    }

    /** The first enumerator of that value. */
    public Optional<Enumerator> named(long value) {
      return enumerators.stream().filter(e -> e.value == value).findFirst();
    }
  }

  /** A named value of an enumeration. */
  record Enumerator(String name, long value) {}

  /** A typedef. */
  record Typedef(String name, TypeRef target) implements Type {
    @Override
    public long size() {
      return stripped().size();
    }
  }

  /** What a qualifier says. */
  enum Qualifier {
    CONST,
    VOLATILE,
    RESTRICT,
    ATOMIC;

    /** The keyword. */
    public String keyword() {
      return switch (this) {
        case CONST -> "const";
        case VOLATILE -> "volatile";
        case RESTRICT -> "restrict";
        case ATOMIC -> "_Atomic";
      };
    }
  }

  /** A qualified type. */
  record Qualified(Qualifier qualifier, TypeRef target) implements Type {
    @Override
    public long size() {
      return stripped().size();
    }
  }

  /**
   * A function's type.
   *
   * @param variadic whether it takes more arguments than it names
   */
  record Function(TypeRef returns, List<TypeRef> parameters, boolean variadic, boolean prototyped)
      implements Type {
    public Function {
      parameters = List.copyOf(parameters);
    }

    @Override
    public long size() {
      return 0;
    }
  }

  /** {@code void}, or another type without values by its name ({@code decltype(nullptr)}). */
  record VoidType(String name) implements Type {
    @Override
    public long size() {
      return 0;
    }
  }

  /** A type that the debug information fails to say. */
  record Unknown(String reason) implements Type {
    @Override
    public long size() {
      return 0;
    }
  }
}

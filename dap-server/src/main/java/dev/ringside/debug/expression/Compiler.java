package dev.ringside.debug.expression;

import dev.ringside.debug.expression.CTypes.Kind;
import dev.ringside.debug.expression.NameScope.Meaning;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.guest.UnreadableMemoryException;
import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.UnavailableValueException;
import dev.ringside.debug.value.Value;
import dev.ringside.debug.value.ValueReader;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Type;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Types a syntax tree and turns it into closures. */
final class Compiler {
  private static final String VMCS = "vmcs";

  private final NameScope scope;
  private final CTypes types;
  private final Arithmetic arithmetic;
  private final Conversions conversions;

  private boolean writes;

  Compiler(NameScope scope) {
    this.scope = scope;
    this.types = new CTypes(scope.architecture());
    this.arithmetic = new Arithmetic(types);
    this.conversions = new Conversions(arithmetic);
  }

  Code compile(Expression expression) {
    int position = expression.position();
    return switch (expression) {
      case Expression.IntegerLiteral literal -> integer(literal);
      case Expression.FloatLiteral f ->
          new Code.Floating(f.single() ? types.single : types.real, e -> f.value());
      case Expression.CharacterLiteral c -> new Code.Constant(types.integer, (byte) c.value());
      case Expression.StringLiteral s -> string(s);
      case Expression.Name name -> name(name);
      case Expression.RegisterName name -> MachineAccess.register(name);
      case Expression.Member member -> member(member);
      case Expression.Index index -> index(index);
      case Expression.Slice slice -> slice(slice);
      case Expression.Repeat repeat -> repeat(repeat);
      case Expression.Call call -> call(call);
      case Expression.Unary u -> unary(u);
      case Expression.Increment increment -> increment(increment);
      case Expression.Cast cast ->
          conversions.cast(type(cast.type()), compile(cast.operand()), position);
      case Expression.SizeOfType s ->
          new Code.Constant(types.size(), sized(type(s.type()), position));
      case Expression.SizeOf s ->
          new Code.Constant(types.size(), sized(compile(s.operand()).type, position));
      case Expression.Binary b ->
          arithmetic.binary(b.operator(), compile(b.left()), compile(b.right()), position);
      case Expression.Conditional c -> conditional(c);
      case Expression.Comma comma -> {
        Code left = compile(comma.left());
        Code right = compile(comma.right());
        yield new Code.General(
            right.type,
            e -> {
              left.value(e);
              return right.value(e);
            },
            right.bitFieldWidth());
      }
      case Expression.Assign a -> assign(compile(a.target()), compile(a.value()), position);
      case Expression.CompoundAssign a -> {
        Code target = compile(a.target());
        Code sum = arithmetic.binary(a.operator(), target, compile(a.value()), position);
        yield assign(target, sum, position);
      }
    };
  }

  private static long sized(Type type, int position) {
    if (type.size() == 0 && CTypes.kind(type) != Kind.STRUCTURE) {
      throw new ExpressionException.WrongType(position, "'" + type.displayName() + "' has no size");
    }
    return type.size();
  }

  /** C17, 6.4.4.1: the first type of the list that can represent the value. */
  private Code integer(Expression.IntegerLiteral literal) {
    long value = literal.value();
    boolean small = !literal.isLong();
    Type type;
    if (small && !literal.unsigned() && value >= 0 && value <= Integer.MAX_VALUE) {
      type = types.integer;
    } else if (small
        && (literal.unsigned() || !literal.decimal())
        && Long.compareUnsigned(value, 0xffff_ffffL) <= 0) {
      type = types.unsignedInteger;
    } else {
      type = types.wide(!literal.unsigned() && value >= 0);
    }
    return new Code.Constant(type, value);
  }

  private Code string(Expression.StringLiteral literal) {
    byte[] text = (literal.value() + "\0").getBytes(StandardCharsets.ISO_8859_1);
    Type type = CTypes.arrayOf(types.character, text.length);
    return new Code.General(type, e -> new Value(type, new Place.Immediate(text)));
  }

  private Code name(Expression.Name name) {
    Optional<Meaning> meaning = scope.resolve(name.name());
    if (meaning.isEmpty()) {
      throw new ExpressionException.UnknownName(
          name.position(), "there is no '" + name.name() + "' in scope here");
    }
    return switch (meaning.get()) {
      case Meaning.Variable variable -> variable(variable);
      case Meaning.Constant constant -> new Code.Constant(constant.type(), constant.value());
      case Meaning.Code code -> new Code.InMemory(code.type(), e -> code.address());
      case Meaning.Fact fact -> new Code.Numeric(fact.type(), e -> e.facts().get(fact.fact()));
    };
  }

  private Code variable(Meaning.Variable variable) {
    var architecture = scope.architecture();
    var locator = variable.locator();
    Type type = variable.type();
    Code.ToValue value =
        e ->
            new Value(
                VariableValue.fixed(type, e),
                Places.of(locator.locate(e.frame()), e, architecture));
    Kind kind = CTypes.kind(type);
    if (kind != Kind.INTEGER && kind != Kind.POINTER || type.size() > 8) {
      return new Code.General(type, value);
    }
    int size = (int) type.size();
    boolean signed = ValueReader.isSigned(type);
    return new Code.Quick(
        type,
        e -> {
          Location at = locator.locate(e.frame());
          if (at instanceof Location.Memory memory) {
            try {
              return LittleEndian.extend(
                  e.view().readNumber(memory.address(), size), size * 8, signed);
            } catch (UnreadableMemoryException x) {
              throw new UnavailableValueException(x.reason());
            }
          }
          return ValueReader.number(e.view(), new Value(type, Places.of(at, e, architecture)));
        },
        value);
  }

  private Code member(Expression.Member member) {
    if (!member.arrow()
        && member.base() instanceof Expression.Name base
        && base.name().equals(VMCS)
        && !programHas(member.name())) {
      return MachineAccess.vmcs(member.name(), member.position());
    }
    Code base = compile(member.base());
    int position = member.position();
    boolean pointer = CTypes.kind(base.type) == Kind.POINTER;
    Code object = pointer ? dereferenced(base, position) : base;
    if (CTypes.kind(object.type) == Kind.ARRAY && member.arrow()) {
      object = dereferenced(arithmetic.decayed(object, position), position);
    }
    if (!(object.type.stripped() instanceof Type.Structure structure)) {
      throw new ExpressionException.WrongType(
          position,
          "'"
              + base.type.displayName()
              + "' has no members, so there is no '"
              + member.name()
              + "'");
    }
    Type.MemberPath path =
        structure
            .member(member.name())
            .orElseThrow(
                () ->
                    new ExpressionException.UnknownName(
                        position,
                        structure.complete()
                            ? "'"
                                + structure.displayName()
                                + "' has no member '"
                                + member.name()
                                + "'"
                            : "'"
                                + structure.displayName()
                                + "' is only declared here: its members are not known"));
    Type type = path.member().type().get();
    int bits = path.member().bitSize();
    if (bits == 0 && object instanceof Code.InMemory memory) {
      Code.ToLong address = memory.address;
      long offset = path.offset();
      return new Code.InMemory(type, e -> address.at(e) + offset);
    }
    Code whole = object;
    long offset = bits == 0 ? path.offset() * 8 : path.bitOffset();
    return new Code.General(type, e -> whole.value(e).part(type, offset, bits), bits);
  }

  private boolean programHas(String member) {
    return scope.resolve(VMCS).orElse(null) instanceof Meaning.Variable variable
        && variable.type().stripped() instanceof Type.Structure structure
        && structure.member(member).isPresent();
  }

  private Code dereferenced(Code pointer, int position) {
    if (!(pointer.type.stripped() instanceof Type.Pointer p)) {
      throw new ExpressionException.WrongType(
          position, "'" + pointer.type.displayName() + "' is no pointer");
    }
    Type target = p.target().get();
    if (CTypes.kind(target) == Kind.VOID) {
      throw new ExpressionException.WrongType(
          position, "a 'void *' points to nothing that has a type; cast it first");
    }
    return new Code.InMemory(target, pointer::number);
  }

  private Code index(Expression.Index index) {
    Code base = compile(index.base());
    Code at = compile(index.index());
    if (CTypes.kind(at.type) != Kind.INTEGER) {
      throw new ExpressionException.WrongType(index.position(), "an index must be an integer");
    }
    if (base.type.stripped() instanceof Type.Array array) {
      Type element = CTypes.element(array);
      long size = CTypes.elementSize(element);
      if (base instanceof Code.InMemory memory) {
        Code.ToLong address = memory.address;
        return new Code.InMemory(element, e -> address.at(e) + at.number(e) * size);
      }
      return new Code.General(
          element, e -> base.value(e).part(element, at.number(e) * size * 8, 0));
    }
    Code pointer = arithmetic.decayed(base, index.position());
    if (CTypes.kind(pointer.type) != Kind.POINTER) {
      throw new ExpressionException.WrongType(
          index.position(), "'" + base.type.displayName() + "' has no elements");
    }
    long size = Arithmetic.elementSize(pointer);
    Type shifted = pointer.type;
    return dereferenced(
        new Code.Numeric(shifted, e -> pointer.number(e) + at.number(e) * size), index.position());
  }

  private Code slice(Expression.Slice slice) {
    long from = constant(slice.from());
    long to = constant(slice.to());
    if (to < from) {
      throw new ExpressionException.WrongType(slice.position(), "a slice ends before it begins");
    }
    Code first =
        index(
            new Expression.Index(
                slice.position(),
                slice.base(),
                new Expression.IntegerLiteral(slice.position(), from, false, true, true)));
    return array(first, to - from + 1);
  }

  private Code repeat(Expression.Repeat repeat) {
    long count = constant(repeat.count());
    if (count < 1) {
      throw new ExpressionException.WrongType(repeat.position(), "'@' needs a count of at least 1");
    }
    return array(compile(repeat.base()), count);
  }

  private static Code array(Code first, long count) {
    Type type = CTypes.arrayOf(first.type, count);
    if (first instanceof Code.InMemory memory) {
      return new Code.InMemory(type, memory.address);
    }
    return new Code.General(type, e -> first.value(e).as(type));
  }

  private long constant(Expression expression) {
    if (compile(expression) instanceof Code.Constant constant) {
      return constant.value;
    }
    throw new ExpressionException.WrongType(
        expression.position(), "the number of elements must be a constant");
  }

  private Code call(Expression.Call call) {
    int position = call.position();
    if (call.arguments().size() != 1) {
      throw new ExpressionException.Syntax(
          position, "'" + call.function() + "' takes one argument");
    }
    Expression argument = call.arguments().getFirst();
    if (call.function().equals("msr")
        && argument instanceof Expression.Name name
        && scope.resolve(name.name()).isEmpty()) {
      return MachineAccess.msr(
          new Code.Constant(
              CTypes.word(4),
              MachineAccess.msrNamed(name.name())
                  .orElseThrow(
                      () ->
                          new ExpressionException.UnknownName(
                              name.position(),
                              "no MSR is known as '" + name.name() + "'; give its number"))
                  .index()));
    }
    Code operand = arithmetic.decayed(compile(argument), position);
    return switch (call.function()) {
      case "msr" -> MachineAccess.msr(operand);
      case "phys" -> MachineAccess.physical(operand);
      case "walk" -> new Code.Numeric(CTypes.word(8), e -> e.view().translate(operand.number(e)));
      case "ept" -> new Code.Numeric(CTypes.word(8), operand::number);
      default ->
          throw new ExpressionException.UnknownName(
              position, "functions of the guest cannot be called; msr, walk, ept and phys can");
    };
  }

  private Code unary(Expression.Unary u) {
    Code operand = compile(u.operand());
    return switch (u.operator()) {
      case DEREFERENCE ->
          CTypes.kind(operand.type) == Kind.FUNCTION
              ? operand
              : dereferenced(arithmetic.decayed(operand, u.position()), u.position());
      case ADDRESS_OF -> {
        if (operand.bitFieldWidth() != 0) {
          throw new ExpressionException.WrongType(u.position(), "a bit-field has no address");
        }
        yield new Code.Numeric(
            types.pointerTo(operand.type), Arithmetic.address(operand, u.position()));
      }
      case PLUS, MINUS, NOT, COMPLEMENT -> arithmetic.unary(u.operator(), operand, u.position());
    };
  }

  private Code assign(Code target, Code source, int position) {
    writes = true;
    return conversions.assign(target, source, position);
  }

  /** Whether what was compiled so far changes anything when it runs. */
  boolean writes() {
    return writes;
  }

  private Code increment(Expression.Increment increment) {
    Code target = compile(increment.operand());
    int position = increment.position();
    Code one = new Code.Constant(types.integer, increment.by());
    Code sum = arithmetic.binary(BinaryOperator.ADD, target, one, position);
    Code store = assign(target, sum, position);
    return increment.prefix() ? store : Conversions.afterwards(target, store, null);
  }

  private Code conditional(Expression.Conditional c) {
    Code condition = arithmetic.decayed(compile(c.condition()), c.position());
    Code then = arithmetic.decayed(compile(c.then()), c.position());
    Code otherwise = arithmetic.decayed(compile(c.otherwise()), c.position());
    Kind a = CTypes.kind(then.type);
    Kind b = CTypes.kind(otherwise.type);
    boolean numbers =
        (a == Kind.INTEGER || a == Kind.FLOATING) && (b == Kind.INTEGER || b == Kind.FLOATING);
    if (numbers) {
      Type type =
          types.common(
              types.promote(then.type, then.bitFieldWidth()),
              types.promote(otherwise.type, otherwise.bitFieldWidth()));
      return CTypes.kind(type) == Kind.FLOATING
          ? new Code.Floating(
              type, e -> condition.isTrue(e) ? then.floating(e) : otherwise.floating(e))
          : new Code.Numeric(type, e -> condition.isTrue(e) ? then.number(e) : otherwise.number(e));
    }
    Type type = a == Kind.POINTER || b != Kind.POINTER ? then.type : otherwise.type;
    return new Code.General(type, e -> (condition.isTrue(e) ? then : otherwise).value(e).as(type));
  }

  /** The type that a name in a cast or {@code sizeof} means. */
  Type type(TypeName name) {
    Optional<Type> found =
        switch (name.kind()) {
          case BASE ->
              scope.type(NameScope.TypeKind.BASE, name.name()).or(() -> types.named(name.name()));
          case STRUCT -> scope.type(NameScope.TypeKind.STRUCT, name.name());
          case UNION -> scope.type(NameScope.TypeKind.UNION, name.name());
          case ENUM -> scope.type(NameScope.TypeKind.ENUM, name.name());
          case TYPEDEF -> scope.type(NameScope.TypeKind.TYPEDEF, name.name());
        };
    Type type =
        found.orElseThrow(
            () ->
                new ExpressionException.UnknownName(
                    name.position(), "there is no type '" + name.name() + "'"));
    for (int i = 0; i < name.pointers(); i++) {
      type = types.pointerTo(type);
    }
    for (int i = name.dimensions().size() - 1; i >= 0; i--) {
      type = CTypes.arrayOf(type, name.dimensions().get(i));
    }
    return type;
  }
}

package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs one location expression (2.5, 2.6). Made for one run; throws {@link EvaluationFailure} where
 * the frame lacks what the expression needs.
 */
final class ExpressionMachine {
  private static final int MAX_STACK = 1024;
  private static final int MAX_STEPS = 100_000;
  static final int MAX_NESTING = 8;

  private final Expressions expressions;
  private final @Nullable Unit unit;
  private final EvaluationContext frame;
  private final int addressSize;
  private final int nesting;
  private final List<StackValue> stack = new ArrayList<>();
  private final List<Location.Piece> pieces = new ArrayList<>();

  /** A location that is no address: set by reg, stack_value and implicit operations. */
  private @Nullable Location direct;

  private int steps;

  ExpressionMachine(
      Expressions expressions,
      @Nullable Unit unit,
      EvaluationContext frame,
      int addressSize,
      int nesting) {
    if (nesting > MAX_NESTING) {
      throw new EvaluationFailure("the location expressions refer to each other without end");
    }
    this.expressions = expressions;
    this.unit = unit;
    this.frame = frame;
    this.addressSize = addressSize;
    this.nesting = nesting;
  }

  /** Begins with a value on the stack. */
  void push(long value) {
    push(StackValue.generic(value, addressSize));
  }

  /** The location that an expression describes. */
  Location location(byte[] expression) {
    run(new ByteCursor(expression));
    if (!pieces.isEmpty()) {
      return new Location.Composite(pieces);
    }
    if (direct != null) {
      return direct;
    }
    return stack.isEmpty()
        ? new Location.OptimizedOut()
        : new Location.Memory(stack.getLast().bits());
  }

  /** The number that an expression leaves on the stack. */
  StackValue value(byte[] expression) {
    run(new ByteCursor(expression));
    if (direct instanceof Location.Register register) {
      return StackValue.generic(register(register.number()), addressSize);
    }
    if (stack.isEmpty()) {
      throw new EvaluationFailure("the expression gives no value");
    }
    return stack.getLast();
  }

  private void run(ByteCursor in) {
    int start = in.position();
    while (in.hasRemaining()) {
      if (++steps > MAX_STEPS) {
        throw new EvaluationFailure("the location expression does not end");
      }
      int op = in.u8();
      if (op >= Op.lit0 && op <= Op.lit31) {
        push(op - Op.lit0);
      } else if (op >= Op.reg0 && op <= Op.reg31) {
        direct = new Location.Register(op - Op.reg0);
      } else if (op >= Op.breg0 && op <= Op.breg31) {
        push(register(op - Op.breg0) + in.sleb());
      } else if (op == Op.skip || op == Op.bra) {
        int offset = (short) in.u16();
        if (op == Op.skip || pop().bits() != 0) {
          in.seek(in.position() + (long) offset);
        }
        if (in.position() < start) {
          throw new MalformedDataException("a branch out of the expression");
        }
      } else if (!constant(op, in) && !stackOperation(op, in) && !arithmetic(op, in)) {
        other(op, in);
      }
    }
  }

  private boolean constant(int op, ByteCursor in) {
    switch (op) {
      case Op.addr -> push(in.unsigned(addressSize) + expressions.bias());
      case Op.const1u -> push(in.u8());
      case Op.const1s -> push(in.s8());
      case Op.const2u -> push(in.u16());
      case Op.const2s -> push((short) in.u16());
      case Op.const4u -> push(in.u32());
      case Op.const4s -> push(in.s32());
      case Op.const8u, Op.const8s -> push(in.u64());
      case Op.constu -> push(in.uleb());
      case Op.consts -> push(in.sleb());
      case Op.addrx, Op.GNU_addr_index -> push(unit().address(in.uleb()) + expressions.bias());
      case Op.constx, Op.GNU_const_index -> push(unit().address(in.uleb()));
      case Op.const_type, Op.GNU_const_type -> {
        StackValue.BaseType type = baseType(in.uleb());
        byte[] bytes = in.take(in.u8());
        push(new StackValue(StackValue.cut(littleEndian(bytes), sizeOf(type)), type));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean stackOperation(int op, ByteCursor in) {
    switch (op) {
      case Op.dup -> push(peek(0));
      case Op.drop -> pop();
      case Op.over -> push(peek(1));
      case Op.pick -> push(peek(in.u8()));
      case Op.swap -> {
        StackValue top = pop();
        StackValue below = pop();
        push(top);
        push(below);
      }
      case Op.rot -> {
        StackValue first = pop();
        StackValue second = pop();
        StackValue third = pop();
        push(first);
        push(third);
        push(second);
      }
      case Op.nop, Op.GNU_uninit -> {}
      default -> {
        return false;
      }
    }
    return true;
  }

  /** 2.5.1.4 and comparisons of 2.5.1.5: the generic type counts as signed where that matters. */
  private boolean arithmetic(int op, ByteCursor in) {
    switch (op) {
      case Op.abs -> {
        StackValue a = pop();
        push(
            a.isFloat()
                ? a.withDouble(Math.abs(a.asDouble()))
                : a.withBits(Math.abs(a.signed(addressSize)), addressSize));
      }
      case Op.neg -> {
        StackValue a = pop();
        push(a.isFloat() ? a.withDouble(-a.asDouble()) : a.withBits(-a.bits(), addressSize));
      }
      case Op.not -> {
        StackValue a = pop();
        push(a.withBits(~a.bits(), addressSize));
      }
      case Op.plus_uconst -> {
        StackValue a = pop();
        push(a.withBits(a.bits() + in.uleb(), addressSize));
      }
      case Op.and, Op.or, Op.xor, Op.plus, Op.minus, Op.mul, Op.div, Op.mod -> {
        StackValue b = pop();
        StackValue a = pop();
        push(a.isFloat() ? floating(op, a, b) : integer(op, a, b));
      }
      case Op.shl, Op.shr, Op.shra -> {
        long count = pop().bits();
        StackValue a = pop();
        push(a.withBits(shift(op, a, count), addressSize));
      }
      case Op.eq, Op.ne, Op.lt, Op.le, Op.gt, Op.ge -> {
        StackValue b = pop();
        StackValue a = pop();
        push(compare(op, a, b) ? 1 : 0);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private StackValue integer(int op, StackValue a, StackValue b) {
    boolean unsigned = a.type() != null && !a.type().isSigned();
    long x = unsigned ? a.bits() : a.signed(addressSize);
    long y = unsigned ? b.bits() : b.signed(addressSize);
    if ((op == Op.div || op == Op.mod) && y == 0) {
      throw new EvaluationFailure("the location expression divides by zero");
    }
    long result =
        switch (op) {
          case Op.and -> x & y;
          case Op.or -> x | y;
          case Op.xor -> x ^ y;
          case Op.plus -> x + y;
          case Op.minus -> x - y;
          case Op.mul -> x * y;
          case Op.div -> unsigned ? Long.divideUnsigned(x, y) : x / y;
          // The generic type's modulo is unsigned, as GDB has it.
          case Op.mod ->
              a.type() == null
                  ? Long.remainderUnsigned(a.bits(), b.bits())
                  : unsigned ? Long.remainderUnsigned(x, y) : x % y;
          default -> throw new AssertionError(op);
        };
    return a.withBits(result, addressSize);
  }

  private static StackValue floating(int op, StackValue a, StackValue b) {
    double x = a.asDouble();
    double y = b.asDouble();
    return a.withDouble(
        switch (op) {
          case Op.plus -> x + y;
          case Op.minus -> x - y;
          case Op.mul -> x * y;
          case Op.div -> x / y;
          default -> throw new EvaluationFailure("a bit operation on a floating-point value");
        });
  }

  private long shift(int op, StackValue a, long count) {
    int width = a.size(addressSize) * 8;
    boolean all = Long.compareUnsigned(count, width) >= 0;
    return switch (op) {
      case Op.shl -> all ? 0 : a.bits() << count;
      case Op.shr -> all ? 0 : a.bits() >>> count;
      case Op.shra -> a.signed(addressSize) >> (all ? 63 : count);
      default -> throw new AssertionError(op);
    };
  }

  private boolean compare(int op, StackValue a, StackValue b) {
    int order;
    if (a.isFloat()) {
      order = Double.compare(a.asDouble(), b.asDouble());
    } else if (a.type() != null && !a.type().isSigned()) {
      order = Long.compareUnsigned(a.bits(), b.bits());
    } else {
      order = Long.compare(a.signed(addressSize), b.signed(addressSize));
    }
    return switch (op) {
      case Op.eq -> order == 0;
      case Op.ne -> order != 0;
      case Op.lt -> order < 0;
      case Op.le -> order <= 0;
      case Op.gt -> order > 0;
      case Op.ge -> order >= 0;
      default -> throw new AssertionError(op);
    };
  }

  private void other(int op, ByteCursor in) {
    switch (op) {
      case Op.regx -> direct = new Location.Register(in.ulebInt());
      case Op.bregx -> {
        int number = in.ulebInt();
        push(register(number) + in.sleb());
      }
      case Op.fbreg -> {
        long offset = in.sleb();
        push(expressions.frameBase(frame, nesting + 1) + offset);
      }
      case Op.call_frame_cfa ->
          push(
              frame.cfa().orElseThrow(() -> new EvaluationFailure("the frame's CFA is not known")));
      case Op.deref -> push(load(pop().bits(), addressSize));
      case Op.deref_size -> push(load(pop().bits(), in.u8()));
      case Op.deref_type, Op.GNU_deref_type -> {
        int size = in.u8();
        StackValue.BaseType type = baseType(in.uleb());
        push(new StackValue(load(pop().bits(), size), type));
      }
      case Op.regval_type, Op.GNU_regval_type -> registerOfType(in);
      case Op.convert, Op.GNU_convert -> {
        long type = in.uleb();
        push(pop().convertTo(type == 0 ? null : baseType(type), addressSize));
      }
      case Op.reinterpret, Op.GNU_reinterpret -> {
        long type = in.uleb();
        push(new StackValue(pop().bits(), type == 0 ? null : baseType(type)));
      }
      case Op.stack_value -> {
        StackValue top = pop();
        direct = new Location.Value(bytes(top.bits(), top.size(addressSize)));
      }
      case Op.implicit_value -> direct = new Location.Value(in.take(in.uleb()));
      case Op.implicit_pointer, Op.GNU_implicit_pointer -> {
        long target = in.unsigned(unit().version <= 2 ? addressSize : unit().offsetSize);
        direct = expressions.implicitPointer(unit(), target, in.sleb(), frame, nesting + 1);
      }
      case Op.piece -> addPiece(in.uleb() * 8, 0);
      case Op.bit_piece -> addPiece(in.uleb(), in.uleb());
      case Op.entry_value, Op.GNU_entry_value -> {
        byte[] block = in.take(in.uleb());
        push(expressions.entryValue(frame, block, addressSize, nesting + 1));
      }
      case Op.GNU_parameter_ref ->
          push(expressions.parameterValue(frame, unit().offset + in.u32(), nesting + 1));
      case Op.call2 -> call(unit().offset + in.u16());
      case Op.call4 -> call(unit().offset + in.u32());
      case Op.call_ref -> call(in.unsigned(unit().offsetSize));
      case Op.GNU_variable_value ->
          push(
              expressions.variableValue(
                  unit(), in.unsigned(unit().offsetSize), frame, nesting + 1));
      case Op.form_tls_address, Op.GNU_push_tls_address ->
          throw new EvaluationFailure(
              "thread-local storage: where this thread's block is depends on the guest");
      case Op.xderef, Op.xderef_size, Op.xderef_type, Op.push_object_address ->
          throw new EvaluationFailure(
              "operation 0x%x of location expressions is not supported".formatted(op));
      default ->
          throw new EvaluationFailure(
              "operation 0x%x of location expressions is unknown".formatted(op));
    }
  }

  private void registerOfType(ByteCursor in) {
    int number = in.ulebInt();
    StackValue.BaseType type = baseType(in.uleb());
    byte[] wide = frame.wideRegister(number);
    long bits = wide != null ? littleEndian(wide) : register(number);
    push(new StackValue(StackValue.cut(bits, sizeOf(type)), type));
  }

  /** DW_OP_call: runs another entry's location on this stack. */
  private void call(long offset) {
    if (nesting >= MAX_NESTING) {
      throw new EvaluationFailure("the location expressions call each other without end");
    }
    byte[] expression = unit().units().die(unit(), offset).block(Dw.AT_location);
    if (expression != null) {
      if (steps > MAX_STEPS / 10) {
        throw new EvaluationFailure("the location expression does not end");
      }
      steps += MAX_STEPS / 100;
      run(new ByteCursor(expression));
    }
  }

  private void addPiece(long bitSize, long bitOffset) {
    Location location;
    if (direct != null) {
      location = direct;
      direct = null;
    } else if (stack.isEmpty()) {
      location = new Location.OptimizedOut();
    } else {
      location = new Location.Memory(pop().bits());
    }
    if (pieces.size() >= MAX_STACK || bitSize < 0) {
      throw new EvaluationFailure("the location expression has impossible pieces");
    }
    pieces.add(new Location.Piece(location, bitSize, bitOffset));
  }

  private long register(int number) {
    OptionalLong value = frame.register(number);
    if (value.isEmpty()) {
      throw new EvaluationFailure(
          "register " + expressions.registerName(number) + " of this frame is not known");
    }
    return value.getAsLong();
  }

  private long load(long address, int size) {
    if (size < 1 || size > 8) {
      throw new MalformedDataException("a load of " + size + " bytes");
    }
    try {
      return littleEndian(frame.readMemory(address, size));
    } catch (EvaluationContext.MemoryReadException e) {
      throw new EvaluationFailure(String.valueOf(e.getMessage()));
    }
  }

  private StackValue.BaseType baseType(long unitOffset) {
    Die die = unit().die(unit().offset + unitOffset);
    int size = die.intConstant(Dw.AT_byte_size, 0);
    int encoding = die.intConstant(Dw.AT_encoding, 0);
    if (size != 1 && size != 2 && size != 4 && size != 8) {
      throw new EvaluationFailure(
          "location expressions with values of %d bytes are not supported".formatted(size));
    }
    boolean isFloat = encoding == 0x04;
    boolean isSigned = encoding == 0x05 || encoding == 0x06;
    return new StackValue.BaseType(size, isFloat, isSigned);
  }

  private static int sizeOf(StackValue.BaseType type) {
    return type.size();
  }

  private Unit unit() {
    if (unit == null) {
      throw new EvaluationFailure("an operation that call frame information must not use");
    }
    return unit;
  }

  private void push(StackValue value) {
    if (stack.size() >= MAX_STACK) {
      throw new EvaluationFailure("the location expression overflows its stack");
    }
    stack.add(value);
  }

  private StackValue pop() {
    if (stack.isEmpty()) {
      throw new MalformedDataException("a location expression pops an empty stack");
    }
    return stack.removeLast();
  }

  private StackValue peek(int depth) {
    int i = stack.size() - 1 - depth;
    if (i < 0) {
      throw new MalformedDataException("a location expression looks below its stack");
    }
    return stack.get(i);
  }

  static long littleEndian(byte[] bytes) {
    long value = 0;
    for (int i = Math.min(bytes.length, 8) - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  static byte[] bytes(long value, int size) {
    byte[] result = new byte[size];
    for (int i = 0; i < size; i++) {
      result[i] = (byte) (i < 8 ? value >> 8 * i : value >> 63);
    }
    return result;
  }
}

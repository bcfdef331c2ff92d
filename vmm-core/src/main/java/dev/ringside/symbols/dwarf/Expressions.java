package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Type;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates where values are: picks an entry's expression for the frame's place and runs it, with
 * what expressions ask of their surroundings (frame base, entry values, other entries).
 */
final class Expressions {
  private final Functions functions;
  private final CallSites callSites;
  private final long bias;
  private final Architecture architecture;

  Expressions(Functions functions, long bias, Architecture architecture) {
    this.functions = functions;
    this.callSites = new CallSites(functions, this, bias);
    this.bias = bias;
    this.architecture = architecture;
  }

  long bias() {
    return bias;
  }

  String registerName(int number) {
    return architecture.registerName(number);
  }

  /** Where an entry's value is in a frame: DW_AT_location or DW_AT_const_value (4.1). */
  Location locate(Die die, EvaluationContext frame) {
    return locate(die, frame, 0);
  }

  private Location locate(Die die, EvaluationContext frame, int nesting) {
    try {
      Die located = die.having(Dw.AT_location);
      if (located != null && !located.has(Dw.AT_const_value)) {
        byte[] expression = LocationLists.expressionFor(located, Dw.AT_location, frame.pc() - bias);
        return expression == null || expression.length == 0
            ? new Location.OptimizedOut()
            : new ExpressionMachine(this, located.unit, frame, located.unit.addressSize, nesting)
                .location(expression);
      }
      Die constant = die.having(Dw.AT_const_value);
      return constant == null ? new Location.OptimizedOut() : constant(constant);
    } catch (EvaluationFailure e) {
      return new Location.Unavailable(e.reason());
    } catch (MalformedDataException e) {
      return new Location.Unavailable("damaged debug information: " + e.getMessage());
    }
  }

  private static Location constant(Die die) {
    int i = die.index(Dw.AT_const_value);
    int form = die.form(i);
    if (Forms.isBlock(form)) {
      return new Location.Value(die.blockAt(i));
    }
    if (form == Dw.FORM_data16) {
      return new Location.Value(die.data16At(i));
    }
    String text = die.unit.string(form, die.value(i));
    if (text != null) {
      byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return new Location.Value(java.util.Arrays.copyOf(bytes, bytes.length + 1));
    }
    return new Location.Value(ExpressionMachine.bytes(die.value(i), 8));
  }

  /** DW_AT_frame_base of the function that the frame is in (3.3.5). */
  long frameBase(EvaluationContext frame, int nesting) {
    Die function = functions.subprogramAt(frame.pc() - bias);
    if (function == null) {
      throw new EvaluationFailure("no function is known at this frame's address");
    }
    byte[] expression = LocationLists.expressionFor(function, Dw.AT_frame_base, frame.pc() - bias);
    if (expression == null) {
      throw new EvaluationFailure("the function's frame base is not known here");
    }
    Location location =
        new ExpressionMachine(this, function.unit, frame, function.unit.addressSize, nesting)
            .location(expression);
    return switch (location) {
      case Location.Memory memory -> memory.address();
      case Location.Register register -> {
        OptionalLong value = frame.register(register.number());
        yield value.orElseThrow(
            () ->
                new EvaluationFailure(
                    "register %s, the frame base, is not known"
                        .formatted(registerName(register.number()))));
      }
      case Location.Value value -> ExpressionMachine.littleEndian(value.bytes());
      case Location.Composite c -> throw noFrameBase();
      case Location.ImplicitPointer p -> throw noFrameBase();
      case Location.OptimizedOut o -> throw noFrameBase();
      case Location.Unavailable u -> throw new EvaluationFailure(u.reason());
    };
  }

  private static EvaluationFailure noFrameBase() {
    return new EvaluationFailure("the function's frame base is no address");
  }

  /** DW_OP_implicit_pointer (2.6.1.1.4): the pointer is gone, its object is not. */
  Location implicitPointer(
      Unit unit, long target, long offset, EvaluationContext frame, int nesting) {
    if (nesting > ExpressionMachine.MAX_NESTING) {
      throw new EvaluationFailure("implicit pointers point at each other without end");
    }
    Die die = unit.units().die(unit, target);
    return new Location.ImplicitPointer(die.name(), locate(die, frame, nesting), offset);
  }

  /** DW_OP_entry_value (2.5.1.7): what a register held when the function was entered. */
  StackValue entryValue(EvaluationContext frame, byte[] block, int addressSize, int nesting) {
    EvaluationContext caller = caller(frame);
    return callSites.valueOf(frame, caller, block, addressSize, nesting);
  }

  /** DW_OP_GNU_parameter_ref: what the caller passed for a parameter that was optimised out. */
  StackValue parameterValue(EvaluationContext frame, long parameter, int nesting) {
    return callSites.valueOfParameter(frame, caller(frame), parameter, nesting);
  }

  private static EvaluationContext caller(EvaluationContext frame) {
    Optional<EvaluationContext> caller = frame.caller();
    return caller.orElseThrow(
        () -> new EvaluationFailure("it is known from the call only, and the caller is not known"));
  }

  /** The number that another entry has in this frame. */
  StackValue variableValue(Unit unit, long offset, EvaluationContext frame, int nesting) {
    Die die = unit.units().die(unit, offset);
    if (nesting > ExpressionMachine.MAX_NESTING) {
      throw new EvaluationFailure("variables depend on each other without end");
    }
    long number =
        switch (locate(die, frame, nesting)) {
          case Location.Memory memory -> {
            try {
              yield ExpressionMachine.littleEndian(
                  frame.readMemory(memory.address(), valueSize(die)));
            } catch (MemoryReadException e) {
              throw new EvaluationFailure(String.valueOf(e.getMessage()));
            }
          }
          case Location.Register register ->
              frame
                  .register(register.number())
                  .orElseThrow(
                      () ->
                          new EvaluationFailure(
                              "register %s is not known"
                                  .formatted(registerName(register.number()))));
          case Location.Value value -> ExpressionMachine.littleEndian(value.bytes());
          case Location.OptimizedOut o -> throw new EvaluationFailure("optimised out");
          case Location.Unavailable u -> throw new EvaluationFailure(u.reason());
          case Location.Composite c -> throw new EvaluationFailure("it is in several places");
          case Location.ImplicitPointer p -> throw new EvaluationFailure("it is optimised out");
        };
    return StackValue.generic(StackValue.cut(number, valueSize(die)), unit.addressSize);
  }

  /** Bytes of a scalar variable, of which bounds are one kind; DW_AT_type chain kept short. */
  private static int valueSize(Die die) {
    Die at = die;
    for (int depth = 0; depth < 8; depth++) {
      OptionalLong size = at.constant(Dw.AT_byte_size);
      if (size.isPresent() && size.getAsLong() >= 1 && size.getAsLong() <= 8) {
        return (int) size.getAsLong();
      }
      Die typed = at.having(Dw.AT_type);
      Die next = typed == null ? null : typed.reference(Dw.AT_type);
      if (next == null) {
        break;
      }
      at = next;
    }
    return die.unit.addressSize;
  }

  /** Runs an expression in a frame for the number it computes. */
  StackValue value(Unit unit, byte[] expression, EvaluationContext frame, int nesting) {
    return new ExpressionMachine(this, unit, frame, unit.addressSize, nesting).value(expression);
  }

  /**
   * Runs an expression of call frame information (6.4.2), which has no unit.
   *
   * @param initial pushed first, null for none
   */
  long cfiValue(byte[] expression, EvaluationContext frame, @Nullable Long initial) {
    ExpressionMachine machine =
        new ExpressionMachine(this, null, frame, architecture.addressSize(), 0);
    if (initial != null) {
      machine.push(initial);
    }
    return machine.value(expression).bits();
  }

  /** DW_AT_data_member_location as an expression: mostly DW_OP_plus_uconst. */
  long memberOffset(Unit unit, byte[] expression) {
    try {
      ExpressionMachine machine =
          new ExpressionMachine(this, unit, NoFrame.INSTANCE, unit.addressSize, 0);
      machine.push(0);
      return machine.value(expression).bits();
    } catch (EvaluationFailure e) {
      throw new MalformedDataException("a member without constant offset: " + e.reason());
    }
  }

  /** A bound that depends on the frame: an expression, or another entry's value. */
  Type.FrameValue frameValue(Die die, int attribute, long adjustment) {
    return frame -> {
      try {
        int i = die.index(attribute);
        long number;
        if (Forms.isReference(die.form(i))) {
          number = variableValue(die.unit, die.value(i), frame, 0).signed(die.unit.addressSize);
        } else {
          byte[] expression = LocationLists.expressionFor(die, attribute, frame.pc() - bias);
          if (expression == null) {
            return new Type.FrameValue.Result.Unavailable("optimised out");
          }
          ExpressionMachine machine =
              new ExpressionMachine(this, die.unit, frame, die.unit.addressSize, 0);
          number = machine.value(expression).signed(die.unit.addressSize);
        }
        return new Type.FrameValue.Result.Known(number + adjustment);
      } catch (EvaluationFailure e) {
        return new Type.FrameValue.Result.Unavailable(e.reason());
      } catch (MalformedDataException e) {
        return new Type.FrameValue.Result.Unavailable(
            "damaged debug information: " + e.getMessage());
      }
    };
  }

  /** Nothing to evaluate in: constant expressions only. */
  private static final class NoFrame implements EvaluationContext {
    static final NoFrame INSTANCE = new NoFrame();

    @Override
    public long pc() {
      return 0;
    }

    @Override
    public OptionalLong register(int number) {
      return OptionalLong.empty();
    }

    @Override
    public byte[] readMemory(long address, int length) throws MemoryReadException {
      throw new MemoryReadException("there is no frame to read memory in");
    }

    @Override
    public OptionalLong cfa() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<EvaluationContext> caller() {
      return Optional.empty();
    }
  }
}

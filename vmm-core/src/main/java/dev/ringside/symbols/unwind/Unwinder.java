package dev.ringside.symbols.unwind;

import dev.ringside.symbols.dwarf.DwarfInfo;
import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.elf.SymbolTable;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import dev.ringside.symbols.model.Symbol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds a frame's caller by one file's call frame information, and by the frame pointer where that
 * has nothing. Thread-safe.
 */
public final class Unwinder {
  /** No offset on the stack. */
  private static final long ELSEWHERE = Long.MAX_VALUE;

  private final ElfImage image;
  private final SymbolTable symbols;
  private final DwarfInfo dwarf;
  private final CallFrameInformation information;
  private final long bias;
  private final Architecture architecture;

  public Unwinder(ElfImage image, SymbolTable symbols, DwarfInfo dwarf, long bias) {
    this.image = image;
    this.symbols = symbols;
    this.dwarf = dwarf;
    this.bias = bias;
    this.information = new CallFrameInformation(image);
    this.architecture = image.architecture();
  }

  /** What was found damaged in the call frame information so far. */
  public List<String> problems() {
    return information.problems();
  }

  /** Whether call frame information covers an address. */
  public boolean covers(long address) {
    return information.find(address - bias) != null;
  }

  /**
   * Finds the caller of a frame.
   *
   * @param frame the frame's registers; program counter and stack pointer must be known
   * @param lookupPc the program counter of the innermost frame and of interrupted ones, the return
   *     address − 1 of callers ({@link UnwindResult.Caller#lookupPc})
   */
  public UnwindResult unwind(FrameRegisters frame, long lookupPc, MemoryReader memory) {
    FrameDescription entry = information.find(lookupPc - bias);
    if (entry == null) {
      return withoutInformation(frame, lookupPc, memory);
    }
    try {
      return byInformation(entry, frame, lookupPc, memory);
    } catch (MalformedDataException e) {
      return new UnwindResult.Failed("damaged call frame information: " + e.getMessage());
    }
  }

  /**
   * Where the canonical frame address is at one place of the code: a register plus an offset.
   *
   * @param register by DWARF's number
   */
  public record CfaRule(int register, long offset) {}

  /**
   * The rule for the canonical frame address at an address, which holds whenever the guest is
   * there; empty where nothing covers it or the rule is no register and offset.
   */
  public Optional<CfaRule> cfaRule(long address) {
    FrameDescription entry = information.find(address - bias);
    if (entry == null) {
      return Optional.empty();
    }
    try {
      return UnwindRow.at(entry, address - bias).cfa() instanceof Rule.Register r
          ? Optional.of(new CfaRule(r.number(), r.offset()))
          : Optional.empty();
    } catch (MalformedDataException e) {
      return Optional.empty();
    }
  }

  /** How a frame at an address is unwound, where that is simple; see {@link FrameRule}. */
  public FrameRule frameRule(long address) {
    FrameDescription entry = information.find(address - bias);
    if (entry == null) {
      return isEntry(symbols.at(address)) ? new FrameRule.Outermost() : new FrameRule.Guessed();
    }
    try {
      return simple(UnwindRow.at(entry, address - bias), entry);
    } catch (MalformedDataException e) {
      return new FrameRule.Complex();
    }
  }

  private FrameRule simple(UnwindRow row, FrameDescription entry) {
    Rule returnRule = row.rules().get(entry.returnAddressRegister());
    if (returnRule instanceof Rule.Undefined) {
      return new FrameRule.Outermost();
    }
    long framePointer = savedAt(row.rules().get(architecture.framePointer()));
    long stackPointer = savedAt(row.rules().get(architecture.stackPointer()));
    if (row.cfa() instanceof Rule.Register cfa
        && (cfa.number() == architecture.stackPointer()
            || cfa.number() == architecture.framePointer())
        && returnRule instanceof Rule.Offset returnAddress
        && framePointer != ELSEWHERE
        && stackPointer != ELSEWHERE) {
      return new FrameRule.Saved(
          cfa.number() == architecture.framePointer(),
          cfa.offset(),
          returnAddress.offset(),
          framePointer,
          stackPointer,
          entry.signalFrame());
    }
    return new FrameRule.Complex();
  }

  private static long savedAt(@Nullable Rule rule) {
    return switch (rule) {
      case null -> FrameRule.Saved.SAME;
      case Rule.SameValue s -> FrameRule.Saved.SAME;
      case Rule.Offset o -> o.offset();
      case Rule.Undefined u -> ELSEWHERE;
      case Rule.ValOffset v -> ELSEWHERE;
      case Rule.Register r -> ELSEWHERE;
      case Rule.Expression e -> ELSEWHERE;
      case Rule.ValExpression e -> ELSEWHERE;
    };
  }

  /** The canonical frame address of a frame; empty where it is not known. */
  public OptionalLong cfa(FrameRegisters frame, long lookupPc, MemoryReader memory) {
    FrameDescription entry = information.find(lookupPc - bias);
    if (entry == null) {
      return withoutInformation(frame, lookupPc, memory) instanceof UnwindResult.Caller caller
          ? OptionalLong.of(caller.cfa())
          : OptionalLong.empty();
    }
    try {
      UnwindRow row = UnwindRow.at(entry, lookupPc - bias);
      return cfaOf(row, new CfiFrame(frame, lookupPc, memory));
    } catch (MalformedDataException e) {
      return OptionalLong.empty();
    }
  }

  /** The rules at an address as text, for people and tests; empty if nothing covers it. */
  public Optional<String> describe(long address) {
    FrameDescription entry = information.find(address - bias);
    try {
      return entry == null
          ? Optional.empty()
          : Optional.of(UnwindRow.at(entry, address - bias).describe(architecture));
    } catch (MalformedDataException e) {
      return Optional.empty();
    }
  }

  private UnwindResult byInformation(
      FrameDescription entry, FrameRegisters frame, long lookupPc, MemoryReader memory) {
    UnwindRow row = UnwindRow.at(entry, lookupPc - bias);
    Map<Integer, Rule> rules = row.rules();
    int returnAddress = entry.returnAddressRegister();
    if (rules.get(returnAddress) instanceof Rule.Undefined) {
      return new UnwindResult.EndOfStack("its call frame information says it has no caller");
    }
    CfiFrame context = new CfiFrame(frame, lookupPc, memory);
    OptionalLong cfa = cfaOf(row, context);
    if (cfa.isEmpty()) {
      return new UnwindResult.Failed("the frame's CFA needs a register that is not known");
    }
    FrameRegisters.Builder caller = FrameRegisters.builder(architecture);
    for (int i = 0; i < architecture.registerCount(); i++) {
      Rule rule = rules.get(i);
      if (rule == null) {
        unspecified(i, frame, cfa.getAsLong(), caller);
      } else {
        int number = i;
        recover(rule, i, cfa.getAsLong(), context).ifPresent(value -> caller.set(number, value));
      }
    }
    Rule returnRule = rules.get(returnAddress);
    OptionalLong pc =
        returnRule == null
            ? OptionalLong.empty()
            : recover(returnRule, returnAddress, cfa.getAsLong(), context);
    if (pc.isEmpty()) {
      return new UnwindResult.Failed(
          "the return address cannot be read at CFA 0x" + Long.toHexString(cfa.getAsLong()));
    }
    if (pc.getAsLong() == 0) {
      return new UnwindResult.EndOfStack("its return address is 0");
    }
    caller.set(architecture.programCounter(), pc.getAsLong());
    return new UnwindResult.Caller(
        caller.build(),
        cfa.getAsLong(),
        entry.signalFrame(),
        UnwindResult.Method.CALL_FRAME_INFORMATION);
  }

  private OptionalLong cfaOf(UnwindRow row, CfiFrame context) {
    Rule rule = row.cfa();
    OptionalLong cfa =
        switch (rule) {
          case Rule.Register r -> {
            OptionalLong base = context.register(r.number());
            yield base.isPresent()
                ? OptionalLong.of(base.getAsLong() + r.offset())
                : OptionalLong.empty();
          }
          case Rule.ValExpression e -> dwarf.evaluateCfi(e.expression(), context, null);
          case Rule.Expression e -> OptionalLong.empty();
          case Rule.Undefined u -> OptionalLong.empty();
          case Rule.SameValue s -> OptionalLong.empty();
          case Rule.Offset o -> OptionalLong.empty();
          case Rule.ValOffset v -> OptionalLong.empty();
          case null -> OptionalLong.empty();
        };
    return cfa.isPresent()
        ? OptionalLong.of(architecture.truncate(cfa.getAsLong()))
        : OptionalLong.empty();
  }

  private OptionalLong recover(Rule rule, int number, long cfa, CfiFrame context) {
    return switch (rule) {
      case Rule.Undefined u -> OptionalLong.empty();
      case Rule.SameValue s -> context.register(number);
      case Rule.Offset o -> context.load(cfa + o.offset());
      case Rule.ValOffset v -> OptionalLong.of(cfa + v.offset());
      case Rule.Register r -> context.register(r.number());
      case Rule.Expression e -> {
        OptionalLong at = dwarf.evaluateCfi(e.expression(), context, cfa);
        yield at.isPresent() ? context.load(at.getAsLong()) : OptionalLong.empty();
      }
      case Rule.ValExpression e -> dwarf.evaluateCfi(e.expression(), context, cfa);
    };
  }

  /** Registers without a rule (System V ABI): callees keep some, the stack pointer is the CFA. */
  private void unspecified(
      int number, FrameRegisters frame, long cfa, FrameRegisters.Builder caller) {
    if (number == architecture.stackPointer()) {
      caller.set(number, cfa);
      return;
    }
    if (number == architecture.programCounter() || frame.get(number).isEmpty()) {
      return;
    }
    boolean kept =
        switch (architecture) {
          case X86_64 -> number == 3 || number == 6 || number >= 12 && number <= 15;
          case I386 -> number == 3 || number >= 5 && number <= 7;
        };
    long value = frame.get(number).getAsLong();
    if (kept && !frame.isAssumed(number)) {
      caller.set(number, value);
    } else {
      caller.assume(number, value);
    }
  }

  private UnwindResult withoutInformation(
      FrameRegisters frame, long lookupPc, MemoryReader memory) {
    Optional<Symbol.At> symbol = symbols.at(lookupPc);
    if (symbol.isPresent() && isEntry(symbol)) {
      return new UnwindResult.EndOfStack(
          "it is the program's entry, " + symbol.get().symbol().name());
    }
    OptionalLong start =
        symbol.isPresent() && symbol.get().symbol().kind() == Symbol.Kind.FUNCTION
            ? OptionalLong.of(symbol.get().symbol().address())
            : OptionalLong.empty();
    return FramePointers.unwind(frame, start, memory);
  }

  /** Whether it is the program's entry, which nothing calls. */
  private boolean isEntry(Optional<Symbol.At> symbol) {
    Optional<Symbol.At> entry = symbols.at(image.entry() + bias);
    return symbol.isPresent()
        && entry.isPresent()
        && symbol.get().symbol().equals(entry.get().symbol());
  }

  /** The frame that is unwound, as expressions see it. */
  private final class CfiFrame implements EvaluationContext {
    private final FrameRegisters registers;
    private final long lookupPc;
    private final MemoryReader memory;

    CfiFrame(FrameRegisters registers, long lookupPc, MemoryReader memory) {
      this.registers = registers;
      this.lookupPc = lookupPc;
      this.memory = memory;
    }

    OptionalLong load(long address) {
      return FramePointers.load(memory, address, architecture);
    }

    @Override
    public long pc() {
      return lookupPc;
    }

    @Override
    public OptionalLong register(int number) {
      return registers.get(number);
    }

    @Override
    public byte[] readMemory(long address, int length) throws MemoryReadException {
      return memory.read(architecture.truncate(address), length);
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

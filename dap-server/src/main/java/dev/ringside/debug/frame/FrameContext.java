package dev.ringside.debug.frame;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.value.LiveRegisters;
import dev.ringside.debug.value.MachineRegister;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.UnwindResult;
import dev.ringside.symbols.unwind.Unwinder;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The registers and memory of one frame. Confined to the view's thread, and valid as long as the
 * guest stands where it stood.
 */
public final class FrameContext implements EvaluationContext {
  private static final int XMM0 = 17;
  private static final int XMM15 = 32;

  private final Program program;
  private final GuestView view;
  private final Architecture architecture;
  private final long lookupPc;
  private final boolean innermost;
  private @Nullable FrameRegisters registers;
  private @Nullable UnwindResult unwound;
  private @Nullable OptionalLong cfa;
  private Unwinder.@Nullable CfaRule rule;

  private FrameContext(
      Program program,
      GuestView view,
      Architecture architecture,
      long lookupPc,
      boolean innermost,
      @Nullable FrameRegisters registers) {
    this.program = program;
    this.view = view;
    this.architecture = architecture;
    this.lookupPc = lookupPc;
    this.innermost = innermost;
    this.registers = registers;
  }

  /** The frame that the processor is in. */
  public static FrameContext live(Program program, GuestView view) {
    long pc = view.cpu().linearRip();
    return new FrameContext(program, view, program.architectureAt(pc), pc, true, null);
  }

  /**
   * The frame that the processor is in, at a place of the code whose facts are known already.
   *
   * @param rule the rule for the canonical frame address there; null if it is no simple one
   */
  public static FrameContext live(
      Program program, GuestView view, Architecture architecture, Unwinder.@Nullable CfaRule rule) {
    FrameContext context =
        new FrameContext(program, view, architecture, view.cpu().linearRip(), true, null);
    context.rule = rule;
    return context;
  }

  static FrameContext caller(Program program, GuestView view, UnwindResult.Caller caller) {
    return new FrameContext(
        program,
        view,
        caller.registers().architecture(),
        caller.lookupPc(),
        false,
        caller.registers());
  }

  @Override
  public long pc() {
    return lookupPc;
  }

  /** The address of the next instruction: for a caller its return address. */
  public long nextInstruction() {
    return innermost ? lookupPc : registers().pc().orElse(lookupPc);
  }

  /** Whether the registers are the processor's own. */
  public boolean isInnermost() {
    return innermost;
  }

  public Architecture architecture() {
    return architecture;
  }

  @Override
  public OptionalLong register(int number) {
    if (innermost) {
      Optional<MachineRegister> live = RegisterNumbers.machine(architecture, number);
      if (live.isPresent() && live.get() instanceof MachineRegister.Part part) {
        return OptionalLong.of(
            number == architecture.programCounter()
                ? lookupPc
                : LiveRegisters.number(view.cpu(), part));
      }
      if (live.isPresent() && live.get() instanceof MachineRegister.Base base) {
        return OptionalLong.of(view.cpu().read(base.segment()).base());
      }
      if (live.isPresent() && live.get() instanceof MachineRegister.Selector selector) {
        return OptionalLong.of(view.cpu().read(selector.segment()).selector());
      }
      return OptionalLong.empty();
    }
    return registers().get(number);
  }

  @Override
  public byte @Nullable [] wideRegister(int number) {
    boolean xmm = architecture == Architecture.X86_64 && number >= XMM0 && number <= XMM15;
    if (!innermost || !xmm) {
      return null;
    }
    return MachineRegister.named("xmm" + (number - XMM0))
        .map(r -> LiveRegisters.read(view.cpu(), r))
        .orElse(null);
  }

  @Override
  public byte[] readMemory(long address, int length) throws MemoryReadException {
    byte[] bytes = new byte[length];
    int got = view.read(address, bytes, 0, length);
    if (got < length) {
      throw new MemoryReadException("cannot read memory at 0x" + Long.toHexString(address + got));
    }
    return bytes;
  }

  @Override
  public OptionalLong cfa() {
    OptionalLong known = cfa;
    if (known == null) {
      OptionalLong base = rule == null ? OptionalLong.empty() : register(rule.register());
      known =
          rule != null && base.isPresent()
              ? OptionalLong.of(architecture.truncate(base.getAsLong() + rule.offset()))
              : program.cfa(registers(), lookupPc, this::readMemory);
      cfa = known;
    }
    return known;
  }

  @Override
  public Optional<EvaluationContext> caller() {
    return unwind() instanceof UnwindResult.Caller caller
        ? Optional.of(caller(program, view, caller))
        : Optional.empty();
  }

  /** What is known of the caller. */
  public UnwindResult unwind() {
    UnwindResult known = unwound;
    if (known == null) {
      known = program.unwind(registers(), lookupPc, this::readMemory);
      unwound = known;
    }
    return known;
  }

  private FrameRegisters registers() {
    FrameRegisters known = registers;
    if (known == null) {
      FrameRegisters.Builder builder = FrameRegisters.builder(architecture);
      int last = architecture.programCounter();
      for (int i = 0; i <= last; i++) {
        OptionalLong value = register(i);
        if (value.isPresent()) {
          builder.set(i, value.getAsLong());
        }
      }
      known = builder.build();
      registers = known;
    }
    return known;
  }
}

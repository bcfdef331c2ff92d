package dev.ringside.profiler.path;

import dev.ringside.symbols.SymbolFiles;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.FrameRule;
import dev.ringside.symbols.unwind.UnwindResult;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks a vCPU's stack again and again. Confined to the vCPU's thread.
 *
 * <p>What the call frame information says of an address is worked out once; from then on a frame
 * takes two or three reads of memory. A caller that only frame pointers tell of counts if there is
 * a call in front of its address. Where nothing can be unwound (no symbols, 16-bit code, segments
 * that are not flat, code of another size than the symbols') the walk is the one address.
 */
public final class GuestStack {
  /** Frames at most; further ones out are not looked at. */
  public static final int DEEPEST = 128;

  private static final int MOST_RULES = 1 << 16;
  private static final int LONGEST_CALL = 7;

  private final SymbolFiles files;
  private final GuestBytes memory;
  private final Map<Long, FrameRule> rules = new HashMap<>();
  private final long[] addresses = new long[DEEPEST];
  private int depth;

  /**
   * Reads what the files say of frames, which may take a while for a large one: call it on a thread
   * that may wait.
   */
  public GuestStack(SymbolFiles files, GuestBytes memory) {
    this.files = files;
    this.memory = memory;
    files.frameRule(0);
  }

  /**
   * Walks the stack.
   *
   * @param rip linear address of the instruction that the guest is at
   * @return how many frames there are, at least 1
   */
  public int walk(Vcpu vcpu, long rip) {
    depth = 0;
    add(rip);
    Architecture architecture = architecture(vcpu);
    if (architecture != null) {
      memory.of(vcpu);
      if (!walkByRules(vcpu, architecture, rip)) {
        depth = 1;
        walkByUnwinder(vcpu, architecture, rip);
      }
    }
    return depth;
  }

  /**
   * The address that the frame is named after, 0 being the innermost: for callers, within the call.
   */
  public long address(int frame) {
    return addresses[frame];
  }

  private boolean add(long address) {
    if (depth == DEEPEST) {
      return false;
    }
    addresses[depth++] = address;
    return true;
  }

  private @Nullable Architecture architecture(Vcpu vcpu) {
    Architecture running =
        switch (vcpu.mode()) {
          case LONG -> Architecture.X86_64;
          case PROTECTED_32, COMPATIBILITY_32 ->
              vcpu.read(SegmentRegister.CS).base() == 0 && vcpu.read(SegmentRegister.SS).base() == 0
                  ? Architecture.I386
                  : null;
          case REAL, VIRTUAL_8086, PROTECTED_16, COMPATIBILITY_16 -> null;
        };
    return files.files().isEmpty() || files.architecture() != running ? null : running;
  }

  /** False if a frame needs more registers than the stack and the frame pointer. */
  private boolean walkByRules(Vcpu vcpu, Architecture a, long rip) {
    long pc = rip;
    long sp = a.truncate(vcpu.read(Register.RSP));
    long fp = a.truncate(vcpu.read(Register.RBP));
    while (true) {
      switch (rule(pc)) {
        case FrameRule.Saved saved -> {
          long cfa = (saved.byFramePointer() ? fp : sp) + saved.cfa();
          long returnTo = memory.load(cfa + saved.returnAddress(), a);
          if (saved.framePointer() != FrameRule.Saved.SAME) {
            fp = memory.load(cfa + saved.framePointer(), a);
          }
          long callersSp =
              saved.stackPointer() == FrameRule.Saved.SAME
                  ? a.truncate(cfa)
                  : memory.load(cfa + saved.stackPointer(), a);
          long caller = saved.interrupted() ? returnTo : returnTo - 1;
          if (memory.hasFailed()
              || returnTo == 0
              || callersSp == sp && caller == pc
              || !add(caller)) {
            return true;
          }
          sp = callersSp;
          pc = caller;
        }
        case FrameRule.Guessed g -> {
          FrameRegisters frame =
              FrameRegisters.builder(a)
                  .set(a.programCounter(), depth == 1 ? pc : pc + 1)
                  .set(a.stackPointer(), sp)
                  .set(a.framePointer(), fp)
                  .build();
          UnwindResult.Caller caller = caller(frame, pc);
          if (caller == null || !add(caller.lookupPc())) {
            return true;
          }
          sp = caller.registers().stackPointer().orElse(0);
          fp = caller.registers().get(a.framePointer()).orElse(0);
          pc = caller.lookupPc();
        }
        case FrameRule.Outermost o -> {
          return true;
        }
        case FrameRule.Complex c -> {
          return false;
        }
      }
    }
  }

  private FrameRule rule(long address) {
    FrameRule known = rules.get(address);
    if (known == null) {
      if (rules.size() == MOST_RULES) {
        rules.clear();
      }
      known = files.frameRule(address);
      rules.put(address, known);
    }
    return known;
  }

  private void walkByUnwinder(Vcpu vcpu, Architecture a, long rip) {
    FrameRegisters frame = registers(vcpu, a, rip);
    long pc = rip;
    while (true) {
      UnwindResult.Caller caller = caller(frame, pc);
      if (caller == null || !add(caller.lookupPc())) {
        return;
      }
      frame = caller.registers();
      pc = caller.lookupPc();
    }
  }

  /** The caller; null if there is none, or only one that is not likely. */
  private UnwindResult.@Nullable Caller caller(FrameRegisters frame, long pc) {
    if (!(files.unwind(frame, pc, memory) instanceof UnwindResult.Caller caller)) {
      return null;
    }
    boolean same =
        caller.lookupPc() == pc && caller.registers().stackPointer().equals(frame.stackPointer());
    boolean likely =
        switch (caller.method()) {
          case CALL_FRAME_INFORMATION -> true;
          case FRAME_POINTER -> followsCall(caller.registers().pc().orElse(0));
        };
    return likely && !same ? caller : null;
  }

  /** Whether a near call ends at the address: E8, or FF /2 (SDM vol. 2A, CALL). */
  private boolean followsCall(long address) {
    byte[] code;
    try {
      code = memory.read(address - LONGEST_CALL, LONGEST_CALL);
    } catch (MemoryReadException e) {
      return false;
    }
    if ((code[LONGEST_CALL - 5] & 0xff) == 0xe8) {
      return true;
    }
    for (int length = 2; length <= LONGEST_CALL; length++) {
      int at = LONGEST_CALL - length;
      if ((code[at] & 0xff) == 0xff && (code[at + 1] >> 3 & 7) == 2) {
        return true;
      }
    }
    return false;
  }

  private static FrameRegisters registers(Vcpu vcpu, Architecture a, long rip) {
    FrameRegisters.Builder all = FrameRegisters.builder(a);
    for (int i = 0; i < a.programCounter(); i++) {
      String name = a.registerName(i).toUpperCase(Locale.ROOT);
      all.set(
          i, vcpu.read(Register.valueOf(a == Architecture.I386 ? "R" + name.substring(1) : name)));
    }
    return all.set(a.programCounter(), rip).build();
  }
}

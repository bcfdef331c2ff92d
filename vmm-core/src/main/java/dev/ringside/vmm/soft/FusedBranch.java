package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;
import dev.ringside.vmm.x86.semantics.Flags;
import org.jspecify.annotations.Nullable;

/**
 * CMP or TEST with the Jcc after it, as one op: the decision comes from the operands, and the flags
 * are only noted. Not for targets that a segment limit or a canonical address could refuse.
 */
final class FusedBranch {
  private FusedBranch() {}

  /** The op for the two, or null. */
  static @Nullable Op of(Instruction first, Instruction second, CodeMode mode) {
    if (second.mnemonic() != Mnemonic.JCC || !(mode.isLong() || mode.flat())) {
      return null;
    }
    boolean test = first.mnemonic() == Mnemonic.TEST;
    if (!test && first.mnemonic() != Mnemonic.CMP) {
      return null;
    }
    long target = second.branchTarget();
    if (!BranchBinder.canonical(target)
        || first.operandWidth(0) < 32
        || first.operandKind(0) != OperandKind.REGISTER) {
      return null;
    }
    int cc = second.condition();
    boolean wide = first.registerClass(0) == RegisterClass.GPR64;
    int a = first.registerNumber(0);
    return switch (first.operandKind(1)) {
      case REGISTER -> {
        int b = first.registerNumber(1);
        yield test
            ? wide ? new TestRegisters64(a, b, cc, target) : new TestRegisters32(a, b, cc, target)
            : wide
                ? new CompareRegisters64(a, b, cc, target)
                : new CompareRegisters32(a, b, cc, target);
      }
      case IMMEDIATE -> {
        long b = first.immediate();
        yield test
            ? null
            : wide
                ? new CompareConstant64(a, b, cc, target)
                : new CompareConstant32(a, b, cc, target);
      }
      case MEMORY -> {
        Address m = Address.of(first, mode);
        yield test
            ? null
            : wide ? new CompareMemory64(a, m, cc, target) : new CompareMemory32(a, m, cc, target);
      }
      case RELATIVE, FAR_POINTER -> null;
    };
  }

  /** The condition after comparing two 32-bit numbers. */
  private static boolean compared(int cc, int a, int b) {
    return switch (cc) {
      case 2 -> Integer.compareUnsigned(a, b) < 0;
      case 3 -> Integer.compareUnsigned(a, b) >= 0;
      case 4 -> a == b;
      case 5 -> a != b;
      case 6 -> Integer.compareUnsigned(a, b) <= 0;
      case 7 -> Integer.compareUnsigned(a, b) > 0;
      case 8 -> a - b < 0;
      case 9 -> a - b >= 0;
      case 12 -> a < b;
      case 13 -> a >= b;
      case 14 -> a <= b;
      case 15 -> a > b;
      default -> Flags.condition(cc, Flags.SUB32, a - b, a, b);
    };
  }

  /** The condition after comparing two 64-bit numbers. */
  private static boolean compared(int cc, long a, long b) {
    return switch (cc) {
      case 2 -> Long.compareUnsigned(a, b) < 0;
      case 3 -> Long.compareUnsigned(a, b) >= 0;
      case 4 -> a == b;
      case 5 -> a != b;
      case 6 -> Long.compareUnsigned(a, b) <= 0;
      case 7 -> Long.compareUnsigned(a, b) > 0;
      case 8 -> a - b < 0;
      case 9 -> a - b >= 0;
      case 12 -> a < b;
      case 13 -> a >= b;
      case 14 -> a <= b;
      case 15 -> a > b;
      default -> Flags.condition(cc, Flags.SUB64, a - b, a, b);
    };
  }

  /** The condition after a logical operation, by its result's sign. */
  private static boolean tested(int cc, int flagsOp, long signedResult) {
    return switch (cc) {
      case 4, 6 -> signedResult == 0;
      case 5, 7 -> signedResult != 0;
      case 8, 12 -> signedResult < 0;
      case 9, 13 -> signedResult >= 0;
      case 14 -> signedResult <= 0;
      case 15 -> signedResult > 0;
      default -> Flags.condition(cc, flagsOp, signedResult, 0, 0);
    };
  }

  private abstract static class Branch extends Op {
    final int a;
    final int cc;
    final long target;

    Branch(int a, int cc, long target) {
      this.a = a;
      this.cc = cc;
      this.target = target;
    }
  }

  private static final class CompareRegisters32 extends Branch {
    private final int b;

    CompareRegisters32(int a, int b, int cc, long target) {
      super(a, cc, target);
      this.b = b;
    }

    @Override
    void execute(Processor c) {
      int x = (int) c.gpr[a];
      int y = (int) c.gpr[b];
      c.flags(Flags.SUB32, x - y, x, y);
      if (compared(cc, x, y)) {
        c.rip = target;
      }
    }
  }

  private static final class CompareRegisters64 extends Branch {
    private final int b;

    CompareRegisters64(int a, int b, int cc, long target) {
      super(a, cc, target);
      this.b = b;
    }

    @Override
    void execute(Processor c) {
      long x = c.gpr[a];
      long y = c.gpr[b];
      c.flags(Flags.SUB64, x - y, x, y);
      if (compared(cc, x, y)) {
        c.rip = target;
      }
    }
  }

  private static final class CompareConstant32 extends Branch {
    private final int y;

    CompareConstant32(int a, long b, int cc, long target) {
      super(a, cc, target);
      this.y = (int) b;
    }

    @Override
    void execute(Processor c) {
      int x = (int) c.gpr[a];
      c.flags(Flags.SUB32, x - y, x, y);
      if (compared(cc, x, y)) {
        c.rip = target;
      }
    }
  }

  private static final class CompareConstant64 extends Branch {
    private final long y;

    CompareConstant64(int a, long b, int cc, long target) {
      super(a, cc, target);
      this.y = b;
    }

    @Override
    void execute(Processor c) {
      long x = c.gpr[a];
      c.flags(Flags.SUB64, x - y, x, y);
      if (compared(cc, x, y)) {
        c.rip = target;
      }
    }
  }

  private static final class CompareMemory32 extends Branch {
    private final Address m;

    CompareMemory32(int a, Address m, int cc, long target) {
      super(a, cc, target);
      this.m = m;
      this.stackSegment = m.segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      int y = c.memory.readInt(m.read(c, 4));
      int x = (int) c.gpr[a];
      c.flags(Flags.SUB32, x - y, x, y);
      if (compared(cc, x, y)) {
        c.rip = target;
      }
    }
  }

  private static final class CompareMemory64 extends Branch {
    private final Address m;

    CompareMemory64(int a, Address m, int cc, long target) {
      super(a, cc, target);
      this.m = m;
      this.stackSegment = m.segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      long y = c.memory.readLong(m.read(c, 8));
      long x = c.gpr[a];
      c.flags(Flags.SUB64, x - y, x, y);
      if (compared(cc, x, y)) {
        c.rip = target;
      }
    }
  }

  private static final class TestRegisters32 extends Branch {
    private final int b;

    TestRegisters32(int a, int b, int cc, long target) {
      super(a, cc, target);
      this.b = b;
    }

    @Override
    void execute(Processor c) {
      int r = (int) (c.gpr[a] & c.gpr[b]);
      c.logic(Flags.LOGIC32, r);
      if (tested(cc, Flags.LOGIC32, r)) {
        c.rip = target;
      }
    }
  }

  private static final class TestRegisters64 extends Branch {
    private final int b;

    TestRegisters64(int a, int b, int cc, long target) {
      super(a, cc, target);
      this.b = b;
    }

    @Override
    void execute(Processor c) {
      long r = c.gpr[a] & c.gpr[b];
      c.logic(Flags.LOGIC64, r);
      if (tested(cc, Flags.LOGIC64, r)) {
        c.rip = target;
      }
    }
  }
}

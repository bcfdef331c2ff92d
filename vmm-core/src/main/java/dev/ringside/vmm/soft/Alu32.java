package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.semantics.Flags.ADD32;
import static dev.ringside.vmm.x86.semantics.Flags.LOGIC32;
import static dev.ringside.vmm.x86.semantics.Flags.SUB32;

import org.jspecify.annotations.Nullable;

/**
 * The arithmetic that most code consists of, with 32-bit registers: one class an operation and a
 * shape of operands.
 */
final class Alu32 {
  private Alu32() {}

  /** Register and register; null for an operation that has no class of its own here. */
  static @Nullable Op registers(Alu kind, int d, int s) {
    return switch (kind) {
      case ADD -> new AddRegister(d, s);
      case SUB -> new SubRegister(d, s);
      case AND -> new AndRegister(d, s);
      case OR -> new OrRegister(d, s);
      case XOR -> new XorRegister(d, s);
      case CMP -> new CmpRegister(d, s);
      case TEST -> new TestRegister(d, s);
      case ADC, SBB -> null;
    };
  }

  /** Register and constant. */
  static @Nullable Op constant(Alu kind, int d, long value) {
    return switch (kind) {
      case ADD -> new AddConstant(d, value);
      case SUB -> new SubConstant(d, value);
      case AND -> new AndConstant(d, value);
      case OR -> new OrConstant(d, value);
      case XOR -> new XorConstant(d, value);
      case CMP -> new CmpConstant(d, value);
      case TEST -> new TestConstant(d, value);
      case ADC, SBB -> null;
    };
  }

  /** Register and memory. */
  static @Nullable Op memory(Alu kind, int d, Address m) {
    return switch (kind) {
      case ADD -> new AddMemory(d, m);
      case SUB -> new SubMemory(d, m);
      case AND -> new AndMemory(d, m);
      case OR -> new OrMemory(d, m);
      case XOR -> new XorMemory(d, m);
      case CMP -> new CmpMemory(d, m);
      case TEST -> new TestMemory(d, m);
      case ADC, SBB -> null;
    };
  }

  private abstract static class Registers extends Op {
    final int d;
    final int s;

    Registers(int d, int s) {
      this.d = d;
      this.s = s;
    }
  }

  private abstract static class WithConstant extends Op {
    final int d;
    final int b;

    WithConstant(int d, long b) {
      this.d = d;
      this.b = (int) b;
    }
  }

  private abstract static class WithMemory extends Op {
    final int d;
    final Address m;

    WithMemory(int d, Address m) {
      this.d = d;
      this.m = m;
      this.stackSegment = m.segment == Processor.SS;
    }
  }

  private static final class AddRegister extends Registers {
    AddRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a + b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(ADD32, r, a, b);
    }
  }

  private static final class AddConstant extends WithConstant {
    AddConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a + b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(ADD32, r, a, b);
    }
  }

  private static final class AddMemory extends WithMemory {
    AddMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a + b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(ADD32, r, a, b);
    }
  }

  private static final class SubRegister extends Registers {
    SubRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a - b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(SUB32, r, a, b);
    }
  }

  private static final class SubConstant extends WithConstant {
    SubConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a - b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(SUB32, r, a, b);
    }
  }

  private static final class SubMemory extends WithMemory {
    SubMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a - b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(SUB32, r, a, b);
    }
  }

  private static final class AndRegister extends Registers {
    AndRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a & b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class AndConstant extends WithConstant {
    AndConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a & b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class AndMemory extends WithMemory {
    AndMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a & b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class OrRegister extends Registers {
    OrRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a | b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class OrConstant extends WithConstant {
    OrConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a | b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class OrMemory extends WithMemory {
    OrMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a | b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class XorRegister extends Registers {
    XorRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a ^ b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class XorConstant extends WithConstant {
    XorConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a ^ b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class XorMemory extends WithMemory {
    XorMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a ^ b;
      gpr[d] = r & 0xFFFF_FFFFL;
      c.logic(LOGIC32, r);
    }
  }

  private static final class CmpRegister extends Registers {
    CmpRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a - b;
      c.flags(SUB32, r, a, b);
    }
  }

  private static final class CmpConstant extends WithConstant {
    CmpConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a - b;
      c.flags(SUB32, r, a, b);
    }
  }

  private static final class CmpMemory extends WithMemory {
    CmpMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a - b;
      c.flags(SUB32, r, a, b);
    }
  }

  private static final class TestRegister extends Registers {
    TestRegister(int d, int s) {
      super(d, s);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = (int) gpr[s];
      int a = (int) gpr[d];
      int r = a & b;
      c.logic(LOGIC32, r);
    }
  }

  private static final class TestConstant extends WithConstant {
    TestConstant(int d, long b) {
      super(d, b);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int a = (int) gpr[d];
      int r = a & b;
      c.logic(LOGIC32, r);
    }
  }

  private static final class TestMemory extends WithMemory {
    TestMemory(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      long[] gpr = c.gpr;
      int b = c.memory.readInt(m.read(c, 4));
      int a = (int) gpr[d];
      int r = a & b;
      c.logic(LOGIC32, r);
    }
  }
}

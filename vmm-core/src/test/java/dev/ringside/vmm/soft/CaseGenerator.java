package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.HostState.CODE;
import static dev.ringside.vmm.soft.HostState.WINDOW;
import static dev.ringside.vmm.soft.HostState.WINDOW_AT;

import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes cases of a form: random registers, operands and memory, so that most memory operands lie in
 * the window.
 */
final class CaseGenerator {
  /** Where the instruction stands: in the middle of the code page. */
  static final long START = CODE + 0x800;

  /** Segment overrides outside 64-bit mode; GS, whose base is not 0, is the most likely. */
  private static final int[] OVERRIDES = {0x26, 0x2E, 0x36, 0x3E, 0x65, 0x65, 0x65, 0x65};

  private final SplittableRandom random;
  private final CodeMode mode;

  /** Where DS, ES and SS begin. */
  private final long base;

  private final byte[] code = new byte[40];

  // What building an instruction leaves behind.
  private int length;
  private int displacementAt;
  private int displacementBytes;
  private int immediateAt;

  CaseGenerator(SplittableRandom random, CodeMode mode) {
    this.mode = mode;
    this.base = SoftRig.segmentBase(Processor.DS, mode);
    this.random = random;
  }

  /** A case of that form, or null where chance made one that cannot be compared. */
  @Nullable HostState make(String form, List<UserForms.Encoding> encodings) {
    UserForms.Encoding e = encodings.get(random.nextInt(encodings.size()));
    Instruction i = null;
    for (int attempt = 0; attempt < 8; attempt++) {
      build(e, attempt < 6);
      Instruction tried = Decoder.decode(code, 0, 15, START, mode.size());
      if (tried.isValid() && UserForms.name(tried).equals(form)) {
        i = tried;
        break;
      }
    }
    if (i == null) {
      return null;
    }
    HostState s = new HostState();
    s.rip(START);
    registers(s);
    memory(s);
    special(s, i);
    i = address(s, i);
    if (!mode.isLong()) {
      for (int n = 0; n < 16; n++) {
        s.gpr(n, s.gpr(n) & 0xFFFF_FFFFL);
      }
    }
    return comparable(i) ? s : null;
  }

  private void build(UserForms.Encoding e, boolean vary) {
    int n = 0;
    boolean narrow = random.nextInt(mode.isLong() ? 24 : 6) == 0;
    if (mode.isLong() ? random.nextInt(24) == 0 : !narrow && random.nextInt(8) == 0) {
      code[n++] = (byte) (mode.isLong() ? 0x65 : OVERRIDES[random.nextInt(OVERRIDES.length)]);
    } else if (mode.flat() && !mode.isLong() && narrow && random.nextInt(16) > 0) {
      // Of what 16 bits can address, GS has the data; nothing else is mapped.
      code[n++] = 0x65;
    }
    if (narrow) {
      code[n++] = 0x67;
    }
    if (e.memory() && random.nextInt(8) == 0) {
      code[n++] = (byte) 0xF0;
    }
    if (e.prefix() != 0) {
      code[n++] = (byte) e.prefix();
    }
    int rex = (e.wide() ? 8 : 0) | (vary && random.nextBoolean() ? random.nextInt(8) : 0);
    if (mode.isLong() && (rex != 0 || random.nextInt(6) == 0)) {
      code[n++] = (byte) (0x40 | rex);
    }
    if (e.escape()) {
      code[n++] = 0x0F;
    }
    code[n++] = (byte) e.opcode();
    displacementAt = n;
    displacementBytes = 0;
    if (e.hasModRm()) {
      int reg = vary && random.nextInt(3) > 0 ? random.nextInt(8) : e.modRm() >> 3 & 7;
      if (e.memory()) {
        n = memoryOperand(n, reg, narrow && !mode.isLong());
      } else {
        int rm = vary && random.nextInt(3) > 0 ? random.nextInt(8) : e.modRm() & 7;
        code[n++] = (byte) (0xC0 | reg << 3 | rm);
      }
    }
    immediateAt = n;
    while (n < code.length) {
      int b = random.nextInt(256);
      code[n++] = (byte) (random.nextInt(3) == 0 ? b & 7 : b);
    }
  }

  private int memoryOperand(int at, int reg, boolean bits16) {
    int n = at;
    int mod = random.nextInt(3);
    int rm = random.nextInt(8);
    code[n++] = (byte) (mod << 6 | reg << 3 | rm);
    int base = rm;
    if (rm == 4 && !bits16) {
      int sib = random.nextInt(256);
      code[n++] = (byte) sib;
      base = sib & 7;
    }
    displacementAt = n;
    if (bits16) {
      displacementBytes = mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0;
    } else {
      displacementBytes = mod == 1 ? 1 : mod == 2 || base == 5 ? 4 : 0;
    }
    for (int k = 0; k < displacementBytes; k++) {
      code[n++] = (byte) random.nextInt(256);
    }
    if (displacementBytes == 4 && random.nextInt(3) > 0) {
      // Small ones, of either sign.
      code[n - 1] = code[n - 2] = (byte) (code[n - 3] >> 7);
    }
    return n;
  }

  /** A number at the edges of some width, or any. */
  long value() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(-4, 5);
      case 1 -> (1L << random.nextInt(64)) + random.nextInt(-2, 3);
      case 2 -> -(1L << random.nextInt(64)) + random.nextInt(-2, 3);
      case 3 -> random.nextLong() >>> random.nextInt(64);
      case 4 -> random.nextLong() >> random.nextInt(64);
      case 5 -> random.nextInt(256);
      default -> random.nextLong();
    };
  }

  /** A floating-point number of 64 bits or two of 32, of every kind. */
  private long number() {
    if (random.nextBoolean()) {
      return single() & 0xFFFF_FFFFL | (long) single() << 32;
    }
    return switch (random.nextInt(9)) {
      case 0 -> random.nextLong() & 0x800F_FFFF_FFFF_FFFFL;
      case 1 -> random.nextLong() | 0x7FF0_0000_0000_0000L;
      case 2 -> random.nextLong() & 0x8000_0000_0000_0000L | 0x7FF0_0000_0000_0000L;
      case 3 -> Double.doubleToRawLongBits(random.nextInt(-5, 6));
      case 4 -> Double.doubleToRawLongBits(random.nextInt(-1000, 1000) / 8.0);
      case 5 ->
          Double.doubleToRawLongBits(
              Math.scalb(random.nextDouble(-2, 2), random.nextInt(-160, 160)));
      case 6 ->
          Double.doubleToRawLongBits(Math.scalb(random.nextDouble(-2, 2), random.nextInt(-4, 70)));
      case 7 ->
          Double.doubleToRawLongBits(
              Math.scalb(random.nextDouble(-2, 2), random.nextBoolean() ? -1022 : 1023));
      default -> random.nextLong();
    };
  }

  private int single() {
    return switch (random.nextInt(9)) {
      case 0 -> random.nextInt() & 0x807F_FFFF;
      case 1 -> random.nextInt() | 0x7F80_0000;
      case 2 -> random.nextInt() & 0x8000_0000 | 0x7F80_0000;
      case 3 -> Float.floatToRawIntBits(random.nextInt(-5, 6));
      case 4 -> Float.floatToRawIntBits(random.nextInt(-1000, 1000) / 8f);
      case 5 ->
          Float.floatToRawIntBits(
              (float) Math.scalb(random.nextDouble(-2, 2), random.nextInt(-4, 36)));
      case 6 ->
          Float.floatToRawIntBits(
              (float) Math.scalb(random.nextDouble(-2, 2), random.nextBoolean() ? -126 : 127));
      default -> random.nextInt();
    };
  }

  /** All masked most of the time; any rounding, DAZ and FTZ; some sticky flags. */
  private int mxcsr() {
    int masks = random.nextInt(6) == 0 ? random.nextInt() & 0x1F80 : 0x1F80;
    int rounding = random.nextBoolean() ? 0 : random.nextInt() & 0xE040;
    int sticky = random.nextBoolean() ? 0x20 : random.nextInt() & 0x3F;
    // A flag that is set and not masked would trap at once on some other path; keep such ones
    // clear.
    return masks | rounding | (sticky & masks >> 7);
  }

  private void registers(HostState s) {
    for (int n = 0; n < 16; n++) {
      s.gpr(n, value());
    }
    s.gpr(
        Processor.RSP,
        WINDOW_AT
            - base
            + 64
            + 8L * random.nextInt((WINDOW - 128) / 8)
            + (random.nextInt(8) == 0 ? 3 : 0));
    s.rflags(0x202 | (random.nextInt() & 0x8D5) | (random.nextInt(4) == 0 ? 0x400 : 0));
    int fx = HostState.FXSAVE;
    x87(s);
    s.bytes.putInt(fx + 24, mxcsr());
    boolean numbers = random.nextBoolean();
    for (int n = 0; n < 32; n++) {
      s.bytes.putLong(fx + 160 + 8 * n, numbers ? number() : value());
    }
  }

  private void x87(HostState s) {
    int fx = HostState.FXSAVE;
    int control = 0x37F;
    if (random.nextInt(3) == 0) {
      control = random.nextInt(4) << 10 | PRECISIONS[random.nextInt(3)] << 8 | 0x7F;
    }
    if (random.nextInt(10) == 0) {
      control &= random.nextInt() | 0xFFC0;
    }
    int status = random.nextInt(8) << 11 | random.nextInt() & 0x4700;
    int sticky = random.nextInt(3) == 0 ? random.nextInt() & 0x3F : 0;
    status |= random.nextInt(8) == 0 ? sticky : sticky & control;
    if ((status & ~control & 0x3F) != 0) {
      status |= 0x8080;
    }
    s.bytes.putShort(fx, (short) control);
    s.bytes.putShort(fx + 2, (short) status);
    s.bytes.put(fx + 4, (byte) (random.nextInt() | (random.nextInt(3) > 0 ? 0xFF : 0)));
    if (random.nextInt(4) == 0) {
      // Room to push.
      s.bytes.put(fx + 4, (byte) (s.bytes.get(fx + 4) & ~(1 << ((status >> 11) + 7 & 7))));
    }
    for (int n = 0; n < 8; n++) {
      s.bytes.putLong(fx + 32 + 16 * n, significand());
      s.bytes.putShort(fx + 40 + 16 * n, (short) signExponent());
    }
  }

  private static final int[] PRECISIONS = {0, 2, 3};

  private long significand() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> Long.MIN_VALUE;
      case 2 -> value();
      case 3 -> random.nextLong(256) << 56 | Long.MIN_VALUE;
      case 4 -> random.nextLong() & -2048 | Long.MIN_VALUE;
      default -> random.nextLong() | Long.MIN_VALUE;
    };
  }

  private int signExponent() {
    int sign = random.nextBoolean() ? 0x8000 : 0;
    return sign
        | switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> 0x7FFF;
          case 2 -> random.nextInt(0x8000);
          case 3 -> 16383 + random.nextInt(-1080, 1080);
          case 4 -> 16383 + random.nextInt(-160, 160);
          case 5 -> 16383 + random.nextInt(-2, 3);
          default -> 16383 + random.nextInt(-4, 70);
        };
  }

  private void memory(HostState s) {
    int kind = random.nextInt(4);
    for (int at = 0; at < WINDOW; at += 8) {
      long v =
          switch (kind) {
            case 0 -> value();
            case 1 -> 0x4141_4141_4141_4141L;
            case 2 -> number();
            default -> random.nextLong();
          };
      s.bytes.putLong(HostState.MEMORY + at, v);
    }
    if (kind == 1) {
      s.bytes.put(HostState.MEMORY + random.nextInt(WINDOW), (byte) 7);
    }
  }

  /** What single instructions want in order to do something interesting. */
  private void special(HostState s, Instruction i) {
    Mnemonic m = i.mnemonic();
    switch (m) {
      case DIV, IDIV -> {
        int kind = random.nextInt(4);
        if (kind == 0) {
          s.gpr(2, 0);
        } else if (kind == 1) {
          s.gpr(2, s.gpr(0) >> 63);
        } else if (kind == 2) {
          s.gpr(2, random.nextInt(-3, 100));
        }
      }
      case BT, BTS, BTR, BTC -> {
        if (i.operandKind(1) == OperandKind.REGISTER && random.nextInt(8) > 0) {
          s.gpr(i.registerNumber(1), random.nextInt(-1500, 1500));
        }
      }
      case MOVS, CMPS, SCAS, LODS, STOS -> {
        s.gpr(6, target(i.elementWidth() / 8) - base);
        s.gpr(7, target(i.elementWidth() / 8) - base);
        if (i.hasRep() || i.hasRepne()) {
          long high = i.addressSize() == 32 ? random.nextLong() << 32 : 0;
          s.gpr(1, high | random.nextInt(20));
        }
        if (random.nextBoolean()) {
          s.gpr(0, 0x4141_4141_4141_4141L);
        }
      }
      case LEAVE -> s.gpr(5, target(8) - base);
      case ENTER -> {
        s.gpr(5, target(8) - base);
        code[immediateAt + 1] = (byte) random.nextInt(random.nextInt(4) == 0 ? 256 : 1);
        code[immediateAt + 2] = (byte) random.nextInt(random.nextInt(4) == 0 ? 256 : 6);
      }
      case RET -> put(s, base + s.gpr(4), aim());
      case LOOP, LOOPE, LOOPNE, JCXZ -> s.gpr(1, random.nextInt(-1, 3));
      case JMP, CALL -> {
        // CALL through RSP may fault in two ways at once, and AMD's order is not Intel's.
        if (i.operandKind(0) == OperandKind.REGISTER && i.registerNumber(0) != Processor.RSP) {
          s.gpr(i.registerNumber(0), aim());
        }
      }
      case FXRSTOR -> {
        // A state that could be one, at the start of the window.
        for (int n = 0; n < 416; n++) {
          s.bytes.put(HostState.MEMORY + n, s.bytes.get(HostState.FXSAVE + n));
        }
        for (int n = 32; n < 416; n += 8) {
          s.bytes.putLong(HostState.MEMORY + n, random.nextLong());
        }
        s.bytes.put(HostState.MEMORY + 4, (byte) random.nextInt());
        if (random.nextInt(8) == 0) {
          s.bytes.putInt(HostState.MEMORY + 24, random.nextInt() & 0x1FFFF);
        }
      }
      case MASKMOVQ, MASKMOVDQU -> s.gpr(7, target(16) - base);
      case LDMXCSR -> {
        for (int at = 0; at < WINDOW; at += 4) {
          s.bytes.putInt(
              HostState.MEMORY + at,
              random.nextInt() & (random.nextInt(4) == 0 ? 0x1FFFF : 0xFFBF));
        }
      }
      default -> {}
    }
  }

  /** Mostly somewhere in the code page beside the instruction. */
  private long aim() {
    return random.nextInt(6) == 0 ? value() : CODE + random.nextInt(0x700);
  }

  private void put(HostState s, long at, long value) {
    long offset = at - WINDOW_AT;
    if (offset >= 0 && offset <= WINDOW - 8) {
      s.bytes.putLong((int) (HostState.MEMORY + offset), value);
    }
  }

  /**
   * An address for an operand of that many bytes: mostly in the window, aligned or not, sometimes
   * beyond all data.
   */
  private long target(int bytes) {
    int kind = random.nextInt(40);
    if (kind == 0) {
      return value();
    }
    if (kind == 1) {
      return HostState.DATA + 8192 - random.nextInt(bytes + 1);
    }
    int width = Math.max(bytes, 1);
    long at = WINDOW_AT + random.nextInt(WINDOW - Math.min(width, WINDOW - 1));
    if (kind == 2) {
      at = HostState.DATA + 4096 - random.nextInt(width + 1);
    }
    return random.nextInt(3) > 0 ? at & -Math.min(Integer.highestOneBit(width), 16) : at;
  }

  /**
   * Makes the memory operand's address one that {@link #target} likes: through its registers, or
   * its displacement.
   */
  private Instruction address(HostState s, Instruction i) {
    if (i.memoryOperand() >= 0 && !UserForms.isString(i.mnemonic())) {
      int bytes = Math.max(i.operandWidth(i.memoryOperand()) / 8, 1);
      boolean whole =
          (i.mnemonic() == Mnemonic.FXSAVE || i.mnemonic() == Mnemonic.FXRSTOR)
              && random.nextInt(4) > 0;
      long to = whole ? WINDOW_AT : target(bytes);
      long offset = to - SoftRig.segmentBase(i.memorySegment(), mode);
      if (i.mnemonic() == Mnemonic.XLAT) {
        s.gpr(3, offset - (s.gpr(0) & 0xFF));
      } else {
        place(s, i, offset);
      }
      if (i.mnemonic() == Mnemonic.JMP || i.mnemonic() == Mnemonic.CALL) {
        put(s, to, aim());
      }
    }
    Instruction last = Decoder.decode(code, 0, 15, START, mode.size());
    length = last.length();
    s.code(code, length);
    return last;
  }

  private void place(HostState s, Instruction i, long to) {
    int base = i.memoryBase();
    int index = i.memoryIndex();
    int scale = i.memoryScale();
    long high = i.addressSize() < 64 ? random.nextLong() << i.addressSize() : 0;
    long mask = Address.mask(i.addressSize());
    if (base == 16 || (base < 0 && index < 0)) {
      long d = base == 16 ? to - i.nextAddress() : to;
      int bytes = displacementBytes == 0 ? i.addressSize() / 8 : displacementBytes;
      for (int k = 0; k < bytes; k++) {
        code[displacementAt + k] = (byte) (d >> (8 * k));
      }
      return;
    }
    long rest = to - i.displacement();
    if (base >= 0 && index >= 0 && base != index) {
      s.gpr(index, random.nextBoolean() ? random.nextInt(-64, 64) : value());
      rest -= (s.gpr(index) & mask) * scale;
    } else if (base == index) {
      rest /= 1 + scale;
    } else if (base < 0) {
      rest /= scale;
    }
    s.gpr(base >= 0 ? base : index, (rest & mask) | high);
  }

  /** Not what would run on into other code on the host. */
  private boolean comparable(Instruction i) {
    if (!i.isValid()) {
      return false;
    }
    long target =
        switch (i.mnemonic()) {
          case JCC, LOOP, LOOPE, LOOPNE, JCXZ -> i.branchTarget();
          case JMP, CALL -> i.operandKind(0) == OperandKind.RELATIVE ? i.branchTarget() : 0;
          default -> 0;
        };
    return target < START || target >= START + i.length();
  }
}

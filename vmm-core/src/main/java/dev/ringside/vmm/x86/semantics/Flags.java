package dev.ringside.vmm.x86.semantics;

/**
 * The six status flags, computed only when something asks (SDM volume 1, section 3.4.3.1).
 *
 * <p>A processor keeps four values: {@code op}, what kind of operation set the flags last and at
 * which size; {@code result}; and two more, {@code a} and {@code b}, whose meaning is the
 * operation's:
 *
 * <ul>
 *   <li>{@link #EAGER}: {@code a} holds the six status bits themselves; the rest is ignored.
 *   <li>{@code ADD}, {@code SUB}: {@code a} and {@code b} are the operands. ADC is an ADD and SBB,
 *       CMP and NEG (0 − b) a SUB: carry and overflow follow from operands and result, with a carry
 *       in or without.
 *   <li>{@code LOGIC}: carry, overflow and adjust are 0.
 *   <li>{@code INC}, {@code DEC}: {@code b} is the carry before (0 or {@link #CF}), which they
 *       preserve.
 *   <li>{@code RESULT}: zero, sign and parity come from the result, the others are bits in {@code
 *       a} (shifts, MUL).
 * </ul>
 *
 * <p>An operation's code is the kind's code for 8 bits plus the size: {@code SUB8 + 2} is {@code
 * SUB32}. Upper bits of result, {@code a} and {@code b} are ignored.
 */
public final class Flags {
  /** Carry. */
  public static final int CF = 0x001;

  /** Parity: the low byte of the result has an even number of ones. */
  public static final int PF = 0x004;

  /** Adjust: a carry or borrow out of bit 3. */
  public static final int AF = 0x010;

  /** Zero. */
  public static final int ZF = 0x040;

  /** Sign. */
  public static final int SF = 0x080;

  /** Direction: string instructions go downwards. Not a status flag. */
  public static final int DF = 0x400;

  /** Overflow. */
  public static final int OF = 0x800;

  /** The six status flags. */
  public static final int STATUS = CF | PF | AF | ZF | SF | OF;

  /** The status bits are in {@code a}. */
  public static final int EAGER = 0;

  public static final int ADD8 = 4;
  public static final int ADD16 = 5;
  public static final int ADD32 = 6;
  public static final int ADD64 = 7;
  public static final int SUB8 = 8;
  public static final int SUB16 = 9;
  public static final int SUB32 = 10;
  public static final int SUB64 = 11;
  public static final int LOGIC8 = 12;
  public static final int LOGIC16 = 13;
  public static final int LOGIC32 = 14;
  public static final int LOGIC64 = 15;
  public static final int INC8 = 16;
  public static final int INC16 = 17;
  public static final int INC32 = 18;
  public static final int INC64 = 19;
  public static final int DEC8 = 20;
  public static final int DEC16 = 21;
  public static final int DEC32 = 22;
  public static final int DEC64 = 23;
  public static final int RESULT8 = 24;
  public static final int RESULT16 = 25;
  public static final int RESULT32 = 26;
  public static final int RESULT64 = 27;

  private static final int KIND_EAGER = 0;
  private static final int KIND_ADD = 1;
  private static final int KIND_SUB = 2;
  private static final int KIND_LOGIC = 3;
  private static final int KIND_INC = 4;
  private static final int KIND_DEC = 5;

  private Flags() {}

  /**
   * All six status flags.
   *
   * @return bits of {@link #STATUS}; nothing else is set
   */
  public static int status(int op, long result, long a, long b) {
    int kind = op >> 2;
    if (kind == KIND_EAGER) {
      return (int) a & STATUS;
    }
    int shift = 64 - (8 << (op & 3));
    long r = result << shift;
    int flags = (r == 0 ? ZF : 0) | (r < 0 ? SF : 0) | parityBit(result);
    return switch (kind) {
      case KIND_ADD, KIND_SUB ->
          flags
              | (carry(op, result, a, b) ? CF : 0)
              | (overflow(op, result, a, b) ? OF : 0)
              | ((int) (a ^ b ^ result) & AF);
      case KIND_LOGIC -> flags;
      case KIND_INC ->
          flags | ((int) b & CF) | (r == Long.MIN_VALUE ? OF : 0) | ((result & 15) == 0 ? AF : 0);
      case KIND_DEC ->
          flags
              | ((int) b & CF)
              | (overflow(op, result, a, b) ? OF : 0)
              | ((result & 15) == 15 ? AF : 0);
      default -> flags | ((int) a & (CF | AF | OF));
    };
  }

  /**
   * One of the sixteen conditions of Jcc, SETcc and CMOVcc (SDM volume 1, appendix B).
   *
   * @param cc the condition's number, 0 (O) to 15 (G): the low four bits of the opcode
   */
  public static boolean condition(int cc, int op, long result, long a, long b) {
    boolean holds =
        switch (cc >> 1) {
          case 0 -> overflow(op, result, a, b);
          case 1 -> carry(op, result, a, b);
          case 2 -> zero(op, result, a);
          case 3 -> carry(op, result, a, b) || zero(op, result, a);
          case 4 -> sign(op, result, a);
          case 5 -> parity(op, result, a);
          case 6 -> less(op, result, a, b);
          default -> zero(op, result, a) || less(op, result, a, b);
        };
    return holds != ((cc & 1) != 0);
  }

  /** The carry flag. */
  public static boolean carry(int op, long result, long a, long b) {
    int sign = (8 << (op & 3)) - 1;
    return switch (op >> 2) {
      case KIND_ADD -> ((((a & b) | ((a | b) & ~result)) >>> sign) & 1) != 0;
      case KIND_SUB -> ((((~a & b) | ((~a | b) & result)) >>> sign) & 1) != 0;
      case KIND_LOGIC -> false;
      case KIND_INC, KIND_DEC -> (b & CF) != 0;
      default -> (a & CF) != 0;
    };
  }

  /** The overflow flag. */
  public static boolean overflow(int op, long result, long a, long b) {
    int shift = 64 - (8 << (op & 3));
    return switch (op >> 2) {
      case KIND_ADD -> ((a ^ result) & (b ^ result)) << shift < 0;
      case KIND_SUB -> ((a ^ b) & (a ^ result)) << shift < 0;
      case KIND_LOGIC -> false;
      case KIND_INC -> result << shift == Long.MIN_VALUE;
      case KIND_DEC -> ((result + 1) << shift) == Long.MIN_VALUE;
      default -> (a & OF) != 0;
    };
  }

  /** The zero flag. */
  public static boolean zero(int op, long result, long a) {
    return op >> 2 == KIND_EAGER ? (a & ZF) != 0 : result << (64 - (8 << (op & 3))) == 0;
  }

  /** The sign flag. */
  public static boolean sign(int op, long result, long a) {
    return op >> 2 == KIND_EAGER ? (a & SF) != 0 : result << (64 - (8 << (op & 3))) < 0;
  }

  /** The parity flag. */
  public static boolean parity(int op, long result, long a) {
    return op >> 2 == KIND_EAGER ? (a & PF) != 0 : parityBit(result) != 0;
  }

  /** Sign differs from overflow: the condition L. */
  private static boolean less(int op, long result, long a, long b) {
    int shift = 64 - (8 << (op & 3));
    return switch (op >> 2) {
      case KIND_SUB -> (result ^ ((a ^ b) & (a ^ result))) << shift < 0;
      case KIND_LOGIC -> result << shift < 0;
      default -> sign(op, result, a) != overflow(op, result, a, b);
    };
  }

  /** {@link #PF} when the low byte has an even number of ones, else 0. */
  static int parityBit(long result) {
    return (~Integer.bitCount((int) result & 0xFF) & 1) << 2;
  }

  /** Zero, sign and parity of a result, as bits. */
  static int resultBits(long result, int size) {
    long r = result << (64 - (8 << size));
    return (r == 0 ? ZF : 0) | (r < 0 ? SF : 0) | parityBit(result);
  }

  /** The bits of an operand that count, all ones. */
  public static long mask(int size) {
    return -1L >>> (64 - (8 << size));
  }

  /** The operand as a signed number. */
  public static long signed(long value, int size) {
    int shift = 64 - (8 << size);
    return value << shift >> shift;
  }

  /** The operand as an unsigned number (of 64 bits at most). */
  public static long unsigned(long value, int size) {
    return value & mask(size);
  }
}

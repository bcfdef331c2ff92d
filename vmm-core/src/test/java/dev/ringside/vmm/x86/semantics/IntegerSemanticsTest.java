package dev.ringside.vmm.x86.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Integer semantics against {@link BigInteger} and against single-bit definitions, at every size.
 */
class IntegerSemanticsTest {
  private static final int ROUNDS = 20_000;
  private final SplittableRandom random = new SplittableRandom(20261123);

  @Test
  void addAndSubtractFlagsFollowFromUnboundedArithmetic() {
    for (int i = 0; i < ROUNDS; i++) {
      int size = i & 3;
      long a = operand();
      long b = operand();
      int carry = i >> 2 & 1;
      BigInteger wideA = unsigned(a, size);
      BigInteger wideB = unsigned(b, size);
      BigInteger in = BigInteger.valueOf(carry);
      check(
          Flags.ADD8 + size,
          a + b + carry,
          a,
          b,
          wideA.add(wideB).add(in).bitLength() > 8 << size,
          !fits(signed(a, size).add(signed(b, size)).add(in), size),
          (a & 15) + (b & 15) + carry > 15);
      check(
          Flags.SUB8 + size,
          a - b - carry,
          a,
          b,
          wideA.subtract(wideB).subtract(in).signum() < 0,
          !fits(signed(a, size).subtract(signed(b, size)).subtract(in), size),
          (a & 15) - (b & 15) - carry < 0);
      check(
          Flags.INC8 + size,
          a + 1,
          0,
          carry,
          carry != 0,
          !fits(signed(a, size).add(BigInteger.ONE), size),
          (a & 15) == 15);
      check(
          Flags.DEC8 + size,
          a - 1,
          0,
          carry,
          carry != 0,
          !fits(signed(a, size).subtract(BigInteger.ONE), size),
          (a & 15) == 0);
      check(Flags.LOGIC8 + size, a & b, a, b, false, false, false);
    }
  }

  private static void check(
      int op, long r, long a, long b, boolean carry, boolean overflow, boolean adjust) {
    int size = op & 3;
    int expected =
        (carry ? Flags.CF : 0)
            | (overflow ? Flags.OF : 0)
            | (adjust ? Flags.AF : 0)
            | (unsigned(r, size).signum() == 0 ? Flags.ZF : 0)
            | (signed(r, size).signum() < 0 ? Flags.SF : 0)
            | (Integer.toBinaryString((int) r & 0xFF).replace("0", "").length() % 2 == 0
                ? Flags.PF
                : 0);
    assertThat(Flags.status(op, r, a, b)).as("op %d of %x and %x", op, a, b).isEqualTo(expected);
    for (int cc = 0; cc < 16; cc++) {
      boolean eager = Flags.condition(cc, Flags.EAGER, 0, expected, 0);
      assertThat(Flags.condition(cc, op, r, a, b))
          .as("condition %d, op %d", cc, op)
          .isEqualTo(eager);
    }
  }

  @Test
  void eagerConditionsAreThoseOfTheManual() {
    for (int flags = 0; flags < 1 << 12; flags++) {
      boolean c = (flags & Flags.CF) != 0;
      boolean z = (flags & Flags.ZF) != 0;
      boolean s = (flags & Flags.SF) != 0;
      boolean o = (flags & Flags.OF) != 0;
      boolean p = (flags & Flags.PF) != 0;
      boolean[] even = {o, c, z, c || z, s, p, s != o, z || s != o};
      for (int cc = 0; cc < 16; cc++) {
        assertThat(Flags.condition(cc, Flags.EAGER, 0, flags, 0))
            .as("condition %d of %x", cc, flags)
            .isEqualTo(even[cc >> 1] != ((cc & 1) != 0));
      }
    }
  }

  @Test
  void productsAndQuotientsAreExact() {
    for (int i = 0; i < ROUNDS; i++) {
      int size = i & 3;
      int bits = 8 << size;
      long a = operand();
      long b = operand();
      long high = i % 3 == 0 ? Flags.signed(a, size) >> 63 : i % 3 == 1 ? operand() % 9 : operand();
      BigInteger product = unsigned(a, size).multiply(unsigned(b, size));
      assertThat(Multiply.low(a, b, size)).isEqualTo(product.longValue() & Flags.mask(size));
      assertThat(Multiply.unsignedHigh(a, b, size))
          .isEqualTo(product.shiftRight(bits).longValue() & Flags.mask(size));
      assertThat(Multiply.unsignedFlags(a, b, size) != 0).isEqualTo(product.bitLength() > bits);
      BigInteger signed = signed(a, size).multiply(signed(b, size));
      assertThat(Multiply.signedHigh(a, b, size))
          .isEqualTo(signed.shiftRight(bits).longValue() & Flags.mask(size));
      assertThat(Multiply.signedFlags(a, b, size) != 0).isEqualTo(!fits(signed, size));
      divides(high, a, b, size);
    }
  }

  private static void divides(long high, long low, long divisor, int size) {
    int bits = 8 << size;
    BigInteger dividend = unsigned(high, size).shiftLeft(bits).add(unsigned(low, size));
    BigInteger by = unsigned(divisor, size);
    boolean possible = by.signum() != 0 && dividend.divide(by).bitLength() <= bits;
    assertThat(Divide.unsignedDivides(high, low, divisor, size)).isEqualTo(possible);
    if (possible) {
      assertThat(unsigned(Divide.unsignedQuotient(high, low, divisor, size), size))
          .isEqualTo(dividend.divide(by));
      assertThat(unsigned(Divide.unsignedRemainder(high, low, divisor, size), size))
          .isEqualTo(dividend.mod(by));
    }
    BigInteger signed = signed(high, size).shiftLeft(bits).add(unsigned(low, size));
    BigInteger signedBy = signed(divisor, size);
    possible = signedBy.signum() != 0 && fits(signed.divide(signedBy), size);
    assertThat(Divide.signedDivides(high, low, divisor, size)).isEqualTo(possible);
    if (possible) {
      assertThat(signed(Divide.signedQuotient(high, low, divisor, size), size))
          .isEqualTo(signed.divide(signedBy));
      assertThat(signed(Divide.signedRemainder(high, low, divisor, size), size))
          .isEqualTo(signed.remainder(signedBy));
    }
  }

  @Test
  void shiftsAndRotatesGoBitByBit() {
    for (int i = 0; i < ROUNDS; i++) {
      int size = i & 3;
      long v = operand() & Flags.mask(size);
      int count = Shifts.count(random.nextInt(256), size);
      if (count == 0) {
        continue;
      }
      int bits = 8 << size;
      boolean carry = random.nextBoolean();
      long left = v;
      long right = v;
      long arithmetic = v;
      long rol = v;
      long ror = v;
      long rcl = v;
      long rcr = v;
      boolean c = carry;
      boolean d = carry;
      boolean out = false;
      for (int n = 0; n < count; n++) {
        out = (left >>> (bits - 1) & 1) != 0;
        left = left << 1 & Flags.mask(size);
        right = right >>> 1;
        arithmetic = arithmetic >>> 1 | (arithmetic & 1L << (bits - 1));
        rol = (rol << 1 | rol >>> (bits - 1)) & Flags.mask(size);
        ror = ror >>> 1 | (ror & 1) << (bits - 1);
        long top = rcl >>> (bits - 1);
        rcl = (rcl << 1 | (c ? 1 : 0)) & Flags.mask(size);
        c = top != 0;
        long bottom = rcr & 1;
        rcr = rcr >>> 1 | (d ? 1L : 0) << (bits - 1);
        d = bottom != 0;
      }
      assertThat(Shifts.shl(v, count, size)).isEqualTo(left);
      assertThat(Shifts.shlFlags(v, count, size) & Flags.CF).isEqualTo(out ? 1 : 0);
      assertThat(Shifts.shr(v, count, size)).isEqualTo(right);
      assertThat(Shifts.sar(v, count, size)).isEqualTo(arithmetic);
      assertThat(Shifts.rol(v, count, size)).isEqualTo(rol);
      assertThat(Shifts.ror(v, count, size)).isEqualTo(ror);
      assertThat(Shifts.rcl(v, count, size, carry)).isEqualTo(rcl);
      assertThat(Shifts.rclFlags(v, count, size, carry) & Flags.CF).isEqualTo(c ? 1 : 0);
      assertThat(Shifts.rcr(v, count, size, carry)).isEqualTo(rcr);
      assertThat(Shifts.rcrFlags(v, count, size, carry) & Flags.CF).isEqualTo(d ? 1 : 0);
    }
  }

  /** Values at the edges as often as values anywhere. */
  private long operand() {
    long edge = random.nextInt(-3, 4);
    return switch (random.nextInt(5)) {
      case 0 -> edge;
      case 1 -> (1L << random.nextInt(64)) + edge;
      case 2 -> -(1L << random.nextInt(64)) + edge;
      case 3 -> random.nextLong() >>> random.nextInt(64);
      default -> random.nextLong();
    };
  }

  private static BigInteger unsigned(long v, int size) {
    return new BigInteger(Long.toUnsignedString(v & Flags.mask(size)));
  }

  private static BigInteger signed(long v, int size) {
    return BigInteger.valueOf(Flags.signed(v, size));
  }

  private static boolean fits(BigInteger v, int size) {
    return v.bitLength() < 8 << size;
  }
}

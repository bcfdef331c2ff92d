package dev.ringside.vmm.x86.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Floating point against the JVM's own (to nearest) and against exact decimals (the other
 * roundings).
 */
class SseFloatTest {
  private static final int ROUNDS = 200_000;
  private final SplittableRandom random = new SplittableRandom(1985);

  @Test
  void resultsToNearestAreTheJvms() {
    for (int i = 0; i < ROUNDS; i++) {
      double a = number();
      double b = i % 3 == 0 ? a * (1 + random.nextInt(-3, 4) * 0x1p-52) : number();
      check(SseFloat.ADD, a, b, a + b);
      check(SseFloat.SUBTRACT, a, b, a - b);
      check(SseFloat.MULTIPLY, a, b, a * b);
      check(SseFloat.DIVIDE, a, b, a / b);
      check(SseFloat.SQUARE_ROOT, a, b, Math.sqrt(b));
      assertThat(SseFloat.convert(true, Double.doubleToRawLongBits(a), 0x1F80))
          .isEqualTo(Float.floatToRawIntBits((float) a) & 0xFFFFFFFFL);
      float f = (float) a;
      float g = (float) b;
      long x = Float.floatToRawIntBits(f);
      long y = Float.floatToRawIntBits(g);
      assertThat(Float.intBitsToFloat((int) SseFloat.arithmetic(SseFloat.ADD, false, x, y, 0x1F80)))
          .isEqualTo(Float.valueOf(f + g));
      assertThat(
              Float.intBitsToFloat(
                  (int) SseFloat.arithmetic(SseFloat.MULTIPLY, false, x, y, 0x1F80)))
          .isEqualTo(Float.valueOf(f * g));
    }
  }

  private static void check(int operation, double a, double b, double expected) {
    long bits =
        SseFloat.arithmetic(
            operation,
            true,
            Double.doubleToRawLongBits(a),
            Double.doubleToRawLongBits(b),
            SseFloat.MXCSR_DEFAULT);
    if (Double.isNaN(expected)) {
      assertThat(bits).isEqualTo(0xFFF8000000000000L);
    } else {
      assertThat(Double.longBitsToDouble(bits))
          .as("operation %d of %s and %s", operation, a, b)
          .isEqualTo(expected);
    }
  }

  @Test
  void directedRoundingEnclosesTheExactResult() {
    for (int i = 0; i < ROUNDS / 10; i++) {
      double a = random.nextDouble(-8, 8);
      double b = random.nextDouble(-8, 8);
      BigDecimal exact =
          i % 2 == 0
              ? new BigDecimal(a).add(new BigDecimal(b))
              : new BigDecimal(a).multiply(new BigDecimal(b));
      int operation = i % 2 == 0 ? SseFloat.ADD : SseFloat.MULTIPLY;
      double down = rounded(operation, a, b, SoftFloat.DOWN);
      double up = rounded(operation, a, b, SoftFloat.UP);
      boolean inexact = new BigDecimal(down).compareTo(exact) != 0;
      assertThat(new BigDecimal(down)).isLessThanOrEqualTo(exact);
      assertThat(new BigDecimal(up)).isGreaterThanOrEqualTo(exact);
      assertThat(up).isEqualTo(inexact ? Math.nextUp(down) : down);
      assertThat(rounded(operation, a, b, SoftFloat.TO_ZERO))
          .isEqualTo(exact.signum() < 0 ? up : down);
      assertThat(
              SseFloat.arithmeticFlags(
                  operation,
                  true,
                  Double.doubleToRawLongBits(a),
                  Double.doubleToRawLongBits(b),
                  SseFloat.MXCSR_DEFAULT))
          .isEqualTo(inexact ? SoftFloat.PRECISION : 0);
    }
  }

  private static double rounded(int operation, double a, double b, int rounding) {
    return Double.longBitsToDouble(
        SseFloat.arithmetic(
            operation,
            true,
            Double.doubleToRawLongBits(a),
            Double.doubleToRawLongBits(b),
            SseFloat.MXCSR_DEFAULT | rounding << 13));
  }

  @Test
  void integersRoundTripAndWhatDoesNotFitIsIndefinite() {
    for (int i = 0; i < ROUNDS; i++) {
      double a = number();
      long bits = Double.doubleToRawLongBits(a);
      boolean fits = a >= -0x1p63 && a < 0x1p63;
      assertThat(SseFloat.toInteger(true, bits, 3, true, SseFloat.MXCSR_DEFAULT))
          .isEqualTo(fits ? (long) a : Long.MIN_VALUE);
      boolean fits32 = (double) (long) a == (double) (int) a && fits;
      assertThat((int) SseFloat.toInteger(true, bits, 2, true, SseFloat.MXCSR_DEFAULT))
          .isEqualTo(fits32 ? (int) a : Integer.MIN_VALUE);
      long n = random.nextLong() >> random.nextInt(64);
      assertThat(Double.longBitsToDouble(SseFloat.fromInteger(true, n, 0x1F80)))
          .isEqualTo((double) n);
    }
  }

  @Test
  void extendedPrecisionKeepsEveryDouble() {
    for (int i = 0; i < ROUNDS; i++) {
      long bits = Double.doubleToRawLongBits(number());
      X87Value x = X87.ofDouble(bits);
      long same = X87.toDouble(x.significand(), x.signExponent(), X87.CONTROL_DEFAULT);
      assertThat(same).isEqualTo(bits);
      assertThat(X87.narrowFlags(true, x.significand(), x.signExponent(), X87.CONTROL_DEFAULT))
          .isZero();
    }
  }

  /** Numbers of all magnitudes, with zeros, denormals and infinities among them; no NaNs. */
  private double number() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(-4, 5);
      case 1 -> Double.longBitsToDouble(random.nextLong() & 0x800FFFFFFFFFFFFFL);
      case 2 -> random.nextBoolean() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      case 3 -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(-160, 160));
      case 4 -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(-4, 70));
      case 5 -> Math.scalb(1.5, random.nextInt(-1074, 1023));
      default -> {
        double any = Double.longBitsToDouble(random.nextLong());
        yield Double.isNaN(any) ? 1 : any;
      }
    };
  }
}

package dev.ringside.debug.value;

import dev.ringside.debug.guest.LittleEndian;
import java.util.Arrays;

/** IEEE 754 binary32 and binary64, and the x87's 80-bit format (SDM vol. 1, 4.2.2). */
public final class FloatingPoint {
  private static final int X87_BIAS = 16383;

  private FloatingPoint() {}

  /** The nearest {@code double} of 2, 4, 8, 10, 12 or 16 bytes. */
  public static double decode(byte[] bytes) {
    return switch (bytes.length) {
      case 2 -> Float.float16ToFloat((short) LittleEndian.unsigned(bytes, 0, 2));
      case 4 -> Float.intBitsToFloat((int) LittleEndian.unsigned(bytes, 0, 4));
      case 8 -> Double.longBitsToDouble(LittleEndian.unsigned(bytes, 0, 8));
      default -> extended(bytes);
    };
  }

  private static double extended(byte[] bytes) {
    if (bytes.length < 10) {
      throw new UnavailableValueException(
          "a floating-point number of " + bytes.length + " bytes is no known format");
    }
    long mantissa = LittleEndian.unsigned(bytes, 0, 8);
    int top = (int) LittleEndian.unsigned(bytes, 8, 2);
    double sign = (top & 0x8000) != 0 ? -1 : 1;
    int exponent = top & 0x7fff;
    if (exponent == 0x7fff) {
      return mantissa << 1 == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    double fraction = (mantissa >>> 11) * 0x1p11 + (mantissa & 0x7ff);
    return sign * Math.scalb(fraction, exponent - X87_BIAS - 63);
  }

  /** The bytes of a number in the format of that size: 4, 8, or the x87's with padding. */
  public static byte[] encode(double value, int size) {
    if (size == 4) {
      return LittleEndian.bytes(Float.floatToRawIntBits((float) value) & 0xffff_ffffL, 4);
    }
    if (size <= 8) {
      return LittleEndian.bytes(Double.doubleToRawLongBits(value), 8);
    }
    long raw = Double.doubleToRawLongBits(value);
    int sign = raw < 0 ? 0x8000 : 0;
    byte[] bytes = new byte[size];
    long mantissa;
    int exponent;
    if (value == 0) {
      mantissa = 0;
      exponent = 0;
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      mantissa = Double.isNaN(value) ? 0xc000_0000_0000_0000L : Long.MIN_VALUE;
      exponent = 0x7fff;
    } else {
      double normal = Math.abs(value);
      int e = Math.getExponent(normal);
      if (e < Double.MIN_EXPONENT) {
        normal *= 0x1p100;
        e = Math.getExponent(normal) - 100;
        mantissa = Long.MIN_VALUE | Double.doubleToRawLongBits(normal) << 11;
      } else {
        mantissa = Long.MIN_VALUE | raw << 11;
      }
      exponent = e + X87_BIAS;
    }
    System.arraycopy(LittleEndian.bytes(mantissa, 8), 0, bytes, 0, 8);
    System.arraycopy(LittleEndian.bytes(sign | exponent, 2), 0, bytes, 8, 2);
    return bytes;
  }

  /** As GDB prints it: as few digits as tell it apart, {@code inf}, {@code nan}. */
  public static String text(byte[] bytes) {
    double value = decode(bytes);
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String text = bytes.length == 4 ? Float.toString((float) value) : Double.toString(value);
    if (text.endsWith(".0")) {
      text = text.substring(0, text.length() - 2);
    }
    int e = text.indexOf('E');
    if (e < 0) {
      return text;
    }
    String mantissa = text.substring(0, e);
    if (mantissa.endsWith(".0")) {
      mantissa = mantissa.substring(0, mantissa.length() - 2);
    }
    int exponent = Integer.parseInt(text.substring(e + 1));
    if (exponent > 0 && exponent <= 15) {
      return new java.math.BigDecimal(text).toPlainString();
    }
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + String.format("%02d", Math.abs(exponent));
  }

  /** Eighty bits with their padding cut off. */
  static byte[] withoutPadding(byte[] bytes) {
    return bytes.length > 10 ? Arrays.copyOf(bytes, 10) : bytes;
  }
}

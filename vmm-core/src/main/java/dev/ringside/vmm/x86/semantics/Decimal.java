package dev.ringside.vmm.x86.semantics;

import static dev.ringside.vmm.x86.semantics.Flags.AF;
import static dev.ringside.vmm.x86.semantics.Flags.CF;
import static dev.ringside.vmm.x86.semantics.Flags.resultBits;

/**
 * Decimal adjustment (SDM volume 2: AAA, AAD, AAM, AAS, DAA, DAS). Each takes AX or AL and the
 * status flags before; each {@code …Flags} returns all six status flags.
 */
public final class Decimal {
  private Decimal() {}

  private static boolean adjusts(long al, int flags) {
    return (al & 15) > 9 || (flags & AF) != 0;
  }

  /** The new AX. */
  public static long aaa(long ax, int flags) {
    return (adjusts(ax, flags) ? ax + 0x106 : ax) & 0xFF0F;
  }

  public static int aaaFlags(long ax, int flags) {
    return (adjusts(ax, flags) ? AF | CF : 0) | resultBits(aaa(ax, flags), 0);
  }

  /** The new AX. */
  public static long aas(long ax, int flags) {
    return (adjusts(ax, flags) ? ax - 0x106 : ax) & 0xFF0F;
  }

  public static int aasFlags(long ax, int flags) {
    return (adjusts(ax, flags) ? AF | CF : 0) | resultBits(aas(ax, flags), 0);
  }

  /** The new AX; the base is not zero (a base of zero raises #DE). */
  public static long aam(long ax, int base) {
    int al = (int) ax & 0xFF;
    return (long) (al / base) << 8 | al % base;
  }

  public static int aamFlags(long ax, int base) {
    return resultBits(aam(ax, base), 0);
  }

  /** The new AX. */
  public static long aad(long ax, int base) {
    return (ax + (ax >> 8 & 0xFF) * base) & 0xFF;
  }

  public static int aadFlags(long ax, int base) {
    return resultBits(aad(ax, base), 0);
  }

  private static boolean adjustsHigh(long al, int flags) {
    return (al & 0xFF) > 0x99 || (flags & CF) != 0;
  }

  /** The new AL. */
  public static long daa(long al, int flags) {
    long low = adjusts(al, flags) ? 6 : 0;
    long high = adjustsHigh(al, flags) ? 0x60 : 0;
    return (al + low + high) & 0xFF;
  }

  public static int daaFlags(long al, int flags) {
    return (adjusts(al, flags) ? AF : 0)
        | (adjustsHigh(al, flags) ? CF : 0)
        | resultBits(daa(al, flags), 0);
  }

  /** The new AL. */
  public static long das(long al, int flags) {
    long low = adjusts(al, flags) ? 6 : 0;
    long high = adjustsHigh(al, flags) ? 0x60 : 0;
    return (al - low - high) & 0xFF;
  }

  public static int dasFlags(long al, int flags) {
    boolean borrow = adjusts(al, flags) && (al & 0xFF) < 6;
    return (adjusts(al, flags) ? AF : 0)
        | (adjustsHigh(al, flags) || borrow ? CF : 0)
        | resultBits(das(al, flags), 0);
  }
}

package dev.ringside.vmm.x86;

/** Exception vectors (SDM vol. 3A, table 6-1). */
public final class Vector {
  private Vector() {}

  public static final int DE = 0;
  public static final int DB = 1;
  public static final int NMI = 2;
  public static final int BP = 3;
  public static final int OF = 4;
  public static final int BR = 5;
  public static final int UD = 6;
  public static final int NM = 7;
  public static final int DF = 8;
  public static final int TS = 10;
  public static final int NP = 11;
  public static final int SS = 12;
  public static final int GP = 13;
  public static final int PF = 14;
  public static final int MF = 16;
  public static final int AC = 17;
  public static final int MC = 18;
  public static final int XM = 19;
  public static final int VE = 20;
  public static final int CP = 21;

  private static final String[] NAMES = {
    "#DE",
    "#DB",
    "NMI",
    "#BP",
    "#OF",
    "#BR",
    "#UD",
    "#NM",
    "#DF",
    "coprocessor segment overrun",
    "#TS",
    "#NP",
    "#SS",
    "#GP",
    "#PF",
    "vector 15",
    "#MF",
    "#AC",
    "#MC",
    "#XM",
    "#VE",
    "#CP"
  };

  /** The vector's mnemonic, {@code #PF}, or {@code vector 32}. */
  public static String name(int vector) {
    return vector >= 0 && vector < NAMES.length ? NAMES[vector] : "vector " + vector;
  }

  /** Whether delivery of this exception pushes an error code (SDM vol. 3A, table 6-1). */
  public static boolean hasErrorCode(int vector) {
    return switch (vector) {
      case DF, TS, NP, SS, GP, PF, AC, CP -> true;
      default -> false;
    };
  }
}

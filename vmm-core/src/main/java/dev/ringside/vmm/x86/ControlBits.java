package dev.ringside.vmm.x86;

/** Bits of the control registers, RFLAGS and IA32_EFER (SDM vol. 3A, 2.2 to 2.5; vol. 1, 3.4.3). */
public final class ControlBits {
  private ControlBits() {}

  public static final long CR0_PE = 1L;
  public static final long CR0_MP = 1L << 1;
  public static final long CR0_EM = 1L << 2;
  public static final long CR0_TS = 1L << 3;
  public static final long CR0_ET = 1L << 4;
  public static final long CR0_NE = 1L << 5;
  public static final long CR0_WP = 1L << 16;
  public static final long CR0_AM = 1L << 18;
  public static final long CR0_NW = 1L << 29;
  public static final long CR0_CD = 1L << 30;
  public static final long CR0_PG = 1L << 31;

  public static final long CR4_VME = 1L;
  public static final long CR4_PVI = 1L << 1;
  public static final long CR4_TSD = 1L << 2;
  public static final long CR4_DE = 1L << 3;
  public static final long CR4_PSE = 1L << 4;
  public static final long CR4_PAE = 1L << 5;
  public static final long CR4_MCE = 1L << 6;
  public static final long CR4_PGE = 1L << 7;
  public static final long CR4_PCE = 1L << 8;
  public static final long CR4_OSFXSR = 1L << 9;
  public static final long CR4_OSXMMEXCPT = 1L << 10;
  public static final long CR4_UMIP = 1L << 11;
  public static final long CR4_LA57 = 1L << 12;
  public static final long CR4_VMXE = 1L << 13;
  public static final long CR4_FSGSBASE = 1L << 16;
  public static final long CR4_PCIDE = 1L << 17;
  public static final long CR4_OSXSAVE = 1L << 18;
  public static final long CR4_SMEP = 1L << 20;
  public static final long CR4_SMAP = 1L << 21;

  public static final long EFER_SCE = 1L;
  public static final long EFER_LME = 1L << 8;
  public static final long EFER_LMA = 1L << 10;
  public static final long EFER_NXE = 1L << 11;

  public static final int FLAG_CF = 1;
  public static final int FLAG_PF = 1 << 2;
  public static final int FLAG_AF = 1 << 4;
  public static final int FLAG_ZF = 1 << 6;
  public static final int FLAG_SF = 1 << 7;
  public static final int FLAG_TF = 1 << 8;
  public static final int FLAG_IF = 1 << 9;
  public static final int FLAG_DF = 1 << 10;
  public static final int FLAG_OF = 1 << 11;
  public static final int FLAG_IOPL = 3 << 12;
  public static final int FLAG_NT = 1 << 14;
  public static final int FLAG_RF = 1 << 16;
  public static final int FLAG_VM = 1 << 17;
  public static final int FLAG_AC = 1 << 18;
  public static final int FLAG_VIF = 1 << 19;
  public static final int FLAG_VIP = 1 << 20;
  public static final int FLAG_ID = 1 << 21;

  /** CF, PF, AF, ZF, SF and OF. */
  public static final int STATUS_FLAGS = 0x8d5;
}

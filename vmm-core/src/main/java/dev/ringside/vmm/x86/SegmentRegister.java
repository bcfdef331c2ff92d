package dev.ringside.vmm.x86;

/** The segment registers; ES to GS in the order of their encoding (SDM vol. 2, table 3-1). */
public enum SegmentRegister {
  ES,
  CS,
  SS,
  DS,
  FS,
  GS,
  LDTR,
  TR;

  private static final SegmentRegister[] VALUES = values();

  /** The register with that number: 0 (ES) to 5 (GS), 6 (LDTR), 7 (TR). */
  public static SegmentRegister of(int number) {
    return VALUES[number];
  }
}

package dev.ringside.vmm.x86;

/**
 * A segment register with its hidden part.
 *
 * @param selector the visible selector, 16 bits
 * @param base linear address of the segment's first byte
 * @param limit offset of its last valid byte, granularity already applied (an unsigned 32-bit
 *     value)
 * @param accessRights in the VMCS's form (SDM vol. 3C, 25.4.1): type 3:0, S 4, DPL 6:5, P 7, AVL
 *     12, L 13, D/B 14, G 15, unusable 16
 */
public record Segment(int selector, long base, int limit, int accessRights) {
  public static final int S = 1 << 4;
  public static final int PRESENT = 1 << 7;
  public static final int LONG = 1 << 13;
  public static final int DEFAULT_BIG = 1 << 14;
  public static final int GRANULAR = 1 << 15;
  public static final int UNUSABLE = 1 << 16;

  /** A 64-bit code segment of ring 0, accessed. */
  public static Segment code64(int selector) {
    return new Segment(selector, 0, -1, 0xb | S | PRESENT | LONG | GRANULAR);
  }

  /** A flat 32-bit code segment of ring 0, accessed. */
  public static Segment code32(int selector) {
    return new Segment(selector, 0, -1, 0xb | S | PRESENT | DEFAULT_BIG | GRANULAR);
  }

  /** A flat, writable data segment of ring 0, accessed. */
  public static Segment data32(int selector) {
    return new Segment(selector, 0, -1, 0x3 | S | PRESENT | DEFAULT_BIG | GRANULAR);
  }

  /** What real mode loads: base = selector × 16, 64 KiB, writable. */
  public static Segment real(int selector) {
    return new Segment(selector, (selector & 0xffffL) << 4, 0xffff, 0x3 | S | PRESENT);
  }

  /** A register loaded with a null selector. */
  public static Segment unusable(int selector) {
    return new Segment(selector, 0, 0, UNUSABLE);
  }

  /** Bits 3:0 of the access rights. */
  public int type() {
    return accessRights & 0xf;
  }

  /** The descriptor privilege level, 0 to 3. */
  public int dpl() {
    return accessRights >> 5 & 3;
  }

  public boolean isPresent() {
    return (accessRights & PRESENT) != 0;
  }

  public boolean isUnusable() {
    return (accessRights & UNUSABLE) != 0;
  }

  public boolean isLong() {
    return (accessRights & LONG) != 0;
  }

  /** The D/B bit: 32-bit operands and stack. */
  public boolean isBig() {
    return (accessRights & DEFAULT_BIG) != 0;
  }

  /** A code segment (S set, type bit 3 set). */
  public boolean isCode() {
    return (accessRights & (S | 8)) == (S | 8);
  }
}

package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Segment;

/**
 * What the eight bytes of a segment or gate descriptor say (SDM vol. 3A, 3.4.5, 6.11, 7.2). Access
 * rights are in the VMCS's form, as {@link Segment} has them.
 */
final class Descriptor {
  static final int TSS16 = 1;
  static final int LDT = 2;
  static final int TSS16_BUSY = 3;
  static final int CALL_GATE16 = 4;
  static final int TASK_GATE = 5;
  static final int INTERRUPT_GATE16 = 6;
  static final int TRAP_GATE16 = 7;
  static final int TSS = 9;
  static final int TSS_BUSY = 11;
  static final int CALL_GATE = 12;
  static final int INTERRUPT_GATE = 14;
  static final int TRAP_GATE = 15;

  static final int ACCESSED = 1;
  static final int WRITABLE = 2;
  static final int READABLE = 2;
  static final int EXPAND_DOWN = 4;
  static final int CONFORMING = 4;
  static final int CODE = 8;
  static final int S = Segment.S;
  static final int PRESENT = Segment.PRESENT;
  static final int LONG = Segment.LONG;
  static final int BIG = Segment.DEFAULT_BIG;
  static final int GRANULAR = Segment.GRANULAR;
  static final int UNUSABLE = Segment.UNUSABLE;

  private Descriptor() {}

  /** Type, S, DPL, P, AVL, L, D/B, G. */
  static int rights(long raw) {
    return (int) (raw >>> 40) & 0xf0ff;
  }

  static int type(long raw) {
    return (int) (raw >>> 40) & 0xf;
  }

  static int dpl(long raw) {
    return (int) (raw >>> 45) & 3;
  }

  static boolean isPresent(long raw) {
    return (raw >>> 47 & 1) != 0;
  }

  /** Code or data rather than a gate, TSS or LDT. */
  static boolean isSegment(long raw) {
    return (raw >>> 44 & 1) != 0;
  }

  static boolean isCode(long raw) {
    return (raw >>> 43 & 3) == 3;
  }

  static boolean isData(long raw) {
    return (raw >>> 43 & 3) == 2;
  }

  static boolean isConforming(long raw) {
    return isCode(raw) && (type(raw) & CONFORMING) != 0;
  }

  static boolean isWritableData(long raw) {
    return isData(raw) && (type(raw) & WRITABLE) != 0;
  }

  /** Data, or code that can be read. */
  static boolean isReadable(long raw) {
    return isData(raw) || (isCode(raw) && (type(raw) & READABLE) != 0);
  }

  static long base(long raw) {
    return (raw >>> 16 & 0xff_ffffL) | (raw >>> 32 & 0xff00_0000L);
  }

  /** In bytes, as an unsigned 32-bit value. */
  static int limit(long raw) {
    int limit = (int) (raw & 0xffff) | (int) (raw >>> 32 & 0xf_0000);
    return (raw >>> 55 & 1) != 0 ? limit << 12 | 0xfff : limit;
  }

  /** The selector in a gate. */
  static int gateSelector(long raw) {
    return (int) (raw >>> 16) & 0xffff;
  }

  /** The 32-bit offset in a gate (16-bit gates have zeros in its upper half). */
  static long gateOffset(long raw) {
    return (raw & 0xffff) | (raw >>> 32 & 0xffff_0000L);
  }
}

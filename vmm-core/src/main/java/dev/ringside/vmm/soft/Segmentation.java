package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.DS;
import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.LDTR;
import static dev.ringside.vmm.soft.Processor.SS;
import static dev.ringside.vmm.soft.Processor.TR;
import static dev.ringside.vmm.x86.ControlBits.CR0_AM;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.CR4_SMAP;
import static dev.ringside.vmm.x86.ControlBits.EFER_LMA;
import static dev.ringside.vmm.x86.ControlBits.FLAG_AC;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.CodeSize;

/**
 * Segmentation (SDM vol. 3A, chapters 3 and 5): offsets to linear addresses with their checks, and
 * loads of segment registers. Keeps what follows from segments and modes: {@link Processor#mode},
 * the code limit, and as whom memory is accessed.
 */
final class Segmentation {
  private final Processor c;
  private final LinearMemory memory;

  Segmentation(Processor c, LinearMemory memory) {
    this.c = c;
    this.memory = memory;
  }

  boolean isProtected() {
    return (c.cr0 & CR0_PE) != 0 && (c.systemFlags & FLAG_VM) == 0;
  }

  boolean isVirtual8086() {
    return (c.cr0 & CR0_PE) != 0 && (c.systemFlags & FLAG_VM) != 0;
  }

  /** IA-32e mode: 64-bit or compatibility. */
  boolean isLongMode() {
    return (c.efer & EFER_LMA) != 0;
  }

  /**
   * The linear address of {@code size} bytes at an offset in a segment. In 64-bit mode the result
   * may be non-canonical; the access then faults.
   *
   * @param offset already wrapped to the address size
   * @throws GuestFault #GP(0), or #SS(0) in SS, if the segment does not allow the access
   */
  long linear(int segment, long offset, int size, boolean write) {
    if (c.mode.isLong()) {
      return segment >= FS ? c.segmentBase[segment] + offset : offset;
    }
    int rights = c.segmentRights[segment];
    long first = offset & 0xffff_ffffL;
    if ((rights & Descriptor.UNUSABLE) != 0) {
      throw refuse(segment);
    }
    if (c.mode.protectedMode()) {
      boolean allowed =
          (rights & Descriptor.CODE) != 0
              ? !write && (rights & Descriptor.READABLE) != 0
              : !write || (rights & Descriptor.WRITABLE) != 0;
      if (!allowed) {
        throw refuse(segment);
      }
    }
    if (!within(rights, c.segmentLimit[segment], first, size)) {
      throw refuse(segment);
    }
    return (c.segmentBase[segment] + first) & 0xffff_ffffL;
  }

  /** Whether the bytes from that offset on are inside a segment's limit, expand-down or not. */
  static boolean within(int rights, int limit, long offset, int size) {
    long last = offset + size - 1;
    long end = limit & 0xffff_ffffL;
    if ((rights & (Descriptor.S | Descriptor.CODE | Descriptor.EXPAND_DOWN))
        == (Descriptor.S | Descriptor.EXPAND_DOWN)) {
      long top = (rights & Descriptor.BIG) != 0 ? 0xffff_ffffL : 0xffff;
      return offset > end && last <= top;
    }
    return last <= end;
  }

  private GuestFault refuse(int segment) {
    return c.exception(segment == SS ? Vector.SS : Vector.GP, 0);
  }

  /** Recomputes what follows from CS, the other segments, CR0, EFER and RFLAGS. */
  void changed() {
    boolean protectedMode = isProtected();
    boolean longMode = isLongMode();
    CodeMode mode;
    long base;
    long limit;
    if (longMode && (c.segmentRights[CS] & Descriptor.LONG) != 0 && protectedMode) {
      mode = LONG_MODE;
      base = 0;
      limit = Long.MAX_VALUE;
    } else {
      boolean big = (c.segmentRights[CS] & Descriptor.BIG) != 0;
      boolean bigStack = (c.segmentRights[SS] & Descriptor.BIG) != 0;
      mode =
          MODES[(big ? 1 : 0) | (bigStack ? 2 : 0) | (isFlat() ? 4 : 0) | (protectedMode ? 8 : 0)];
      base = c.segmentBase[CS];
      limit = c.segmentLimit[CS] & 0xffff_ffffL;
    }
    if (base != c.codeBase) {
      memory.forgetCode();
    }
    c.mode = mode;
    c.codeBase = base;
    c.codeLimit = limit;
    privilegeChanged();
  }

  /** Recomputes as whom memory is accessed, after CPL, CR4.SMAP or RFLAGS.AC changed. */
  void privilegeChanged() {
    c.modeKey = c.mode.key() | (c.cpl == 3 ? CodeMode.USER : 0);
    if (c.cpl == 3) {
      boolean aligned = (c.systemFlags & FLAG_AC) != 0 && (c.cr0 & CR0_AM) != 0;
      memory.privilege(aligned ? LinearMemory.USER_ALIGNED : LinearMemory.USER);
    } else if ((c.systemFlags & FLAG_AC) != 0 && (c.cr4 & CR4_SMAP) != 0) {
      memory.privilege(LinearMemory.SUPERVISOR_AC);
    } else {
      memory.privilege(LinearMemory.SUPERVISOR);
    }
  }

  private static final CodeMode LONG_MODE = new CodeMode(CodeSize.BITS64, 64, true, true);
  private static final CodeMode[] MODES = new CodeMode[16];

  static {
    for (int i = 0; i < 16; i++) {
      MODES[i] =
          new CodeMode(
              (i & 1) != 0 ? CodeSize.BITS32 : CodeSize.BITS16,
              (i & 2) != 0 ? 32 : 16,
              (i & 4) != 0,
              (i & 8) != 0);
    }
  }

  private boolean isFlat() {
    return isFlat(ES) && isFlat(SS) && isFlat(DS) && isFlatCode();
  }

  private boolean isFlatCode() {
    int rights = c.segmentRights[CS];
    return c.segmentBase[CS] == 0
        && c.segmentLimit[CS] == -1
        && (rights & (Descriptor.UNUSABLE | Descriptor.CODE | Descriptor.READABLE))
            == (Descriptor.CODE | Descriptor.READABLE);
  }

  private boolean isFlat(int segment) {
    int rights = c.segmentRights[segment];
    return c.segmentBase[segment] == 0
        && c.segmentLimit[segment] == -1
        && (rights & (Descriptor.UNUSABLE | Descriptor.CODE | Descriptor.EXPAND_DOWN)) == 0
        && (rights & Descriptor.WRITABLE) != 0;
  }

  /**
   * The eight bytes of the descriptor that a selector names.
   *
   * @param vector what to throw, with the selector as error code, where it is outside its table
   * @param external the EXT bit of that error code
   */
  long descriptor(int selector, int vector, int external) {
    long base;
    long limit;
    if ((selector & 4) != 0) {
      if ((c.segmentRights[LDTR] & Descriptor.UNUSABLE) != 0) {
        throw c.exception(vector, (selector & 0xfffc) | external);
      }
      base = c.segmentBase[LDTR];
      limit = c.segmentLimit[LDTR] & 0xffff_ffffL;
    } else {
      base = c.gdtrBase;
      limit = c.gdtrLimit;
    }
    if ((selector | 7) > limit) {
      throw c.exception(vector, (selector & 0xfffc) | external);
    }
    return memory.readSystem(wrapSystem(base + (selector & 0xfff8)), 8);
  }

  /** A linear address in a descriptor table: 32 bits outside long mode. */
  long wrapSystem(long linear) {
    return isLongMode() ? linear : linear & 0xffff_ffffL;
  }

  /** The linear address of a selector's descriptor. */
  long descriptorAddress(int selector) {
    long base = (selector & 4) != 0 ? c.segmentBase[LDTR] : c.gdtrBase;
    return wrapSystem(base + (selector & 0xfff8));
  }

  /** Sets the accessed flag of a code or data descriptor in memory; gives what it reads then. */
  long markAccessed(int selector, long raw) {
    if ((raw >>> 40 & 1) != 0) {
      return raw;
    }
    memory.writeSystem(descriptorAddress(selector) + 5, 1, raw >>> 40 & 0xff | 1);
    return raw | 1L << 40;
  }

  /**
   * Puts a descriptor into a segment register, without checks. The caller calls {@link #changed}.
   */
  void set(int segment, int selector, long raw) {
    c.selector[segment] = selector & 0xffff;
    c.segmentBase[segment] = Descriptor.base(raw);
    c.segmentLimit[segment] = Descriptor.limit(raw);
    c.segmentRights[segment] = Descriptor.rights(raw);
  }

  /** What a null selector leaves. */
  void setNull(int segment, int selector) {
    c.selector[segment] = selector & 0xffff;
    c.segmentBase[segment] = 0;
    c.segmentLimit[segment] = 0;
    c.segmentRights[segment] = Descriptor.UNUSABLE;
  }

  /** What real-address mode loads: base only; limit and rights stay (SDM vol. 3A, 21.1.1). */
  void setReal(int segment, int selector) {
    c.selector[segment] = selector & 0xffff;
    c.segmentBase[segment] = (selector & 0xffffL) << 4;
    if ((c.segmentRights[segment] & Descriptor.UNUSABLE) != 0) {
      c.segmentLimit[segment] = 0xffff;
      c.segmentRights[segment] = 0x93;
    }
  }

  /** What virtual-8086 mode loads (SDM vol. 3A, 21.2). */
  void setVirtual8086(int segment, int selector) {
    c.selector[segment] = selector & 0xffff;
    c.segmentBase[segment] = (selector & 0xffffL) << 4;
    c.segmentLimit[segment] = 0xffff;
    c.segmentRights[segment] = 0xf3;
  }

  /**
   * MOV, POP and LDS to ES, SS, DS, FS or GS, with all checks of the mode.
   *
   * @throws GuestFault #GP, #NP or #SS; nothing has changed then
   */
  void load(int segment, int selector) {
    loadAs(segment, selector, c.cpl);
  }

  private void loadAs(int segment, int selector, int cpl) {
    if (!isProtected()) {
      if (isVirtual8086()) {
        setVirtual8086(segment, selector);
      } else {
        setReal(segment, selector);
      }
      changed();
      return;
    }
    if (segment == SS) {
      loadStack(selector, cpl);
      return;
    }
    if ((selector & 0xfffc) == 0) {
      setNull(segment, selector);
      changed();
      return;
    }
    int error = selector & 0xfffc;
    long raw = descriptor(selector, Vector.GP, 0);
    boolean conforming = Descriptor.isConforming(raw);
    if (!Descriptor.isReadable(raw)
        || (!conforming && Math.max(cpl, selector & 3) > Descriptor.dpl(raw))) {
      throw c.exception(Vector.GP, error);
    }
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.NP, error);
    }
    set(segment, selector, markAccessed(selector, raw));
    changed();
  }

  private void loadStack(int selector, int cpl) {
    int error = selector & 0xfffc;
    if (error == 0) {
      if (!c.mode.isLong() || cpl == 3 || (selector & 3) != cpl) {
        throw c.exception(Vector.GP, 0);
      }
      setNull(SS, selector);
      c.segmentRights[SS] |= cpl << 5;
      changed();
      return;
    }
    long raw = stackDescriptor(selector, cpl, Vector.GP, 0);
    set(SS, selector, markAccessed(selector, raw));
    changed();
  }

  /**
   * The descriptor of a stack segment for a privilege level, checked.
   *
   * @param vector #GP or #TS: what to throw if it does not fit; a missing segment is always #SS
   */
  long stackDescriptor(int selector, int cpl, int vector, int external) {
    int error = (selector & 0xfffc) | external;
    if ((selector & 0xfffc) == 0) {
      throw c.exception(vector, external);
    }
    long raw = descriptor(selector, vector, external);
    if ((selector & 3) != cpl || !Descriptor.isWritableData(raw) || Descriptor.dpl(raw) != cpl) {
      throw c.exception(vector, error);
    }
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.SS, error);
    }
    return raw;
  }

  /** Nulls a data segment register that a less privileged ring must not keep (SDM vol. 2, RET). */
  void dropIfPrivileged(int segment, int cpl) {
    int rights = c.segmentRights[segment];
    if ((rights & Descriptor.UNUSABLE) != 0) {
      return;
    }
    boolean conforming =
        (rights & (Descriptor.CODE | Descriptor.CONFORMING))
            == (Descriptor.CODE | Descriptor.CONFORMING);
    if (!conforming && (rights >> 5 & 3) < cpl) {
      setNull(segment, 0);
    }
  }

  /** LLDT. */
  void loadLdt(int selector) {
    if ((selector & 0xfffc) == 0) {
      setNull(LDTR, selector);
      return;
    }
    int error = selector & 0xfffc;
    if ((selector & 4) != 0) {
      throw c.exception(Vector.GP, error);
    }
    long raw = descriptor(selector, Vector.GP, 0);
    if (Descriptor.isSegment(raw) || Descriptor.type(raw) != Descriptor.LDT) {
      throw c.exception(Vector.GP, error);
    }
    long upper = upperBase(selector, Vector.GP, error);
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.NP, error);
    }
    set(LDTR, selector, raw);
    c.segmentBase[LDTR] |= upper;
  }

  /** LTR. */
  void loadTask(int selector) {
    int error = selector & 0xfffc;
    if (error == 0 || (selector & 4) != 0) {
      throw c.exception(Vector.GP, error);
    }
    long raw = descriptor(selector, Vector.GP, 0);
    int type = Descriptor.type(raw);
    boolean available = type == Descriptor.TSS || (type == Descriptor.TSS16 && !isLongMode());
    if (Descriptor.isSegment(raw) || !available) {
      throw c.exception(Vector.GP, error);
    }
    long upper = upperBase(selector, Vector.GP, error);
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.NP, error);
    }
    memory.writeSystem(descriptorAddress(selector) + 5, 1, raw >>> 40 & 0xff | 2);
    set(TR, selector, raw | 2L << 40);
    c.segmentBase[TR] |= upper;
  }

  /** Bits 63:32 of a system segment's base: its descriptor has 16 bytes in long mode. */
  long upperBase(int selector, int vector, int error) {
    if (!isLongMode()) {
      return 0;
    }
    if ((selector | 7) + 8 > c.gdtrLimit) {
      throw c.exception(vector, error);
    }
    long high = memory.readSystem(descriptorAddress(selector) + 8, 8);
    if ((high >>> 40 & 0x1f) != 0 || !PageWalker.isCanonical(high << 32)) {
      throw c.exception(vector, error);
    }
    return high << 32;
  }

  /** Sets CPL where the privilege changes outside of a segment load. */
  void setCpl(int cpl) {
    c.cpl = cpl;
    privilegeChanged();
  }

  /** The base that FS or GS has. */
  void setBase(int segment, long base) {
    c.segmentBase[segment] = base;
    if (segment != FS && segment != GS) {
      changed();
    }
  }
}

package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Vector;

/**
 * The stack that a far transfer or an event pushes to or pops from: possibly another than the
 * current one, and as another ring. Nothing of the processor changes until the transfer commits.
 */
final class FarStack {
  private final LinearMemory memory;
  private final Processor c;
  private final boolean wide;
  private final long base;
  private final int limit;
  private final int rights;
  private final long mask;
  private final int privilege;
  private final int error;
  private final boolean checked;

  /** The stack pointer, as wide as the stack. */
  long pointer;

  private FarStack(
      Processor c,
      boolean wide,
      long base,
      int limit,
      int rights,
      long pointer,
      int privilege,
      int error,
      boolean checked) {
    this.c = c;
    this.memory = c.memory;
    this.wide = wide;
    this.base = base;
    this.limit = limit;
    this.rights = rights;
    this.mask = wide ? -1L : (rights & Descriptor.BIG) != 0 ? 0xffff_ffffL : 0xffff;
    this.pointer = pointer & mask;
    this.privilege = privilege;
    this.error = error;
    this.checked = checked;
  }

  /** The current stack. */
  static FarStack current(Processor c, int external) {
    return new FarStack(
        c,
        c.mode.isLong(),
        c.segmentBase[Processor.SS],
        c.segmentLimit[Processor.SS],
        c.segmentRights[Processor.SS],
        c.gpr[Processor.RSP],
        c.memory.privilege(),
        external,
        c.mode.protectedMode());
  }

  /** A stack in 64-bit mode. */
  static FarStack flat(Processor c, long pointer, int cpl, int external) {
    return new FarStack(c, true, 0, -1, 0, pointer, as(cpl), external, true);
  }

  /** The stack of another ring in protected mode. */
  static FarStack of(Processor c, long descriptor, long pointer, int cpl, int error) {
    return new FarStack(
        c,
        false,
        Descriptor.base(descriptor),
        Descriptor.limit(descriptor),
        Descriptor.rights(descriptor),
        pointer,
        as(cpl),
        error,
        true);
  }

  private static int as(int cpl) {
    return cpl == 3 ? LinearMemory.USER : LinearMemory.SUPERVISOR;
  }

  /** The pointer as RSP holds it after the transfer: the bits beyond the stack's width stay. */
  long pointerOver(long rsp) {
    return wide ? pointer : (rsp & ~mask) | pointer;
  }

  void push(long value, int size) {
    long to = (pointer - size) & mask;
    long linear = linear(to, size, true);
    int saved = memory.privilege();
    boolean alone = memory.isAlone();
    memory.privilege(privilege);
    memory.alone(true);
    try {
      memory.write(linear, size, value);
    } finally {
      memory.privilege(saved);
      memory.alone(alone);
      if (!alone && memory.touchedWatches()) {
        c.attention |= Attention.STOP;
      }
    }
    pointer = to;
  }

  /** Takes an entry. */
  long pop(int size) {
    long value = peek(0, size);
    pointer = (pointer + size) & mask;
    return value;
  }

  /** An entry that many bytes above the top. */
  long peek(int offset, int size) {
    long linear = linear((pointer + offset) & mask, size, false);
    int saved = memory.privilege();
    boolean alone = memory.isAlone();
    memory.privilege(privilege);
    memory.alone(true);
    try {
      return memory.read(linear, size);
    } finally {
      memory.privilege(saved);
      memory.alone(alone);
      if (!alone && memory.touchedWatches()) {
        c.attention |= Attention.STOP;
      }
    }
  }

  private long linear(long offset, int size, boolean write) {
    if (wide) {
      if (!PageWalker.isCanonical(offset) || !PageWalker.isCanonical(offset + size - 1)) {
        throw c.exception(Vector.SS, error);
      }
      return offset;
    }
    boolean usable =
        !checked
            || (rights & Descriptor.UNUSABLE) == 0
                && (!write || (rights & Descriptor.WRITABLE) != 0);
    if (!usable || !Segmentation.within(rights, limit, offset, size)) {
      throw c.exception(Vector.SS, error);
    }
    return (base + offset) & 0xffff_ffffL;
  }
}

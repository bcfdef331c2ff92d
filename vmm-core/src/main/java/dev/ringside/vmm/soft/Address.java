package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.Instruction;

/**
 * A memory operand's address, bound to a mode: base + index × scale + displacement, in a segment.
 *
 * <p>Absent registers are {@link Processor#ZERO}, so that every form is the same few instructions.
 */
final class Address {
  final int base;
  final int index;
  final int scale;
  final long displacement;

  /** What the offset wraps to. */
  final long mask;

  /** The segment register's number. */
  final int segment;

  /**
   * Whether the offset, plus {@code segmentBase[baseSlot]}, is the linear address without a check.
   */
  final boolean flat;

  private final int baseSlot;
  private final boolean protectedMode;

  private Address(
      int base, int index, int scale, long displacement, long mask, int segment, CodeMode mode) {
    this.base = base;
    this.index = index;
    this.scale = scale;
    this.displacement = displacement;
    this.mask = mask;
    this.segment = segment;
    boolean based = segment >= Processor.FS;
    // Nothing may be written through CS outside 64-bit mode.
    this.flat = mode.isLong() || (mode.flat() && !based && segment != Processor.CS);
    this.baseSlot = based ? segment : Processor.FLAT;
    this.protectedMode = mode.protectedMode();
  }

  /** The memory operand that the instruction's ModRM byte or its opcode names. */
  static Address of(Instruction i, CodeMode mode) {
    int base = i.memoryBase();
    int index = i.memoryIndex();
    long displacement = i.displacement();
    if (base == 16) {
      displacement += i.nextAddress();
      base = -1;
    }
    return new Address(
        base < 0 ? Processor.ZERO : base,
        index < 0 ? Processor.ZERO : index,
        Integer.numberOfTrailingZeros(i.memoryScale()),
        displacement,
        mask(i.addressSize()),
        i.memorySegment(),
        mode);
  }

  /** A register as an offset into a segment: string instructions. */
  static Address ofRegister(int register, int segment, int addressBits, CodeMode mode) {
    return new Address(register, Processor.ZERO, 0, 0, mask(addressBits), segment, mode);
  }

  /** The stack at the stack pointer plus a displacement. */
  static Address ofStack(CodeMode mode) {
    return ofRegister(Processor.RSP, Processor.SS, mode.stackBits(), mode);
  }

  static long mask(int bits) {
    return -1L >>> (64 - bits);
  }

  /** The offset in the segment, wrapped to the address size: what LEA gives. */
  long offset(Processor c) {
    return (c.gpr[base] + (c.gpr[index] << scale) + displacement) & mask;
  }

  /**
   * The linear address of an access.
   *
   * @param bytes its length, for the limit
   * @throws GuestFault #GP(0) or #SS(0) where the segment forbids it
   */
  long read(Processor c, int bytes) {
    long offset = (c.gpr[base] + (c.gpr[index] << scale) + displacement) & mask;
    return flat ? offset + c.segmentBase[baseSlot] : checked(c, offset, bytes, false);
  }

  /** As {@link #read}, for an access that writes. */
  long write(Processor c, int bytes) {
    long offset = (c.gpr[base] + (c.gpr[index] << scale) + displacement) & mask;
    return flat ? offset + c.segmentBase[baseSlot] : checked(c, offset, bytes, true);
  }

  /** The linear address of an access at another offset of this segment. */
  long at(Processor c, long offset, int bytes, boolean write) {
    return flat
        ? (offset & mask) + c.segmentBase[baseSlot]
        : checked(c, offset & mask, bytes, write);
  }

  private long checked(Processor c, long offset, int bytes, boolean write) {
    return linear(c, segment, offset, bytes, write, protectedMode);
  }

  /** The checks of SDM volume 3A, sections 5.3 and 5.4, for an access outside 64-bit mode. */
  static long linear(
      Processor c, int segment, long offset, int bytes, boolean write, boolean protectedMode) {
    int rights = c.segmentRights[segment];
    long limit = c.segmentLimit[segment] & 0xFFFF_FFFFL;
    long last = offset + bytes - 1;
    boolean code = (rights & 8) != 0;
    boolean allowed = last <= limit;
    if (protectedMode) {
      if (!code && (rights & 4) != 0) {
        // Expand-down: what lies beyond the limit.
        long top = (rights & Segment.DEFAULT_BIG) != 0 ? 0xFFFF_FFFFL : 0xFFFF;
        allowed = offset > limit && last <= top;
      }
      boolean readable = !code || (rights & 2) != 0;
      boolean writable = !code && (rights & 2) != 0;
      allowed &= (rights & Segment.UNUSABLE) == 0 && (write ? writable : readable);
    }
    if (!allowed) {
      throw c.exception(segment == Processor.SS ? Vector.SS : Vector.GP, 0);
    }
    return (c.segmentBase[segment] + offset) & 0xFFFF_FFFFL;
  }

  /** Whether near branches in this mode need their target checked against CS's limit. */
  static boolean limited(CodeMode mode) {
    return mode.size() != CodeSize.BITS64;
  }
}

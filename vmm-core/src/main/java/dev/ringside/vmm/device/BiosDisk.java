package dev.ringside.vmm.device;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;

/**
 * INT 13h on drive 0x80 (BIOS Enhanced Disk Drive Services 3.0, and the classic functions that it
 * builds on): by cylinder, head and sector, and by block number.
 */
final class BiosDisk {
  private static final int DRIVE = 0x80;
  private static final int SECTORS_PER_TRACK = 63;
  private static final int MAX_CYLINDERS = 1024;

  /** Heads: 16 up to 504 MiB, 255 beyond, as BIOSes translate. */
  private static final int FEW_HEADS = 16;

  private static final int MANY_HEADS = 255;

  private static final int OK = 0;
  private static final int INVALID = 1;
  private static final int SECTOR_NOT_FOUND = 4;
  private static final int BOUNDARY = 9;

  private static final int EXTENSIONS_PRESENT = 0xaa55;
  private static final int EXTENSIONS_ASKED = 0x55aa;

  private final BootDisk disk;
  private final int heads;
  private int lastStatus;

  BiosDisk(BootDisk disk) {
    this.disk = disk;
    this.heads =
        disk.sectors() > (long) MAX_CYLINDERS * FEW_HEADS * SECTORS_PER_TRACK
            ? MANY_HEADS
            : FEW_HEADS;
  }

  private int cylinders() {
    long track = (long) heads * SECTORS_PER_TRACK;
    return Math.clamp((disk.sectors() + track - 1) / track, 1, MAX_CYLINDERS);
  }

  /** INT 13h. */
  void call(RealModeCall call) {
    int function = call.high(Register.RAX);
    if (function == 1) {
      finish(call, lastStatus);
      return;
    }
    int status = call.low(Register.RDX) == DRIVE ? carryOut(function, call) : INVALID;
    lastStatus = status;
    finish(call, status);
  }

  private static void finish(RealModeCall call, int status) {
    // AH = 15h and 41h answer in AH themselves and are marked by a negative status.
    if (status >= 0) {
      call.high(Register.RAX, status);
    }
    call.carry(status > 0);
  }

  private int carryOut(int function, RealModeCall call) {
    return switch (function) {
      case 0x00, 0x0c, 0x0d, 0x10, 0x11, 0x14, 0x47 -> OK;
      case 0x02 -> byCylinder(call, Transfer.READ);
      case 0x03 -> byCylinder(call, Transfer.WRITE);
      case 0x04 -> byCylinder(call, Transfer.VERIFY);
      case 0x08 -> parameters(call);
      case 0x15 -> {
        call.word(Register.RAX, 0x0300);
        call.word(Register.RCX, (int) (disk.sectors() >> 16));
        call.word(Register.RDX, (int) disk.sectors());
        yield -1;
      }
      case 0x41 -> {
        if (call.word(Register.RBX) != EXTENSIONS_ASKED) {
          yield INVALID;
        }
        call.word(Register.RBX, EXTENSIONS_PRESENT);
        call.word(Register.RCX, 1);
        call.high(Register.RAX, 0x30);
        yield -1;
      }
      case 0x42 -> byBlock(call, Transfer.READ);
      case 0x43 -> byBlock(call, Transfer.WRITE);
      case 0x44 -> byBlock(call, Transfer.VERIFY);
      case 0x48 -> extendedParameters(call);
      default -> INVALID;
    };
  }

  private enum Transfer {
    READ,
    WRITE,
    VERIFY
  }

  private int byCylinder(RealModeCall call, Transfer transfer) {
    int count = call.low(Register.RAX);
    int cylinder = call.high(Register.RCX) | (call.low(Register.RCX) & 0xc0) << 2;
    int sector = call.low(Register.RCX) & 0x3f;
    int head = call.high(Register.RDX);
    if (count == 0 || sector == 0 || head >= heads) {
      call.low(Register.RAX, 0);
      return INVALID;
    }
    long block = ((long) cylinder * heads + head) * SECTORS_PER_TRACK + sector - 1;
    long at = call.address(SegmentRegister.ES, call.word(Register.RBX));
    int done = transfer(call.memory(), transfer, block, count, at);
    call.low(Register.RAX, Math.max(done, 0));
    return done < 0 ? BOUNDARY : done < count ? SECTOR_NOT_FOUND : OK;
  }

  /**
   * The disk address packet at DS:SI: its size, the count, the buffer's offset and segment, the
   * block.
   */
  private int byBlock(RealModeCall call, Transfer transfer) {
    GuestMemory memory = call.memory();
    long packet = call.address(SegmentRegister.DS, call.word(Register.RSI));
    if (!memory.isRam(packet, 16) || memory.readByte(packet) < 16) {
      return INVALID;
    }
    int count = memory.readShort(packet + 2);
    long at = ((long) memory.readShort(packet + 6) << 4) + memory.readShort(packet + 4);
    long block = memory.readLong(packet + 8);
    int done = transfer(memory, transfer, block, count, at);
    memory.writeShort(packet + 2, Math.max(done, 0));
    return done < 0 ? BOUNDARY : done < count ? SECTOR_NOT_FOUND : OK;
  }

  /** How many sectors were transferred before the disk's end, or -1 if the memory is not RAM. */
  private int transfer(GuestMemory memory, Transfer transfer, long block, int count, long at) {
    int length = count * BootDisk.SECTOR;
    if (transfer != Transfer.VERIFY && count > 0 && !memory.isRam(at, length)) {
      return -1;
    }
    for (int i = 0; i < count; i++) {
      if (block < 0 || block + i >= disk.sectors()) {
        return i;
      }
      long gpa = at + (long) i * BootDisk.SECTOR;
      switch (transfer) {
        case READ -> memory.write(gpa, disk.read(block + i));
        case WRITE -> disk.write(block + i, memory.read(gpa, BootDisk.SECTOR));
        case VERIFY -> {}
      }
    }
    return count;
  }

  private int parameters(RealModeCall call) {
    int last = cylinders() - 1;
    call.low(Register.RAX, 0);
    call.high(Register.RCX, last);
    call.low(Register.RCX, last >> 2 & 0xc0 | SECTORS_PER_TRACK);
    call.high(Register.RDX, heads - 1);
    call.low(Register.RDX, 1);
    return OK;
  }

  /** The result buffer at DS:SI, version 1. */
  private int extendedParameters(RealModeCall call) {
    GuestMemory memory = call.memory();
    long buffer = call.address(SegmentRegister.DS, call.word(Register.RSI));
    if (!memory.isRam(buffer, 26) || memory.readShort(buffer) < 26) {
      return INVALID;
    }
    memory.writeShort(buffer, 26);
    memory.writeShort(buffer + 2, 2);
    memory.writeInt(buffer + 4, cylinders());
    memory.writeInt(buffer + 8, heads);
    memory.writeInt(buffer + 12, SECTORS_PER_TRACK);
    memory.writeLong(buffer + 16, disk.sectors());
    memory.writeShort(buffer + 24, BootDisk.SECTOR);
    return OK;
  }
}

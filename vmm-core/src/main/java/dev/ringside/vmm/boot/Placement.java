package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.MemoryRegion;
import dev.ringside.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which guest memory is taken by what, so that nothing that the loader places runs over anything
 * else.
 */
final class Placement {
  private static final int PAGE = GuestMemory.PAGE_SIZE;

  private record Taken(String what, long first, long end) {
    boolean overlaps(long from, long to) {
      return from < end && first < to;
    }
  }

  private final ImageFile file;
  private final GuestMemory memory;
  private final List<Taken> taken = new ArrayList<>();

  Placement(ImageFile file, GuestMemory memory) {
    this.file = file;
    this.memory = memory;
    taken.add(new Taken("the interrupt vectors and BIOS data", 0, 0x1000));
    taken.add(new Taken("the extended BIOS data area", MemoryRegion.EBDA, MemoryRegion.VIDEO));
    taken.add(new Taken("the firmware's tables", MemoryRegion.FIRMWARE, MemoryRegion.ONE_MIB));
  }

  GuestMemory memory() {
    return memory;
  }

  /**
   * Takes a fixed range for part of the image.
   *
   * @throws GuestImageException if it is not all RAM, or is taken
   */
  void take(String what, long first, long length) throws GuestImageException {
    if (length == 0) {
      return;
    }
    if (length < 0 || !memory.isRam(first, length)) {
      long ramEnd = memory.highSize() > 0 ? (1L << 32) + memory.highSize() : memory.lowSize();
      throw file.problem(new ImageProblem.OutsideMemory(what, first, first + length - 1, ramEnd));
    }
    for (Taken other : taken) {
      if (other.overlaps(first, first + length)) {
        throw file.problem(new ImageProblem.Overlap(what, other.what(), first, first + length - 1));
      }
    }
    taken.add(new Taken(what, first, first + length));
  }

  /** The lowest free, page-aligned range in [from, below): its address. */
  long lowest(String what, long length, long from, long below) throws GuestImageException {
    long size = roundUp(Math.max(length, 1));
    List<Taken> inOrder = new ArrayList<>(taken);
    inOrder.sort(Comparator.comparingLong(Taken::first));
    long at = roundUp(from);
    for (Taken other : inOrder) {
      if (other.overlaps(at, at + size)) {
        at = roundUp(other.end());
      }
    }
    if (at < MemoryRegion.ONE_MIB && at + size > MemoryRegion.EBDA) {
      return lowest(what, length, MemoryRegion.ONE_MIB, below);
    }
    return finish(what, length, at, size, below);
  }

  /** The highest free, page-aligned range in [from, below): its address. */
  long highest(String what, long length, long from, long below) throws GuestImageException {
    long size = roundUp(Math.max(length, 1));
    List<Taken> inOrder = new ArrayList<>(taken);
    inOrder.sort(Comparator.comparingLong(Taken::first).reversed());
    long at = (Math.min(below, memory.lowSize()) - size) & -PAGE;
    for (Taken other : inOrder) {
      if (other.overlaps(at, at + size)) {
        at = (other.first() - size) & -PAGE;
      }
    }
    if (at < MemoryRegion.ONE_MIB && at + size > MemoryRegion.EBDA && from < MemoryRegion.EBDA) {
      return highest(what, length, from, MemoryRegion.EBDA);
    }
    if (at < from) {
      throw file.problem(new ImageProblem.NoRoom(what, length));
    }
    return finish(what, length, at, size, below);
  }

  private long finish(String what, long length, long at, long size, long below)
      throws GuestImageException {
    if (at + size > below || !memory.isRam(at, size)) {
      throw file.problem(new ImageProblem.NoRoom(what, length));
    }
    take(what, at, size);
    return at;
  }

  private static long roundUp(long value) {
    return (value + PAGE - 1) & -PAGE;
  }
}

package dev.ringside.vmm.soft;

import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decoded blocks by where their code lies in RAM, so that they outlive changes of the address
 * space, and a jump cache by linear address in front of them. Writes to decoded lines throw the
 * blocks on them away.
 */
final class CodeCache implements GuestMemory.CodeListener {
  private static final int JUMP_BITS = 12;
  private static final int JUMP_MASK = (1 << JUMP_BITS) - 1;

  private final Processor c;
  private final GuestMemory memory;
  private final LinearMemory linearMemory;
  private final BlockBuilder builder;
  private final @Nullable List<Block>[] pages;
  private final @Nullable Block[] jumps = new Block[1 << JUMP_BITS];
  private int jumpEpoch;
  private BreakpointSet breakpoints = BreakpointSet.EMPTY;

  @SuppressWarnings({"unchecked", "rawtypes"})
  CodeCache(Processor c, GuestMemory memory, LinearMemory linearMemory, BlockBuilder builder) {
    this.c = c;
    this.memory = memory;
    this.linearMemory = linearMemory;
    this.builder = builder;
    this.pages = new List[Math.toIntExact(memory.size() >>> GuestMemory.PAGE_SHIFT)];
    memory.setCodeListener(this);
  }

  /**
   * The block at the processor's RIP, decoded if need be.
   *
   * @throws GuestFault if its first instruction cannot be fetched
   */
  Block atRip() {
    long linear = c.linearRip();
    if (jumpEpoch != linearMemory.epoch()) {
      Arrays.fill(jumps, null);
      jumpEpoch = linearMemory.epoch();
    }
    int slot = (int) (linear ^ linear >>> JUMP_BITS) & JUMP_MASK;
    Block b = jumps[slot];
    if (b != null && b.linear == linear && b.rip == c.rip && b.mode == c.modeKey && b.valid) {
      // A privilege change does not flush: fetch rights are checked anew where it matters.
      linearMemory.fetchOffset(linear);
      return b;
    }
    long offset = linearMemory.fetchOffset(linear);
    b = find(offset, linear);
    if (b == null) {
      b = builder.build(offset, breakpoints);
      add(b);
    }
    if (b.secondOffset < 0) {
      jumps[slot] = b;
    }
    return b;
  }

  private @Nullable Block find(long offset, long linear) {
    List<Block> blocks = pages[(int) (offset >>> GuestMemory.PAGE_SHIFT)];
    if (blocks == null) {
      return null;
    }
    for (int i = 0; i < blocks.size(); i++) {
      Block b = blocks.get(i);
      if (b.ramOffset == offset
          && b.linear == linear
          && b.rip == c.rip
          && b.mode == c.modeKey
          && b.valid) {
        if (b.secondOffset < 0
            || b.secondOffset == linearMemory.fetchOffset((linear | 0xfff) + 1)) {
          return b;
        }
      }
    }
    return null;
  }

  private void add(Block b) {
    int inPage = (int) b.ramOffset & 0xfff;
    mark(b, b.ramOffset, Math.min(b.size, GuestMemory.PAGE_SIZE - inPage));
    if (b.secondOffset >= 0) {
      mark(b, b.secondOffset, b.size - (GuestMemory.PAGE_SIZE - inPage));
    }
  }

  private void mark(Block b, long offset, int length) {
    if (memory.codeLines(offset) == 0) {
      linearMemory.flushWrites();
    }
    memory.markCode(offset, length);
    int page = (int) (offset >>> GuestMemory.PAGE_SHIFT);
    List<Block> blocks = pages[page];
    if (blocks == null) {
      blocks = new ArrayList<>(8);
      pages[page] = blocks;
    }
    blocks.add(b);
  }

  @Override
  public void codeWritten(long gpa, long lines) {
    long page = memory.offsetOf(gpa);
    List<Block> blocks = pages[(int) (page >>> GuestMemory.PAGE_SHIFT)];
    if (blocks == null) {
      memory.clearCode(page);
      return;
    }
    memory.clearCode(page);
    List<Block> kept = new ArrayList<>(blocks.size());
    for (Block b : blocks) {
      int start = (b.ramOffset & -GuestMemory.PAGE_SIZE) == page ? (int) (b.ramOffset & 0xfff) : 0;
      int length =
          (b.ramOffset & -GuestMemory.PAGE_SIZE) == page
              ? Math.min(b.size, GuestMemory.PAGE_SIZE - start)
              : b.size - (GuestMemory.PAGE_SIZE - (int) (b.ramOffset & 0xfff));
      if (!b.valid) {
        continue;
      }
      if ((GuestMemory.lineMask(start, length) & lines) != 0) {
        b.valid = false;
      } else {
        kept.add(b);
        memory.markCode(page + start, length);
      }
    }
    pages[(int) (page >>> GuestMemory.PAGE_SHIFT)] = kept;
  }

  /** Takes new breakpoints: blocks that a changed one stands in are thrown away. */
  void setBreakpoints(BreakpointSet set) {
    Set<Long> changed = new HashSet<>(breakpoints.byAddress().keySet());
    Set<Long> added = new HashSet<>(set.byAddress().keySet());
    for (Long both : set.byAddress().keySet()) {
      if (changed.remove(both)) {
        added.remove(both);
      }
    }
    changed.addAll(added);
    breakpoints = set;
    if (changed.isEmpty()) {
      return;
    }
    for (List<Block> blocks : pages) {
      if (blocks != null) {
        for (Block b : blocks) {
          for (long address : changed) {
            if (address - b.linear >= 0 && address - b.linear < b.size) {
              b.valid = false;
            }
          }
        }
        blocks.removeIf(b -> !b.valid);
      }
    }
  }

  BreakpointSet breakpoints() {
    return breakpoints;
  }
}

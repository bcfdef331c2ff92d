package dev.ringside.vmm.soft;

import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.DecodeStatus;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes blocks: up to a branch, the page's end, a breakpoint or {@link #MAX_OPS}. */
final class BlockBuilder {
  static final int MAX_OPS = 48;
  private static final int MAX_LENGTH = 15;

  private final Processor c;
  private final MemorySegment ram;
  private final LinearMemory linearMemory;
  private final OpFactory factory;
  private final byte[] bytes = new byte[GuestMemory.PAGE_SIZE + MAX_LENGTH];

  BlockBuilder(Processor c, GuestMemory memory, LinearMemory linearMemory, OpFactory factory) {
    this.c = c;
    this.ram = memory.segment();
    this.linearMemory = linearMemory;
    this.factory = factory;
  }

  /**
   * Decodes the block at the processor's RIP, whose first byte lies at {@code offset} in RAM.
   *
   * @throws GuestFault if the first instruction cannot be fetched whole
   */
  Block build(long offset, BreakpointSet breakpoints) {
    CodeMode mode = c.mode;
    long rip = c.rip;
    long linear = c.linearRip();
    int inPage = GuestMemory.PAGE_SIZE - (int) (offset & 0xfff);
    int available = Math.min(inPage, MAX_OPS * MAX_LENGTH);
    MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, offset, bytes, 0, available);
    List<Op> ops = new ArrayList<>();
    Instruction previous = null;
    int at = 0;
    long second = -1;
    while (ops.size() < MAX_OPS) {
      if (at > 0 && (at >= available || !breakpoints.at(linear + at).isEmpty())) {
        break;
      }
      Instruction i = Decoder.decode(bytes, at, available, rip + at, mode.size());
      if (i.status() == DecodeStatus.TRUNCATED) {
        if (at > 0) {
          break;
        }
        second = linearMemory.fetchOffset(linearMemory.wrap((linear | 0xfff) + 1));
        int more = MAX_LENGTH;
        MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, second, bytes, available, more);
        i = Decoder.decode(bytes, 0, available + more, rip, mode.size());
        checkCodeLimit(rip, i.length());
        add(ops, i, factory.bind(i, mode, bytes, 0), null);
        at = i.length();
        break;
      }
      if (!withinLimit(rip + at, i.length())) {
        if (at > 0) {
          break;
        }
        throw c.exception(Vector.GP, 0);
      }
      Op op = factory.bind(i, mode, bytes, at);
      add(ops, i, op, previous);
      at += i.length();
      if (op.endsBlock) {
        break;
      }
      previous = i;
    }
    return new Block(
        linear,
        rip,
        c.modeKey,
        offset,
        second,
        ops.toArray(new Op[0]),
        at,
        wrapRip(rip + at),
        !breakpoints.at(linear).isEmpty());
  }

  private void add(List<Op> ops, Instruction i, Op op, @Nullable Instruction previous) {
    op.rip = i.address();
    op.length = i.length();
    if (previous != null && op.endsBlock && i.isValid()) {
      Op fused = factory.fuse(previous, i, c.mode);
      if (fused != null) {
        fused.rip = previous.address();
        fused.length = previous.length() + i.length();
        fused.weight = 2;
        fused.endsBlock = true;
        ops.set(ops.size() - 1, fused);
        return;
      }
    }
    ops.add(op);
  }

  /** Decodes one instruction at the processor's RIP, for running it alone. */
  Op single() {
    byte[] code = new byte[MAX_LENGTH];
    long linear = c.linearRip();
    long offset = linearMemory.fetchOffset(linear);
    int first = Math.min(MAX_LENGTH, GuestMemory.PAGE_SIZE - (int) (offset & 0xfff));
    MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, offset, code, 0, first);
    Instruction i = Decoder.decode(code, 0, first, c.rip, c.mode.size());
    if (i.status() == DecodeStatus.TRUNCATED) {
      long next = linearMemory.fetchOffset(linearMemory.wrap((linear | 0xfff) + 1));
      MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, next, code, first, MAX_LENGTH - first);
      i = Decoder.decode(code, 0, MAX_LENGTH, c.rip, c.mode.size());
    }
    checkCodeLimit(c.rip, i.length());
    Op op = factory.bind(i, c.mode, code, 0);
    op.rip = c.rip;
    op.length = i.length();
    return op;
  }

  /** RIP as it reads after that many bytes, wrapped to the code's size. */
  long wrapRip(long rip) {
    return c.mode.isLong() ? rip : rip & 0xffff_ffffL;
  }

  private void checkCodeLimit(long rip, int length) {
    if (!withinLimit(rip, length)) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private boolean withinLimit(long rip, int length) {
    return rip + length - 1 <= c.codeLimit;
  }
}

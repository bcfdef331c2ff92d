package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.DS;
import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.RSP;
import static dev.ringside.vmm.soft.Processor.SS;

import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.x86.Vector;

/** Far JMP, CALL and RET (SDM vol. 3A, 5.8; vol. 2, CALL, JMP, RET), call gates included. */
final class FarTransfers {
  private final Processor c;
  private final Segmentation segmentation;
  private final TaskSwitch tasks;
  private final Observation observation;

  FarTransfers(Processor c, Segmentation segmentation, TaskSwitch tasks, Observation observation) {
    this.c = c;
    this.segmentation = segmentation;
    this.tasks = tasks;
    this.observation = observation;
  }

  /**
   * JMP far; RIP is past the instruction.
   *
   * @param size operand size in bytes: 2, 4 or 8
   */
  void jump(int selector, long offset, int size) {
    if (!segmentation.isProtected()) {
      realTarget(selector, offset, size);
      return;
    }
    long raw = target(selector);
    if (Descriptor.isSegment(raw)) {
      checkDirect(selector, raw);
      enter(selector, raw, checkedOffset(raw, offset, size), c.cpl);
      return;
    }
    int type = Descriptor.type(raw);
    if (isTask(type)) {
      checkSystem(selector, raw);
      tasks.attempt(selector, TaskSwitch.JUMP, 0);
      return;
    }
    if (type == Descriptor.TASK_GATE && !segmentation.isLongMode()) {
      checkGate(selector, raw);
      tasks.attempt(Descriptor.gateSelector(raw), TaskSwitch.JUMP, 0);
      return;
    }
    Gate gate = gate(selector, raw);
    boolean conforming = Descriptor.isConforming(gate.code);
    int dpl = Descriptor.dpl(gate.code);
    if (conforming ? dpl > c.cpl : dpl != c.cpl) {
      throw c.exception(Vector.GP, gate.selector & 0xfffc);
    }
    checkPresent(gate.selector, gate.code);
    enter(gate.selector, gate.code, checkedOffset(gate.code, gate.offset, 8), c.cpl);
  }

  /** CALL far; RIP is past the instruction. */
  void call(int selector, long offset, int size) {
    long returnRip = c.rip;
    if (!segmentation.isProtected()) {
      FarStack stack = FarStack.current(c, 0);
      checkReal(offset, size);
      stack.push(c.selector[CS], size);
      stack.push(returnRip, size);
      realTarget(selector, offset, size);
      c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
      return;
    }
    long raw = target(selector);
    if (Descriptor.isSegment(raw)) {
      checkDirect(selector, raw);
      FarStack stack = FarStack.current(c, 0);
      stack.push(c.selector[CS], size);
      stack.push(returnRip, size);
      enter(selector, raw, checkedOffset(raw, offset, size), c.cpl);
      c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
      return;
    }
    int type = Descriptor.type(raw);
    if (isTask(type)) {
      checkSystem(selector, raw);
      tasks.attempt(selector, TaskSwitch.CALL, 0);
      return;
    }
    if (type == Descriptor.TASK_GATE && !segmentation.isLongMode()) {
      checkGate(selector, raw);
      tasks.attempt(Descriptor.gateSelector(raw), TaskSwitch.CALL, 0);
      return;
    }
    Gate gate = gate(selector, raw);
    int dpl = Descriptor.dpl(gate.code);
    if (dpl > c.cpl) {
      throw c.exception(Vector.GP, gate.selector & 0xfffc);
    }
    checkPresent(gate.selector, gate.code);
    if (!Descriptor.isConforming(gate.code) && dpl < c.cpl) {
      callInner(gate, dpl, returnRip);
      return;
    }
    FarStack stack = FarStack.current(c, 0);
    stack.push(c.selector[CS], gate.size);
    stack.push(returnRip, gate.size);
    enter(gate.selector, gate.code, checkedOffset(gate.code, gate.offset, 8), c.cpl);
    c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
  }

  private void callInner(Gate gate, int cpl, long returnRip) {
    int from = c.cpl;
    long fromRip = c.linearRip();
    long target = checkedOffset(gate.code, gate.offset, 8);
    FarStack stack;
    int newSs = cpl;
    long newSsRaw = 0;
    if (segmentation.isLongMode()) {
      stack = FarStack.flat(c, tasks.pointer64(4 + cpl * 8, 0), cpl, 0);
      stack.push(c.selector[SS], 8);
      stack.push(c.gpr[RSP], 8);
    } else {
      newSs = tasks.stackSelector(cpl, 0);
      newSsRaw = segmentation.stackDescriptor(newSs, cpl, Vector.TS, 0);
      stack = FarStack.of(c, newSsRaw, tasks.stackPointer(cpl, 0), cpl, newSs & 0xfffc);
      FarStack old = FarStack.current(c, 0);
      stack.push(c.selector[SS], gate.size);
      stack.push(c.gpr[RSP], gate.size);
      for (int i = gate.parameters - 1; i >= 0; i--) {
        stack.push(old.peek(i * gate.size, gate.size), gate.size);
      }
    }
    stack.push(c.selector[CS], gate.size);
    stack.push(returnRip, gate.size);
    if (newSsRaw == 0) {
      segmentation.setNull(SS, newSs);
      c.segmentRights[SS] |= cpl << 5;
    } else {
      segmentation.set(SS, newSs, segmentation.markAccessed(newSs, newSsRaw));
    }
    enter(gate.selector, gate.code, target, cpl);
    c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
    observation.transition(from, Mechanism.FAR_CALL, -1, fromRip);
  }

  /**
   * RET far; RIP is past the instruction.
   *
   * @param release bytes of parameters to drop
   */
  void ret(int size, int release) {
    FarStack stack = FarStack.current(c, 0);
    long offset = stack.pop(size);
    int selector = (int) stack.pop(size) & 0xffff;
    if (!segmentation.isProtected()) {
      checkReal(offset, size);
      stack.pointer += release;
      c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
      realTarget(selector, offset, size);
      return;
    }
    long fromRip = c.linearRip();
    int from = c.cpl;
    int cpl = selector & 3;
    long raw = returnCode(selector);
    if (cpl == c.cpl) {
      long target = checkedOffset(raw, offset, size);
      stack.pointer += release;
      enter(selector, raw, target, cpl);
      c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
      return;
    }
    stack.pointer += release;
    long pointer = stack.pop(size);
    int ss = (int) stack.pop(size) & 0xffff;
    long ssRaw = outerStack(ss, cpl, raw, Vector.GP);
    long target = checkedOffset(raw, offset, size);
    outer(selector, raw, target, ss, ssRaw, cpl, pointer, size, release);
    observation.transition(from, Mechanism.FAR_RETURN, -1, fromRip);
  }

  /** Enters an outer ring: code, stack, and the data segments that it may keep. */
  void outer(
      int selector,
      long raw,
      long target,
      int ss,
      long ssRaw,
      int cpl,
      long pointer,
      int size,
      int release) {
    if (ssRaw == 0) {
      segmentation.setNull(SS, ss);
      c.segmentRights[SS] |= cpl << 5;
    } else {
      segmentation.set(SS, ss, segmentation.markAccessed(ss, ssRaw));
    }
    enter(selector, raw, target, cpl);
    boolean wide = c.mode.isLong();
    boolean big = wide || (c.segmentRights[SS] & Descriptor.BIG) != 0;
    long sp = pointer + release;
    if (wide) {
      c.gpr[RSP] = size == 8 ? sp : sp & (size == 4 ? 0xffff_ffffL : 0xffff);
    } else if (big) {
      c.gpr[RSP] = sp & (size == 2 ? 0xffff : 0xffff_ffffL);
    } else {
      c.gpr[RSP] = (c.gpr[RSP] & ~0xffffL) | (sp & 0xffff);
    }
    segmentation.dropIfPrivileged(ES, cpl);
    segmentation.dropIfPrivileged(DS, cpl);
    segmentation.dropIfPrivileged(FS, cpl);
    segmentation.dropIfPrivileged(GS, cpl);
    segmentation.changed();
  }

  /** The code segment that RET or IRET goes back to, checked (SDM vol. 2, RET). */
  long returnCode(int selector) {
    int error = selector & 0xfffc;
    if (error == 0) {
      throw c.exception(Vector.GP, 0);
    }
    long raw = segmentation.descriptor(selector, Vector.GP, 0);
    int rpl = selector & 3;
    int dpl = Descriptor.dpl(raw);
    boolean fits =
        Descriptor.isCode(raw)
            && rpl >= c.cpl
            && (Descriptor.isConforming(raw) ? dpl <= rpl : dpl == rpl)
            && !(segmentation.isLongMode() && (raw >>> 53 & 3) == 3);
    if (!fits) {
      throw c.exception(Vector.GP, error);
    }
    checkPresent(selector, raw);
    return raw;
  }

  /** The stack segment of the ring that RET or IRET goes back to; 0 for a null one. */
  long outerStack(int ss, int cpl, long code, int vector) {
    if ((ss & 0xfffc) == 0) {
      boolean to64 = segmentation.isLongMode() && (code >>> 53 & 1) != 0;
      if (!to64 || cpl == 3 || (ss & 3) != cpl) {
        throw c.exception(vector, 0);
      }
      return 0;
    }
    return segmentation.stackDescriptor(ss, cpl, vector, 0);
  }

  /** Goes to code whose descriptor has been checked, in ring {@code cpl}. */
  void enter(int selector, long raw, long offset, int cpl) {
    segmentation.set(CS, selector & ~3 | cpl, segmentation.markAccessed(selector, raw));
    c.cpl = cpl;
    c.rip = offset;
    segmentation.changed();
  }

  private long target(int selector) {
    if ((selector & 0xfffc) == 0) {
      throw c.exception(Vector.GP, 0);
    }
    return segmentation.descriptor(selector, Vector.GP, 0);
  }

  private void checkDirect(int selector, long raw) {
    int error = selector & 0xfffc;
    int dpl = Descriptor.dpl(raw);
    boolean fits =
        Descriptor.isCode(raw)
            && (Descriptor.isConforming(raw)
                ? dpl <= c.cpl
                : dpl == c.cpl && (selector & 3) <= c.cpl)
            && !(segmentation.isLongMode() && (raw >>> 53 & 3) == 3);
    if (!fits) {
      throw c.exception(Vector.GP, error);
    }
    checkPresent(selector, raw);
  }

  private void checkPresent(int selector, long raw) {
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.NP, selector & 0xfffc);
    }
  }

  /** The offset as it goes to RIP. */
  long checkedOffset(long code, long offset, int size) {
    long target = size == 8 ? offset : offset & (size == 4 ? 0xffff_ffffL : 0xffff);
    if (segmentation.isLongMode() && (code >>> 53 & 1) != 0) {
      if (!PageWalker.isCanonical(target)) {
        throw c.exception(Vector.GP, 0);
      }
      return target;
    }
    if ((target & 0xffff_ffffL) > (Descriptor.limit(code) & 0xffff_ffffL)) {
      throw c.exception(Vector.GP, 0);
    }
    return target & 0xffff_ffffL;
  }

  private void checkReal(long offset, int size) {
    long target = offset & (size == 2 ? 0xffff : 0xffff_ffffL);
    if (target > (c.segmentLimit[CS] & 0xffff_ffffL)) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private void realTarget(int selector, long offset, int size) {
    checkReal(offset, size);
    if (segmentation.isVirtual8086()) {
      segmentation.setVirtual8086(CS, selector);
    } else {
      segmentation.setReal(CS, selector);
    }
    c.rip = offset & (size == 2 ? 0xffff : 0xffff_ffffL);
    segmentation.changed();
  }

  private boolean isTask(int type) {
    return !segmentation.isLongMode()
        && switch (type) {
          case Descriptor.TSS, Descriptor.TSS16, Descriptor.TSS_BUSY, Descriptor.TSS16_BUSY -> true;
          default -> false;
        };
  }

  private void checkSystem(int selector, long raw) {
    if (Descriptor.dpl(raw) < c.cpl || Descriptor.dpl(raw) < (selector & 3)) {
      throw c.exception(Vector.GP, selector & 0xfffc);
    }
  }

  private void checkGate(int selector, long raw) {
    checkSystem(selector, raw);
    checkPresent(selector, raw);
  }

  /** A call gate and the code that it leads to. */
  private record Gate(int selector, long offset, int size, int parameters, long code) {}

  private Gate gate(int selector, long raw) {
    int error = selector & 0xfffc;
    int type = Descriptor.type(raw);
    boolean longMode = segmentation.isLongMode();
    if (type != Descriptor.CALL_GATE && (type != Descriptor.CALL_GATE16 || longMode)) {
      throw c.exception(Vector.GP, error);
    }
    long high = 0;
    if (longMode) {
      long limit =
          (selector & 4) != 0 ? c.segmentLimit[Processor.LDTR] & 0xffff_ffffL : c.gdtrLimit;
      if ((selector | 7) + 8 > limit) {
        throw c.exception(Vector.GP, error);
      }
      high = c.memory.readSystem(segmentation.descriptorAddress(selector) + 8, 8);
      if ((high >>> 40 & 0x1f) != 0) {
        throw c.exception(Vector.GP, error);
      }
    }
    checkGate(selector, raw);
    int target = Descriptor.gateSelector(raw);
    if ((target & 0xfffc) == 0) {
      throw c.exception(Vector.GP, 0);
    }
    long code = segmentation.descriptor(target, Vector.GP, 0);
    boolean fits = Descriptor.isCode(code) && (!longMode || (code >>> 53 & 3) == 1);
    if (!fits) {
      throw c.exception(Vector.GP, target & 0xfffc);
    }
    int size = longMode ? 8 : type == Descriptor.CALL_GATE ? 4 : 2;
    long offset = Descriptor.gateOffset(raw) & (size == 2 ? 0xffff : 0xffff_ffffL) | high << 32;
    return new Gate(target, offset, size, (int) (raw >>> 32) & 31, code);
  }
}

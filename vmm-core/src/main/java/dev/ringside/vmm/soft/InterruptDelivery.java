package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.DS;
import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.RSP;
import static dev.ringside.vmm.soft.Processor.SS;
import static dev.ringside.vmm.soft.Processor.TR;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.FLAG_AC;
import static dev.ringside.vmm.x86.ControlBits.FLAG_IF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_NT;
import static dev.ringside.vmm.x86.ControlBits.FLAG_RF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_TF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.x86.Vector;

/**
 * Delivers exceptions and interrupts through the IDT in every mode (SDM vol. 3A, chapter 6), with
 * double and triple faults, and the exits that the exception bitmap asks for.
 */
final class InterruptDelivery {
  static final int EXTERNAL = 0;
  static final int NMI = 2;
  static final int HARDWARE_EXCEPTION = 3;
  static final int SOFTWARE_INTERRUPT = 4;
  static final int PRIVILEGED_SOFTWARE_EXCEPTION = 5;
  static final int SOFTWARE_EXCEPTION = 6;

  private static final int VALID = 1 << 31;
  private static final int HAS_ERROR_CODE = 1 << 11;

  private final Processor c;
  private final LinearMemory memory;
  private final Segmentation segmentation;
  private final VmxOperation vmx;
  private final TaskSwitch tasks;
  private final Observation observation;

  /** An event that waits for the next instruction boundary: injected, or stopped at by a hook. */
  private boolean waiting;

  private boolean waitingObserved;
  private int waitingVector;
  private int waitingType;
  private boolean waitingHasError;
  private int waitingError;
  private long waitingAddress;
  private int waitingLength;
  private long waitingRip;

  InterruptDelivery(
      Processor c,
      Segmentation segmentation,
      VmxOperation vmx,
      TaskSwitch tasks,
      Observation observation) {
    this.c = c;
    this.memory = c.memory;
    this.segmentation = segmentation;
    this.vmx = vmx;
    this.tasks = tasks;
    this.observation = observation;
  }

  /** Delivers an exception that an instruction raised; RIP is at the instruction. */
  void fault(GuestFault f) {
    try {
      raise(
          f.vector,
          HARDWARE_EXCEPTION,
          f.hasErrorCode,
          f.errorCode,
          f.faultAddress,
          0,
          false,
          false);
    } finally {
      c.unblockedNmis = false;
    }
  }

  /**
   * Delivers what INT n, INT3, INTO or INT1 asks for; RIP is past the instruction.
   *
   * @throws GuestFault what its delivery met: RIP is for the run loop to set back
   */
  void software(int vector, int type, int length) {
    boolean exception = type != SOFTWARE_INTERRUPT;
    if (exception && vmx.controls.exits(vector, 0)) {
      throw vmx.exception(vector, type, false, 0, 0, length);
    }
    if (observe(vector, type, false, 0, 0, 0)) {
      return;
    }
    c.vectoring = VALID | type << 8 | vector;
    c.vectoringLength = length;
    transfer(vector, type, false, 0);
    c.vectoring = 0;
  }

  /**
   * Asks for an event at the next instruction boundary, as VM entry injects it: it does not exit.
   *
   * @param length of the instruction that a software type stands for
   */
  void inject(int vector, int type, boolean hasErrorCode, int errorCode, int length) {
    waitFor(vector, type, hasErrorCode, errorCode, c.cr2, length, false);
  }

  boolean isWaiting() {
    return waiting;
  }

  /** Forgets an event that waits. */
  void forget() {
    waiting = false;
    c.attention &= ~Attention.EVENT;
  }

  private void waitFor(
      int vector,
      int type,
      boolean hasErrorCode,
      int errorCode,
      long address,
      int length,
      boolean observed) {
    waiting = true;
    waitingObserved = observed;
    waitingVector = vector;
    waitingType = type;
    waitingHasError = hasErrorCode;
    waitingError = errorCode;
    waitingAddress = address;
    waitingLength = length;
    waitingRip = c.rip;
    c.attention |= Attention.EVENT;
  }

  /**
   * Delivers the event that waits, unless the debugger has moved RIP since a hook stopped at it.
   */
  void deliverWaiting() {
    boolean drop = waitingObserved && waitingRip != c.rip;
    forget();
    if (!drop) {
      raise(
          waitingVector,
          waitingType,
          waitingHasError,
          waitingError,
          waitingAddress,
          waitingLength,
          true,
          waitingObserved);
    }
  }

  private void raise(
      int firstVector,
      int firstType,
      boolean firstHasError,
      int firstError,
      long firstAddress,
      int firstLength,
      boolean injected,
      boolean observed) {
    int vector = firstVector;
    int type = firstType;
    boolean hasError = firstHasError;
    int error = firstError;
    long address = firstAddress;
    boolean exits = !injected;
    boolean tell = !observed;
    long rip = c.rip;
    while (true) {
      if (type == HARDWARE_EXCEPTION && c.vectoring != 0) {
        int outcome = combine(vector);
        if (outcome == TRIPLE_FAULT) {
          throw vmx.tripleFault();
        }
        if (outcome == Vector.DF) {
          vector = Vector.DF;
          hasError = true;
          error = 0;
          c.vectoring = 0;
        }
      }
      if (exits && type == HARDWARE_EXCEPTION && vmx.controls.exits(vector, error)) {
        long qualification = vector == Vector.PF || vector == Vector.DB ? address : 0;
        throw vmx.exception(vector, type, hasError, error, qualification, 0);
      }
      if (tell && observe(vector, type, hasError, error, address, firstLength)) {
        c.vectoring = 0;
        return;
      }
      c.vectoring = VALID | type << 8 | vector | (hasError ? HAS_ERROR_CODE : 0);
      c.vectoringErrorCode = error;
      c.vectoringLength = firstLength;
      if (vector == Vector.PF && type == HARDWARE_EXCEPTION && !injected) {
        c.cr2 = address;
      }
      if (vector == Vector.DB && type == HARDWARE_EXCEPTION && exits) {
        c.dr[6] = (c.dr[6] & ~0xfL) | DebugRegisters.DR6_ONES | address;
        c.dr[7] &= ~DebugRegisters.DR7_GD;
      }
      try {
        if (type >= SOFTWARE_INTERRUPT) {
          c.rip = rip + firstLength;
        }
        transfer(vector, type, hasError, error);
        c.vectoring = 0;
        return;
      } catch (GuestFault f) {
        c.rip = rip;
        vector = f.vector;
        type = HARDWARE_EXCEPTION;
        hasError = f.hasErrorCode;
        error = f.errorCode;
        address = f.faultAddress;
        exits = true;
        tell = true;
      } catch (ExitSignal e) {
        c.rip = rip;
        throw e;
      }
    }
  }

  private static final int TRIPLE_FAULT = -1;
  private static final int SERIALLY = -2;

  /**
   * What becomes of an exception met while the event in {@link Processor#vectoring} was delivered.
   */
  private int combine(int second) {
    if ((c.vectoring >> 8 & 7) != HARDWARE_EXCEPTION) {
      return SERIALLY;
    }
    int first = c.vectoring & 0xff;
    boolean secondBad = isContributory(second) || second == Vector.PF;
    if (first == Vector.DF) {
      return secondBad ? TRIPLE_FAULT : SERIALLY;
    }
    boolean doubles =
        first == Vector.PF ? secondBad : isContributory(first) && isContributory(second);
    return doubles ? Vector.DF : SERIALLY;
  }

  private static boolean isContributory(int vector) {
    return switch (vector) {
      case Vector.DE, Vector.TS, Vector.NP, Vector.SS, Vector.GP -> true;
      default -> false;
    };
  }

  private boolean observe(
      int vector, int type, boolean hasError, int error, long address, int length) {
    EventDelivery.Kind kind =
        switch (type) {
          case EXTERNAL -> EventDelivery.Kind.EXTERNAL_INTERRUPT;
          case NMI -> EventDelivery.Kind.NMI;
          case SOFTWARE_INTERRUPT -> EventDelivery.Kind.SOFTWARE_INTERRUPT;
          default -> EventDelivery.Kind.EXCEPTION;
        };
    if (!observation.stopsAt(kind, vector, hasError, error, address)) {
      return false;
    }
    if (vector == Vector.PF && type == HARDWARE_EXCEPTION) {
      c.cr2 = address;
    }
    waitFor(vector, type, hasError, error, address, length, true);
    return true;
  }

  private void transfer(int vector, int type, boolean hasError, int error) {
    int from = c.cpl;
    long fromRip = c.linearRip();
    if ((c.cr0 & CR0_PE) == 0) {
      real(vector);
    } else if (segmentation.isLongMode()) {
      longMode(vector, type, hasError, error);
    } else {
      protectedMode(vector, type, hasError, error);
    }
    c.activity = Processor.ACTIVE;
    c.blocking &= ~(Processor.BLOCKED_BY_STI | Processor.BLOCKED_BY_MOV_SS);
    if (type == NMI) {
      c.blocking |= Processor.BLOCKED_BY_NMI;
    }
    segmentation.changed();
    c.deliveries++;
    if (from != c.cpl) {
      Mechanism mechanism =
          switch (type) {
            case EXTERNAL, NMI -> Mechanism.INTERRUPT;
            case SOFTWARE_INTERRUPT -> Mechanism.INT;
            default -> Mechanism.EXCEPTION;
          };
      observation.transition(from, mechanism, vector, fromRip);
    }
  }

  /** RFLAGS as the handler's frame shows it (SDM vol. 3B, 18.3.1.1, for RF). */
  private long image(int vector, int type) {
    long flags = c.rflags();
    boolean fault =
        type == HARDWARE_EXCEPTION
            && vector != Vector.DB
            && vector != Vector.DF
            && vector != Vector.MC;
    return fault ? flags | FLAG_RF : flags;
  }

  private void clearFlags(boolean interruptGate) {
    c.systemFlags &= ~(FLAG_TF | FLAG_NT | FLAG_RF | FLAG_VM | (interruptGate ? FLAG_IF : 0));
  }

  private void real(int vector) {
    if (vector * 4 + 3 > c.idtrLimit) {
      throw c.exception(Vector.GP, 0);
    }
    long entry = memory.readSystem((c.idtrBase + vector * 4L) & 0xffff_ffffL, 4);
    FarStack stack = FarStack.current(c, 0);
    stack.push(c.rflags(), 2);
    stack.push(c.selector[CS], 2);
    stack.push(c.rip, 2);
    c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
    segmentation.setReal(CS, (int) (entry >>> 16));
    c.rip = entry & 0xffff;
    c.systemFlags &= ~(FLAG_IF | FLAG_TF | FLAG_AC | FLAG_RF);
  }

  private static int external(int type) {
    return type == SOFTWARE_INTERRUPT || type == SOFTWARE_EXCEPTION ? 0 : 1;
  }

  private void longMode(int vector, int type, boolean hasError, int errorCode) {
    int external = external(type);
    int inIdt = vector * 8 + 2 | external;
    if (vector * 16 + 15 > c.idtrLimit) {
      throw c.exception(Vector.GP, inIdt);
    }
    long gate = memory.readSystem(c.idtrBase + vector * 16L, 8);
    long high = memory.readSystem(c.idtrBase + vector * 16L + 8, 8);
    int gateType = Descriptor.type(gate);
    if (Descriptor.isSegment(gate)
        || (gateType != Descriptor.INTERRUPT_GATE && gateType != Descriptor.TRAP_GATE)
        || (high >>> 40 & 0x1f) != 0
        || (external == 0 && Descriptor.dpl(gate) < c.cpl)) {
      throw c.exception(Vector.GP, inIdt);
    }
    if (!Descriptor.isPresent(gate)) {
      throw c.exception(Vector.NP, inIdt);
    }
    int selector = Descriptor.gateSelector(gate);
    if ((selector & 0xfffc) == 0) {
      throw c.exception(Vector.GP, external);
    }
    int inTable = (selector & 0xfffc) | external;
    long code = segmentation.descriptor(selector, Vector.GP, external);
    boolean only64 = (code >>> 53 & 3) == 1;
    if (!Descriptor.isCode(code) || Descriptor.dpl(code) > c.cpl || !only64) {
      throw c.exception(Vector.GP, inTable);
    }
    if (!Descriptor.isPresent(code)) {
      throw c.exception(Vector.NP, inTable);
    }
    long target = Descriptor.gateOffset(gate) | high << 32;
    if (!PageWalker.isCanonical(target)) {
      throw c.exception(Vector.GP, external);
    }
    int cpl = Descriptor.isConforming(code) ? c.cpl : Descriptor.dpl(code);
    int ist = (int) (gate >>> 32) & 7;
    long pointer;
    if (ist != 0) {
      pointer = tasks.pointer64(28 + ist * 8, external);
    } else if (cpl < c.cpl) {
      pointer = tasks.pointer64(4 + cpl * 8, external);
    } else {
      pointer = c.gpr[RSP];
    }
    FarStack stack = FarStack.flat(c, pointer & -16, cpl, external);
    stack.push(c.selector[SS], 8);
    stack.push(c.gpr[RSP], 8);
    stack.push(image(vector, type), 8);
    stack.push(c.selector[CS], 8);
    stack.push(c.rip, 8);
    if (hasError) {
      stack.push(errorCode, 8);
    }
    segmentation.set(CS, selector & ~3 | cpl, segmentation.markAccessed(selector, code));
    if (cpl != c.cpl) {
      segmentation.setNull(SS, cpl);
      c.segmentRights[SS] |= cpl << 5;
      c.cpl = cpl;
    }
    c.gpr[RSP] = stack.pointer;
    c.rip = target;
    clearFlags(gateType == Descriptor.INTERRUPT_GATE);
  }

  private void protectedMode(int vector, int type, boolean hasError, int errorCode) {
    int external = external(type);
    int inIdt = vector * 8 + 2 | external;
    if (vector * 8 + 7 > c.idtrLimit) {
      throw c.exception(Vector.GP, inIdt);
    }
    long gate = memory.readSystem((c.idtrBase + vector * 8L) & 0xffff_ffffL, 8);
    int gateType = Descriptor.type(gate);
    boolean known =
        switch (gateType) {
          case Descriptor.TASK_GATE,
              Descriptor.INTERRUPT_GATE,
              Descriptor.INTERRUPT_GATE16,
              Descriptor.TRAP_GATE,
              Descriptor.TRAP_GATE16 ->
              !Descriptor.isSegment(gate);
          default -> false;
        };
    if (!known || (external == 0 && Descriptor.dpl(gate) < c.cpl)) {
      throw c.exception(Vector.GP, inIdt);
    }
    if (!Descriptor.isPresent(gate)) {
      throw c.exception(Vector.NP, inIdt);
    }
    int selector = Descriptor.gateSelector(gate);
    if (gateType == Descriptor.TASK_GATE) {
      tasks.attempt(selector, TaskSwitch.GATE, external);
      if (hasError) {
        boolean wide = (c.segmentRights[TR] & 8) != 0;
        FarStack stack = FarStack.current(c, external);
        stack.push(errorCode, wide ? 4 : 2);
        c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
      }
      return;
    }
    if ((selector & 0xfffc) == 0) {
      throw c.exception(Vector.GP, external);
    }
    int inTable = (selector & 0xfffc) | external;
    long code = segmentation.descriptor(selector, Vector.GP, external);
    if (!Descriptor.isCode(code) || Descriptor.dpl(code) > c.cpl) {
      throw c.exception(Vector.GP, inTable);
    }
    if (!Descriptor.isPresent(code)) {
      throw c.exception(Vector.NP, inTable);
    }
    boolean inner = !Descriptor.isConforming(code) && Descriptor.dpl(code) < c.cpl;
    boolean virtual = segmentation.isVirtual8086();
    if (virtual && (!inner || Descriptor.dpl(code) != 0)) {
      throw c.exception(Vector.GP, inTable);
    }
    int size = gateType >= Descriptor.INTERRUPT_GATE ? 4 : 2;
    long target = Descriptor.gateOffset(gate) & (size == 4 ? 0xffff_ffffL : 0xffff);
    int cpl = inner ? Descriptor.dpl(code) : c.cpl;
    FarStack stack;
    int newSs = 0;
    long newSsRaw = 0;
    if (inner) {
      newSs = tasks.stackSelector(cpl, external);
      newSsRaw = segmentation.stackDescriptor(newSs, cpl, Vector.TS, external);
      long pointer = tasks.stackPointer(cpl, external);
      stack = FarStack.of(c, newSsRaw, pointer, cpl, (newSs & 0xfffc) | external);
      if (virtual) {
        stack.push(c.selector[GS], size);
        stack.push(c.selector[FS], size);
        stack.push(c.selector[DS], size);
        stack.push(c.selector[ES], size);
      }
      stack.push(c.selector[SS], size);
      stack.push(c.gpr[RSP], size);
    } else {
      stack = FarStack.current(c, external);
    }
    stack.push(image(vector, type), size);
    stack.push(c.selector[CS], size);
    stack.push(c.rip, size);
    if (hasError) {
      stack.push(errorCode, size);
    }
    if (target > (Descriptor.limit(code) & 0xffff_ffffL)) {
      throw c.exception(Vector.GP, external);
    }
    segmentation.set(CS, selector & ~3 | cpl, segmentation.markAccessed(selector, code));
    if (inner) {
      segmentation.set(SS, newSs, segmentation.markAccessed(newSs, newSsRaw));
    }
    if (virtual) {
      for (int segment : new int[] {ES, DS, FS, GS}) {
        segmentation.setNull(segment, 0);
      }
    }
    c.cpl = cpl;
    c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
    c.rip = target;
    boolean interruptGate =
        gateType == Descriptor.INTERRUPT_GATE || gateType == Descriptor.INTERRUPT_GATE16;
    clearFlags(interruptGate);
  }
}

package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.FLAG_IF;

import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.SoftClock;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.HostMemory;
import dev.ringside.vmm.vmx.InterruptionInformation;
import dev.ringside.vmm.vmx.MsrBitmap;
import dev.ringside.vmm.vmx.Vmcs;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.vmx.VmxCapabilities;
import dev.ringside.vmm.x86.Vector;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * VMX non-root operation (SDM vol. 3C, chapters 26, 28 and 30): which instructions and events exit,
 * and what an exit writes to the VMCS. The guest-state area is not written here: {@link
 * GuestStateArea} computes it when somebody looks.
 */
final class VmxOperation {
  /** Bit 12 of the interruption information and of an EPT violation's qualification. */
  private static final int NMI_UNBLOCKING = 1 << 12;

  final Vmcs vmcs;
  private final Processor c;
  private final HostMemory host;
  private final ExitSignal signal = new ExitSignal();

  /** The control fields as they were when {@link #refresh} last looked. */
  VmxControls controls;

  /**
   * Set while the monitor has an exiting instruction executed as if no control asked for the exit.
   */
  boolean emulating;

  private int seen;

  /** The instruction count at which the VMX-preemption timer reaches zero. */
  private long timerExpiry = Long.MAX_VALUE;

  VmxOperation(Processor c, Vmcs vmcs, HostMemory host) {
    this.c = c;
    this.vmcs = vmcs;
    this.host = host;
    this.controls = new VmxControls(vmcs);
    this.seen = vmcs.changes(VmcsField.Area.CONTROL);
  }

  /**
   * Decodes the controls anew if one has changed.
   *
   * @return whether one had
   */
  boolean refresh() {
    int changes = vmcs.changes(VmcsField.Area.CONTROL);
    if (changes == seen) {
      return false;
    }
    seen = changes;
    controls = new VmxControls(vmcs);
    return true;
  }

  void set(VmcsField field, long value) {
    vmcs.set(field, value);
  }

  /**
   * An exit, to be thrown; its fields are in the VMCS.
   *
   * @param length of the instruction; {@link ExitSignal#LENGTH_OF_INSTRUCTION} where only the run
   *     loop knows it; 0 where no instruction is to blame
   */
  ExitSignal exit(ExitReason reason, long qualification, int length, ExitSignal.Form form) {
    vmcs.set(VmcsField.EXIT_REASON, reason.fieldValue());
    vmcs.set(VmcsField.EXIT_QUALIFICATION, qualification);
    vmcs.set(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION, 0);
    vmcs.set(VmcsField.IDT_VECTORING_INFORMATION, c.vectoring & 0xffff_ffffL);
    if (c.vectoring != 0) {
      vmcs.set(VmcsField.IDT_VECTORING_ERROR_CODE, c.vectoringErrorCode);
    }
    int known = length;
    if (c.vectoring != 0 && length <= 0) {
      known = c.vectoringLength;
    }
    c.vectoring = 0;
    signal.form = form;
    signal.qualification = qualification;
    signal.length = known;
    return signal;
  }

  /** An exit that only its reason tells, of the instruction that {@code op} is. */
  ExitSignal instruction(Op op, ExitReason reason, long qualification) {
    return exit(reason, qualification, op.length, at -> new VmExit.Instruction(at, reason, ""));
  }

  /** Completes an exit, with RIP back at the instruction, which has that length. */
  VmExit finish(ExitSignal e, int instructionLength) {
    int length = e.length == ExitSignal.LENGTH_OF_INSTRUCTION ? instructionLength : e.length;
    vmcs.set(VmcsField.VM_EXIT_INSTRUCTION_LENGTH, length);
    if (controls.savePreemptionTimer && controls.preemptionTimer) {
      vmcs.set(VmcsField.VMX_PREEMPTION_TIMER_VALUE, timerValue());
    }
    ExitSignal.Form form = Objects.requireNonNull(e.form);
    e.form = null;
    return form.at(new ExitContext(c.rip, c.linearRip(), c.cpl, length, e.qualification, true));
  }

  /**
   * Notes in an exit that the IRET it came from has unblocked NMIs, where the exit can tell (SDM
   * vol. 3C, table 30-7).
   *
   * @return false if it cannot
   */
  boolean tellsUnblocking(ExitSignal e) {
    c.unblockedNmis = false;
    if (vmcs.get(VmcsField.EXIT_REASON) != ExitReason.EPT_VIOLATION.number()) {
      return false;
    }
    e.qualification |= NMI_UNBLOCKING;
    vmcs.set(VmcsField.EXIT_QUALIFICATION, e.qualification);
    return true;
  }

  /**
   * The exit of an exception that the bitmap selects. If it is the fault of an IRET that unblocked
   * NMIs, bit 12 says so (SDM vol. 3C, 30.2.2).
   */
  ExitSignal exception(
      int vector, int type, boolean hasErrorCode, int errorCode, long qualification, int length) {
    boolean unblocked = c.unblockedNmis && c.vectoring == 0 && vector != Vector.DF;
    ExitSignal e =
        exit(
            ExitReason.EXCEPTION_NMI,
            qualification,
            length,
            at ->
                new VmExit.ExceptionNmi(
                    at, vector, hasErrorCode, errorCode, vector == Vector.PF ? qualification : 0));
    vmcs.set(
        VmcsField.VM_EXIT_INTERRUPTION_INFORMATION,
        InterruptionInformation.VALID
            | type << 8
            | vector
            | (hasErrorCode ? 1 << 11 : 0)
            | (unblocked ? NMI_UNBLOCKING : 0));
    vmcs.set(VmcsField.VM_EXIT_INTERRUPTION_ERROR_CODE, errorCode);
    return e;
  }

  ExitSignal tripleFault() {
    c.vectoring = 0;
    return exit(ExitReason.TRIPLE_FAULT, 0, 0, VmExit.TripleFault::new);
  }

  /**
   * A device deadline: the host's interrupt.
   *
   * @param vector the acknowledged vector, or empty if the exit does not acknowledge
   */
  ExitSignal externalInterrupt(OptionalInt vector) {
    ExitSignal e =
        exit(
            ExitReason.EXTERNAL_INTERRUPT,
            0,
            0,
            at -> new VmExit.ExternalInterrupt(at, vector.orElse(0)));
    vector.ifPresent(
        v ->
            vmcs.set(
                VmcsField.VM_EXIT_INTERRUPTION_INFORMATION, InterruptionInformation.VALID | v));
    return e;
  }

  /** The exit of the interrupt window, the NMI window, the trap flag or another machinery event. */
  ExitSignal event(ExitReason reason) {
    return switch (reason) {
      case INTERRUPT_WINDOW -> exit(reason, 0, 0, VmExit.InterruptWindow::new);
      case NMI_WINDOW -> exit(reason, 0, 0, VmExit.NmiWindow::new);
      default -> exit(reason, 0, 0, at -> new VmExit.Event(at, reason, ""));
    };
  }

  /** Whether IN or OUT to that port exits (SDM vol. 3C, 26.1.3). */
  boolean ioExits(int port, int size) {
    if (!controls.ioBitmaps) {
      return controls.unconditionalIo;
    }
    if (port + size > 0x10000) {
      return true;
    }
    for (int p = port; p < port + size; p++) {
      long page = p < 0x8000 ? controls.ioBitmapA : controls.ioBitmapB;
      if ((host.read8(page + (p >> 3 & 0xfff)) >> (p & 7) & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether RDMSR or WRMSR of that MSR exits. */
  boolean msrExits(int msr, boolean write) {
    if (!controls.msrBitmaps) {
      return true;
    }
    int bit = MsrBitmap.bitNumber(msr, write);
    return bit < 0 || (host.read8(controls.msrBitmap + (bit >> 3)) >> (bit & 7) & 1) != 0;
  }

  /** What RDTSC reads. */
  long tsc() {
    return c.instructions * SoftClock.TICKS_PER_INSTRUCTION + c.tscBase + controls.tscOffset;
  }

  /** Byte 80H of the virtual-APIC page: VTPR. */
  int virtualTpr() {
    return host.read8(controls.virtualApicPage + 0x80);
  }

  void setVirtualTpr(int value) {
    host.write8(controls.virtualApicPage + 0x80, value);
  }

  /** Starts the VMX-preemption timer, at VM entry. */
  void startTimer() {
    long value = vmcs.get(VmcsField.VMX_PREEMPTION_TIMER_VALUE);
    long period = 1L << VmxCapabilities.PREEMPTION_TIMER_SHIFT;
    long ticks = c.instructions / period + value;
    timerExpiry = controls.preemptionTimer ? ticks * period : Long.MAX_VALUE;
  }

  /** The instruction count at which the VMX-preemption timer expires; the maximum for never. */
  long timerExpiry() {
    return timerExpiry;
  }

  private long timerValue() {
    long period = 1L << VmxCapabilities.PREEMPTION_TIMER_SHIFT;
    return Math.max(0, timerExpiry / period - c.instructions / period);
  }

  /** Whether nothing blocks an external interrupt. */
  boolean interruptible() {
    return (c.systemFlags & FLAG_IF) != 0
        && (c.blocking & (Processor.BLOCKED_BY_STI | Processor.BLOCKED_BY_MOV_SS)) == 0;
  }

  /** CR0 or CR4 as the guest reads it: the shadow where the monitor owns a bit. */
  long guestCr0() {
    return (c.cr0 & ~controls.cr0Mask) | (controls.cr0Shadow & controls.cr0Mask);
  }

  /** As {@link #guestCr0}, for CR4. */
  long guestCr4() {
    return (c.cr4 & ~controls.cr4Mask) | (controls.cr4Shadow & controls.cr4Mask);
  }
}

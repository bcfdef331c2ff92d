package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.CR0_ET;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.CR0_PG;
import static dev.ringside.vmm.x86.ControlBits.CR4_PAE;
import static dev.ringside.vmm.x86.ControlBits.EFER_LMA;
import static dev.ringside.vmm.x86.ControlBits.EFER_LME;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.PhysicalBus;
import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VcpuObserver;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.vmx.DefaultControls;
import dev.ringside.vmm.vmx.Ept;
import dev.ringside.vmm.vmx.ExitControl;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.HostMemory;
import dev.ringside.vmm.vmx.InterruptionInformation;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.Vmcs;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import dev.ringside.vmm.x86.Vector;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The software processor as a vCPU: the face that the monitor and the debugger know. The rules are
 * elsewhere: instructions in the ops, memory in {@link LinearMemory} and {@link PageWalker}, exits
 * in {@link VmxOperation}, entries in {@link VmEntry}.
 *
 * <p>Threads: confined to the vCPU's own, but for {@link #kick}.
 */
public final class SoftVcpu implements Vcpu {
  /** The vector of the host's timer interrupt, as Linux has it. */
  private static final int HOST_TIMER_VECTOR = 0xec;

  private static final long FOUR_GIB = 1L << 32;
  private static final long VIDEO_START = 0xa0000;
  private static final long VIDEO_END = 0xc0000;

  final Units units;
  private final Processor c;
  private final VmEntry entry;
  private final SoftVmcsView view;
  private final Interpreter interpreter;

  /** In non-root operation: the last run ended in something else than an exit. */
  private boolean entered;

  /** How the next run ends at once: what an emulated instruction led to. */
  private @Nullable RunResult pending;

  /**
   * A processor in the state after reset, with KVM's default controls and an identity-mapped EPT.
   */
  public SoftVcpu(int id, GuestMemory ram) {
    HostMemory host = new HostMemory();
    Ept ept = new Ept(host);
    long low = ram.lowSize();
    ept.mapIdentity(0, Math.min(low, VIDEO_START));
    if (low > VIDEO_END) {
      ept.mapIdentity(VIDEO_END, low);
    }
    ept.mapIdentity(FOUR_GIB, FOUR_GIB + ram.highSize());
    DefaultControls.Structures structures =
        new DefaultControls.Structures(
            host.allocate(DefaultControls.msrBitmap(false, false).toPage()),
            host.allocate(),
            DefaultControls.eptPointer(ept.root()));
    Vmcs vmcs = DefaultControls.vmcs(VmEntry.CAPABILITIES, structures);
    units = new Units(id, ram, host, vmcs);
    c = units.c;
    entry = new VmEntry(units);
    view = new SoftVmcsView(this, units, entry);
    units.boundary.conditionsSee(this);
    interpreter =
        new Interpreter(
            c, this, units.memory, units.cache, units.builder, units.watches, units.boundary);
    reset();
  }

  /** The state after reset (SDM vol. 3A, table 10-1); controls and the instruction count stay. */
  public void reset() {
    for (int n = 0; n < 6; n++) {
      write(SegmentRegister.of(n), new Segment(0, 0, 0xffff, 0x93));
    }
    write(SegmentRegister.CS, new Segment(0xf000, 0xffff0000L, 0xffff, 0x9b));
    write(SegmentRegister.LDTR, new Segment(0, 0, 0xffff, 0x82));
    write(SegmentRegister.TR, new Segment(0, 0, 0xffff, 0x8b));
    Arrays.fill(c.gpr, 0);
    c.gpr[Processor.RDX] = 0x600;
    c.gdtrBase = 0;
    c.gdtrLimit = 0xffff;
    c.idtrBase = 0;
    c.idtrLimit = 0xffff;
    c.efer = 0;
    write(Register.CR4, 0);
    write(Register.CR0, 0x6000_0010L);
    write(Register.CR3, 0);
    c.cr2 = 0;
    write(Register.CR8, 0);
    c.xcr0 = 1;
    c.mxcsr = FxArea.MXCSR_DEFAULT;
    FxArea.initialiseX87(c.fpu);
    c.fpu.control(0x40);
    c.fpu.empty = 0;
    Arrays.fill(c.xmmLow, 0);
    Arrays.fill(c.xmmHigh, 0);
    Arrays.fill(c.dr, 0);
    units.debug.reset();
    units.setDebugRegister(7, 0);
    for (Msr msr :
        new Msr[] {
          Msr.IA32_STAR,
          Msr.IA32_LSTAR,
          Msr.IA32_CSTAR,
          Msr.IA32_FMASK,
          Msr.IA32_KERNEL_GS_BASE,
          Msr.IA32_TSC_AUX,
          Msr.IA32_SYSENTER_CS,
          Msr.IA32_SYSENTER_ESP,
          Msr.IA32_SYSENTER_EIP,
          Msr.IA32_DEBUGCTL
        }) {
      writeMsr(msr.index(), 0);
    }
    writeMsr(Msr.IA32_PAT.index(), DefaultControls.RESET_PAT);
    write(Register.RFLAGS, 2);
    c.rip = 0xfff0;
    c.activity = Processor.ACTIVE;
    c.blocking = 0;
    c.pendingDebug = 0;
    c.vectoring = 0;
    units.delivery.forget();
    units.vmx.set(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, 0);
    units.memory.flush();
    entered = false;
    pending = null;
    entry.stateTouched();
  }

  @Override
  public int id() {
    return c.id;
  }

  @Override
  public RunResult run(RunLimit limit) {
    RunResult early = pending;
    if (early != null) {
      pending = null;
      return early;
    }
    if (!entered) {
      RunResult failure = entry.enter();
      if (failure != null) {
        return failure;
      }
      entered = true;
    } else {
      units.vmx.refresh();
      units.boundary.recompute();
    }
    long timer = units.vmx.timerExpiry();
    RunResult result =
        interpreter.run(Math.min(limit.instructions(), timer), limit.ignoreBreakpointHere());
    if (result instanceof RunResult.LimitReached) {
      result = limitReached(limit, timer);
    }
    if (result instanceof RunResult.Exited) {
      entered = false;
      RunResult abort = entry.storeMsrs();
      if (abort != null) {
        return abort;
      }
    }
    return result;
  }

  private RunResult limitReached(RunLimit limit, long timer) {
    if (c.instructions >= timer) {
      return exited(units.vmx.event(ExitReason.PREEMPTION_TIMER));
    }
    if (!limit.deadline() || !units.vmx.controls.externalInterruptExiting) {
      return new RunResult.LimitReached();
    }
    boolean acknowledges = ExitControl.ACKNOWLEDGE_INTERRUPT_ON_EXIT.isSetIn(units.vmx.vmcs);
    return exited(
        units.vmx.externalInterrupt(
            acknowledges ? OptionalInt.of(HOST_TIMER_VECTOR) : OptionalInt.empty()));
  }

  private RunResult exited(ExitSignal e) {
    return new RunResult.Exited(units.vmx.finish(e, 0));
  }

  @Override
  public void kick() {
    units.boundary.kick();
  }

  @Override
  public long instructions() {
    return c.instructions;
  }

  @Override
  public void setBreakpoints(BreakpointSet breakpoints) {
    units.cache.setBreakpoints(breakpoints);
    units.setWatchpoints(breakpoints.watchpoints());
  }

  @Override
  public void setObserver(@Nullable VcpuObserver observer) {
    units.observation.observer(observer);
  }

  @Override
  public List<EventDelivery> recentEvents() {
    return units.observation.recentEvents();
  }

  @Override
  public VmcsView vmcs() {
    return view;
  }

  @Override
  public void skipInstruction() {
    long length = units.vmx.vmcs.get(VmcsField.VM_EXIT_INSTRUCTION_LENGTH);
    c.rip = c.mode.isLong() ? c.rip + length : (c.rip + length) & 0xffff_ffffL;
    c.instructions++;
    units.boundary.completed();
  }

  @Override
  public void emulate(PhysicalBus bus) {
    units.memory.emulating(bus);
    units.vmx.emulating = true;
    // One iteration of a REP: the next one exits anew.
    c.instructionLimit = c.instructions + 1;
    try {
      long vectoring = units.vmx.vmcs.get(VmcsField.IDT_VECTORING_INFORMATION);
      if ((vectoring & InterruptionInformation.VALID) != 0) {
        redeliver((int) vectoring);
      } else {
        pending = units.boundary.emulate(interpreter);
      }
    } finally {
      units.vmx.emulating = false;
      units.memory.emulating(null);
      units.vmx.refresh();
    }
  }

  /** The exit came from the delivery of an event: it is delivered again, with the bus. */
  private void redeliver(int vectoring) {
    units.delivery.inject(
        vectoring & 0xff,
        vectoring >> 8 & 7,
        (vectoring & 1 << 11) != 0,
        (int) units.vmx.vmcs.get(VmcsField.IDT_VECTORING_ERROR_CODE),
        (int) units.vmx.vmcs.get(VmcsField.VM_EXIT_INSTRUCTION_LENGTH));
    try {
      units.delivery.deliverWaiting();
    } catch (ExitSignal e) {
      pending = exited(e);
    } catch (StopSignal s) {
      pending = new RunResult.Failed(s.reason());
    }
  }

  @Override
  public void finishMsrRead(long value) {
    c.gpr[Processor.RAX] = value & 0xffff_ffffL;
    c.gpr[Processor.RDX] = value >>> 32;
    skipInstruction();
  }

  @Override
  public void finishMsrWrite() {
    skipInstruction();
  }

  @Override
  public void injectException(int vector, boolean hasErrorCode, int errorCode) {
    Vmcs vmcs = units.vmx.vmcs;
    int type = InterruptDelivery.HARDWARE_EXCEPTION;
    long last = vmcs.get(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION);
    boolean reflected =
        vmcs.get(VmcsField.EXIT_REASON) == ExitReason.EXCEPTION_NMI.number()
            && (last & InterruptionInformation.VALID) != 0
            && (last & 0xff) == vector;
    if (reflected) {
      type = (int) last >> 8 & 7;
      if (vector == Vector.PF) {
        c.cr2 = vmcs.get(VmcsField.EXIT_QUALIFICATION);
      }
    }
    boolean pushes = hasErrorCode && (c.cr0 & CR0_PE) != 0;
    inject(type, vector, pushes, errorCode, vmcs.get(VmcsField.VM_EXIT_INSTRUCTION_LENGTH));
  }

  private void inject(int type, int vector, boolean hasErrorCode, int errorCode, long length) {
    entry.inject(
        InterruptionInformation.VALID | type << 8 | vector | (hasErrorCode ? 1 << 11 : 0),
        errorCode,
        length);
  }

  private boolean nothingInjected() {
    long information = units.vmx.vmcs.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    return (information & InterruptionInformation.VALID) == 0 && !units.delivery.isWaiting();
  }

  @Override
  public boolean canTakeInterrupt() {
    return units.vmx.interruptible() && nothingInjected() && pending == null;
  }

  @Override
  public void injectInterrupt(int vector) {
    inject(InterruptDelivery.EXTERNAL, vector, false, 0, 0);
  }

  @Override
  public boolean canTakeNmi() {
    // STI blocks injection, too (SDM vol. 3C, 29.3.1.5).
    return c.blocking == 0 && nothingInjected() && pending == null;
  }

  @Override
  public void injectNmi() {
    inject(InterruptDelivery.NMI, Vector.NMI, false, 0, 0);
  }

  @Override
  public void requestInterruptWindow(boolean wanted) {
    if (PrimaryControl.INTERRUPT_WINDOW_EXITING.isSetIn(units.vmx.vmcs) != wanted) {
      entry.interruptWindow(wanted);
    }
  }

  @Override
  public void skipTime(long ticks) {
    c.tscBase += ticks;
  }

  @Override
  public long translate(long linear) {
    return units.walker.probe(linear);
  }

  @Override
  public void close() {
    // Memory belongs to the caller; there is nothing else to free.
  }

  /** The VMCS's guest-state area has been loaded into the processor. */
  void stateReplaced() {
    units.memory.flush();
    units.setDebugRegister(7, c.dr[7]);
    units.segmentation.changed();
    entry.stateTouched();
  }

  @Override
  public long read(Register r) {
    return switch (r) {
      case RIP -> c.rip;
      case RFLAGS -> c.rflags();
      case CR0 -> units.vmx.guestCr0();
      case CR2 -> c.cr2;
      case CR3 -> c.cr3;
      case CR4 -> units.vmx.guestCr4();
      case CR8 -> units.vmx.controls.tprShadow ? units.vmx.virtualTpr() >> 4 : c.cr8;
      case XCR0 -> c.xcr0;
      case DR0, DR1, DR2, DR3 -> c.dr[r.ordinal() - Register.DR0.ordinal()];
      case DR6 -> c.dr[6];
      case DR7 -> c.dr[7];
      case RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 ->
          c.gpr[r.ordinal()];
    };
  }

  @Override
  public void write(Register r, long value) {
    if (r.isGeneral()) {
      c.gpr[r.ordinal()] = value;
      return;
    }
    entry.stateTouched();
    switch (r) {
      case RIP -> c.rip = value;
      case RFLAGS -> {
        GuestStateArea.setFlags(c, value);
        c.cpl = GuestStateArea.privilegeLevel(c);
        units.segmentation.changed();
      }
      case CR0 -> writeCr0(value);
      case CR2 -> c.cr2 = value;
      case CR3 -> {
        c.cr3 = value;
        loadPdptes();
        units.memory.flush();
      }
      case CR4 -> {
        c.cr4 = DefaultControls.hardwareCr4(value);
        units.vmx.set(VmcsField.CR4_READ_SHADOW, value);
        units.vmx.refresh();
        units.memory.flush();
        units.segmentation.changed();
      }
      case CR8 -> {
        c.cr8 = value & 0xf;
        units.vmx.setVirtualTpr((int) (value & 0xf) << 4);
      }
      case XCR0 -> c.xcr0 = value;
      case DR0, DR1, DR2, DR3, DR6, DR7 ->
          units.setDebugRegister(
              r == Register.DR6 ? 6 : r == Register.DR7 ? 7 : r.ordinal() - Register.DR0.ordinal(),
              value);
      case RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 -> {}
    }
  }

  private void writeCr0(long value) {
    c.cr0 = DefaultControls.hardwareCr0(value) | CR0_ET;
    units.vmx.set(VmcsField.CR0_READ_SHADOW, value | CR0_ET);
    units.vmx.refresh();
    boolean longMode = (value & CR0_PG) != 0 && (c.efer & EFER_LME) != 0;
    c.efer = longMode ? c.efer | EFER_LMA : c.efer & ~EFER_LMA;
    c.cpl = GuestStateArea.privilegeLevel(c);
    loadPdptes();
    units.memory.flush();
    units.segmentation.changed();
  }

  private void loadPdptes() {
    if ((c.cr0 & CR0_PG) != 0 && (c.cr4 & CR4_PAE) != 0 && (c.efer & EFER_LMA) == 0) {
      try {
        units.walker.loadPdptes(c.cr3);
      } catch (GuestFault | ExitSignal e) {
        throw new UnavailableException(
            String.format("the PAE page-directory pointers at 0x%x are not valid", c.cr3), e);
      }
    }
  }

  @Override
  public Segment read(SegmentRegister r) {
    int n = r.ordinal();
    return new Segment(c.selector[n], c.segmentBase[n], c.segmentLimit[n], c.segmentRights[n]);
  }

  @Override
  public void write(SegmentRegister r, Segment value) {
    int n = r.ordinal();
    c.selector[n] = value.selector();
    c.segmentBase[n] = value.base();
    c.segmentLimit[n] = value.limit();
    c.segmentRights[n] = value.accessRights();
    c.cpl = GuestStateArea.privilegeLevel(c);
    units.segmentation.changed();
    entry.stateTouched();
  }

  @Override
  public DescriptorTable gdtr() {
    return new DescriptorTable(c.gdtrBase, c.gdtrLimit);
  }

  @Override
  public void gdtr(DescriptorTable value) {
    c.gdtrBase = value.base();
    c.gdtrLimit = value.limit();
    entry.stateTouched();
  }

  @Override
  public DescriptorTable idtr() {
    return new DescriptorTable(c.idtrBase, c.idtrLimit);
  }

  @Override
  public void idtr(DescriptorTable value) {
    c.idtrBase = value.base();
    c.idtrLimit = value.limit();
    entry.stateTouched();
  }

  @Override
  public long readMsr(int index) {
    return units
        .msrs
        .read(index)
        .orElseThrow(
            () -> new UnavailableException(String.format("no MSR 0x%x in this processor", index)));
  }

  @Override
  public void writeMsr(int index, long value) {
    if (!units.msrs.write(index, value)) {
      throw new UnavailableException(
          String.format("MSR 0x%x does not exist or does not take 0x%x", index, value));
    }
    if (index == Msr.IA32_EFER.index()) {
      entry.stateTouched();
    }
  }

  @Override
  public byte[] fxsave() {
    return FxArea.save(c);
  }

  @Override
  public void fxrstor(byte[] image) {
    FxArea.restore(c, image);
  }

  @Override
  public int cpl() {
    return c.cpl;
  }

  @Override
  public ProcessorMode mode() {
    if ((c.cr0 & CR0_PE) == 0) {
      return ProcessorMode.REAL;
    }
    if ((c.systemFlags & FLAG_VM) != 0) {
      return ProcessorMode.VIRTUAL_8086;
    }
    boolean longMode = (c.efer & EFER_LMA) != 0;
    return switch (c.mode.size()) {
      case BITS64 -> ProcessorMode.LONG;
      case BITS32 -> longMode ? ProcessorMode.COMPATIBILITY_32 : ProcessorMode.PROTECTED_32;
      case BITS16 -> longMode ? ProcessorMode.COMPATIBILITY_16 : ProcessorMode.PROTECTED_16;
    };
  }
}

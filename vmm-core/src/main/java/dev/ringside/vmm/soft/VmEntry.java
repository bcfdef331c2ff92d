package dev.ringside.vmm.soft;

import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.EntryChecks;
import dev.ringside.vmm.vmx.EntryFailure;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.ProcessorLimits;
import dev.ringside.vmm.vmx.Vmcs;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.vmx.VmxCapabilities;
import dev.ringside.vmm.x86.Msr;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * VM entry (SDM vol. 3C, chapter 29): the checks, where something they look at may have changed,
 * the MSR-load area, and the event to inject.
 */
final class VmEntry {
  static final ProcessorLimits LIMITS =
      new ProcessorLimits(
          EptWalker.HOST_BITS, 48, ControlRegisters.CR4_SUPPORTED, ProcessorLimits.INTEL_EFER, 0x3);

  /** What VMX this processor has. */
  static final VmxCapabilities CAPABILITIES = VmxCapabilities.of(LIMITS);

  private static final int TSC = Msr.IA32_TIME_STAMP_COUNTER.index();

  private final Units units;
  private final Processor c;
  private final Vmcs vmcs;
  private final EntryChecks checks;

  private boolean stateTouched = true;
  private int checkedControls = -1;
  private int checkedHost = -1;
  private long eptPointer;
  private boolean usesEpt;
  private int vpid;

  VmEntry(Units units) {
    this.units = units;
    this.c = units.c;
    this.vmcs = units.vmx.vmcs;
    this.checks = new EntryChecks(CAPABILITIES, this::read64);
  }

  /** Host-physical memory: the monitor's pages, and guest RAM, which is identity-mapped. */
  private long read64(long address) {
    if (units.host.contains(address)) {
      return units.host.read64(address);
    }
    return units.ram.isRam(address, 8) ? units.ram.readLong(address) : -1;
  }

  private void write64(long address, long value) {
    if (units.host.contains(address)) {
      units.host.write64(address, value);
    } else if (units.ram.isRam(address, 8)) {
      units.ram.writeLong(address, value);
    }
  }

  /** Tells that someone outside the guest has changed its state. */
  void stateTouched() {
    stateTouched = true;
  }

  /** Sets or clears interrupt-window exiting, which is always allowed: no checks are due for it. */
  void interruptWindow(boolean wanted) {
    boolean clean = !needsChecks();
    PrimaryControl.INTERRUPT_WINDOW_EXITING.setIn(vmcs, wanted);
    accepted(clean);
  }

  /**
   * Sets the event to inject. The monitor's own injections need no checks, but for an interrupt or
   * NMI that is blocked: that fails the entry (SDM vol. 3C, 29.3.1.5).
   */
  void inject(long information, int errorCode, long length) {
    boolean blocked =
        switch ((int) information >> 8 & 7) {
          case InterruptDelivery.EXTERNAL -> !units.vmx.interruptible();
          case InterruptDelivery.NMI -> c.blocking != 0;
          default -> false;
        };
    if (blocked) {
      stateTouched = true;
    }
    boolean clean = !needsChecks();
    vmcs.set(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, information);
    vmcs.set(VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE, errorCode);
    vmcs.set(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH, length);
    accepted(clean);
  }

  private void accepted(boolean clean) {
    if (clean) {
      checkedControls = vmcs.changes(VmcsField.Area.CONTROL);
    }
  }

  /** Enters; gives how the entry failed. */
  @Nullable RunResult enter() {
    if (needsChecks()) {
      GuestStateArea.save(c, vmcs);
      Optional<EntryFailure> failure = checks.check(vmcs);
      if (failure.isPresent()) {
        return failed(failure.get());
      }
      stateTouched = false;
    }
    checkedControls = vmcs.changes(VmcsField.Area.CONTROL);
    checkedHost = vmcs.changes(VmcsField.Area.HOST_STATE);
    apply();
    Optional<EntryFailure> failure = loadMsrs();
    if (failure.isPresent()) {
      return failed(failure.get());
    }
    inject();
    units.vmx.startTimer();
    units.boundary.recompute();
    return null;
  }

  private boolean needsChecks() {
    return stateTouched
        || checkedControls != vmcs.changes(VmcsField.Area.CONTROL)
        || checkedHost != vmcs.changes(VmcsField.Area.HOST_STATE);
  }

  /**
   * Takes over changed controls. Without VPIDs an entry forgets linear translations; with another
   * VPID, those of the last one are not used (SDM vol. 3C, 31.4.2 and 31.4.3.1).
   */
  private void apply() {
    units.vmx.refresh();
    VmxControls controls = units.vmx.controls;
    if (controls.ept != usesEpt || controls.eptPointer != eptPointer) {
      usesEpt = controls.ept;
      eptPointer = controls.eptPointer;
      units.ept.flush();
      units.memory.flush();
    } else if (!controls.vpid || controls.vpidValue != vpid) {
      units.memory.flush();
    }
    vpid = controls.vpidValue;
  }

  private Optional<EntryFailure> loadMsrs() {
    if (vmcs.get(VmcsField.VM_ENTRY_MSR_LOAD_COUNT) == 0) {
      return Optional.empty();
    }
    Optional<EntryFailure> failure = checks.msrLoad(vmcs, units.msrs::accepts);
    if (failure.isEmpty()) {
      for (EntryChecks.MsrEntry entry : checks.msrLoadArea(vmcs)) {
        long offset = entry.msr() == TSC ? units.vmx.controls.tscOffset : 0;
        units.msrs.write(entry.msr(), entry.value() + offset);
      }
    }
    return failure;
  }

  private void inject() {
    long information = vmcs.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION);
    if ((information & 1L << 31) == 0) {
      return;
    }
    // A VM exit clears the valid bit; nobody can look before the next one.
    vmcs.set(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, information & ~(1L << 31));
    checkedControls = vmcs.changes(VmcsField.Area.CONTROL);
    units.vmx.refresh();
    int type = (int) information >> 8 & 7;
    if (type == 7) {
      units.boundary.monitorTrap();
      return;
    }
    units.delivery.inject(
        (int) information & 0xff,
        type,
        (information & 1 << 11) != 0,
        (int) vmcs.get(VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE),
        (int) vmcs.get(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH));
  }

  private RunResult failed(EntryFailure failure) {
    Optional<ExitReason> reason = failure.exitReason();
    if (reason.isEmpty()) {
      failure
          .instructionError()
          .ifPresent(error -> vmcs.set(VmcsField.VM_INSTRUCTION_ERROR, error));
      return new RunResult.Failed(failure.message());
    }
    long qualification = failure.qualification().encode();
    vmcs.set(VmcsField.EXIT_REASON, reason.get().fieldValue());
    vmcs.set(VmcsField.EXIT_QUALIFICATION, qualification);
    stateTouched = true;
    return new RunResult.Exited(
        new VmExit.EntryFailure(
            new ExitContext(c.rip, c.linearRip(), c.cpl, 0, qualification, true),
            reason.get(),
            failure.message()));
  }

  /**
   * Refuses an edit that would make the next entry fail.
   *
   * @throws UnavailableException with the failing check's name
   */
  void require(Vmcs edited) {
    checks
        .check(edited)
        .ifPresent(
            failure -> {
              throw new UnavailableException(failure.message());
            });
  }

  /**
   * After an exit: the VM-exit MSR-store area (SDM vol. 3C, 30.4). The TSC is stored as the host
   * reads it, without the guest's offset.
   *
   * <p>The VM-exit MSR-load area is for MSRs of the host, which is Java code and has none: it is
   * checked at VM entry, but not loaded.
   *
   * @return the VMX abort that an MSR without a value means (30.7, indicator 1)
   */
  @Nullable RunResult storeMsrs() {
    long count = vmcs.get(VmcsField.VM_EXIT_MSR_STORE_COUNT);
    long address = vmcs.get(VmcsField.VM_EXIT_MSR_STORE_ADDRESS);
    for (long number = 1; number <= count; number++, address += 16) {
      long index = read64(address);
      OptionalLong value = index >>> 32 == 0 ? units.msrs.read((int) index) : OptionalLong.empty();
      if (value.isEmpty()) {
        return new RunResult.Failed(
            String.format(
                "VMX abort 1: entry %d of the VM-exit MSR-store area (at 0x%x) names MSR 0x%x,"
                    + " which this processor cannot read",
                number, address, index));
      }
      long offset = index == TSC ? units.vmx.controls.tscOffset : 0;
      write64(address + 8, value.getAsLong() - offset);
    }
    return null;
  }
}

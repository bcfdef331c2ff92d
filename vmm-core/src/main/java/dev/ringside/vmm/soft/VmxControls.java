package dev.ringside.vmm.soft;

import dev.ringside.vmm.vmx.ExitControl;
import dev.ringside.vmm.vmx.PinControl;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.SecondaryControl;
import dev.ringside.vmm.vmx.Vmcs;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Vector;
import java.util.Arrays;

/**
 * The control fields of a VMCS, decoded once after a change, in the form in which instructions ask.
 */
final class VmxControls {
  final boolean externalInterruptExiting;
  final boolean nmiExiting;
  final boolean virtualNmis;
  final boolean preemptionTimer;
  final boolean interruptWindow;
  final boolean tscOffsetting;
  final boolean hlt;
  final boolean invlpg;
  final boolean mwait;
  final boolean rdpmc;
  final boolean rdtsc;
  final boolean cr3Load;
  final boolean cr3Store;
  final boolean cr8Load;
  final boolean cr8Store;
  final boolean tprShadow;
  final boolean nmiWindow;
  final boolean movDr;
  final boolean unconditionalIo;
  final boolean ioBitmaps;
  final boolean monitorTrap;
  final boolean msrBitmaps;
  final boolean monitor;
  final boolean pause;
  final boolean ept;
  final boolean descriptorTable;
  final boolean rdtscp;
  final boolean vpid;
  final boolean wbinvd;
  final boolean unrestrictedGuest;
  final boolean rdrand;
  final boolean rdseed;
  final boolean invpcid;
  final boolean xsaves;
  final boolean savePreemptionTimer;
  final int exceptions;
  final int pageFaultMask;
  final int pageFaultMatch;
  final long cr0Mask;
  final long cr0Shadow;
  final long cr4Mask;
  final long cr4Shadow;
  final long[] cr3Targets;
  final long tscOffset;
  final long eptPointer;

  /** The VPID; 0 without the control, as in VMX root operation. */
  final int vpidValue;

  final boolean eptAccessedDirty;
  final long ioBitmapA;
  final long ioBitmapB;
  final long msrBitmap;
  final long virtualApicPage;
  final int tprThreshold;

  VmxControls(Vmcs vmcs) {
    externalInterruptExiting = PinControl.EXTERNAL_INTERRUPT_EXITING.isSetIn(vmcs);
    nmiExiting = PinControl.NMI_EXITING.isSetIn(vmcs);
    virtualNmis = PinControl.VIRTUAL_NMIS.isSetIn(vmcs);
    preemptionTimer = PinControl.ACTIVATE_VMX_PREEMPTION_TIMER.isSetIn(vmcs);
    interruptWindow = PrimaryControl.INTERRUPT_WINDOW_EXITING.isSetIn(vmcs);
    tscOffsetting = PrimaryControl.USE_TSC_OFFSETTING.isSetIn(vmcs);
    hlt = PrimaryControl.HLT_EXITING.isSetIn(vmcs);
    invlpg = PrimaryControl.INVLPG_EXITING.isSetIn(vmcs);
    mwait = PrimaryControl.MWAIT_EXITING.isSetIn(vmcs);
    rdpmc = PrimaryControl.RDPMC_EXITING.isSetIn(vmcs);
    rdtsc = PrimaryControl.RDTSC_EXITING.isSetIn(vmcs);
    cr3Load = PrimaryControl.CR3_LOAD_EXITING.isSetIn(vmcs);
    cr3Store = PrimaryControl.CR3_STORE_EXITING.isSetIn(vmcs);
    cr8Load = PrimaryControl.CR8_LOAD_EXITING.isSetIn(vmcs);
    cr8Store = PrimaryControl.CR8_STORE_EXITING.isSetIn(vmcs);
    tprShadow = PrimaryControl.USE_TPR_SHADOW.isSetIn(vmcs);
    nmiWindow = PrimaryControl.NMI_WINDOW_EXITING.isSetIn(vmcs);
    movDr = PrimaryControl.MOV_DR_EXITING.isSetIn(vmcs);
    unconditionalIo = PrimaryControl.UNCONDITIONAL_IO_EXITING.isSetIn(vmcs);
    ioBitmaps = PrimaryControl.USE_IO_BITMAPS.isSetIn(vmcs);
    monitorTrap = PrimaryControl.MONITOR_TRAP_FLAG.isSetIn(vmcs);
    msrBitmaps = PrimaryControl.USE_MSR_BITMAPS.isSetIn(vmcs);
    monitor = PrimaryControl.MONITOR_EXITING.isSetIn(vmcs);
    pause = PrimaryControl.PAUSE_EXITING.isSetIn(vmcs);
    boolean secondary = PrimaryControl.ACTIVATE_SECONDARY_CONTROLS.isSetIn(vmcs);
    ept = secondary && SecondaryControl.ENABLE_EPT.isSetIn(vmcs);
    descriptorTable = secondary && SecondaryControl.DESCRIPTOR_TABLE_EXITING.isSetIn(vmcs);
    rdtscp = secondary && SecondaryControl.ENABLE_RDTSCP.isSetIn(vmcs);
    vpid = secondary && SecondaryControl.ENABLE_VPID.isSetIn(vmcs);
    wbinvd = secondary && SecondaryControl.WBINVD_EXITING.isSetIn(vmcs);
    unrestrictedGuest = secondary && SecondaryControl.UNRESTRICTED_GUEST.isSetIn(vmcs);
    rdrand = secondary && SecondaryControl.RDRAND_EXITING.isSetIn(vmcs);
    rdseed = secondary && SecondaryControl.RDSEED_EXITING.isSetIn(vmcs);
    invpcid = secondary && SecondaryControl.ENABLE_INVPCID.isSetIn(vmcs);
    xsaves = secondary && SecondaryControl.ENABLE_XSAVES_XRSTORS.isSetIn(vmcs);
    savePreemptionTimer = ExitControl.SAVE_VMX_PREEMPTION_TIMER_VALUE.isSetIn(vmcs);
    exceptions = (int) vmcs.get(VmcsField.EXCEPTION_BITMAP);
    pageFaultMask = (int) vmcs.get(VmcsField.PAGE_FAULT_ERROR_CODE_MASK);
    pageFaultMatch = (int) vmcs.get(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH);
    cr0Mask = vmcs.get(VmcsField.CR0_GUEST_HOST_MASK);
    cr0Shadow = vmcs.get(VmcsField.CR0_READ_SHADOW);
    cr4Mask = vmcs.get(VmcsField.CR4_GUEST_HOST_MASK);
    cr4Shadow = vmcs.get(VmcsField.CR4_READ_SHADOW);
    long[] targets = {
      vmcs.get(VmcsField.CR3_TARGET_VALUE_0),
      vmcs.get(VmcsField.CR3_TARGET_VALUE_1),
      vmcs.get(VmcsField.CR3_TARGET_VALUE_2),
      vmcs.get(VmcsField.CR3_TARGET_VALUE_3)
    };
    int count = (int) Math.min(4, vmcs.get(VmcsField.CR3_TARGET_COUNT));
    cr3Targets = Arrays.copyOf(targets, count);
    tscOffset = tscOffsetting ? vmcs.get(VmcsField.TSC_OFFSET) : 0;
    vpidValue = vpid ? (int) vmcs.get(VmcsField.VIRTUAL_PROCESSOR_IDENTIFIER) : 0;
    eptPointer = vmcs.get(VmcsField.EPT_POINTER);
    eptAccessedDirty = (eptPointer & 1 << 6) != 0;
    ioBitmapA = vmcs.get(VmcsField.ADDRESS_OF_IO_BITMAP_A);
    ioBitmapB = vmcs.get(VmcsField.ADDRESS_OF_IO_BITMAP_B);
    msrBitmap = vmcs.get(VmcsField.ADDRESS_OF_MSR_BITMAPS);
    virtualApicPage = vmcs.get(VmcsField.VIRTUAL_APIC_ADDRESS);
    tprThreshold = (int) vmcs.get(VmcsField.TPR_THRESHOLD) & 15;
  }

  /** Whether CR3 may be loaded with that value without an exit although loads exit. */
  boolean isCr3Target(long value) {
    for (long target : cr3Targets) {
      if (target == value) {
        return true;
      }
    }
    return false;
  }

  /** Whether an exception exits: the bitmap, and for #PF the error code (SDM vol. 3C, 27.6.3). */
  boolean exits(int vector, int errorCode) {
    boolean bit = (exceptions >>> vector & 1) != 0;
    if (vector == Vector.PF) {
      return ((errorCode & pageFaultMask) == pageFaultMatch) == bit;
    }
    return bit;
  }
}

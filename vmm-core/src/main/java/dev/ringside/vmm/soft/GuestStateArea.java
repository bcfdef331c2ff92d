package dev.ringside.vmm.soft;

import static dev.ringside.vmm.vmx.VmcsField.*;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.EFER_LMA;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;
import static dev.ringside.vmm.x86.ControlBits.STATUS_FLAGS;

import dev.ringside.vmm.vmx.EntryControl;
import dev.ringside.vmm.vmx.Vmcs;
import dev.ringside.vmm.vmx.VmcsField;

/**
 * The guest-state area of a VMCS (SDM vol. 3C, 27.4) as what a processor holds: saved when somebody
 * looks, loaded when somebody has changed it.
 *
 * <p>So the area always shows what the processor holds: the VM-exit controls "save debug controls",
 * "save IA32_PAT" and "save IA32_EFER", and the VM-entry controls that load the same, make no
 * difference to it. On hardware, with a save control 0, the field keeps what was last written to it
 * (30.3.1), and the next entry with the load control 1 undoes what the guest changed. A monitor
 * that lets the guest write these registers without an exit, and does not save them, would see
 * that.
 */
final class GuestStateArea {
  private static final VmcsField[] SELECTORS = {
    GUEST_ES_SELECTOR,
    GUEST_CS_SELECTOR,
    GUEST_SS_SELECTOR,
    GUEST_DS_SELECTOR,
    GUEST_FS_SELECTOR,
    GUEST_GS_SELECTOR,
    GUEST_LDTR_SELECTOR,
    GUEST_TR_SELECTOR
  };
  private static final VmcsField[] BASES = {
    GUEST_ES_BASE,
    GUEST_CS_BASE,
    GUEST_SS_BASE,
    GUEST_DS_BASE,
    GUEST_FS_BASE,
    GUEST_GS_BASE,
    GUEST_LDTR_BASE,
    GUEST_TR_BASE
  };
  private static final VmcsField[] LIMITS = {
    GUEST_ES_LIMIT,
    GUEST_CS_LIMIT,
    GUEST_SS_LIMIT,
    GUEST_DS_LIMIT,
    GUEST_FS_LIMIT,
    GUEST_GS_LIMIT,
    GUEST_LDTR_LIMIT,
    GUEST_TR_LIMIT
  };
  private static final VmcsField[] RIGHTS = {
    GUEST_ES_ACCESS_RIGHTS,
    GUEST_CS_ACCESS_RIGHTS,
    GUEST_SS_ACCESS_RIGHTS,
    GUEST_DS_ACCESS_RIGHTS,
    GUEST_FS_ACCESS_RIGHTS,
    GUEST_GS_ACCESS_RIGHTS,
    GUEST_LDTR_ACCESS_RIGHTS,
    GUEST_TR_ACCESS_RIGHTS
  };
  private static final VmcsField[] PDPTES = {
    GUEST_PDPTE0, GUEST_PDPTE1, GUEST_PDPTE2, GUEST_PDPTE3
  };

  /** Bit 12 of the pending debug exceptions: an enabled breakpoint is among them. */
  private static final int ENABLED_BREAKPOINT = 1 << 12;

  private GuestStateArea() {}

  /** Writes what the processor holds to the VMCS. */
  static void save(Processor c, Vmcs vmcs) {
    for (int i = 0; i < 8; i++) {
      vmcs.set(SELECTORS[i], c.selector[i]);
      vmcs.set(BASES[i], c.segmentBase[i]);
      vmcs.set(LIMITS[i], c.segmentLimit[i]);
      vmcs.set(RIGHTS[i], c.segmentRights[i]);
    }
    for (int i = 0; i < 4; i++) {
      vmcs.set(PDPTES[i], c.pdpte[i]);
    }
    vmcs.set(GUEST_GDTR_BASE, c.gdtrBase);
    vmcs.set(GUEST_GDTR_LIMIT, c.gdtrLimit);
    vmcs.set(GUEST_IDTR_BASE, c.idtrBase);
    vmcs.set(GUEST_IDTR_LIMIT, c.idtrLimit);
    vmcs.set(GUEST_CR0, c.cr0);
    vmcs.set(GUEST_CR3, c.cr3);
    vmcs.set(GUEST_CR4, c.cr4);
    vmcs.set(GUEST_DR7, c.dr[7]);
    vmcs.set(GUEST_RSP, c.gpr[Processor.RSP]);
    vmcs.set(GUEST_RIP, c.rip);
    vmcs.set(GUEST_RFLAGS, c.rflags());
    vmcs.set(GUEST_IA32_EFER, c.efer);
    vmcs.set(GUEST_IA32_PAT, c.pat);
    vmcs.set(GUEST_IA32_DEBUGCTL, c.debugctl);
    vmcs.set(GUEST_IA32_SYSENTER_CS, c.sysenterCs);
    vmcs.set(GUEST_IA32_SYSENTER_ESP, c.sysenterEsp);
    vmcs.set(GUEST_IA32_SYSENTER_EIP, c.sysenterEip);
    vmcs.set(GUEST_INTERRUPTIBILITY_STATE, c.blocking);
    vmcs.set(GUEST_ACTIVITY_STATE, c.activity);
    int pending = c.pendingDebug & (DebugRegisters.DR6_BS | 0xf);
    vmcs.set(
        GUEST_PENDING_DEBUG_EXCEPTIONS,
        (pending & 0xf) != 0 ? pending | ENABLED_BREAKPOINT : pending);
    EntryControl.IA_32E_MODE_GUEST.setIn(vmcs, (c.efer & EFER_LMA) != 0);
  }

  /** Takes what the VMCS holds into the processor. The caller tells the units that depend on it. */
  static void load(Processor c, Vmcs vmcs) {
    for (int i = 0; i < 8; i++) {
      c.selector[i] = (int) vmcs.get(SELECTORS[i]);
      c.segmentBase[i] = vmcs.get(BASES[i]);
      c.segmentLimit[i] = (int) vmcs.get(LIMITS[i]);
      c.segmentRights[i] = (int) vmcs.get(RIGHTS[i]);
    }
    for (int i = 0; i < 4; i++) {
      c.pdpte[i] = vmcs.get(PDPTES[i]);
    }
    c.gdtrBase = vmcs.get(GUEST_GDTR_BASE);
    c.gdtrLimit = (int) vmcs.get(GUEST_GDTR_LIMIT) & 0xffff;
    c.idtrBase = vmcs.get(GUEST_IDTR_BASE);
    c.idtrLimit = (int) vmcs.get(GUEST_IDTR_LIMIT) & 0xffff;
    c.cr0 = vmcs.get(GUEST_CR0);
    c.cr3 = vmcs.get(GUEST_CR3);
    c.cr4 = vmcs.get(GUEST_CR4);
    c.dr[7] = vmcs.get(GUEST_DR7);
    c.gpr[Processor.RSP] = vmcs.get(GUEST_RSP);
    c.rip = vmcs.get(GUEST_RIP);
    setFlags(c, vmcs.get(GUEST_RFLAGS));
    c.efer = vmcs.get(GUEST_IA32_EFER);
    c.pat = vmcs.get(GUEST_IA32_PAT);
    c.debugctl = vmcs.get(GUEST_IA32_DEBUGCTL);
    c.sysenterCs = vmcs.get(GUEST_IA32_SYSENTER_CS);
    c.sysenterEsp = vmcs.get(GUEST_IA32_SYSENTER_ESP);
    c.sysenterEip = vmcs.get(GUEST_IA32_SYSENTER_EIP);
    c.blocking = (int) vmcs.get(GUEST_INTERRUPTIBILITY_STATE);
    c.activity = (int) vmcs.get(GUEST_ACTIVITY_STATE);
    c.pendingDebug = (int) vmcs.get(GUEST_PENDING_DEBUG_EXCEPTIONS) & (DebugRegisters.DR6_BS | 0xf);
    c.cpl = privilegeLevel(c);
  }

  /** Sets RFLAGS whole. */
  static void setFlags(Processor c, long flags) {
    c.statusFlags((int) flags);
    c.systemFlags = ((int) flags & ~STATUS_FLAGS & 0x3f_7fd7) | 2;
  }

  /** CPL as SS, CR0 and RFLAGS imply it. */
  static int privilegeLevel(Processor c) {
    if ((c.cr0 & CR0_PE) == 0) {
      return 0;
    }
    return (c.systemFlags & FLAG_VM) != 0 ? 3 : c.segmentRights[Processor.SS] >> 5 & 3;
  }
}

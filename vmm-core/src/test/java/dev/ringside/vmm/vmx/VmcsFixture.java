package dev.ringside.vmm.vmx;

import java.util.HashMap;
import java.util.Map;

/** A VMCS that enters, on a processor and with memory that a test can change. */
final class VmcsFixture {
  static final long MSR_BITMAP = 0x10_0000;
  static final long VIRTUAL_APIC = 0x10_1000;
  static final long EPT_ROOT = 0x10_2000;

  ProcessorLimits limits = ProcessorLimits.typical();
  VmxCapabilities capabilities = VmxCapabilities.of(limits);
  final Map<Long, Long> memory = new HashMap<>();
  final Vmcs vmcs;

  private VmcsFixture() {
    vmcs =
        DefaultControls.vmcs(
            capabilities,
            new DefaultControls.Structures(
                MSR_BITMAP, VIRTUAL_APIC, DefaultControls.eptPointer(EPT_ROOT)));
    memory.put(VIRTUAL_APIC + 0x80, 0L);
  }

  /** A kernel in 64-bit mode. */
  static VmcsFixture longMode() {
    VmcsFixture fixture = new VmcsFixture();
    Vmcs vmcs = fixture.vmcs;
    EntryControl.IA_32E_MODE_GUEST.setIn(vmcs, true);
    vmcs.set(VmcsField.GUEST_CR0, DefaultControls.hardwareCr0(0x8005_0033L));
    vmcs.set(VmcsField.GUEST_CR3, 0x1000);
    vmcs.set(VmcsField.GUEST_CR4, DefaultControls.hardwareCr4(0x6A0));
    vmcs.set(VmcsField.GUEST_IA32_EFER, 0xD01);
    vmcs.set(VmcsField.GUEST_IA32_PAT, DefaultControls.RESET_PAT);
    vmcs.set(VmcsField.GUEST_DR7, 0x400);
    GuestSegment.CS.set(vmcs, 0x10, 0, 0xFFFF_FFFFL, 0xA09B);
    GuestSegment.SS.set(vmcs, 0x18, 0, 0xFFFF_FFFFL, 0xC093);
    GuestSegment.DS.set(vmcs, 0x18, 0, 0xFFFF_FFFFL, 0xC093);
    GuestSegment.ES.set(vmcs, 0x18, 0, 0xFFFF_FFFFL, 0xC093);
    GuestSegment.FS.set(vmcs, 0, 0, 0, GuestSegment.UNUSABLE);
    GuestSegment.GS.set(vmcs, 0, 0xFFFF_8880_0000_0000L, 0, GuestSegment.UNUSABLE);
    GuestSegment.LDTR.set(vmcs, 0, 0, 0, GuestSegment.UNUSABLE);
    GuestSegment.TR.set(vmcs, 0x40, 0xFFFF_8880_0000_1000L, 0x67, 0x8B);
    vmcs.set(VmcsField.GUEST_GDTR_BASE, 0xFFFF_8880_0000_2000L);
    vmcs.set(VmcsField.GUEST_GDTR_LIMIT, 0x7F);
    vmcs.set(VmcsField.GUEST_IDTR_BASE, 0xFFFF_8880_0000_3000L);
    vmcs.set(VmcsField.GUEST_IDTR_LIMIT, 0xFFF);
    vmcs.set(VmcsField.GUEST_RIP, 0xFFFF_FFFF_8100_0000L);
    vmcs.set(VmcsField.GUEST_RSP, 0xFFFF_FFFF_8200_0000L);
    vmcs.set(VmcsField.GUEST_RFLAGS, 0x202);
    return fixture;
  }

  /** Flat 32-bit protected mode with PAE paging. */
  static VmcsFixture protectedMode() {
    VmcsFixture fixture = longMode();
    Vmcs vmcs = fixture.vmcs;
    EntryControl.IA_32E_MODE_GUEST.setIn(vmcs, false);
    vmcs.set(VmcsField.GUEST_IA32_EFER, 0);
    GuestSegment.CS.set(vmcs, 0x10, 0, 0xFFFF_FFFFL, 0xC09B);
    vmcs.set(VmcsField.GUEST_RIP, 0x10_0000);
    vmcs.set(VmcsField.GUEST_RSP, 0x20_0000);
    for (VmcsField field :
        new VmcsField[] {
          VmcsField.GUEST_GS_BASE,
          VmcsField.GUEST_TR_BASE,
          VmcsField.GUEST_GDTR_BASE,
          VmcsField.GUEST_IDTR_BASE
        }) {
      vmcs.set(field, 0x5000);
    }
    return fixture;
  }

  /** As {@link #protectedMode}, without unrestricted guest. */
  static VmcsFixture restricted() {
    VmcsFixture fixture = protectedMode();
    SecondaryControl.UNRESTRICTED_GUEST.setIn(fixture.vmcs, false);
    return fixture;
  }

  /** Virtual-8086 mode. */
  static VmcsFixture virtual8086() {
    VmcsFixture fixture = protectedMode();
    for (GuestSegment segment : GuestSegment.values()) {
      if (segment != GuestSegment.LDTR && segment != GuestSegment.TR) {
        segment.set(fixture.vmcs, 0x100, 0x1000, 0xFFFF, 0xF3);
      }
    }
    fixture.vmcs.set(VmcsField.GUEST_RFLAGS, 0x2_0202);
    return fixture;
  }

  /** Real-address mode, at reset. */
  static VmcsFixture realMode() {
    VmcsFixture fixture = protectedMode();
    Vmcs vmcs = fixture.vmcs;
    vmcs.set(VmcsField.GUEST_CR0, DefaultControls.hardwareCr0(0x6000_0010L));
    vmcs.set(VmcsField.GUEST_CR4, DefaultControls.hardwareCr4(0));
    vmcs.set(VmcsField.GUEST_RFLAGS, 2);
    vmcs.set(VmcsField.GUEST_RIP, 0xFFF0);
    for (GuestSegment segment : GuestSegment.values()) {
      segment.set(vmcs, 0, 0, 0xFFFF, 0x93);
    }
    GuestSegment.CS.set(vmcs, 0xF000, 0xFFFF_0000L, 0xFFFF, 0x9B);
    GuestSegment.LDTR.set(vmcs, 0, 0, 0xFFFF, 0x82);
    GuestSegment.TR.set(vmcs, 0, 0, 0xFFFF, 0x8B);
    return fixture;
  }

  /** A processor on which these bits of CR4 can be set too. */
  void allowCr4(long bits) {
    limits =
        new ProcessorLimits(
            limits.physicalAddressBits(),
            limits.linearAddressBits(),
            limits.cr4() | bits,
            limits.efer(),
            limits.debugctl());
    capabilities = VmxCapabilities.of(limits);
  }

  /** Injects this event, with an error code of 0 if it has one and an instruction length of 2. */
  void inject(int vector, EventType type, boolean errorCode) {
    vmcs.set(
        VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION,
        InterruptionInformation.encode(vector, type, errorCode));
    vmcs.set(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH, 2);
  }

  void flip(VmcsField field, long bits) {
    vmcs.set(field, vmcs.get(field) ^ bits);
  }

  EntryChecks checks() {
    return new EntryChecks(capabilities, address -> memory.getOrDefault(address, -1L));
  }
}

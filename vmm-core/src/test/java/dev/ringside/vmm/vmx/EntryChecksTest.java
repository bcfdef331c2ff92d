package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every check of VM entry, each violated by a VMCS that passes the ones before it. */
final class EntryChecksTest {
  private final Map<EntryCheck, VmcsFixture> violations = new LinkedHashMap<>();

  @Test
  void ordinaryStatesEnter() {
    List<VmcsFixture> fixtures =
        List.of(
            VmcsFixture.longMode(),
            VmcsFixture.protectedMode(),
            VmcsFixture.restricted(),
            VmcsFixture.virtual8086(),
            VmcsFixture.realMode());
    for (VmcsFixture fixture : fixtures) {
      fixture.memory.put(0x1000L, 0L);
      assertThat(fixture.checks().check(fixture.vmcs)).isEmpty();
    }
  }

  @Test
  void injectionsThatTheManualAllowsEnter() {
    record Injection(int vector, EventType type, boolean errorCode) {}
    for (Injection event :
        List.of(
            new Injection(0x20, EventType.EXTERNAL_INTERRUPT, false),
            new Injection(2, EventType.NMI, false),
            new Injection(6, EventType.HARDWARE_EXCEPTION, false),
            new Injection(14, EventType.HARDWARE_EXCEPTION, true),
            new Injection(0x80, EventType.SOFTWARE_INTERRUPT, false),
            new Injection(1, EventType.PRIVILEGED_SOFTWARE_EXCEPTION, false),
            new Injection(3, EventType.SOFTWARE_EXCEPTION, false),
            new Injection(0, EventType.OTHER_EVENT, false))) {
      VmcsFixture fixture = VmcsFixture.longMode();
      fixture.inject(event.vector, event.type, event.errorCode);
      assertThat(fixture.checks().check(fixture.vmcs)).as("%s", event).isEmpty();
    }
    VmcsFixture real = VmcsFixture.realMode();
    real.inject(13, EventType.HARDWARE_EXCEPTION, false);
    assertThat(real.checks().check(real.vmcs)).isEmpty();
    VmcsFixture halted = VmcsFixture.longMode();
    halted.vmcs.set(VmcsField.GUEST_ACTIVITY_STATE, 1);
    halted.inject(0x30, EventType.EXTERNAL_INTERRUPT, false);
    assertThat(halted.checks().check(halted.vmcs)).isEmpty();
  }

  @Test
  void failureSaysWhatIsWrongAndHowItIsReported() {
    VmcsFixture fixture = VmcsFixture.longMode();
    fixture.vmcs.set(VmcsField.GUEST_CR0, 0x8000_0001L);
    EntryFailure guest = fixture.checks().check(fixture.vmcs).orElseThrow();
    assertThat(guest.message())
        .startsWith("VM entry fails the check GUEST_CR0_FIXED (SDM 29.3.1.1): CR0 must have")
        .endsWith("; GUEST_CR0 = 0x80000001");
    assertThat(guest.exitReason()).contains(ExitReason.INVALID_STATE);
    assertThat(guest.instructionError()).isEmpty();
    fixture.vmcs.set(VmcsField.HOST_CR3, -1L);
    EntryFailure host = fixture.checks().check(fixture.vmcs).orElseThrow();
    assertThat(host.instructionError()).hasValue(8);
    assertThat(host.exitReason()).isEmpty();
    SecondaryControl.ENABLE_PML.setIn(fixture.vmcs, true);
    EntryFailure controls = fixture.checks().check(fixture.vmcs).orElseThrow();
    assertThat(controls.instructionError()).hasValue(7);
    assertThat(controls.message()).endsWith("(\"Enable PML\" is not supported)");
  }

  @Test
  void someFailuresHaveAQualification() {
    assertThat(GuestCheck.GUEST_PDPTES.cause().encode()).isEqualTo(2);
    assertThat(GuestCheck.INTERRUPTIBILITY_NMI_STI.cause().encode()).isEqualTo(3);
    assertThat(GuestCheck.VMCS_LINK_POINTER_ADDRESS.cause().encode()).isEqualTo(4);
    assertThat(GuestCheck.GUEST_CR0_FIXED.cause().encode()).isZero();
  }

  @Test
  void secondaryControlsCountOnlyWhenActivated() {
    VmcsFixture fixture = VmcsFixture.restricted();
    PrimaryControl.ACTIVATE_SECONDARY_CONTROLS.setIn(fixture.vmcs, false);
    fixture.vmcs.set(VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0xFFFF_FFFFL);
    fixture.vmcs.set(VmcsField.EPT_POINTER, -1L);
    for (long entry = 0; entry < 4; entry++) {
      fixture.memory.put(0x1000 + 8 * entry, 0L);
    }
    assertThat(fixture.checks().check(fixture.vmcs)).isEmpty();
    fixture.memory.put(0x1008L, 0x2003L);
    assertThat(fixture.checks().check(fixture.vmcs).orElseThrow().check())
        .isEqualTo(GuestCheck.GUEST_PDPTES);
  }

  @TestFactory
  Stream<DynamicTest> eachCheckIsNamedWhenItAloneIsViolated() {
    controls();
    injections();
    hosts();
    guestRegisters();
    guestSegments();
    guestSystemSegments();
    guestNonRegisters();
    return Stream.<EntryCheck[]>of(ControlCheck.values(), HostCheck.values(), GuestCheck.values())
        .flatMap(Stream::of)
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () -> {
                      VmcsFixture fixture =
                          Objects.requireNonNull(
                              violations.get(check), () -> "no violation of " + check);
                      assertThat(fixture.checks().check(fixture.vmcs).map(EntryFailure::check))
                          .contains(check);
                    }));
  }

  private VmcsFixture violate(EntryCheck check, VmcsFixture fixture) {
    violations.put(check, fixture);
    return fixture;
  }

  private VmcsFixture violate(EntryCheck check) {
    return violate(check, VmcsFixture.longMode());
  }

  private void violate(EntryCheck check, VmcsField field, long value) {
    violate(check).vmcs.set(field, value);
  }

  private void violate(EntryCheck check, VmcsFixture fixture, VmcsField field, long value) {
    violate(check, fixture).vmcs.set(field, value);
  }

  private void controls() {
    violate(ControlCheck.PIN_CONTROLS_RESERVED)
        .flip(VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS, 1 << 1);
    violate(ControlCheck.PRIMARY_CONTROLS_RESERVED)
        .flip(VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 1 << 17);
    violate(ControlCheck.SECONDARY_CONTROLS_RESERVED)
        .flip(VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 1);
    violate(ControlCheck.CR3_TARGET_COUNT, VmcsField.CR3_TARGET_COUNT, 5);
    VmcsFixture bitmaps = violate(ControlCheck.IO_BITMAP_A_ADDRESS);
    PrimaryControl.USE_IO_BITMAPS.setIn(bitmaps.vmcs, true);
    bitmaps.vmcs.set(VmcsField.ADDRESS_OF_IO_BITMAP_A, 0x8);
    bitmaps = violate(ControlCheck.IO_BITMAP_B_ADDRESS);
    PrimaryControl.USE_IO_BITMAPS.setIn(bitmaps.vmcs, true);
    bitmaps.vmcs.set(VmcsField.ADDRESS_OF_IO_BITMAP_B, 1L << 46);
    violate(ControlCheck.MSR_BITMAP_ADDRESS, VmcsField.ADDRESS_OF_MSR_BITMAPS, 0x800);
    violate(ControlCheck.VIRTUAL_APIC_ADDRESS, VmcsField.VIRTUAL_APIC_ADDRESS, 0x80);
    violate(ControlCheck.TPR_THRESHOLD_RESERVED, VmcsField.TPR_THRESHOLD, 0x10);
    VmcsFixture threshold = violate(ControlCheck.TPR_THRESHOLD_ABOVE_VTPR);
    threshold.vmcs.set(VmcsField.TPR_THRESHOLD, 3);
    threshold.memory.put(VmcsFixture.VIRTUAL_APIC + 0x80, 0xFFFF_FF2FL);
    PinControl.NMI_EXITING.setIn(
        violate(ControlCheck.VIRTUAL_NMIS_WITHOUT_NMI_EXITING).vmcs, false);
    VmcsFixture window = violate(ControlCheck.NMI_WINDOW_WITHOUT_VIRTUAL_NMIS);
    PinControl.VIRTUAL_NMIS.setIn(window.vmcs, false);
    PrimaryControl.NMI_WINDOW_EXITING.setIn(window.vmcs, true);
    violate(ControlCheck.VPID_ZERO, VmcsField.VIRTUAL_PROCESSOR_IDENTIFIER, 0x1_0000);
    violate(ControlCheck.EPTP_MEMORY_TYPE).flip(VmcsField.EPT_POINTER, 7);
    violate(ControlCheck.EPTP_WALK_LENGTH).flip(VmcsField.EPT_POINTER, 7 << 3);
    VmcsFixture dirty = violate(ControlCheck.EPTP_ACCESSED_DIRTY);
    dirty.capabilities = withoutEptDirty(dirty.capabilities);
    violate(ControlCheck.EPTP_RESERVED).flip(VmcsField.EPT_POINTER, 1 << 11);
    violate(ControlCheck.EPTP_ADDRESS).flip(VmcsField.EPT_POINTER, 1L << 50);
    SecondaryControl.ENABLE_EPT.setIn(
        violate(ControlCheck.UNRESTRICTED_GUEST_WITHOUT_EPT).vmcs, false);
    violate(ControlCheck.EXIT_CONTROLS_RESERVED).flip(VmcsField.PRIMARY_VM_EXIT_CONTROLS, 1 << 28);
    ExitControl.SAVE_VMX_PREEMPTION_TIMER_VALUE.setIn(
        violate(ControlCheck.SAVE_PREEMPTION_TIMER_WITHOUT_TIMER).vmcs, true);
    violate(ControlCheck.ENTRY_CONTROLS_RESERVED).flip(VmcsField.VM_ENTRY_CONTROLS, 1 << 10);
    area(
        ControlCheck.EXIT_MSR_STORE_ADDRESS,
        ControlCheck.EXIT_MSR_STORE_END,
        VmcsField.VM_EXIT_MSR_STORE_ADDRESS,
        VmcsField.VM_EXIT_MSR_STORE_COUNT);
    area(
        ControlCheck.EXIT_MSR_LOAD_ADDRESS,
        ControlCheck.EXIT_MSR_LOAD_END,
        VmcsField.VM_EXIT_MSR_LOAD_ADDRESS,
        VmcsField.VM_EXIT_MSR_LOAD_COUNT);
    area(
        ControlCheck.ENTRY_MSR_LOAD_ADDRESS,
        ControlCheck.ENTRY_MSR_LOAD_END,
        VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS,
        VmcsField.VM_ENTRY_MSR_LOAD_COUNT);
  }

  private void area(EntryCheck start, EntryCheck end, VmcsField address, VmcsField count) {
    VmcsFixture unaligned = violate(start);
    unaligned.vmcs.set(address, 8);
    unaligned.vmcs.set(count, 1);
    VmcsFixture overrun = violate(end);
    overrun.vmcs.set(address, (1L << 46) - 16);
    overrun.vmcs.set(count, 2);
  }

  private static VmxCapabilities withoutEptDirty(VmxCapabilities all) {
    return new VmxCapabilities(
        all.limits(),
        all.basic(),
        all.pinControls(),
        all.primaryControls(),
        all.exitControls(),
        all.entryControls(),
        all.misc(),
        all.cr0Fixed0(),
        all.cr0Fixed1(),
        all.cr4Fixed0(),
        all.cr4Fixed1(),
        all.vmcsEnumeration(),
        all.secondaryControls(),
        all.eptVpid() & ~(1L << 21),
        all.truePinControls(),
        all.truePrimaryControls(),
        all.trueExitControls(),
        all.trueEntryControls(),
        all.vmFunctions(),
        all.tertiaryControls(),
        all.secondaryExitControls());
  }

  private void injections() {
    VmcsField event = VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION;
    violate(ControlCheck.INJECTION_TYPE, event, 0x8000_0120L);
    violate(ControlCheck.INJECTION_VECTOR).inject(3, EventType.NMI, false);
    violate(ControlCheck.INJECTION_ERROR_CODE_MISSING)
        .inject(13, EventType.HARDWARE_EXCEPTION, false);
    violate(ControlCheck.INJECTION_ERROR_CODE_UNEXPECTED, VmcsFixture.realMode())
        .inject(13, EventType.HARDWARE_EXCEPTION, true);
    VmcsFixture nested = violate(ControlCheck.INJECTION_NESTED);
    nested.inject(6, EventType.HARDWARE_EXCEPTION, false);
    nested.flip(event, 1 << 13);
    VmcsFixture reserved = violate(ControlCheck.INJECTION_RESERVED);
    reserved.inject(6, EventType.HARDWARE_EXCEPTION, false);
    reserved.flip(event, 1 << 12);
    VmcsFixture errorCode = violate(ControlCheck.INJECTION_ERROR_CODE_RESERVED);
    errorCode.inject(13, EventType.HARDWARE_EXCEPTION, true);
    errorCode.vmcs.set(VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE, 0x1_0000);
    VmcsFixture length = violate(ControlCheck.INJECTION_INSTRUCTION_LENGTH);
    length.inject(0x80, EventType.SOFTWARE_INTERRUPT, false);
    length.vmcs.set(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH, 16);
  }

  private void hosts() {
    violate(HostCheck.HOST_CR0_FIXED).flip(VmcsField.HOST_CR0, 1 << 5);
    violate(HostCheck.HOST_CR4_FIXED).flip(VmcsField.HOST_CR4, 1 << 13);
    VmcsFixture cet = violate(HostCheck.HOST_CET_WITHOUT_WP);
    cet.allowCr4(1 << 23);
    cet.flip(VmcsField.HOST_CR4, 1 << 23);
    cet.flip(VmcsField.HOST_CR0, 1 << 16);
    violate(HostCheck.HOST_CR3, VmcsField.HOST_CR3, 1L << 46);
    violate(HostCheck.HOST_SYSENTER_ESP, VmcsField.HOST_IA32_SYSENTER_ESP, 1L << 47);
    violate(HostCheck.HOST_SYSENTER_EIP, VmcsField.HOST_IA32_SYSENTER_EIP, 1L << 63);
    violate(HostCheck.HOST_PAT, VmcsField.HOST_IA32_PAT, 0x0306);
    violate(HostCheck.HOST_EFER_RESERVED, VmcsField.HOST_IA32_EFER, 0xD03);
    violate(HostCheck.HOST_EFER_LMA_LME, VmcsField.HOST_IA32_EFER, 0x901);
    for (String segment : List.of("CS", "SS", "DS", "ES", "FS", "GS", "TR")) {
      violate(
          HostCheck.valueOf("HOST_" + segment + "_RPL_TI"),
          VmcsField.named("HOST_" + segment + "_SELECTOR"),
          0x13);
    }
    violate(HostCheck.HOST_CS_NULL, VmcsField.HOST_CS_SELECTOR, 0);
    violate(HostCheck.HOST_TR_NULL, VmcsField.HOST_TR_SELECTOR, 0);
    VmcsFixture stack = violate(HostCheck.HOST_SS_NULL);
    ExitControl.HOST_ADDRESS_SPACE_SIZE.setIn(stack.vmcs, false);
    ExitControl.LOAD_IA32_EFER.setIn(stack.vmcs, false);
    stack.vmcs.set(VmcsField.HOST_SS_SELECTOR, 0);
    for (String register : List.of("FS", "GS", "GDTR", "IDTR", "TR")) {
      violate(
          HostCheck.valueOf("HOST_" + register + "_BASE"),
          VmcsField.named("HOST_" + register + "_BASE"),
          1L << 60);
    }
    VmcsFixture size = violate(HostCheck.HOST_ADDRESS_SPACE_SIZE);
    ExitControl.HOST_ADDRESS_SPACE_SIZE.setIn(size.vmcs, false);
    ExitControl.LOAD_IA32_EFER.setIn(size.vmcs, false);
    violate(HostCheck.HOST_PAE).flip(VmcsField.HOST_CR4, 1 << 5);
    violate(HostCheck.HOST_RIP, VmcsField.HOST_RIP, 1L << 48);
  }

  private void guestRegisters() {
    violate(GuestCheck.GUEST_CR0_FIXED).flip(VmcsField.GUEST_CR0, 1 << 5);
    violate(GuestCheck.GUEST_CR0_PG_WITHOUT_PE).flip(VmcsField.GUEST_CR0, 1);
    violate(GuestCheck.GUEST_CR4_FIXED).flip(VmcsField.GUEST_CR4, 1 << 15);
    VmcsFixture cet = violate(GuestCheck.GUEST_CET_WITHOUT_WP);
    cet.allowCr4(1 << 23);
    cet.flip(VmcsField.GUEST_CR4, 1 << 23);
    cet.flip(VmcsField.GUEST_CR0, 1 << 16);
    violate(GuestCheck.GUEST_DEBUGCTL_RESERVED, VmcsField.GUEST_IA32_DEBUGCTL, 0x40);
    violate(GuestCheck.GUEST_LONG_MODE_PAGING).flip(VmcsField.GUEST_CR4, 1 << 5);
    violate(GuestCheck.GUEST_PCIDE_OUTSIDE_LONG_MODE, VmcsFixture.protectedMode())
        .flip(VmcsField.GUEST_CR4, 1 << 17);
    violate(GuestCheck.GUEST_CR3, VmcsField.GUEST_CR3, 1L << 46);
    violate(GuestCheck.GUEST_DR7_RESERVED, VmcsField.GUEST_DR7, 1L << 32);
    violate(GuestCheck.GUEST_SYSENTER_ESP, VmcsField.GUEST_IA32_SYSENTER_ESP, 1L << 47);
    violate(GuestCheck.GUEST_SYSENTER_EIP, VmcsField.GUEST_IA32_SYSENTER_EIP, 1L << 47);
    violate(GuestCheck.GUEST_PAT, VmcsField.GUEST_IA32_PAT, 8L << 56);
    violate(GuestCheck.GUEST_EFER_RESERVED, VmcsField.GUEST_IA32_EFER, 0x1D01);
    violate(GuestCheck.GUEST_EFER_LMA, VmcsField.GUEST_IA32_EFER, 0x901);
    violate(GuestCheck.GUEST_EFER_LME, VmcsField.GUEST_IA32_EFER, 0xC01);
    violate(GuestCheck.GUEST_GDTR_BASE, VmcsField.GUEST_GDTR_BASE, 1L << 47);
    violate(GuestCheck.GUEST_IDTR_BASE, VmcsField.GUEST_IDTR_BASE, 1L << 47);
    violate(GuestCheck.GUEST_GDTR_LIMIT, VmcsField.GUEST_GDTR_LIMIT, 0x1_0000);
    violate(GuestCheck.GUEST_IDTR_LIMIT, VmcsField.GUEST_IDTR_LIMIT, 0x1_0000);
    violate(GuestCheck.GUEST_RIP_HIGH, VmcsFixture.protectedMode(), VmcsField.GUEST_RIP, 1L << 32);
    violate(GuestCheck.GUEST_RIP_WIDTH, VmcsField.GUEST_RIP, 1L << 48);
    violate(GuestCheck.GUEST_RFLAGS_RESERVED, VmcsField.GUEST_RFLAGS, 0x200);
    VmcsFixture virtual = violate(GuestCheck.GUEST_RFLAGS_VM, VmcsFixture.virtual8086());
    EntryControl.LOAD_IA32_EFER.setIn(virtual.vmcs, false);
    EntryControl.IA_32E_MODE_GUEST.setIn(virtual.vmcs, true);
    VmcsFixture interrupt = violate(GuestCheck.GUEST_RFLAGS_IF);
    interrupt.inject(0x20, EventType.EXTERNAL_INTERRUPT, false);
    interrupt.vmcs.set(VmcsField.GUEST_RFLAGS, 2);
    violate(GuestCheck.GUEST_PDPTES, VmcsFixture.protectedMode(), VmcsField.GUEST_PDPTE2, 0x2003);
  }

  private void guestSegments() {
    violate(GuestCheck.GUEST_SS_RPL, VmcsFixture.restricted(), VmcsField.GUEST_SS_SELECTOR, 0x1B);
    violate(GuestCheck.GUEST_CS_BASE, VmcsField.GUEST_CS_BASE, 1L << 32);
    violate(GuestCheck.GUEST_FS_BASE, VmcsField.GUEST_FS_BASE, 1L << 47);
    violate(GuestCheck.GUEST_GS_BASE, VmcsField.GUEST_GS_BASE, 1L << 47);
    for (GuestSegment segment : List.of(GuestSegment.SS, GuestSegment.DS, GuestSegment.ES)) {
      violate(GuestCheck.valueOf("GUEST_" + segment + "_BASE"), segment.base(), 1L << 32);
    }
    for (GuestSegment segment :
        List.of(
            GuestSegment.CS,
            GuestSegment.SS,
            GuestSegment.DS,
            GuestSegment.ES,
            GuestSegment.FS,
            GuestSegment.GS)) {
      String name = "GUEST_" + segment;
      violate(
          GuestCheck.valueOf(name + "_BASE_V86"),
          VmcsFixture.virtual8086(),
          segment.base(),
          0x1010);
      violate(
          GuestCheck.valueOf(name + "_LIMIT_V86"),
          VmcsFixture.virtual8086(),
          segment.limit(),
          0xFFFE);
      violate(
          GuestCheck.valueOf(name + "_ACCESS_RIGHTS_V86"),
          VmcsFixture.virtual8086(),
          segment.accessRights(),
          0x93);
      boolean code = segment == GuestSegment.CS;
      int rights = code ? 0xA09B : 0xC093;
      rights(name + "_TYPE", segment, code ? 0xA092 : 0xC091 & ~1);
      rights(name + "_S", segment, rights & ~0x10);
      rights(name + "_P", segment, rights & ~0x80);
      rights(name + "_RESERVED", segment, rights | 0x100);
      rights(name + "_RESERVED_HIGH", segment, rights | 0x2_0000);
      rights(name + "_G", segment, rights & ~0x8000);
    }
    rights("GUEST_CS_D", GuestSegment.CS, 0xE09B);
    rights("GUEST_CS_DPL", GuestSegment.CS, 0xA0BB);
    VmcsFixture stack = violate(GuestCheck.GUEST_SS_DPL_RPL, VmcsFixture.restricted());
    stack.vmcs.set(VmcsField.GUEST_SS_ACCESS_RIGHTS, 0xC0F3);
    stack.vmcs.set(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xC0FB);
    VmcsFixture real = violate(GuestCheck.GUEST_SS_DPL_REAL, VmcsFixture.realMode());
    real.vmcs.set(VmcsField.GUEST_SS_ACCESS_RIGHTS, 0xF3);
    real.vmcs.set(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xFB);
    for (GuestSegment segment :
        List.of(GuestSegment.DS, GuestSegment.ES, GuestSegment.FS, GuestSegment.GS)) {
      VmcsFixture fixture =
          violate(GuestCheck.valueOf("GUEST_" + segment + "_DPL"), VmcsFixture.restricted());
      segment.set(fixture.vmcs, 0x1B, 0, 0xFFFF_FFFFL, 0xC093);
    }
  }

  private void rights(String check, GuestSegment segment, int accessRights) {
    Vmcs vmcs = violate(GuestCheck.valueOf(check)).vmcs;
    vmcs.set(segment.limit(), 0xFFFF_FFFFL);
    vmcs.set(segment.accessRights(), accessRights);
  }

  private void guestSystemSegments() {
    violate(GuestCheck.GUEST_TR_SELECTOR_TI, VmcsField.GUEST_TR_SELECTOR, 0x44);
    violate(GuestCheck.GUEST_TR_BASE, VmcsField.GUEST_TR_BASE, 1L << 47);
    violate(GuestCheck.GUEST_TR_TYPE, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x83);
    violate(GuestCheck.GUEST_TR_S, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x9B);
    violate(GuestCheck.GUEST_TR_P, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x0B);
    violate(GuestCheck.GUEST_TR_RESERVED, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x48B);
    violate(GuestCheck.GUEST_TR_G, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x808B);
    violate(GuestCheck.GUEST_TR_UNUSABLE, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x1_008B);
    violate(GuestCheck.GUEST_TR_RESERVED_HIGH, VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x8000_008BL);
    table(GuestCheck.GUEST_LDTR_SELECTOR_TI, 0x4C, 0, 0x82);
    table(GuestCheck.GUEST_LDTR_BASE, 0x48, 1L << 47, 0x82);
    table(GuestCheck.GUEST_LDTR_TYPE, 0x48, 0, 0x83);
    table(GuestCheck.GUEST_LDTR_S, 0x48, 0, 0x92);
    table(GuestCheck.GUEST_LDTR_P, 0x48, 0, 0x02);
    table(GuestCheck.GUEST_LDTR_RESERVED, 0x48, 0, 0x882);
    table(GuestCheck.GUEST_LDTR_G, 0x48, 0, 0x8082);
    table(GuestCheck.GUEST_LDTR_RESERVED_HIGH, 0x48, 0, 0x2_0082);
  }

  private void table(EntryCheck check, int selector, long base, int accessRights) {
    GuestSegment.LDTR.set(violate(check).vmcs, selector, base, 0xF, accessRights);
  }

  private void guestNonRegisters() {
    VmcsField activity = VmcsField.GUEST_ACTIVITY_STATE;
    VmcsField blocking = VmcsField.GUEST_INTERRUPTIBILITY_STATE;
    VmcsField debug = VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS;
    violate(GuestCheck.ACTIVITY_STATE, activity, 4);
    VmcsFixture user = violate(GuestCheck.ACTIVITY_HLT_DPL);
    user.vmcs.set(activity, 1);
    user.vmcs.set(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA0FB);
    user.vmcs.set(VmcsField.GUEST_SS_ACCESS_RIGHTS, 0xC0F3);
    VmcsFixture halted = violate(GuestCheck.ACTIVITY_BLOCKING);
    halted.vmcs.set(activity, 1);
    halted.vmcs.set(blocking, 1);
    VmcsFixture shut = violate(GuestCheck.ACTIVITY_INJECTION);
    shut.vmcs.set(activity, 2);
    shut.inject(0x20, EventType.EXTERNAL_INTERRUPT, false);
    violate(GuestCheck.INTERRUPTIBILITY_RESERVED, blocking, 0x20);
    violate(GuestCheck.INTERRUPTIBILITY_STI_AND_MOV_SS, blocking, 3);
    VmcsFixture off = violate(GuestCheck.INTERRUPTIBILITY_STI_WITHOUT_IF);
    off.vmcs.set(blocking, 1);
    off.vmcs.set(VmcsField.GUEST_RFLAGS, 2);
    VmcsFixture interrupt = violate(GuestCheck.INTERRUPTIBILITY_EXTERNAL_INTERRUPT);
    interrupt.vmcs.set(blocking, 2);
    interrupt.inject(0x20, EventType.EXTERNAL_INTERRUPT, false);
    nmi(GuestCheck.INTERRUPTIBILITY_NMI_STI, 1);
    nmi(GuestCheck.INTERRUPTIBILITY_NMI_MOV_SS, 2);
    nmi(GuestCheck.INTERRUPTIBILITY_VIRTUAL_NMI, 8);
    violate(GuestCheck.INTERRUPTIBILITY_SMI, blocking, 4);
    violate(GuestCheck.INTERRUPTIBILITY_ENCLAVE, blocking, 0x10);
    violate(GuestCheck.PENDING_DEBUG_RESERVED, debug, 1 << 13);
    VmcsFixture trap = violate(GuestCheck.PENDING_DEBUG_BS_CLEAR);
    trap.vmcs.set(blocking, 2);
    trap.vmcs.set(VmcsField.GUEST_RFLAGS, 0x302);
    VmcsFixture noTrap = violate(GuestCheck.PENDING_DEBUG_BS_SET);
    noTrap.vmcs.set(activity, 1);
    noTrap.vmcs.set(debug, 1 << 14);
    violate(GuestCheck.PENDING_DEBUG_RTM, debug, 1 << 16);
    violate(GuestCheck.VMCS_LINK_POINTER_ADDRESS, VmcsField.VMCS_LINK_POINTER, 0x20);
    violate(GuestCheck.VMCS_LINK_POINTER_REVISION, VmcsField.VMCS_LINK_POINTER, 0x1000);
  }

  private void nmi(EntryCheck check, long blocking) {
    VmcsFixture fixture = violate(check);
    fixture.vmcs.set(VmcsField.GUEST_INTERRUPTIBILITY_STATE, blocking);
    fixture.inject(2, EventType.NMI, false);
  }

  @Test
  void msrLoadNamesTheEntryAndItsFault() {
    record Case(long index, long value, MsrLoadCheck check) {}
    for (Case each :
        List.of(
            new Case(0xC000_0100L, 0, MsrLoadCheck.MSR_LOAD_SEGMENT_BASE),
            new Case(0xC000_0101L, 0, MsrLoadCheck.MSR_LOAD_SEGMENT_BASE),
            new Case(0x808, 0, MsrLoadCheck.MSR_LOAD_X2APIC),
            new Case(0x9B, 0, MsrLoadCheck.MSR_LOAD_SMM),
            new Case(0x1_0000_0174L, 0, MsrLoadCheck.MSR_LOAD_RESERVED),
            new Case(0x277, 2, MsrLoadCheck.MSR_LOAD_VALUE))) {
      VmcsFixture fixture = VmcsFixture.longMode();
      fixture.vmcs.set(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, 0x2000);
      fixture.vmcs.set(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 2);
      fixture.memory.put(0x2000L, 0x174L);
      fixture.memory.put(0x2008L, 0x10L);
      fixture.memory.put(0x2010L, each.index);
      fixture.memory.put(0x2018L, each.value);
      EntryFailure failure =
          fixture.checks().msrLoad(fixture.vmcs, (msr, value) -> msr == 0x174).orElseThrow();
      assertThat(failure.check()).isEqualTo(each.check);
      assertThat(failure.qualification().encode()).isEqualTo(2);
      assertThat(failure.exitReason()).contains(ExitReason.MSR_LOAD_FAIL);
      assertThat(failure.message()).contains("entry 2: MSR 0x");
      fixture.vmcs.set(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 1);
      assertThat(fixture.checks().msrLoad(fixture.vmcs, (msr, value) -> msr == 0x174)).isEmpty();
      assertThat(fixture.checks().msrLoadArea(fixture.vmcs))
          .containsExactly(new EntryChecks.MsrEntry(0x174, 0x10));
    }
  }
}

package dev.ringside.vmm.vmx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checks of VM entry, in the SDM's order: controls, host state, guest state, and then the
 * loading of MSRs. Each part can be called alone, so that a processor repeats only the part whose
 * {@linkplain Vmcs#changes fields have changed}. Note that some control checks read guest state
 * (CR0) and the other way round; after any change, {@link #check} is always right.
 *
 * <p>Immutable; may be used from any thread that may read the VMCS.
 */
public final class EntryChecks {
  private static final int FS_BASE = 0xC000_0100;
  private static final int GS_BASE = 0xC000_0101;
  private static final int SMM_MONITOR_CTL = 0x9B;

  private final VmxCapabilities capabilities;
  private final PhysicalMemoryReader memory;

  /**
   * The checks of one processor.
   *
   * @param capabilities what it supports
   * @param memory where to read the structures that a VMCS points to: PDPTEs without EPT, the
   *     virtual TPR, a linked VMCS, MSR areas
   */
  public EntryChecks(VmxCapabilities capabilities, PhysicalMemoryReader memory) {
    this.capabilities = capabilities;
    this.memory = memory;
  }

  /** Whether WRMSR at CPL 0 would accept a value. */
  @FunctionalInterface
  public interface MsrAcceptance {
    /** True if writing this value to this MSR would not fault. */
    boolean accepts(int msr, long value);
  }

  /** One entry of an MSR area. */
  public record MsrEntry(int msr, long value) {}

  /** The first failure among controls, host state and guest state, in this order. */
  public Optional<EntryFailure> check(Vmcs vmcs) {
    return controls(vmcs).or(() -> host(vmcs)).or(() -> guest(vmcs));
  }

  /** The first of the checks of the controls that fails (SDM 29.2.1). */
  public Optional<EntryFailure> controls(Vmcs vmcs) {
    return ControlCheck.firstFailing(state(vmcs))
        .map(
            check ->
                EntryFailure.of(
                    check, new ExitQualification.None(), vmcs, unsupported(check, vmcs)));
  }

  /** The first of the checks of the host state that fails (SDM 29.2.2 to 29.2.4). */
  public Optional<EntryFailure> host(Vmcs vmcs) {
    return HostCheck.firstFailing(state(vmcs))
        .map(check -> EntryFailure.of(check, new ExitQualification.None(), vmcs, ""));
  }

  /** The first of the checks of the guest state that fails (SDM 29.3.1). */
  public Optional<EntryFailure> guest(Vmcs vmcs) {
    return GuestCheck.firstFailing(state(vmcs))
        .map(check -> EntryFailure.of(check, check.cause(), vmcs, ""));
  }

  /** The first entry of the VM-entry MSR-load area that cannot be loaded (SDM 29.4). */
  public Optional<EntryFailure> msrLoad(Vmcs vmcs, MsrAcceptance acceptance) {
    long address = vmcs.get(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS);
    long count = vmcs.get(VmcsField.VM_ENTRY_MSR_LOAD_COUNT);
    for (long number = 1; number <= count; number++, address += 16) {
      long index = memory.read64(address);
      long value = memory.read64(address + 8);
      Optional<MsrLoadCheck> failing = failing(index, value, acceptance);
      if (failing.isPresent()) {
        String detail =
            "entry %d: MSR 0x%x, value 0x%x".formatted(number, index & 0xFFFF_FFFFL, value);
        return Optional.of(
            EntryFailure.of(
                failing.get(), new ExitQualification.MsrLoadEntry(number), vmcs, detail));
      }
    }
    return Optional.empty();
  }

  /** The entries of the VM-entry MSR-load area, in order, unchecked. */
  public List<MsrEntry> msrLoadArea(Vmcs vmcs) {
    return area(vmcs, VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, VmcsField.VM_ENTRY_MSR_LOAD_COUNT);
  }

  /** The entries of the VM-exit MSR-load area, in order, unchecked. */
  public List<MsrEntry> msrExitLoadArea(Vmcs vmcs) {
    return area(vmcs, VmcsField.VM_EXIT_MSR_LOAD_ADDRESS, VmcsField.VM_EXIT_MSR_LOAD_COUNT);
  }

  private List<MsrEntry> area(Vmcs vmcs, VmcsField start, VmcsField count) {
    List<MsrEntry> entries = new ArrayList<>();
    long address = vmcs.get(start);
    for (long left = vmcs.get(count); left > 0; left--, address += 16) {
      entries.add(new MsrEntry((int) memory.read64(address), memory.read64(address + 8)));
    }
    return entries;
  }

  private static Optional<MsrLoadCheck> failing(long index, long value, MsrAcceptance acceptance) {
    int msr = (int) index;
    if (msr == FS_BASE || msr == GS_BASE) {
      return Optional.of(MsrLoadCheck.MSR_LOAD_SEGMENT_BASE);
    }
    if (msr >>> 8 == 8) {
      return Optional.of(MsrLoadCheck.MSR_LOAD_X2APIC);
    }
    if (msr == SMM_MONITOR_CTL) {
      return Optional.of(MsrLoadCheck.MSR_LOAD_SMM);
    }
    if (index >>> 32 != 0) {
      return Optional.of(MsrLoadCheck.MSR_LOAD_RESERVED);
    }
    return acceptance.accepts(msr, value)
        ? Optional.empty()
        : Optional.of(MsrLoadCheck.MSR_LOAD_VALUE);
  }

  private EntryState state(Vmcs vmcs) {
    return new EntryState(vmcs, capabilities, memory);
  }

  /** Which controls a failed check of reserved bits is about. */
  private String unsupported(ControlCheck check, Vmcs vmcs) {
    return switch (check) {
      case PIN_CONTROLS_RESERVED ->
          unsupported(PinControl.values(), capabilities.truePinControls(), vmcs);
      case PRIMARY_CONTROLS_RESERVED ->
          unsupported(PrimaryControl.values(), capabilities.truePrimaryControls(), vmcs);
      case SECONDARY_CONTROLS_RESERVED ->
          unsupported(SecondaryControl.values(), capabilities.secondaryControls(), vmcs);
      case EXIT_CONTROLS_RESERVED ->
          unsupported(ExitControl.values(), capabilities.trueExitControls(), vmcs);
      case ENTRY_CONTROLS_RESERVED ->
          unsupported(EntryControl.values(), capabilities.trueEntryControls(), vmcs);
      default -> "";
    };
  }

  private static String unsupported(VmxControl[] vector, long capability, Vmcs vmcs) {
    long value = vmcs.get(vector[0].field());
    long mustBe1 = capability & 0xFFFF_FFFFL & ~value;
    long mustBe0 = value & ~(capability >>> 32);
    List<String> complaints = new ArrayList<>();
    for (VmxControl control : vector) {
      if ((mustBe0 & control.mask()) != 0) {
        complaints.add("\"" + control.sdmName() + "\" is not supported");
        mustBe0 &= ~control.mask();
      }
    }
    if (mustBe0 != 0) {
      complaints.add("these bits must be 0: 0x" + Long.toHexString(mustBe0));
    }
    if (mustBe1 != 0) {
      complaints.add("these bits must be 1: 0x" + Long.toHexString(mustBe1));
    }
    return String.join(", ", complaints);
  }
}

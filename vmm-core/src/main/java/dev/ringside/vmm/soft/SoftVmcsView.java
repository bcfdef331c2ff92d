package dev.ringside.vmm.soft;

import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.vmx.EptWalk;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.SecondaryControl;
import dev.ringside.vmm.vmx.Vmcs;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The VMCS of a software processor, for a debugger. Confined to the vCPU's thread.
 *
 * <p>The guest-state area is computed when it is read, whatever the save controls say ({@link
 * GuestStateArea}); the VM-exit MSR-load area can be set, but has no effect ({@link
 * VmEntry#storeMsrs}).
 */
final class SoftVmcsView implements VmcsView {
  private final SoftVcpu vcpu;
  private final Units units;
  private final VmEntry entry;

  SoftVmcsView(SoftVcpu vcpu, Units units, VmEntry entry) {
    this.vcpu = vcpu;
    this.units = units;
    this.entry = entry;
  }

  @Override
  public OptionalLong read(VmcsField field) {
    Vmcs vmcs = units.vmx.vmcs;
    if (field.area() == VmcsField.Area.GUEST_STATE || field == VmcsField.VM_ENTRY_CONTROLS) {
      GuestStateArea.save(units.c, vmcs);
    }
    return OptionalLong.of(vmcs.get(field));
  }

  @Override
  public boolean isWritable(VmcsField field) {
    return field.area() != VmcsField.Area.EXIT_INFORMATION;
  }

  @Override
  public void write(VmcsField field, long value) {
    if (!isWritable(field)) {
      throw new UnavailableException(
          field + " is written by VM exits; it cannot be set from a debug session");
    }
    Vmcs vmcs = units.vmx.vmcs;
    GuestStateArea.save(units.c, vmcs);
    Vmcs edited = vmcs.copy();
    edited.set(field, value);
    entry.require(edited);
    vmcs.set(field, value);
    if (field.area() == VmcsField.Area.GUEST_STATE) {
      GuestStateArea.load(units.c, vmcs);
      vcpu.stateReplaced();
    }
  }

  @Override
  public Optional<EptWalk> eptWalk(long guestPhysical) {
    Vmcs vmcs = units.vmx.vmcs;
    boolean on =
        PrimaryControl.ACTIVATE_SECONDARY_CONTROLS.isSetIn(vmcs)
            && SecondaryControl.ENABLE_EPT.isSetIn(vmcs);
    return on
        ? Optional.of(EptWalk.of(vmcs.get(VmcsField.EPT_POINTER), guestPhysical, units.host))
        : Optional.empty();
  }
}

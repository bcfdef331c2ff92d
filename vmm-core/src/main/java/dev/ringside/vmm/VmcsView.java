package dev.ringside.vmm;

import dev.ringside.vmm.vmx.EptWalk;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The VMCS as a debugger sees it: guest-state fields show what an exit at this point would save,
 * exit fields the last exit. Confined to the vCPU's thread.
 */
public interface VmcsView {
  /** A field's value; empty where the processor cannot show it (KVM shows guest state alone). */
  OptionalLong read(VmcsField field);

  /**
   * Sets a field, guest state and controls included.
   *
   * @throws UnavailableException if the field cannot be written here, or if the edit would make the
   *     next VM entry fail; the message then names the failing check, and nothing has changed
   */
  void write(VmcsField field, long value);

  /** Whether {@link #write} may take the field, with a value that the next VM entry accepts. */
  boolean isWritable(VmcsField field);

  /**
   * Walks the extended page tables for a guest-physical address, without side effects; empty where
   * the processor cannot show them.
   */
  default Optional<EptWalk> eptWalk(long guestPhysical) {
    return Optional.empty();
  }
}

package dev.ringside.debug.guest;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.x86.Msr;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One vCPU's registers and the memory it sees. Confined to the thread that hands it out (for a
 * machine of ours the vCPU's thread): never kept beyond the call, unless by a condition, which runs
 * on that very thread.
 */
public interface GuestView {
  /** Registers; writes bypass privilege checks. */
  CpuState cpu();

  /** The VMCS; empty where the target has none to show. */
  Optional<VmcsView> vmcs();

  /**
   * What RDMSR returns to the guest, the board's and the monitor's MSRs included.
   *
   * @throws UnavailableException if RDMSR faults, or the target cannot show MSRs
   */
  default long readMsr(int index) {
    return cpu().readMsr(index);
  }

  /**
   * Does what the guest's WRMSR does.
   *
   * @throws UnavailableException if WRMSR faults
   */
  default void writeMsr(int index, long value) {
    cpu().writeMsr(index, value);
  }

  /** The MSRs that may be there, in order of their numbers; not every one can be read. */
  default List<Integer> msrs() {
    return Arrays.stream(Msr.values()).map(Msr::index).toList();
  }

  /** The local APIC; empty where the target has none to show. */
  default Optional<ApicState> localApic() {
    return Optional.empty();
  }

  /**
   * The same view for the reader of many values between two instructions: it may remember
   * translations, and is not to be kept beyond the call that it was made in.
   */
  default GuestView forVisit() {
    return this;
  }

  /** Completed instructions since reset, -1 if not counted. */
  long instructions();

  /** The guest-physical address of a linear one under this vCPU's paging; -1 if not mapped. */
  long translate(long linear);

  /**
   * Reads memory at a linear address, as a supervisor without side effects.
   *
   * @return how many bytes could be read before the first that could not
   */
  int read(long linear, byte[] into, int offset, int length);

  /** Writes memory at a linear address, read-only pages included; returns bytes written. */
  int write(long linear, byte[] from, int offset, int length);

  /** Reads RAM at a guest-physical address; returns how many bytes there were. */
  int readPhysical(long gpa, byte[] into, int offset, int length);

  /** Writes RAM at a guest-physical address; returns bytes written. */
  int writePhysical(long gpa, byte[] from, int offset, int length);

  /**
   * A little-endian number of 1 to 8 bytes, zero-extended.
   *
   * @throws UnreadableMemoryException if a byte of it is not mapped
   */
  long readNumber(long linear, int size);
}

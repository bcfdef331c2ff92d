package dev.ringside.vmm.monitor;

import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.Vcpu;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What RDMSR and WRMSR do that exit to the monitor: the processor's own registers are the
 * processor's; APIC base and TSC deadline are the board's; a fixed list of others holds a value or
 * reads zero; anything else is #GP, as on hardware.
 */
public final class MsrPolicy {
  /** The board's MSRs of one vCPU. */
  public interface BoardMsrs {
    /** The value; empty if the MSR is not the board's. */
    OptionalLong read(int msr);

    /** Sets it; false if the MSR is not the board's or refuses the value. */
    boolean write(int msr, long value);
  }

  private static final int MTRR_PHYSBASE0 = 0x200;
  private static final int MTRR_PHYSMASK7 = 0x20f;

  private final BoardMsrs board;
  private final Map<Integer, Long> stored = new HashMap<>();

  /** With the board's MSRs of this vCPU. */
  public MsrPolicy(BoardMsrs board) {
    this.board = board;
    // 8 variable ranges, fixed ranges, write-combining; enabled, default type write-back.
    stored.put(0xfe, 0x508L);
    stored.put(0x2ff, 0xc06L);
    for (int msr = MTRR_PHYSBASE0; msr <= MTRR_PHYSMASK7; msr++) {
      stored.put(msr, 0L);
    }
    for (int msr :
        new int[] {0x250, 0x258, 0x259, 0x268, 0x269, 0x26a, 0x26b, 0x26c, 0x26d, 0x26e, 0x26f}) {
      stored.put(msr, 0x0606_0606_0606_0606L);
    }
    // Fast strings on; the rest of IA32_MISC_ENABLE off.
    stored.put(0x1a0, 1L);
    stored.put(0x3b, 0L);
    stored.put(0x1d9, 0L);
    stored.put(0x48, 0L);
    stored.put(0x8b, 0L);
    stored.put(0x17, 0L);
    stored.put(0xce, 10L << 8);
    stored.put(0x179, 0L);
    stored.put(0x17a, 0L);
  }

  /** The value that RDMSR returns; empty for #GP. */
  public OptionalLong read(int msr, Vcpu vcpu) {
    OptionalLong fromBoard = board.read(msr);
    if (fromBoard.isPresent()) {
      return fromBoard;
    }
    Long value = stored.get(msr);
    if (value != null) {
      return OptionalLong.of(value);
    }
    try {
      return OptionalLong.of(vcpu.readMsr(msr));
    } catch (UnavailableException e) {
      return OptionalLong.empty();
    }
  }

  /** The addresses of those that hold a value here, beside the processor's and the board's. */
  Set<Integer> held() {
    return Set.copyOf(stored.keySet());
  }

  /** Carries out WRMSR; false for #GP. */
  public boolean write(int msr, long value, Vcpu vcpu) {
    if (board.write(msr, value)) {
      return true;
    }
    if (board.read(msr).isPresent()) {
      return false;
    }
    if (stored.containsKey(msr)) {
      return writeStored(msr, value);
    }
    // Microcode update trigger: nothing to load, nothing to fault.
    if (msr == 0x79 || msr == 0x49) {
      return true;
    }
    try {
      vcpu.writeMsr(msr, value);
      return true;
    } catch (UnavailableException e) {
      return false;
    }
  }

  private boolean writeStored(int msr, long value) {
    // IA32_MTRRCAP, MSR_PLATFORM_INFO, IA32_PLATFORM_ID and IA32_MCG_CAP are read-only.
    if (msr == 0xfe || msr == 0xce || msr == 0x17 || msr == 0x179) {
      return false;
    }
    stored.put(msr, value);
    return true;
  }
}

package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.CR4_DE;
import static dev.ringside.vmm.x86.ControlBits.FLAG_RF;

import dev.ringside.vmm.control.Condition;
import dev.ringside.vmm.control.Watchpoint;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayList;
import java.util.List;

/** DR0 to DR7 (SDM vol. 3B, 18.2): what they watch for, and what a debug exception says. */
final class DebugRegisters {
  /** Bits of DR6 that read 1. */
  static final long DR6_ONES = 0xffff_0ff0L;

  static final int DR6_BD = 1 << 13;
  static final int DR6_BS = 1 << 14;
  static final int DR6_BT = 1 << 15;

  /** Bits of DR6 that can be written. */
  static final long DR6_WRITABLE = 0xe00fL;

  static final long DR7_GD = 1 << 13;
  static final long DR7_ONES = 1 << 10;

  /** Bits of DR7 that can be written. */
  static final long DR7_WRITABLE = 0xffff_2bffL;

  private static final int EXECUTE = 0;
  private static final int WRITE = 1;
  private static final int IO = 2;

  private final Processor c;

  DebugRegisters(Processor c) {
    this.c = c;
    reset();
  }

  void reset() {
    c.dr[6] = DR6_ONES;
    c.dr[7] = DR7_ONES;
  }

  private boolean isEnabled(int n) {
    return (c.dr[7] >>> (2 * n) & 3) != 0;
  }

  private int kind(int n) {
    return (int) (c.dr[7] >>> (16 + 4 * n)) & 3;
  }

  private int length(int n) {
    return switch ((int) (c.dr[7] >>> (18 + 4 * n)) & 3) {
      case 0 -> 1;
      case 1 -> 2;
      case 2 -> 8;
      default -> 4;
    };
  }

  /** Whether DR7 enables an instruction breakpoint. */
  boolean watchesExecution() {
    for (int n = 0; n < 4; n++) {
      if (isEnabled(n) && kind(n) == EXECUTE) {
        return true;
      }
    }
    return false;
  }

  /** B3 to B0 for the instruction at a linear address; 0 where none is enabled and matches. */
  int execution(long linear) {
    boolean hit = false;
    int bits = 0;
    for (int n = 0; n < 4; n++) {
      if (kind(n) == EXECUTE && c.dr[n] == linear) {
        bits |= 1 << n;
        hit |= isEnabled(n);
      }
    }
    return hit && (c.systemFlags & FLAG_RF) == 0 ? bits : 0;
  }

  /** The linear ranges that enabled data breakpoints watch. */
  List<Watchpoint> data() {
    List<Watchpoint> ranges = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      if (!isEnabled(n) || kind(n) == EXECUTE || kind(n) == IO) {
        continue;
      }
      int length = length(n);
      Watchpoint.Access access =
          kind(n) == WRITE ? Watchpoint.Access.WRITE : Watchpoint.Access.READ_WRITE;
      ranges.add(
          new Watchpoint(
              Watches.debugRegisterId(n), c.dr[n] & -length, length, access, Condition.ALWAYS));
    }
    return ranges;
  }

  /** Notes an I/O breakpoint that an access to a port matches (CR4.DE): a trap after it. */
  void portAccess(int port, int size) {
    if ((c.dr[7] & 0xff) == 0 || (c.cr4 & CR4_DE) == 0) {
      return;
    }
    for (int n = 0; n < 4; n++) {
      int length = length(n);
      long first = c.dr[n] & -length;
      if (isEnabled(n) && kind(n) == IO && port < first + length && first < port + size) {
        pend(1 << n);
      }
    }
  }

  /** A debug exception that is due once the instruction is complete. */
  void pend(int bits) {
    c.pendingDebug |= bits;
    c.attention |= Attention.PENDING_DEBUG;
  }

  /** #DB with what DR6 will show. */
  GuestFault exception(int bits) {
    GuestFault f = c.exception(Vector.DB);
    f.faultAddress = bits;
    return f;
  }
}

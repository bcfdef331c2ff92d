package dev.ringside.vmm.monitor;

import java.util.OptionalLong;

/** Until the board has a local APIC. */
final class NoBoardMsrs implements MsrPolicy.BoardMsrs {
  @Override
  public OptionalLong read(int msr) {
    return OptionalLong.empty();
  }

  @Override
  public boolean write(int msr, long value) {
    return false;
  }
}

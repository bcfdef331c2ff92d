package dev.ringside.vmm.device;

import java.util.ArrayList;
import java.util.List;

/** Notes what devices ask of the machine. */
final class RecordingEvents implements BoardEvents {
  final List<String> log = new ArrayList<>();

  @Override
  public void powerOff() {
    log.add("power-off");
  }

  @Override
  public void reset(String how) {
    log.add("reset: " + how);
  }

  @Override
  public void debugExit(int value) {
    log.add("debug exit " + value);
  }

  @Override
  public void interruptChanged() {}
}

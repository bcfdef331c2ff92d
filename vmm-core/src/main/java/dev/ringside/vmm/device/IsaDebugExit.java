package dev.ringside.vmm.device;

/**
 * QEMU's isa-debug-exit (hw/misc/debugexit.c gives its meaning): a byte written ends the machine
 * with it.
 */
final class IsaDebugExit implements PortDevice {
  private final BoardEvents events;

  IsaDebugExit(BoardEvents events) {
    this.events = events;
  }

  @Override
  public long readPort(int offset, int size) {
    return 0;
  }

  @Override
  public void writePort(int offset, int size, long value) {
    events.debugExit((int) value & 0xff);
  }
}

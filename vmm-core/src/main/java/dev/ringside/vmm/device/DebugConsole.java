package dev.ringside.vmm.device;

/**
 * The debug console of Bochs and QEMU at port 0xE9: what is written is shown; reading 0xE9 says
 * that it is there.
 */
final class DebugConsole implements PortDevice {
  private static final int PRESENT = 0xe9;

  private final ByteSink sink;

  DebugConsole(ByteSink sink) {
    this.sink = sink;
  }

  @Override
  public long readPort(int offset, int size) {
    return PRESENT;
  }

  @Override
  public void writePort(int offset, int size, long value) {
    sink.write((int) value & 0xff);
  }
}

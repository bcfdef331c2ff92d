package dev.ringside.vmm.device;

/**
 * The DMA page registers at 0x80 to 0x8F: bytes that can be written and read back. Firmware shows
 * its progress in the first one, and kernels write there for the delay. There is no DMA behind
 * them.
 */
final class PageRegisters implements PortDevice {
  private final byte[] bytes = new byte[16];

  @Override
  public long readPort(int offset, int size) {
    return bytes[offset] & 0xff;
  }

  @Override
  public void writePort(int offset, int size, long value) {
    bytes[offset] = (byte) value;
  }
}

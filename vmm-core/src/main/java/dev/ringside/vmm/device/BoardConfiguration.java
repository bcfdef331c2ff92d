package dev.ringside.vmm.device;

import java.time.Instant;
import java.util.List;

/**
 * What differs from board to board.
 *
 * @param lowMemory bytes of RAM below 4 GiB, for the CMOS
 * @param highMemory bytes of RAM above 4 GiB
 * @param vcpus number of vCPUs, 1 to 254
 * @param tscHertz rate of the vCPUs' time-stamp counter in guest time
 * @param powerOn the wall-clock time that the RTC shows at guest time 0
 * @param serial where COM1, COM2, COM3 and COM4 send to; a port that is not in the list is not
 *     there
 * @param debugConsole where bytes written to port 0xE9 go
 */
public record BoardConfiguration(
    long lowMemory,
    long highMemory,
    int vcpus,
    long tscHertz,
    Instant powerOn,
    List<ByteSink> serial,
    ByteSink debugConsole) {
  /** Checks ranges. */
  public BoardConfiguration {
    if (vcpus < 1 || vcpus > 254) {
      throw new IllegalArgumentException("a board has 1 to 254 vCPUs, not " + vcpus);
    }
    if (serial.size() > 4) {
      throw new IllegalArgumentException("a board has at most 4 serial ports");
    }
    serial = List.copyOf(serial);
  }
}

package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.BootDisk;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An image file as a disk. Writes stay in memory, as long as the image does. */
final class ImageDisk implements BootDisk {
  private final ImageFile file;
  private final Map<Long, byte[]> written = new HashMap<>();

  ImageDisk(ImageFile file) {
    this.file = file;
  }

  @Override
  public long sectors() {
    return (file.size() + SECTOR - 1) / SECTOR;
  }

  /** The last sector of a file that is not a multiple of 512 bytes long is filled up with zeros. */
  @Override
  public byte[] read(long number) {
    byte[] changed = written.get(number);
    if (changed != null) {
      return changed.clone();
    }
    long offset = number * SECTOR;
    int length = (int) Math.min(SECTOR, file.size() - offset);
    return Arrays.copyOf(file.bytes(offset, length), SECTOR);
  }

  @Override
  public void write(long number, byte[] sector) {
    written.put(number, sector.clone());
  }
}

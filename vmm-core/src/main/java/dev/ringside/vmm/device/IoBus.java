package dev.ringside.vmm.device;

import dev.ringside.vmm.PhysicalBus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The board's one bus: which device answers at which port and which guest-physical address. An
 * access that is wider than a device's registers, or that runs over a device's end, is split into
 * bytes, as the ISA bridge does.
 *
 * <p>Devices are mapped before the machine runs; accesses come from the thread that runs the vCPUs.
 */
public final class IoBus implements PhysicalBus {
  private static final int PORTS = 0x10000;

  /**
   * What stands where, for people.
   *
   * @param name the device's name
   * @param memory whether this is guest-physical memory rather than ports
   * @param first first port or address
   * @param length ports or bytes
   */
  public record Mapping(String name, boolean memory, long first, long length) {}

  private record PortRange(String name, int first, int count, int width, PortDevice device) {
    boolean takes(int port, int size) {
      return size <= width && port + size <= first + count;
    }
  }

  private record MemoryRange(String name, long first, long length, MemoryDevice device) {
    boolean holds(long gpa) {
      return gpa - first >= 0 && gpa - first < length;
    }
  }

  private final @Nullable PortRange[] ports = new @Nullable PortRange[PORTS];
  private final List<MemoryRange> memory = new ArrayList<>();

  /**
   * Maps a device onto ports.
   *
   * @param width the widest access that the device takes: 1, 2 or 4 bytes
   * @throws IllegalArgumentException if a port is taken or out of range
   */
  public void mapPorts(int first, int count, int width, String name, PortDevice device) {
    if (first < 0 || count < 1 || first + count > PORTS) {
      throw new IllegalArgumentException(
          String.format("%s: ports 0x%x + %d are out of range", name, first, count));
    }
    PortRange range = new PortRange(name, first, count, width, device);
    for (int port = first; port < first + count; port++) {
      PortRange other = ports[port];
      if (other != null) {
        throw new IllegalArgumentException(
            String.format("%s: port 0x%x belongs to %s", name, port, other.name()));
      }
      ports[port] = range;
    }
  }

  /**
   * Maps a device onto guest-physical memory.
   *
   * @throws IllegalArgumentException if another device stands there
   */
  public void mapMemory(long first, long length, String name, MemoryDevice device) {
    for (MemoryRange other : memory) {
      if (first < other.first() + other.length() && other.first() < first + length) {
        throw new IllegalArgumentException(
            String.format("%s: address 0x%x belongs to %s", name, first, other.name()));
      }
    }
    memory.add(new MemoryRange(name, first, length, device));
  }

  /** Everything that is mapped: ports in order, then memory in the order it was mapped. */
  public List<Mapping> mappings() {
    List<Mapping> all = new ArrayList<>();
    for (int port = 0; port < PORTS; port++) {
      PortRange range = ports[port];
      if (range != null && range.first() == port) {
        all.add(new Mapping(range.name(), false, port, range.count()));
      }
    }
    for (MemoryRange range : memory) {
      all.add(new Mapping(range.name(), true, range.first(), range.length()));
    }
    return List.copyOf(all);
  }

  /** The name of what answers at a port, or {@code null}. */
  public @Nullable String portName(int port) {
    PortRange range = ports[port & 0xffff];
    return range == null ? null : range.name();
  }

  /** The name of what answers at a guest-physical address, or {@code null}. */
  public @Nullable String memoryName(long gpa) {
    MemoryRange range = rangeAt(gpa);
    return range == null ? null : range.name();
  }

  @Override
  public long readPort(int port, int size) {
    PortRange range = ports[port & 0xffff];
    if (range != null && range.takes(port, size)) {
      return range.device().readPort(port - range.first(), size) & ones(size);
    }
    if (size == 1) {
      return 0xff;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= readPort((port + i) & 0xffff, 1) << (8 * i);
    }
    return value;
  }

  @Override
  public void writePort(int port, int size, long value) {
    PortRange range = ports[port & 0xffff];
    if (range != null && range.takes(port, size)) {
      range.device().writePort(port - range.first(), size, value & ones(size));
    } else if (size > 1) {
      for (int i = 0; i < size; i++) {
        writePort((port + i) & 0xffff, 1, value >> (8 * i) & 0xff);
      }
    }
  }

  @Override
  public boolean claims(long gpa) {
    return rangeAt(gpa) != null;
  }

  @Override
  public long readMemory(long gpa, int size) {
    MemoryRange range = rangeAt(gpa);
    return range == null
        ? ones(size)
        : range.device().readMemory(gpa - range.first(), size) & ones(size);
  }

  @Override
  public void writeMemory(long gpa, int size, long value) {
    MemoryRange range = rangeAt(gpa);
    if (range != null) {
      range.device().writeMemory(gpa - range.first(), size, value & ones(size));
    }
  }

  private @Nullable MemoryRange rangeAt(long gpa) {
    for (int i = 0; i < memory.size(); i++) {
      MemoryRange range = memory.get(i);
      if (range.holds(gpa)) {
        return range;
      }
    }
    return null;
  }

  private static long ones(int size) {
    return size == 8 ? -1L : (1L << (8 * size)) - 1;
  }
}

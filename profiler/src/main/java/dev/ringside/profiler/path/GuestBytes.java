package dev.ringside.profiler.path;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.memory.GuestMemory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A guest's memory by linear address, at one moment. Confined to the vCPU's thread. Remembers the
 * last page, so it is to be told when the guest has run: {@link #of}.
 */
public final class GuestBytes implements MemoryReader {
  private static final long PAGE_MASK = GuestMemory.PAGE_SIZE - 1;

  private final GuestMemory memory;
  private @Nullable Vcpu vcpu;
  private long page = 1;
  private long frame;
  private boolean failed;

  /** For the machine that has this memory. */
  public GuestBytes(GuestMemory memory) {
    this.memory = memory;
  }

  /** The guest may have run: as the vCPU sees memory now, and nothing has failed yet. */
  void of(Vcpu now) {
    vcpu = now;
    page = 1;
    failed = false;
  }

  /** An address; 0 where none can be read, and {@link #hasFailed} from then on. */
  long load(long at, Architecture architecture) {
    long address = architecture.truncate(at);
    int size = architecture.addressSize();
    if ((address & PAGE_MASK) + size > GuestMemory.PAGE_SIZE) {
      return loadAcross(address, size);
    }
    long gpa = translate(address);
    if (gpa == -1 || !memory.isRam(gpa, size)) {
      failed = true;
      return 0;
    }
    return size == 8 ? memory.readLong(gpa) : memory.readInt(gpa) & 0xffff_ffffL;
  }

  private long loadAcross(long address, int size) {
    try {
      long value = 0;
      byte[] bytes = read(address, size);
      for (int i = size - 1; i >= 0; i--) {
        value = value << 8 | bytes[i] & 0xff;
      }
      return value;
    } catch (MemoryReadException e) {
      failed = true;
      return 0;
    }
  }

  boolean hasFailed() {
    return failed;
  }

  @Override
  public byte[] read(long address, int length) throws MemoryReadException {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      long at = address + done;
      int chunk = (int) Math.min(length - done, GuestMemory.PAGE_SIZE - (at & PAGE_MASK));
      long gpa = translate(at);
      if (gpa == -1 || !memory.isRam(gpa, chunk)) {
        throw new MemoryReadException("cannot read memory at 0x" + Long.toHexString(at));
      }
      memory.read(gpa, bytes, done, chunk);
      done += chunk;
    }
    return bytes;
  }

  private long translate(long address) {
    long wanted = address & ~PAGE_MASK;
    if (page != wanted) {
      frame = Objects.requireNonNull(vcpu).translate(wanted);
      page = wanted;
    }
    return frame == -1 ? -1 : frame + (address & PAGE_MASK);
  }
}

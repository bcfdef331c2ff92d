package dev.ringside.debug.guest;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Register;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** A vCPU of a machine of ours, on its own thread. */
public final class VcpuView implements GuestView {
  private static final long PAGE_MASK = GuestMemory.PAGE_SIZE - 1;

  private final Vcpu vcpu;
  private final VirtualMachine machine;
  private final GuestMemory memory;

  private final boolean remembers;

  /** The page that was translated last, with what its translation hung on. */
  private long knownPage;

  private long knownGpa;
  private long knownCr0;
  private long knownCr3;
  private long knownCr4;
  private boolean known;

  /** For use on the vCPU's thread alone. */
  public VcpuView(Vcpu vcpu, VirtualMachine machine) {
    this(vcpu, machine, false);
  }

  private VcpuView(Vcpu vcpu, VirtualMachine machine, boolean remembers) {
    this.vcpu = vcpu;
    this.machine = machine;
    this.memory = machine.memory();
    this.remembers = remembers;
  }

  @Override
  public GuestView forVisit() {
    return new VcpuView(vcpu, machine, true);
  }

  @Override
  public CpuState cpu() {
    return vcpu;
  }

  @Override
  public Optional<VmcsView> vmcs() {
    known = false; // It may be edited.
    return Optional.of(vcpu.vmcs());
  }

  @Override
  public long readMsr(int index) {
    OptionalLong value = machine.readMsr(index);
    if (value.isEmpty()) {
      throw new UnavailableException(
          String.format(Locale.ROOT, "this machine has no MSR 0x%x: RDMSR is #GP(0)", index));
    }
    return value.getAsLong();
  }

  @Override
  public void writeMsr(int index, long value) {
    if (!machine.writeMsr(index, value)) {
      String msr = "MSR 0x" + Integer.toHexString(index);
      throw new UnavailableException(
          machine.readMsr(index).isEmpty()
              ? "this machine has no " + msr + ": WRMSR is #GP(0)"
              : msr + " does not take 0x" + Long.toHexString(value) + ": WRMSR of it is #GP(0)");
    }
  }

  @Override
  public List<Integer> msrs() {
    return machine.msrs();
  }

  @Override
  public Optional<ApicState> localApic() {
    return Optional.of(machine.localApic());
  }

  @Override
  public long instructions() {
    return vcpu.instructions();
  }

  @Override
  public long translate(long linear) {
    if (!remembers) {
      return vcpu.translate(linear);
    }
    long page = linear & ~PAGE_MASK;
    long cr0 = vcpu.read(Register.CR0);
    long cr3 = vcpu.read(Register.CR3);
    long cr4 = vcpu.read(Register.CR4);
    if (!known || page != knownPage || cr3 != knownCr3 || cr0 != knownCr0 || cr4 != knownCr4) {
      long gpa = vcpu.translate(page);
      if (gpa == -1) {
        return -1;
      }
      known = true;
      knownPage = page;
      knownGpa = gpa;
      knownCr0 = cr0;
      knownCr3 = cr3;
      knownCr4 = cr4;
    }
    return knownGpa + (linear & PAGE_MASK);
  }

  @Override
  public long readNumber(long linear, int size) {
    if ((linear & PAGE_MASK) + size <= GuestMemory.PAGE_SIZE) {
      long gpa = translate(linear);
      if (gpa == -1 || !memory.isRam(gpa, size)) {
        throw new UnreadableMemoryException(linear);
      }
      return switch (size) {
        case 1 -> memory.readByte(gpa);
        case 2 -> memory.readShort(gpa);
        case 4 -> memory.readInt(gpa) & 0xffff_ffffL;
        case 8 -> memory.readLong(gpa);
        default -> LittleEndian.unsigned(memory.read(gpa, size), 0, size);
      };
    }
    byte[] bytes = new byte[size];
    int got = read(linear, bytes, 0, size);
    if (got < size) {
      throw new UnreadableMemoryException(linear + got);
    }
    return LittleEndian.unsigned(bytes, 0, size);
  }

  @Override
  public int read(long linear, byte[] into, int offset, int length) {
    int done = 0;
    while (done < length) {
      long at = linear + done;
      int chunk = (int) Math.min(length - done, GuestMemory.PAGE_SIZE - (at & PAGE_MASK));
      long gpa = translate(at);
      int got = gpa == -1 ? 0 : readPhysical(gpa, into, offset + done, chunk);
      done += got;
      if (got < chunk) {
        break;
      }
    }
    return done;
  }

  @Override
  public int write(long linear, byte[] from, int offset, int length) {
    int done = 0;
    while (done < length) {
      long at = linear + done;
      int chunk = (int) Math.min(length - done, GuestMemory.PAGE_SIZE - (at & PAGE_MASK));
      long gpa = translate(at);
      int put = gpa == -1 ? 0 : writePhysical(gpa, from, offset + done, chunk);
      done += put;
      if (put < chunk) {
        break;
      }
    }
    return done;
  }

  @Override
  public int readPhysical(long gpa, byte[] into, int offset, int length) {
    int there = backed(gpa, length);
    memory.read(gpa, into, offset, there);
    return there;
  }

  @Override
  public int writePhysical(long gpa, byte[] from, int offset, int length) {
    known = false; // It may have been a page table.
    int there = backed(gpa, length);
    memory.write(gpa, from, offset, there);
    return there;
  }

  /** How many bytes from gpa on are RAM, at most {@code length}. */
  private int backed(long gpa, int length) {
    if (length <= 0 || memory.isRam(gpa, length)) {
      return Math.max(length, 0);
    }
    int low = 0;
    int high = length;
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      if (memory.isRam(gpa, middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

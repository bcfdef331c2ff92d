package dev.ringside.vmm.kvm;

import static dev.ringside.vmm.kvm.KvmAbi.*;

import dev.ringside.vmm.BackendUnavailableException;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.memory.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A virtual machine of {@code /dev/kvm}: its memory slots and its vCPU, without an in-kernel
 * interrupt controller: the board is ours, on every processor the same.
 *
 * <p>Threads: made and closed on any one thread; the vCPU is confined to its own.
 */
public final class KvmMachine implements AutoCloseable {
  /** One CPUID answer. */
  public record CpuidEntry(
      int leaf, int subleaf, boolean hasSubleaf, int eax, int ebx, int ecx, int edx) {}

  private static final int CPUID_SIGNIFICANT_INDEX = 1;

  /**
   * Where KVM may put the pages that real mode needs on old Intel processors: below the BIOS area's
   * end.
   */
  private static final long TSS_ADDRESS = 0xfffb_d000L;

  private static final long IDENTITY_MAP_ADDRESS = 0xfffb_c000L;

  private final Arena arena = Arena.ofShared();
  private final int kvm;
  private final int vm;
  private final MemorySegment ram;
  private final MemorySegment run;
  private final GuestMemory memory;
  private final KvmVcpu vcpu;

  /**
   * Opens KVM and builds a machine with one vCPU.
   *
   * @param bytes RAM, a multiple of 4 KiB
   * @throws BackendUnavailableException if this host has no KVM, does not let us use it, or lacks a
   *     feature
   */
  public KvmMachine(long bytes, List<CpuidEntry> cpuid) {
    kvm = openDevice();
    vm = checked(Linux.ioctl(kvm, CREATE_VM, 0L), "KVM_CREATE_VM");
    checked(Linux.ioctl(vm, SET_TSS_ADDR, TSS_ADDRESS), "KVM_SET_TSS_ADDR");
    MemorySegment identity = arena.allocateFrom(ValueLayout.JAVA_LONG, IDENTITY_MAP_ADDRESS);
    checked(Linux.ioctl(vm, SET_IDENTITY_MAP_ADDR, identity), "KVM_SET_IDENTITY_MAP_ADDR");
    ram = Linux.mapAnonymous(bytes);
    memory = new GuestMemory(ram);
    addSlots();
    int fd = checked(Linux.ioctl(vm, CREATE_VCPU, 0L), "KVM_CREATE_VCPU");
    run =
        Linux.mapShared(
            fd, checked(Linux.ioctl(kvm, GET_VCPU_MMAP_SIZE, 0L), "KVM_GET_VCPU_MMAP_SIZE"));
    setCpuid(fd, cpuid);
    vcpu = new KvmVcpu(0, fd, run, memory, arena);
  }

  /** Why KVM cannot be used here; empty if it can. */
  public static Optional<String> problem() {
    try {
      Linux.close(openDevice());
      return Optional.empty();
    } catch (BackendUnavailableException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static int openDevice() {
    if (!Linux.isSupported()) {
      throw new BackendUnavailableException(
          "KVM needs Linux on x86-64; use the soft backend on this system");
    }
    int fd = Linux.open("/dev/kvm");
    if (fd < 0) {
      throw new BackendUnavailableException(
          switch (Linux.errno()) {
            case Linux.ENOENT ->
                "there is no /dev/kvm: load kvm_intel or kvm_amd, enable virtualization in the"
                    + " firmware, or use --backend soft";
            case Linux.EACCES, Linux.EPERM ->
                "/dev/kvm may not be opened: join the group kvm (sudo usermod -aG kvm $USER, then"
                    + " log in again), or use --backend soft";
            default -> "/dev/kvm cannot be opened: errno " + Linux.errno();
          });
    }
    int version = Linux.ioctl(fd, GET_API_VERSION, 0L);
    if (version != API_VERSION) {
      Linux.close(fd);
      throw new BackendUnavailableException(
          "/dev/kvm speaks API version "
              + version
              + ", not "
              + API_VERSION
              + "; use --backend soft");
    }
    List<String> missing = new ArrayList<>();
    for (Capability c : Capability.values()) {
      if (Linux.ioctl(fd, CHECK_EXTENSION, c.number) <= 0) {
        missing.add(c.label);
      }
    }
    if (!missing.isEmpty()) {
      Linux.close(fd);
      throw new BackendUnavailableException(
          "this host's KVM lacks " + String.join(", ", missing) + "; use --backend soft");
    }
    return fd;
  }

  /** RAM as three slots: below the video window, above it, and beyond 4 GiB. */
  private void addSlots() {
    long low = memory.lowSize();
    slot(0, 0, Math.min(low, 0xa0000), 0);
    if (low > 0xc0000) {
      slot(1, 0xc0000, low - 0xc0000, 0xc0000);
    }
    if (memory.highSize() > 0) {
      slot(2, 1L << 32, memory.highSize(), low);
    }
  }

  private void slot(int number, long gpa, long size, long offset) {
    MemorySegment region = arena.allocate(32, 8);
    region.set(ValueLayout.JAVA_INT, 0, number);
    region.set(ValueLayout.JAVA_LONG, 8, gpa);
    region.set(ValueLayout.JAVA_LONG, 16, size);
    region.set(ValueLayout.JAVA_LONG, 24, ram.address() + offset);
    checked(Linux.ioctl(vm, SET_USER_MEMORY_REGION, region), "KVM_SET_USER_MEMORY_REGION");
  }

  /**
   * Who made the host's processor, as CPUID leaf 0 spells it in EBX, ECX and EDX: some instructions
   * differ by it.
   */
  private int[] hostVendor() {
    int room = 256;
    MemorySegment table = arena.allocate(8 + (long) room * CPUID_ENTRY_SIZE, 8);
    table.set(ValueLayout.JAVA_INT, 0, room);
    checked(Linux.ioctl(kvm, GET_SUPPORTED_CPUID, table), "KVM_GET_SUPPORTED_CPUID");
    int count = table.get(ValueLayout.JAVA_INT, 0);
    for (int i = 0; i < count; i++) {
      long at = 8 + (long) i * CPUID_ENTRY_SIZE;
      if (table.get(ValueLayout.JAVA_INT, at) == 0) {
        return new int[] {
          table.get(ValueLayout.JAVA_INT, at + 16),
          table.get(ValueLayout.JAVA_INT, at + 20),
          table.get(ValueLayout.JAVA_INT, at + 24)
        };
      }
    }
    throw new BackendUnavailableException("this host's KVM does not tell its processor's vendor");
  }

  /**
   * The policy's answers, but for two that are the host's: the vendor, and the hypervisor's
   * signature, since hypercalls are KVM's here.
   */
  private CpuidEntry onThisHost(CpuidEntry e, int[] vendor) {
    return switch (e.leaf()) {
      case 0 -> new CpuidEntry(0, 0, false, e.eax(), vendor[0], vendor[1], vendor[2]);
      case 0x4000_0000 -> new CpuidEntry(e.leaf(), 0, false, e.eax(), 0x4b4d564b, 0x564b4d56, 0x4d);
      default -> e;
    };
  }

  private void setCpuid(int fd, List<CpuidEntry> policy) {
    int[] vendor = hostVendor();
    List<CpuidEntry> entries = policy.stream().map(e -> onThisHost(e, vendor)).toList();
    MemorySegment table = arena.allocate(8 + (long) entries.size() * CPUID_ENTRY_SIZE, 8);
    table.set(ValueLayout.JAVA_INT, 0, entries.size());
    long at = 8;
    for (CpuidEntry e : entries) {
      int[] words = {
        e.leaf(),
        e.subleaf(),
        e.hasSubleaf() ? CPUID_SIGNIFICANT_INDEX : 0,
        e.eax(),
        e.ebx(),
        e.ecx(),
        e.edx()
      };
      for (int i = 0; i < words.length; i++) {
        table.set(ValueLayout.JAVA_INT, at + 4L * i, words[i]);
      }
      at += CPUID_ENTRY_SIZE;
    }
    checked(Linux.ioctl(fd, SET_CPUID2, table), "KVM_SET_CPUID2");
  }

  private static int checked(int result, String call) {
    if (result < 0) {
      throw new BackendUnavailableException(call + " failed with errno " + Linux.errno());
    }
    return result;
  }

  public GuestMemory memory() {
    return memory;
  }

  public Vcpu vcpu() {
    return vcpu;
  }

  @Override
  public void close() {
    vcpu.close();
    Linux.unmap(run);
    Linux.close(vm);
    Linux.close(kvm);
    Linux.unmap(ram);
    arena.close();
  }
}

package dev.ringside.vmm.monitor;

import dev.ringside.vmm.BackendUnavailableException;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.kvm.KvmMachine;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.memory.HostPages;
import dev.ringside.vmm.soft.SoftVcpu;
import java.lang.foreign.Arena;

/** Opens the processor that a configuration asks for, with the memory it needs. */
final class Processors {
  /** A vCPU with its memory. */
  interface Backing extends AutoCloseable {
    GuestMemory memory();

    Vcpu vcpu();

    /** Puts the vCPU into its state after reset, its instruction count kept. */
    void reset();

    @Override
    void close();
  }

  private Processors() {}

  /** Throws {@link BackendUnavailableException} where the host does not have it. */
  static Backing open(MachineConfiguration configuration) {
    return switch (configuration.backend()) {
      case SOFT -> new Soft(configuration.memory());
      case KVM -> new Kvm(configuration.memory());
    };
  }

  /** The software processor, with RAM of its own. */
  private static final class Soft implements Backing {
    private final Arena arena = Arena.ofShared();
    private final GuestMemory memory;
    private final SoftVcpu vcpu;

    Soft(long bytes) {
      memory = new GuestMemory(HostPages.allocate(bytes, GuestMemory.PAGE_SIZE, arena));
      vcpu = new SoftVcpu(0, memory);
    }

    @Override
    public GuestMemory memory() {
      return memory;
    }

    @Override
    public Vcpu vcpu() {
      return vcpu;
    }

    @Override
    public void reset() {
      vcpu.reset();
    }

    @Override
    public void close() {
      vcpu.close();
      arena.close();
    }
  }

  /** A machine of /dev/kvm. */
  private static final class Kvm implements Backing {
    private final KvmMachine machine;
    private final byte[] initialFpu;

    Kvm(long bytes) {
      CpuidPolicy policy = new CpuidPolicy();
      machine =
          new KvmMachine(
              bytes,
              CpuidPolicy.leaves().stream()
                  .map(
                      l -> {
                        CpuidPolicy.Answer a = policy.answer(l.leaf(), l.subleaf(), false, 0);
                        return new KvmMachine.CpuidEntry(
                            l.leaf(),
                            l.subleaf(),
                            l.hasSubleaf(),
                            a.eax(),
                            a.ebx(),
                            a.ecx(),
                            a.edx());
                      })
                  .toList());
      initialFpu = machine.vcpu().fxsave();
    }

    @Override
    public GuestMemory memory() {
      return machine.memory();
    }

    @Override
    public Vcpu vcpu() {
      return machine.vcpu();
    }

    /** The boot protocol's entry state sets everything else. */
    @Override
    public void reset() {
      machine.vcpu().fxrstor(initialFpu);
    }

    @Override
    public void close() {
      machine.close();
    }
  }
}

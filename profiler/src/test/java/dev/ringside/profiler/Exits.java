package dev.ringside.profiler;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.x86.ProcessorMode;
import java.lang.reflect.Proxy;

/** Made-up exits, transitions and a vCPU that only has a ring and an instruction count. */
final class Exits {
  private Exits() {}

  static VmExit out(long rip, int cpl, int port) {
    return new VmExit.IoInstruction(at(rip, cpl), port, 1, false, false, false, 0);
  }

  static VmExit cpuid(long rip, int leaf) {
    return new VmExit.Cpuid(at(rip, 0), leaf, 0);
  }

  static VmExit hlt(long rip) {
    return new VmExit.Hlt(at(rip, 0));
  }

  static VmExit vmcall(long rip, long number) {
    return new VmExit.Vmcall(at(rip, 0), number);
  }

  static ExitContext at(long rip, int cpl) {
    return new ExitContext(rip, rip, cpl, 2, 0, true);
  }

  static RingTransition syscall(long instructions) {
    return new RingTransition(0, 3, 0, Mechanism.SYSCALL, -1, 0x400000, 0x1000, instructions);
  }

  static RingTransition sysret(long instructions) {
    return new RingTransition(0, 0, 3, Mechanism.SYSRET, -1, 0x1040, 0x400002, instructions);
  }

  /**
   * A vCPU of which only {@code id}, {@code cpl}, {@code mode} and {@code instructions} may be
   * asked.
   */
  static Vcpu vcpu(int cpl, long instructions) {
    return (Vcpu)
        Proxy.newProxyInstance(
            CpuState.class.getClassLoader(),
            new Class<?>[] {Vcpu.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "id" -> 0;
                  case "cpl" -> cpl;
                  case "mode" -> ProcessorMode.LONG;
                  case "instructions" -> instructions;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}

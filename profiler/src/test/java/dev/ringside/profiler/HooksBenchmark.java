package dev.ringside.profiler;

import dev.ringside.profiler.event.ProfileRecording;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmExitHook;
import dev.ringside.vmm.boot.GuestImage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One process of {@code .ci/bench-hooks}: runs a guest several times, watched or not, and prints
 * the CPU time of the vCPU's thread in the last run, in nanoseconds a thousand guest instructions.
 * Arguments: guest, its command line, {@code none|hooks|profile|jfr}, runs.
 */
public final class HooksBenchmark {
  private HooksBenchmark() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path guest = Path.of(args[0]);
    int runs = Integer.parseInt(args[3]);
    try (SymbolFile symbols = SymbolFile.open(guest);
        VirtualMachine vm =
            VirtualMachine.create(
                MachineConfiguration.defaults().withMemory(64L << 20).withRebootEnds(true),
                Guest.of(GuestImage.open(guest), Optional.empty(), args[1]))) {
      watch(vm, args[2], new SymbolFiles(List.of(symbols)));
      double last = 0;
      for (int run = 0; run < runs; run++) {
        last = measure(vm);
      }
      System.out.printf("%.1f%n", last);
    }
  }

  private static double measure(VirtualMachine vm) throws InterruptedException {
    vm.restart();
    long instructions = vm.onVcpuThread(Vcpu::instructions);
    long started = cpuTime(vm);
    CountDownLatch ended = new CountDownLatch(1);
    MachineListener listener =
        new MachineListener() {
          @Override
          public void stopped(MachineStop stop) {}

          @Override
          public void ended(GuestEnd end) {
            ended.countDown();
          }
        };
    vm.addListener(listener);
    vm.resume();
    ended.await();
    long time = cpuTime(vm) - started;
    vm.removeListener(listener);
    return time * 1000.0 / (vm.onVcpuThread(Vcpu::instructions) - instructions);
  }

  private static long cpuTime(VirtualMachine vm) {
    return vm.onVcpuThread(vcpu -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }

  /** Until the process ends. */
  private static void watch(VirtualMachine vm, String mode, SymbolFiles symbols) {
    switch (mode) {
      case "none" -> {}
      case "hooks" -> {
        vm.hooks().onExit(new Nothing(), "");
        vm.hooks().onRingTransition((vcpu, transition) -> HookAction.CONTINUE, "");
      }
      case "profile" -> GuestProfiler.install(vm, symbols);
      case "jfr" -> ProfileRecording.start(vm, GuestSymbols.of(symbols.files()), symbols);
      default -> throw new IllegalArgumentException(mode);
    }
  }

  private static final class Nothing implements VmExitHook {
    @Override
    public HookAction exit(Vcpu vcpu, VmExit exit) {
      return HookAction.CONTINUE;
    }
  }
}

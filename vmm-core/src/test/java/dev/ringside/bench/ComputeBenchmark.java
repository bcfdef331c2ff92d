package dev.ringside.bench;

import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The phases of {@code samples/compute} on the software processor and under QEMU TCG, in turn.
 * Prints guest MIPS (the guest's instructions over wall time, and over the CPU time of the vCPU's
 * thread, which a busy host disturbs less) and the ratio to QEMU's wall time.
 *
 * <p>Arguments: scale (default 4), rounds (default 3).
 */
public final class ComputeBenchmark {
  private static final List<String> PHASES = List.of("alu", "memory", "branch", "call");

  private record Run(double wall, double cpu, long instructions) {}

  private ComputeBenchmark() {}

  /** Runs and prints. */
  public static void main(String[] args) throws Exception {
    int scale = args.length > 0 ? Integer.parseInt(args[0]) : 4;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path elf = SampleGuests.elf("compute");
    boolean qemu = Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64"));
    System.out.printf(
        "%-8s %12s %10s %10s %12s %8s%n",
        "phase", "instructions", "MIPS wall", "MIPS cpu", "QEMU MIPS", "ratio");
    for (String phase : PHASES) {
      List<Run> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        ours.add(soft(elf, "phase=" + phase + " scale=" + scale));
        if (qemu) {
          double boot = qemu(SampleGuests.elf("hello"), "");
          theirs.add(qemu(elf, "phase=" + phase + " scale=" + scale * 4) - boot);
        }
      }
      ours.sort((a, b) -> Double.compare(a.wall, b.wall));
      Run median = ours.get(rounds / 2);
      double wall = median.instructions / median.wall / 1e6;
      double cpu = median.instructions / median.cpu / 1e6;
      if (qemu) {
        Collections.sort(theirs);
        double peer = median.instructions * 4 / theirs.get(rounds / 2) / 1e6;
        System.out.printf(
            "%-8s %12d %10.0f %10.0f %12.0f %8.2f%n",
            phase, median.instructions, wall, cpu, peer, wall / peer);
      } else {
        System.out.printf(
            "%-8s %12d %10.0f %10.0f %12s %8s%n", phase, median.instructions, wall, cpu, "-", "-");
      }
    }
    if (!qemu) {
      System.out.println("qemu-system-x86_64 is not installed: no ratios");
    }
  }

  private static Run soft(Path elf, String commandLine) throws Exception {
    MachineConfiguration configuration = MachineConfiguration.defaults().withMemory(64L << 20);
    try (VirtualMachine vm =
        VirtualMachine.create(
            configuration, Guest.of(GuestImage.open(elf), Optional.empty(), commandLine))) {
      long thread = vm.onVcpuThread(v -> Thread.currentThread().threadId());
      long cpuBefore = cpuTime(thread);
      long start = System.nanoTime();
      vm.resume();
      GuestEnd end = vm.ended().get();
      double wall = (System.nanoTime() - start) / 1e9;
      double cpu = (cpuTime(thread) - cpuBefore) / 1e9;
      if (end.exitStatus() != 0) {
        throw new IllegalStateException(end.message());
      }
      return new Run(wall, cpu, vm.onVcpuThread(Vcpu::instructions));
    }
  }

  private static long cpuTime(long thread) {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
  }

  private static double qemu(Path elf, String commandLine) throws Exception {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-m",
                "64",
                "-kernel",
                elf.toString(),
                "-append",
                commandLine,
                "-display",
                "none",
                "-serial",
                "null",
                "-device",
                "isa-debug-exit",
                "-no-reboot")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("QEMU did not end within 60 s");
    }
    return (System.nanoTime() - start) / 1e9;
  }
}

package dev.ringside.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.kvm.KvmMachine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Equivalence: {@code compute} prints the same checksums wherever it runs. */
@Timeout(600)
class ComputeEverywhereTest {
  private static List<String> checksums(String output) {
    return output.lines().filter(line -> line.contains("checksum=")).map(String::strip).toList();
  }

  private static List<String> onTheHost() throws Exception {
    Process process =
        new ProcessBuilder(SampleGuests.computeNative().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    List<String> sums = checksums(output);
    assertThat(sums).hasSize(4);
    return sums;
  }

  private static List<String> on(Backend backend) throws Exception {
    ByteArrayOutputStream serial = new ByteArrayOutputStream();
    MachineConfiguration configuration =
        MachineConfiguration.defaults()
            .withMemory(64L << 20)
            .withBackend(backend)
            .withSerialOutput(serial);
    try (VirtualMachine vm =
        VirtualMachine.create(
            configuration,
            Guest.of(GuestImage.open(SampleGuests.elf("compute")), Optional.empty(), ""))) {
      vm.resume();
      assertThat(vm.ended().get(500, TimeUnit.SECONDS)).isEqualTo(new GuestEnd.PowerOff());
    }
    return checksums(serial.toString(StandardCharsets.UTF_8));
  }

  @Test
  void softPrintsWhatTheHostPrints() throws Exception {
    assertThat(on(Backend.SOFT)).isEqualTo(onTheHost());
  }

  @Test
  void qemuPrintsWhatTheHostPrints() throws Exception {
    assertThat(checksums(Qemu.boot(SampleGuests.elf("compute"), "").serial()))
        .isEqualTo(onTheHost());
  }

  @Test
  @Tag("slow")
  void kvmPrintsWhatTheHostPrints() throws Exception {
    Optional<String> problem = KvmMachine.problem();
    Assumptions.assumeTrue(problem.isEmpty(), () -> "no KVM: " + problem.orElse(""));
    assertThat(on(Backend.KVM)).isEqualTo(onTheHost());
  }
}

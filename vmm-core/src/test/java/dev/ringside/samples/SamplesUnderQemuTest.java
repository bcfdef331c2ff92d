package dev.ringside.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Each sample does under QEMU what its README says: they are not written for Ringside alone. */
class SamplesUnderQemuTest {
  @Test
  void helloPrintsAndPowersOff() throws Exception {
    Qemu.Run run = Qemu.boot(SampleGuests.elf("hello"), "greetings=1");

    assertThat(run.serial())
        .contains(
            "Hello from ring 0, in long mode.\n",
            "greetings=1\"\n",
            "factorial(10) = 3628800 in 10 calls\n",
            "squares: sum 140, last 49\n",
            "  second: colour 5, 7 from the origin\n",
            "status byte 0x15\n")
        .endsWith("Goodbye.\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void ringsGoesToRing3AndBack() throws Exception {
    Qemu.Run run = Qemu.boot(SampleGuests.elf("rings"), "loops=2000");

    assertThat(run.serial())
        .contains(
            "ring 3: hello through INT 0x80\n",
            "ring 3: hello through SYSCALL\n",
            "ring 3: heap sum 28\n",
            "ring 3: INT 0x80 sum 420\n",
            "ring 3: 2000 system calls, sum 84000\n",
            "ring 0: the program ended with status 0\n")
        .containsPattern("ring 0: [0-9]+ by SYSCALL, 11 by INT 0x80, 11 page faults\n")
        .containsPattern("timer interrupts: [1-9][0-9]* in ring 0, [1-9][0-9]* in ring 3\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void computePrintsTheChecksumsOfTheNativeProgram() throws Exception {
    Qemu.Run run = Qemu.boot(SampleGuests.elf("compute"), "");

    assertThat(run.serial()).isEqualTo(nativeOutput());
    assertThat(run.serial().lines())
        .hasSize(4)
        .allMatch(line -> line.matches("(alu|memory|branch|call) scale=1 checksum=0x[0-9a-f]{16}"));
    assertThat(run.status()).isZero();
  }

  @Test
  void computeRunsOnePhaseAndRefusesAnUnknownOne() throws Exception {
    Qemu.Run call = Qemu.boot(SampleGuests.elf("compute"), "phase=call scale=2");
    Qemu.Run unknown = Qemu.boot(SampleGuests.elf("compute"), "phase=nonsense");

    assertThat(call.serial()).matches("call scale=2 checksum=0x[0-9a-f]{16}\n");
    assertThat(unknown.serial()).startsWith("unknown phase");
    assertThat(unknown.status()).isEqualTo(1 << 1 | 1);
  }

  private static String nativeOutput() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(SampleGuests.computeNative().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}

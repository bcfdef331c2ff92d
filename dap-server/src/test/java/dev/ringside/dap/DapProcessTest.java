package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ringside.dap.client.DapClient;
import dev.ringside.samples.SampleGuests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code ringside dap} as editors start it: a process on its streams, or on a loopback port. */
class DapProcessTest {
  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.ringside.cli.Ringside");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private static void runHello(DapClient client) {
    client.ok("initialize", "adapterID", "ringside");
    client.ok("launch", "program", SampleGuests.elf("hello").toString(), "memory", "64M");
    client.event("initialized");
    client.ok("configurationDone");
    assertThat(client.event("exited").get("exitCode").getAsInt()).isZero();
    client.event("terminated");
    assertThat(client.output("stdout")).contains("Goodbye.");
  }

  @Test
  void aServerOnStandardStreamsExitsAfterDisconnectThoughItsInputStaysOpen() throws Exception {
    Process process = start("dap");
    DapClient client = new DapClient(process.getInputStream(), process.getOutputStream(), () -> {});
    runHello(client);
    client.ok("disconnect");
    client.awaitEnd();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void aServerOnStandardStreamsExitsAtTheEndOfItsInput() throws Exception {
    Process process = start("dap");
    DapClient client = new DapClient(process.getInputStream(), process.getOutputStream(), () -> {});
    client.ok("initialize", "adapterID", "ringside");
    client.ok(
        "launch", "program", SampleGuests.elf("rings").toString(), "cmdline", "loops=2000000000");
    client.event("initialized");
    client.ok("configurationDone");
    process.getOutputStream().close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  /** VS Code: {@code terminate}, the events, {@code disconnect}, and SIGTERM without waiting. */
  @Test
  void aServerEndsWhenVsCodeStopsAndKillsIt() throws Exception {
    Process process = start("dap");
    DapClient client = new DapClient(process.getInputStream(), process.getOutputStream(), () -> {});
    client.ok("initialize", "adapterID", "ringside");
    client.ok(
        "launch", "program", SampleGuests.elf("rings").toString(), "cmdline", "loops=2000000000");
    client.event("initialized");
    client.okBare("configurationDone");
    client.ok("terminate", "restart", false);
    client.event("exited");
    client.event("terminated");
    client.ok("disconnect", "restart", false, "terminateDebuggee", false);
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isIn(0, 128 + 15);
  }

  /** VS Code gives up after two seconds without an answer, and kills. */
  @Test
  void aServerIsKilledWhileItsGuestRuns() throws Exception {
    Process process = start("dap");
    DapClient client = new DapClient(process.getInputStream(), process.getOutputStream(), () -> {});
    client.ok("initialize", "adapterID", "ringside");
    client.ok(
        "launch", "program", SampleGuests.elf("rings").toString(), "cmdline", "loops=2000000000");
    client.event("initialized");
    client.okBare("configurationDone");
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    client.awaitEnd();
  }

  @Test
  void aPortServesOneSessionAfterAnother() throws Exception {
    Process process = start("dap", "--port", "0");
    try (BufferedReader errors =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = errors.readLine();
      assertThat(line).startsWith("listening on 127.0.0.1:");
      int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
      for (int i = 0; i < 2; i++) {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        try (DapClient client =
            new DapClient(socket.getInputStream(), socket.getOutputStream(), socket)) {
          runHello(client);
          if (i == 0) {
            client.ok("disconnect");
            client.awaitEnd();
          }
        }
      }
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aVmStartedUnderANameIsAttachedToFromAnotherProcess() throws Exception {
    String name = "dap-process-test-" + ProcessHandle.current().pid();
    Process run =
        start(
            "run",
            "--name",
            name,
            "--append",
            "loops=2000000000",
            SampleGuests.elf("rings").toString());
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).contains("ring 0"); // It runs: its socket is there.
      Process dap = start("dap");
      DapClient client = new DapClient(dap.getInputStream(), dap.getOutputStream(), () -> {});
      client.ok("initialize", "adapterID", "ringside");
      client.ok("attach", "vm", name);
      client.event("initialized");
      client.ok(
          "setFunctionBreakpoints",
          "breakpoints",
          DapClient.array(DapClient.json("name", "handle_syscall")));
      client.ok("configurationDone");
      JsonObject stop = client.event("stopped");
      assertThat(stop.get("reason").getAsString()).isEqualTo("function breakpoint");
      client.ok("terminate");
      assertThat(client.event("exited").get("exitCode").getAsInt()).isZero();
      client.event("terminated");
      client.ok("disconnect");
      assertThat(dap.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(run.exitValue()).isZero();
    } finally {
      run.destroy();
    }
  }
}

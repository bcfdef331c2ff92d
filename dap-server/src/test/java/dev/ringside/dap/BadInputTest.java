package dev.ringside.dap;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.error;
import static dev.ringside.dap.client.DapClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken messages, broken files, broken guests and clients that vanish: one clear message each. */
class BadInputTest {
  @TempDir Path temporary;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: abc\r\n\r\n{}",
        "Content-Length: -5\r\n\r\n",
        "Content-Length: 99999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "nonsense without any header\n",
        "Content-Type: text/plain\r\n\r\n",
        "\u0000\u0001\u0002\u0003\r\n\r\n",
        "Content-Length: 5\r\n\r\n{\"a\":",
        "Content-Length: 2\r\n\r\n[]",
        "Content-Length: 4\r\n\r\nnull",
        "Content-Length: 16\r\n\r\n{\"type\":\"banana\"}",
      })
  void bytesThatAreNoMessageAreReportedAndTheNextMessageIsAnswered(String garbage) {
    try (TestSession session = new TestSession()) {
      session.client.raw(bytes(garbage));
      session.initialize();
      session.client.event(
          "output",
          body -> body.get("output").getAsString().startsWith("Ringside could not read a message"));
    }
  }

  @Test
  void anUnknownRequestIsRefusedByName() {
    try (TestSession session = new TestSession()) {
      session.initialize();
      JsonObject error = session.client.fails("makeCoffee", "strength", 11);
      assertThat(error.get("id").getAsInt()).isEqualTo(1001);
      assertThat(error.get("format").getAsString())
          .isEqualTo("there is no request 'makeCoffee' here");
    }
  }

  @Test
  void argumentsOfWrongTypesAreRefused() {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "stopOnEntry", true);
      JsonObject error =
          session.client.fails("setBreakpoints", "source", "a string", "breakpoints", 5);
      assertThat(error.get("id").getAsInt()).isEqualTo(1002);
      assertThat(error.get("format").getAsString()).contains("'setBreakpoints'");
      error = error(session.client.response(session.client.send("stackTrace", array(1, 2))));
      assertThat(error.get("format").getAsString()).contains("stackTrace");
      error = error(session.client.response(session.client.send("scopes", JsonNull.INSTANCE)));
      assertThat(error.get("format").getAsString()).contains("needs arguments");
      session.client.fails("stackTrace", "threadId", 77);
      session.client.fails("variables", "variablesReference", 12345);
      session.client.fails("scopes", "frameId", 999);
      session.client.fails("setBreakpoints", "source", json("name", "no path"));
      session.client.fails("source", "sourceReference", 4711);
      session.client.fails("evaluate", "expression", "");
      session.client.ok("threads");
    }
  }

  @Test
  void requestsAtTheWrongTimeAreRefused() {
    try (TestSession session = new TestSession()) {
      session.client.fails("launch", "program", "x");
      session.initialize();
      session.client.fails("initialize", "adapterID", "ringside");
      for (String command :
          new String[] {"threads", "configurationDone", "terminate", "restart", "modules"}) {
        JsonObject error = session.client.fails(command);
        assertThat(error.get("id").getAsInt()).as(command).isEqualTo(1003);
      }
    }
  }

  @Test
  void badAddressesAreRefused() {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "stopOnEntry", true);
      session.configured();
      session.stopped();
      for (String bad : new String[] {"", "12", "0x", "kmain", "phys:", "0x12345678123456789"}) {
        session.client.fails("readMemory", "memoryReference", bad, "count", 16);
        session.client.fails("disassemble", "memoryReference", bad, "instructionCount", 1);
      }
      JsonObject nothing =
          session.client.ok("readMemory", "memoryReference", "phys:0xfffffff0000", "count", 16);
      assertThat(nothing.get("unreadableBytes").getAsInt()).isEqualTo(16);
      session.client.fails("writeMemory", "memoryReference", "phys:0xfffffff0000", "data", "AAAA");
      session.client.fails("writeMemory", "memoryReference", "0x1000", "data", "not base64!");
      session.client.fails("readMemory", "memoryReference", "0x1000", "count", -1);
    }
  }

  private void launchFails(String message, Object... attributes) {
    try (TestSession session = new TestSession()) {
      session.initialize();
      JsonObject error = session.client.fails("launch", attributes);
      assertThat(error.get("format").getAsString()).contains(message);
      assertThat(error.get("showUser").getAsBoolean()).isTrue();
      session.client.event("terminated");
      assertThat(session.client.events("initialized")).isEmpty();
      session.client.ok("disconnect");
      session.client.awaitEnd();
    }
  }

  @Test
  void aLaunchThatCannotBeDoneSaysWhy() throws IOException {
    String elf = SampleGuests.elf("hello").toString();
    launchFails("'program' is missing");
    launchFails("/no/such/guest", "program", "/no/such/guest");
    Path empty = Files.createFile(temporary.resolve("empty.elf"));
    launchFails("empty", "program", empty.toString());
    Path text = Files.writeString(temporary.resolve("guest.txt"), "this is no kernel\n".repeat(99));
    launchFails("guest.txt", "program", text.toString());
    byte[] whole = Files.readAllBytes(SampleGuests.elf("hello"));
    Path cut = temporary.resolve("cut.elf");
    Files.write(cut, java.util.Arrays.copyOf(whole, 5000));
    launchFails("cut.elf", "program", cut.toString());
    launchFails("symbols cannot be read", "program", elf, "symbols", array(text.toString()));
    launchFails(
        "symbols cannot be read", "program", elf, "symbols", array(json("file", "/no/such")));
    launchFails("'memory' must be", "program", elf, "memory", "lots");
    launchFails("'memory' must be", "program", elf, "memory", 12345);
    launchFails("'backend' must be", "program", elf, "backend", "hardware");
    launchFails("'cpus' must be 1", "program", elf, "cpus", 4);
    launchFails("'serial' must be", "program", elf, "serial", "printer");
    launchFails("'stopOnEntry' must be", "program", elf, "stopOnEntry", "yes");
    launchFails("'initrd' cannot be read", "program", elf, "initrd", "/no/such/initrd");
    launchFails("'record' is not there yet", "program", elf, "record", "/tmp/x");
    launchFails("'profile' must be", "program", elf, "profile", "x.txt");
  }

  @Test
  void aTripleFaultStopsThenEndsWithItsReport() {
    try (TestSession session = new TestSession()) {
      session.launch("traps", "cmdline", "triple");
      session.filters("triple-fault");
      session.configured();
      JsonObject stop = session.stopped();
      assertThat(stop.get("reason").getAsString()).isEqualTo("exception");
      assertThat(stop.get("description").getAsString()).isEqualTo("Triple fault");
      session.client.ok("exceptionInfo", "threadId", 1);
      session.client.ok("continue", "threadId", 1);
      assertThat(session.client.event("exited").get("exitCode").getAsInt()).isEqualTo(70);
      session.client.event("terminated");
      assertThat(session.client.output("stderr")).contains("triple fault", "rip");
    }
  }

  @Test
  void aVanishedClientEndsTheGuestItLaunched() {
    TestSession session = new TestSession();
    session.launch("rings", "cmdline", "loops=2000000000");
    session.configured();
    session.close();
    assertThat(session.diagnostics()).isEmpty();
  }
}

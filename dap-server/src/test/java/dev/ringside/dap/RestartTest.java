package dev.ringside.dap;

import static dev.ringside.dap.Bodies.text;
import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restarting a launched guest: the files as they are by then. */
class RestartTest {
  @TempDir Path folder;

  private Path source() {
    return folder.resolve("kernel.c");
  }

  private Path guest() {
    return folder.resolve("kernel.elf");
  }

  /** Builds a kernel whose {@code kmain} begins after some empty lines. */
  private void build(int emptyLines, int answer) throws IOException, InterruptedException {
    Path objects = SampleGuests.elf("hello").resolveSibling("obj/hello");
    Files.writeString(
        source(),
        "\n".repeat(emptyLines)
            + "void power_off(void);\nint answer = "
            + answer
            + ";\nvoid kmain(void) {\n  answer++;\n  power_off();\n}\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                ("gcc -g -gdwarf-5 -O0 -ffreestanding -mno-red-zone -mgeneral-regs-only -fno-pic"
                        + " -no-pie -fcf-protection=none -fno-stack-protector -nostdlib -static"
                        + " -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096"
                        + " -Wl,-T,"
                        + objects.resolve("kernel.lds"))
                    .split(" ", -1)));
    command.addAll(List.of("-o", guest().toString(), source().toString()));
    for (String part : List.of("boot", "console", "multiboot", "options", "power")) {
      command.add(objects.resolve("common").resolve(part + ".o").toString());
    }
    Path log = folder.resolve("gcc.log");
    Process gcc =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(gcc.waitFor()).as("%s", Files.readString(log)).isZero();
  }

  private TestSession launched() {
    TestSession session = new TestSession();
    session.initialize();
    session.client.ok("launch", "program", guest().toString(), "memory", "64M");
    session.client.event("initialized");
    return session;
  }

  private JsonArray breakAt(TestSession session, int... lines) {
    JsonArray breakpoints = new JsonArray();
    for (int line : lines) {
      breakpoints.add(json("line", line));
    }
    return session
        .client
        .ok(
            "setBreakpoints",
            "source",
            json("path", source().toString()),
            "breakpoints",
            breakpoints)
        .getAsJsonArray("breakpoints");
  }

  private static String answer(TestSession session) {
    return text(
        session.client.ok("evaluate", "expression", "answer", "context", "watch"), "result");
  }

  @Test
  void aRebuiltGuestIsReadAnewAndBreakpointsMoveWithIt() throws IOException, InterruptedException {
    build(0, 1);
    try (TestSession session = launched()) {
      JsonObject line = breakAt(session, 4).get(0).getAsJsonObject();
      JsonObject function = session.breakIn("kmain").get(0).getAsJsonObject();
      assertThat(function.get("line").getAsInt()).isEqualTo(4);
      session.filters("triple-fault");
      session.configured();
      session.stopped();
      assertThat(answer(session)).isEqualTo("1");
      int frame = session.top().get("id").getAsInt();
      build(3, 41);
      session.client.ok("restart");
      JsonObject moved =
          session.client.event(
              "breakpoint",
              e -> e.getAsJsonObject("breakpoint").get("id").equals(function.get("id")));
      assertThat(text(moved, "reason")).isEqualTo("changed");
      assertThat(moved.getAsJsonObject("breakpoint").get("line").getAsInt()).isEqualTo(7);
      assertThat(moved.getAsJsonObject("breakpoint").get("verified").getAsBoolean()).isTrue();
      JsonObject stopped = session.stopped();
      assertThat(stopped.getAsJsonArray("hitBreakpointIds")).contains(function.get("id"));
      assertThat(session.top().get("line").getAsInt()).isEqualTo(7);
      assertThat(answer(session)).isEqualTo("41");
      session.client.fails("scopes", "frameId", frame);
      assertThat(line.get("id")).isNotEqualTo(function.get("id"));
      session.client.ok("disconnect");
    }
  }

  @Test
  void itsOwnArgumentsReplaceThoseOfTheLaunch() throws IOException, InterruptedException {
    build(0, 1);
    try (TestSession session = launched()) {
      session.breakIn("kmain");
      session.configured();
      assertThat(text(session.stopped(), "reason")).isEqualTo("function breakpoint");
      session.client.ok("restart", "arguments", json("stopOnEntry", true));
      assertThat(text(session.stopped(), "reason")).isEqualTo("entry");
      session.client.ok(
          "restart",
          "arguments",
          json("program", SampleGuests.elf("hello").toString(), "memory", "32M"));
      assertThat(text(session.stopped(), "reason")).isEqualTo("function breakpoint");
      assertThat(text(session.top().getAsJsonObject("source"), "path")).endsWith("hello.c");
    }
  }

  @Test
  void aGuestThatCannotBeReadLeavesTheOldOne() throws IOException, InterruptedException {
    build(0, 1);
    try (TestSession session = launched()) {
      session.breakIn("kmain");
      session.configured();
      session.stopped();
      Files.delete(guest());
      JsonObject error = session.client.fails("restart");
      assertThat(text(error, "format")).contains("kernel.elf");
      assertThat(answer(session)).isEqualTo("1");
      build(0, 5);
      session.client.ok("restart");
      session.stopped();
      assertThat(answer(session)).isEqualTo("5");
    }
  }

  @Test
  void aRunningGuestAndOneThatHasEndedRestartToo() throws IOException, InterruptedException {
    build(0, 1);
    try (TestSession session = launched()) {
      session.configured();
      session.client.event("exited");
      session.breakIn("kmain");
      session.client.ok("restart");
      session.stopped();
      session.breakIn();
      session.client.ok("continue", "threadId", 1);
      session.client.event("exited");
    }
    try (TestSession session = new TestSession()) {
      session.launch("rings", "cmdline", "loops=2000000000");
      session.configured();
      session.client.event("ringside/status", e -> text(e, "state").equals("running"));
      session.breakIn("user_main");
      session.client.ok("restart");
      session.client.event("stopped", e -> text(e, "reason").equals("function breakpoint"));
      assertThat(array(text(session.top(), "name"))).isEqualTo(array("user_main"));
    }
  }
}

package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static dev.ringside.dap.client.Json.flag;
import static dev.ringside.dap.client.Json.named;
import static dev.ringside.dap.client.Json.number;
import static dev.ringside.dap.client.Json.objects;
import static dev.ringside.dap.client.Json.plain;
import static dev.ringside.dap.client.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.ringside.dap.TestSession;
import dev.ringside.samples.SampleGuests;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Emacs's dape: {@code svaante/dape}, {@code dape.el}. {@code dape--initialize} says little of the
 * client, so nothing may be asked of it; {@code dape--launch-or-attach} sends the configuration's
 * keywords, nil as false; at {@code initialized} come filters, then breakpoints buffer by buffer,
 * data breakpoints, {@code configurationDone}; {@code dape--update} asks for one frame and its
 * scopes. Arguments that are nil are left out ({@code jsonrpc-convert-to-endpoint}).
 */
class DapeTest {
  private static final String HELLO = "hello/hello.c";

  private static JsonArray start(TestSession session, JsonObject configuration, int... lines) {
    JsonObject capabilities =
        session.client.ok(
            "initialize",
            "clientID",
            "dape",
            "adapterID",
            "ringside",
            "pathFormat",
            "path",
            "linesStartAt1",
            true,
            "columnsStartAt1",
            true,
            "supportsRunInTerminalRequest",
            true,
            "supportsProgressReporting",
            true,
            "supportsStartDebuggingRequest",
            true);
    int launch = session.client.send(text(configuration, "request"), configuration);
    session.client.event("initialized");
    JsonArray enabled = new JsonArray();
    for (JsonObject filter : objects(capabilities.get("exceptionBreakpointFilters"))) {
      if (flag(filter, "default")) {
        enabled.add(text(filter, "filter"));
      }
    }
    session.client.ok("setExceptionBreakpoints", "filters", enabled);
    JsonArray answers = breakpoints(session, lines);
    assertThat(
            session
                .client
                .ok("setDataBreakpoints", "breakpoints", array())
                .getAsJsonArray("breakpoints"))
        .isEmpty();
    session.client.okBare("configurationDone");
    DapClient.body(text(configuration, "request"), session.client.response(launch));
    return answers;
  }

  /** {@code dape--set-breakpoints-in-buffer}. */
  private static JsonArray breakpoints(TestSession session, int... lines) {
    JsonArray breakpoints = new JsonArray();
    JsonArray numbers = new JsonArray();
    for (int line : lines) {
      breakpoints.add(json("line", line));
      numbers.add(line);
    }
    JsonObject source = TestSession.source(HELLO);
    source.addProperty("name", "hello.c");
    return session
        .client
        .ok("setBreakpoints", "source", source, "breakpoints", breakpoints, "lines", numbers)
        .getAsJsonArray("breakpoints");
  }

  private static JsonObject configuration(Object... more) {
    JsonObject configuration =
        json(
            "type",
            "ringside",
            "request",
            "launch",
            "program",
            SampleGuests.elf("hello").toString(),
            "memory",
            "64M",
            "stopOnEntry",
            false);
    json(more).asMap().forEach(configuration::add);
    return configuration;
  }

  /** {@code dape-handle-event stopped}: threads, then one frame, then its scopes. */
  private static JsonObject stopped(TestSession session) {
    JsonObject event = session.client.event("stopped");
    session.client.okBare("threads");
    JsonObject stack =
        session.client.ok(
            "stackTrace", "threadId", number(event, "threadId"), "startFrame", 0, "levels", 1);
    assertThat(number(stack, "totalFrames")).isPositive();
    return objects(stack.get("stackFrames")).getFirst();
  }

  @Test
  void aBreakpointStopsAndTheStackGrowsOnDemand() {
    try (TestSession session = new TestSession()) {
      JsonObject placed = objects(start(session, configuration(), 48)).getFirst();
      JsonObject frame = stopped(session);
      assertThat(number(frame, "line")).isEqualTo(48);
      assertThat(session.client.events("stopped").getFirst().getAsJsonArray("hitBreakpointIds"))
          .as("dape counts hits by these")
          .containsExactly(placed.get("id"));
      JsonObject more =
          session.client.ok(
              "stackTrace",
              "threadId",
              1,
              "startFrame",
              1,
              "levels",
              19,
              "format",
              json("module", true));
      assertThat(text(objects(more.get("stackFrames")).getFirst(), "name")).isEqualTo("kmain");
      JsonArray scopes =
          session.client.ok("scopes", "frameId", number(frame, "id")).getAsJsonArray("scopes");
      JsonArray arguments =
          session
              .client
              .ok(
                  "variables",
                  "variablesReference",
                  number(named(scopes, "Arguments"), "variablesReference"))
              .getAsJsonArray("variables");
      assertThat(text(named(arguments, "n"), "value")).isEqualTo("10");
    }
  }

  /** What a client did not say it supports is not sent: no invalidated, no memory events. */
  @Test
  void editsAreAnsweredWithoutEventsThatDapeDoesNotKnow() {
    try (TestSession session = new TestSession()) {
      start(session, configuration(), 110);
      int frame = number(stopped(session), "id");
      JsonArray scopes = session.client.ok("scopes", "frameId", frame).getAsJsonArray("scopes");
      JsonObject set =
          session.client.ok(
              "setVariable",
              "variablesReference",
              number(named(scopes, "Locals"), "variablesReference"),
              "name",
              "sum",
              "value",
              "3");
      assertThat(text(set, "value")).isEqualTo("3");
      JsonObject address =
          session.client.ok("evaluate", "frameId", frame, "expression", "&sum", "context", "repl");
      JsonObject page =
          session.client.ok(
              "readMemory", "memoryReference", plain(text(address, "result")), "count", 1024);
      byte[] bytes = Base64.getDecoder().decode(text(page, "data"));
      assertThat(bytes).startsWith(3, 0, 0, 0);
      assertThat(text(page, "address")).isEqualTo(plain(text(address, "result")));
      bytes[0] = 9;
      session.client.ok(
          "writeMemory",
          "memoryReference",
          text(page, "address"),
          "data",
          Base64.getEncoder().encodeToString(bytes));
      assertThat(
              text(
                  session.client.ok(
                      "evaluate", "frameId", frame, "expression", "sum", "context", "watch"),
                  "result"))
          .isEqualTo("9");
      assertThat(session.client.events("invalidated")).isEmpty();
      assertThat(session.client.events("memory")).isEmpty();
    }
  }

  /**
   * {@code dape-handle-event terminated} runs {@code dape-kill}, which sends {@code terminate} to a
   * guest that is gone; were that an error, dape would go on with the wrong connection.
   */
  @Test
  void terminateAfterTheEndIsNoError() {
    try (TestSession session = new TestSession()) {
      start(session, configuration());
      assertThat(number(session.client.event("exited"), "exitCode")).isZero();
      session.client.event("terminated");
      session.client.okBare("terminate");
      assertThat(session.client.events("exited")).hasSize(1);
      assertThat(session.client.events("terminated")).hasSize(1);
    }
  }

  /** {@code dape-restart}: no arguments, and the threads are asked for at the next stop. */
  @Test
  void restartComesWithoutArguments() {
    try (TestSession session = new TestSession()) {
      start(session, configuration(), 99);
      String first = text(stopped(session), "instructionPointerReference");
      session.client.okBare("restart");
      assertThat(text(stopped(session), "instructionPointerReference")).isEqualTo(first);
    }
  }

  /** {@code dape-disconnect-quit} sends {@code terminateDebuggee: null}: the default counts. */
  @Test
  void disconnectWithNullLeavesAnAttachedVmRunning(@TempDir Path temporary) {
    try (RunningVm vm = new RunningVm(temporary)) {
      try (TestSession session = new TestSession(vm.folder())) {
        start(session, json("type", "ringside", "request", "attach", "vm", "rings"));
        session.client.ok("pause", "threadId", 1);
        assertThat(text(stopped(session), "instructionPointerReference")).startsWith("0x");
        session.client.ok("disconnect", "terminateDebuggee", JsonNull.INSTANCE);
        session.client.awaitEnd();
      }
      vm.awaitRunning();
    }
  }

  /** {@code dape-kill} of a server that does not take {@code terminate}: its other way. */
  @Test
  void disconnectWithTerminateDebuggeeEndsTheGuest() {
    try (TestSession session = new TestSession()) {
      start(
          session,
          configuration(
              "program", SampleGuests.elf("rings").toString(), "cmdline", "loops=2000000000"));
      session.client.ok("disconnect", "restart", false, "terminateDebuggee", true);
      session.client.awaitEnd();
      assertThat(session.client.order()).endsWith("response disconnect");
      assertThat(List.copyOf(session.client.events("stopped"))).isEmpty();
    }
  }
}

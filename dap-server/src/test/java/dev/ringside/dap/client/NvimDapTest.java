package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static dev.ringside.dap.client.Json.each;
import static dev.ringside.dap.client.Json.flag;
import static dev.ringside.dap.client.Json.named;
import static dev.ringside.dap.client.Json.number;
import static dev.ringside.dap.client.Json.objects;
import static dev.ringside.dap.client.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ringside.dap.TestSession;
import dev.ringside.samples.SampleGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Neovim's nvim-dap: {@code mfussenegger/nvim-dap}, {@code lua/dap/session.lua}. {@code
 * Session:initialize} sends {@code launch} when the answer to {@code initialize} is there and does
 * not wait for its answer; {@code Session:event_initialized} sends breakpoints buffer by buffer,
 * then the default filters, then {@code configurationDone} without arguments; {@code
 * Session:event_stopped} asks for threads, the whole stack, scopes, and the variables of those that
 * are not expensive.
 */
class NvimDapTest {
  private static final String HELLO = "hello/hello.c";

  private final List<JsonObject> buffers = new ArrayList<>();

  private JsonObject start(TestSession session, JsonObject configuration) {
    JsonObject capabilities =
        session.client.ok(
            "initialize",
            "clientID",
            "neovim",
            "clientName",
            "neovim",
            "adapterID",
            "nvim-dap",
            "pathFormat",
            "path",
            "columnsStartAt1",
            true,
            "linesStartAt1",
            true,
            "supportsRunInTerminalRequest",
            true,
            "supportsVariableType",
            true,
            "supportsProgressReporting",
            true,
            "supportsStartDebuggingRequest",
            true,
            "locale",
            "en_US.UTF-8");
    int started = session.client.send(text(configuration, "request"), configuration);
    session.client.event("initialized");
    List<Integer> requests = new ArrayList<>();
    buffers.forEach(buffer -> requests.add(session.client.send("setBreakpoints", buffer)));
    for (int request : requests) {
      JsonObject body = DapClient.body("setBreakpoints", session.client.response(request));
      assertThat(objects(body.get("breakpoints"))).allMatch(b -> flag(b, "verified"));
    }
    JsonArray defaults = new JsonArray();
    for (JsonObject filter : objects(capabilities.get("exceptionBreakpointFilters"))) {
      if (flag(filter, "default")) {
        defaults.add(text(filter, "filter"));
      }
    }
    assertThat(defaults.toString()).isEqualTo("[\"triple-fault\"]");
    session.client.ok("setExceptionBreakpoints", "filters", defaults);
    session.client.okBare("configurationDone");
    DapClient.body(text(configuration, "request"), session.client.response(started));
    return capabilities;
  }

  /** A buffer's breakpoints as {@code Session:set_breakpoints} trims them. */
  private static JsonObject buffer(String file, JsonObject... breakpoints) {
    JsonArray lines = new JsonArray();
    for (JsonObject breakpoint : breakpoints) {
      lines.add(breakpoint.get("line"));
    }
    JsonObject source = TestSession.source(file);
    source.addProperty("name", Path.of(file).getFileName().toString());
    return json(
        "source",
        source,
        "sourceModified",
        false,
        "breakpoints",
        array((Object[]) breakpoints),
        "lines",
        lines);
  }

  private static JsonObject hello(Object... more) {
    JsonObject configuration =
        json(
            "type",
            "ringside",
            "request",
            "launch",
            "name",
            "hello",
            "program",
            SampleGuests.elf("hello").toString(),
            "memory",
            "64M");
    json(more).asMap().forEach(configuration::add);
    return configuration;
  }

  /** What {@code Session:event_stopped} fetches: the frames, the scopes, the cheap variables. */
  private record Stop(JsonObject event, List<JsonObject> frames, JsonArray variables) {
    static Stop next(TestSession session) {
      JsonObject event = session.client.event("stopped");
      assertThat(flag(event, "allThreadsStopped")).isTrue();
      JsonArray threads = session.client.okBare("threads").getAsJsonArray("threads");
      assertThat(objects(threads))
          .extracting(thread -> number(thread, "id"))
          .contains(number(event, "threadId"));
      List<JsonObject> frames =
          objects(
              session
                  .client
                  .ok("stackTrace", "startFrame", 0, "threadId", number(event, "threadId"))
                  .get("stackFrames"));
      JsonArray variables = new JsonArray();
      for (JsonObject scope :
          objects(
              session
                  .client
                  .ok("scopes", "frameId", number(frames.getFirst(), "id"))
                  .get("scopes"))) {
        if (!flag(scope, "expensive")) {
          variables.addAll(
              session
                  .client
                  .ok("variables", "variablesReference", number(scope, "variablesReference"))
                  .getAsJsonArray("variables"));
        }
      }
      return new Stop(event, frames, variables);
    }
  }

  @Test
  void breakpointsOfTwoBuffersStopAndTheStackShows() {
    buffers.add(buffer(HELLO, json("line", 48, "condition", "n == 1"), json("line", 99)));
    buffers.add(buffer("common/power.c", json("line", 12)));
    try (TestSession session = new TestSession()) {
      start(session, hello());
      Stop stop = Stop.next(session);
      assertThat(text(stop.event, "reason")).isEqualTo("breakpoint");
      assertThat(stop.frames).hasSizeGreaterThanOrEqualTo(11);
      JsonObject top = stop.frames.getFirst();
      assertThat(text(top.getAsJsonObject("source"), "path"))
          .isEqualTo(text(TestSession.source(HELLO), "path"));
      assertThat(top.getAsJsonObject("source").has("sourceReference"))
          .as("nvim-dap opens the file only where there is no sourceReference")
          .isFalse();
      assertThat(number(top, "line")).isEqualTo(48);
      assertThat(text(named(stop.variables, "n"), "value")).isEqualTo("1");
      assertThat(text(named(stop.variables, "n"), "type")).isEqualTo("unsigned int");
    }
  }

  /** {@code Session:_step}: every motion, {@code continue} too, carries a granularity. */
  @Test
  void motionsCarryAGranularity() {
    buffers.add(buffer(HELLO, json("line", 95)));
    try (TestSession session = new TestSession()) {
      start(session, hello());
      Stop.next(session);
      for (String motion : List.of("stepIn", "next", "stepOut")) {
        session.client.ok(motion, "threadId", 1, "granularity", "statement");
        Stop stop = Stop.next(session);
        assertThat(text(stop.event, "reason")).isEqualTo("step");
        assertThat(text(stop.frames.getFirst(), "name"))
            .isEqualTo(motion.equals("stepOut") ? "kmain" : "factorial");
      }
      session.client.ok("continue", "threadId", 1, "granularity", "statement");
      assertThat(number(session.client.event("exited"), "exitCode")).isZero();
    }
  }

  /** {@code dap.repl} and {@code dap.ui.widgets}: contexts repl and hover, the frame's id. */
  @Test
  void theReplAndHoverEvaluateInTheFrame() {
    buffers.add(buffer(HELLO, json("line", 110)));
    try (TestSession session = new TestSession()) {
      start(session, hello());
      int frame = number(Stop.next(session).frames.getFirst(), "id");
      JsonObject typed =
          session.client.ok(
              "evaluate", "expression", "vmcs GUEST_RIP", "context", "repl", "frameId", frame);
      assertThat(text(typed, "result")).contains("GUEST_RIP").contains("0x");
      JsonObject hovered =
          session.client.ok(
              "evaluate", "expression", "total", "context", "hover", "frameId", frame);
      assertThat(text(hovered, "result")).isEqualTo("21");
      JsonObject completed =
          session.client.ok("completions", "frameId", frame, "text", "vm", "column", 3);
      assertThat(each(completed.get("targets"), "label")).contains("vmcs");
    }
  }

  /** {@code Session:_show_exception_info}, with {@code break_on} filters set in the session. */
  @Test
  void exceptionStopsExplainThemselves() {
    try (TestSession session = new TestSession()) {
      JsonObject traps = hello("program", SampleGuests.elf("traps").toString());
      start(session, hello("stopOnEntry", true, "program", text(traps, "program")));
      assertThat(text(Stop.next(session).event, "reason")).isEqualTo("entry");
      session.client.ok("setExceptionBreakpoints", "filters", array("exit:CPUID"));
      session.client.ok("continue", "threadId", 1, "granularity", "statement");
      Stop stop = Stop.next(session);
      assertThat(text(stop.event, "reason")).isEqualTo("exception");
      JsonObject info = session.client.ok("exceptionInfo", "threadId", 1);
      assertThat(text(info, "breakMode")).isNotBlank();
      assertThat(text(info, "description")).isEqualTo("VM exit: CPUID (10)");
    }
  }

  /**
   * {@code dap.run_to_cursor}: breakpoints of all buffers are taken away, an empty one is {@code
   * []}; and {@code Session:disconnect}, in which {@code terminateDebuggee = nil} is left out.
   */
  @Test
  void runToCursorAndDisconnect() {
    buffers.add(buffer(HELLO, json("line", 92)));
    try (TestSession session = new TestSession()) {
      start(session, hello());
      Stop.next(session);
      session.client.ok("setBreakpoints", asPairs(buffer(HELLO)));
      session.client.ok("setBreakpoints", asPairs(buffer(HELLO, json("line", 99))));
      session.client.ok("continue", "threadId", 1, "granularity", "statement");
      assertThat(number(Stop.next(session).frames.getFirst(), "line")).isEqualTo(99);
      session.client.ok("disconnect", "restart", false);
      session.client.awaitEnd();
    }
  }

  private static Object[] asPairs(JsonObject object) {
    List<Object> pairs = new ArrayList<>();
    object
        .asMap()
        .forEach(
            (name, value) -> {
              pairs.add(name);
              pairs.add(value);
            });
    return pairs.toArray();
  }

  /**
   * {@code Session:handle_body} logs a warning for an event without handler; one that registers
   * {@code dap.listeners.after['event_ringside/status']} asks for it first.
   */
  @Test
  void eventsOfOurOwnComeOnlyWhenAskedFor() {
    buffers.add(buffer(HELLO, json("line", 95), json("line", 99)));
    try (TestSession session = new TestSession()) {
      start(session, hello());
      Stop.next(session);
      assertThat(session.client.order()).noneMatch(line -> line.startsWith("event ringside/"));
      assertThat(text(session.client.okBare("ringside/status"), "state")).isEqualTo("stopped");
      session.client.ok("continue", "threadId", 1, "granularity", "statement");
      Stop.next(session);
      assertThat(session.client.events("ringside/status"))
          .extracting(event -> text(event, "state"))
          .startsWith("running");
    }
  }

  /** {@code dap.terminate}: arguments are an empty object; the session closes at the answer. */
  @Test
  void terminateEndsARunningGuest() {
    try (TestSession session = new TestSession()) {
      start(
          session,
          hello("program", SampleGuests.elf("rings").toString(), "cmdline", "loops=2000000000"));
      session.client.ok("terminate");
      assertThat(number(session.client.event("exited"), "exitCode")).isZero();
      session.client.event("terminated");
    }
  }

  /** The same order with {@code attach}; leaving does not end the VM. */
  @Test
  void attachingAndLeaving(@TempDir Path temporary) {
    try (RunningVm vm = new RunningVm(temporary)) {
      buffers.add(buffer("rings/syscall.c", json("line", 28)));
      try (TestSession session = new TestSession(vm.folder())) {
        start(
            session, json("type", "ringside", "request", "attach", "name", "rings", "vm", "rings"));
        Stop stop = Stop.next(session);
        assertThat(text(stop.frames.getFirst(), "name")).isEqualTo("handle_syscall");
        session.client.ok("disconnect", "restart", false);
        session.client.awaitEnd();
      }
      vm.awaitRunning();
    }
  }
}

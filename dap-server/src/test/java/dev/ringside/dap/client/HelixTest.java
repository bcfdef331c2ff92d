package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static dev.ringside.dap.client.Json.number;
import static dev.ringside.dap.client.Json.objects;
import static dev.ringside.dap.client.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.ringside.dap.TestSession;
import dev.ringside.samples.SampleGuests;
import org.junit.jupiter.api.Test;

/**
 * Helix: {@code helix-editor/helix}, {@code helix-dap/src/client.rs} and {@code types.rs}. Where
 * there are no arguments it sends {@code null}; where it expects no body ({@code type Result = ()})
 * it takes none or {@code null} and nothing else; members without {@code Option} must be there, and
 * numbers of type {@code usize} must not be negative.
 */
class HelixTest {
  private static void empty(TestSession session, String command, JsonElement arguments) {
    JsonObject response = session.client.response(session.client.send(command, arguments));
    assertThat(response.get("success").getAsBoolean()).as("%s", response).isTrue();
    assertThat(response.get("body")).as(command).isIn(null, JsonNull.INSTANCE);
  }

  private static void has(JsonObject object, String... members) {
    assertThat(object.keySet()).contains(members);
  }

  @Test
  void nullArgumentsAndMembersThatMustBeThere() {
    try (TestSession session = new TestSession()) {
      session.client.countFrom0(); // Client.request_counter
      JsonObject capabilities =
          session.client.ok(
              "initialize",
              "clientID",
              "hx",
              "clientName",
              "helix",
              "adapterID",
              "ringside",
              "locale",
              "en-us",
              "linesStartAt1",
              true,
              "columnsStartAt1",
              true,
              "pathFormat",
              "path",
              "supportsVariableType",
              true,
              "supportsVariablePaging",
              false,
              "supportsRunInTerminalRequest",
              true,
              "supportsMemoryReferences",
              false,
              "supportsProgressReporting",
              false,
              "supportsInvalidatedEvent",
              false);
      objects(capabilities.get("exceptionBreakpointFilters"))
          .forEach(filter -> has(filter, "filter", "label"));
      JsonObject configuration =
          json("program", SampleGuests.elf("hello").toString(), "memory", "64M");
      empty(session, "launch", configuration);
      session.client.event("initialized");
      JsonObject placed =
          session.client.ok(
              "setBreakpoints",
              "source",
              TestSession.source("hello/hello.c"),
              "breakpoints",
              array(json("line", 72)),
              "sourceModified",
              false);
      objects(placed.get("breakpoints")).forEach(breakpoint -> has(breakpoint, "verified", "id"));
      empty(session, "configurationDone", JsonNull.INSTANCE);
      JsonObject stop = session.client.event("stopped");
      assertThat(text(stop, "reason")).isEqualTo("breakpoint");
      JsonObject threads =
          DapClient.body(
              "threads",
              session.client.response(session.client.send("threads", JsonNull.INSTANCE)));
      objects(threads.get("threads")).forEach(thread -> has(thread, "id", "name"));
      JsonObject stack = session.client.ok("stackTrace", "threadId", 1);
      for (JsonObject frame : objects(stack.get("stackFrames"))) {
        has(frame, "id", "name", "line", "column");
        assertThat(number(frame, "line")).isNotNegative();
        assertThat(number(frame, "column")).isNotNegative();
      }
      int frame = number(objects(stack.get("stackFrames")).getFirst(), "id");
      for (JsonObject scope :
          objects(session.client.ok("scopes", "frameId", frame).get("scopes"))) {
        has(scope, "name", "variablesReference", "expensive");
        JsonObject variables =
            session.client.ok(
                "variables", "variablesReference", number(scope, "variablesReference"));
        objects(variables.get("variables"))
            .forEach(variable -> has(variable, "name", "value", "variablesReference"));
      }
      JsonObject typed = session.client.ok("evaluate", "expression", "regs", "frameId", frame);
      has(typed, "result", "variablesReference");
      assertThat(text(typed, "result")).as(":debug-eval has no context").contains("rip");
      empty(session, "next", json("threadId", 1));
      session.client.event("stopped");
      empty(session, "restart", configuration); // The launch's own, not below "arguments".
      assertThat(text(session.client.event("stopped"), "reason")).isEqualTo("breakpoint");
      empty(session, "disconnect", JsonNull.INSTANCE);
    }
  }
}

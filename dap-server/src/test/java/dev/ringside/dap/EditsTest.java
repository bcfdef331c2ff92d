package dev.ringside.dap;

import static dev.ringside.dap.Bodies.named;
import static dev.ringside.dap.Bodies.text;
import static dev.ringside.dap.Bodies.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client hears after an edit, and making the guest go on elsewhere. */
class EditsTest {
  private static final String HELLO = "hello/hello.c";

  /** In {@code factorial}, called by {@code kmain}, with the stack already asked for. */
  private static TestSession inFactorial() {
    TestSession session = new TestSession();
    session.launch("hello");
    session.breakIn("factorial");
    session.configured();
    session.stopped();
    session.top();
    return session;
  }

  private static String evaluated(TestSession session, String expression) {
    return text(
        session.client.ok("evaluate", "expression", expression, "context", "watch"), "result");
  }

  private static String address(TestSession session, String expression) {
    return evaluated(session, "&" + expression).replaceFirst(" .*", "");
  }

  private static List<String> areas(JsonObject invalidated) {
    List<String> areas = new ArrayList<>();
    for (JsonElement area : invalidated.getAsJsonArray("areas")) {
      areas.add(area.getAsString());
    }
    return areas;
  }

  private static void variablesOnly(TestSession session) {
    assertThat(areas(session.client.event("invalidated"))).containsExactly("variables");
  }

  private static void memory(TestSession session, String reference, int offset, int count) {
    JsonObject event = session.client.event("memory");
    assertThat(text(event, "memoryReference")).isEqualTo(reference);
    assertThat(event.get("offset").getAsInt()).isEqualTo(offset);
    assertThat(event.get("count").getAsInt()).isEqualTo(count);
  }

  @Test
  void eachWayToEditAVariableTellsWhichMemoryAndThatVariablesChanged() {
    try (TestSession session = inFactorial()) {
      String calls = address(session, "calls");
      session.client.ok("setExpression", "expression", "calls", "value", "7");
      memory(session, calls, 0, 4);
      variablesOnly(session);
      session.client.ok("evaluate", "expression", "calls = 8", "context", "repl");
      memory(session, calls, 0, 4);
      variablesOnly(session);
      session.client.ok("evaluate", "expression", "++calls", "context", "repl");
      memory(session, calls, 0, 4);
      variablesOnly(session);
      session.client.ok(
          "writeMemory",
          "memoryReference",
          calls,
          "offset",
          1,
          "data",
          Base64.getEncoder().encodeToString(new byte[] {1}));
      memory(session, calls, 1, 1);
      variablesOnly(session);
      assertThat(evaluated(session, "calls")).isEqualTo("265");
      int frame = session.top().get("id").getAsInt();
      JsonArray scopes = session.client.ok("scopes", "frameId", frame).getAsJsonArray("scopes");
      session.client.ok(
          "setVariable",
          "variablesReference",
          named(scopes, "Arguments").get("variablesReference").getAsInt(),
          "name",
          "n",
          "value",
          "3");
      memory(session, address(session, "n"), 0, 4);
      variablesOnly(session);
    }
  }

  @Test
  void aPointersEditIsWhereThePointerIs() {
    try (TestSession session = inFactorial()) {
      String place = address(session, "first.next");
      session.client.ok("setExpression", "expression", "first.next", "value", "&third");
      memory(session, place, 0, 8);
    }
  }

  @Test
  void memoryEventsUseTheReferencesThatTheClientReads() {
    try (TestSession session = inFactorial()) {
      long calls = Long.decode(address(session, "calls"));
      String before = "0x" + Long.toHexString(calls - 16);
      String physical = "phys:" + before;
      session.client.ok("readMemory", "memoryReference", before, "offset", 0, "count", 32);
      session.client.ok("readMemory", "memoryReference", physical, "offset", 8, "count", 16);
      session.client.ok("readMemory", "memoryReference", "0x0", "offset", 0, "count", 16);
      session.client.ok("setExpression", "expression", "calls", "value", "1");
      memory(session, before, 16, 4);
      memory(session, physical, 8, 16);
      session.client.event("invalidated");
      assertThat(session.client.events("memory")).hasSize(2);
    }
  }

  @Test
  void lookingChangesNothingAndSaysSo() {
    try (TestSession session = inFactorial()) {
      session.client.ok("evaluate", "expression", "calls", "context", "repl");
      session.client.ok("evaluate", "expression", "calls + 1", "context", "watch");
      session.client.ok("evaluate", "expression", "calls", "context", "hover");
      session.client.ok("setExpression", "expression", "$rbx", "value", "1");
      variablesOnly(session);
      assertThat(session.client.events("invalidated")).hasSize(1);
      assertThat(session.client.events("memory")).as("a register is not in memory").isEmpty();
    }
  }

  @Test
  void anAssigningWatchIsNotToldToEvaluateItselfAgain() {
    try (TestSession session = inFactorial()) {
      String calls = address(session, "calls");
      session.client.ok("evaluate", "expression", "calls = 5", "context", "watch");
      memory(session, calls, 0, 4);
      session.client.ok("threads");
      assertThat(session.client.events("invalidated")).isEmpty();
    }
  }

  @Test
  void aChangedInstructionPointerOrReturnAddressChangesTheStack() {
    try (TestSession session = inFactorial()) {
      String kmain = address(session, "kmain");
      session.client.ok("setExpression", "expression", "$rip", "value", kmain);
      assertThat(areas(session.client.event("invalidated")))
          .containsExactlyInAnyOrder("stacks", "variables");
      assertThat(text(session.top(), "name")).isEqualTo("kmain");
    }
    try (TestSession session = inFactorial()) {
      JsonArray frames =
          session.client.ok("stackTrace", "threadId", 1).getAsJsonArray("stackFrames");
      assertThat(texts(frames, "name")).startsWith("factorial", "kmain");
      long base = Long.decode(evaluated(session, "$rbp").replaceFirst(" .*", ""));
      String slot = "0x" + Long.toHexString(base + 8);
      session.client.ok("writeMemory", "memoryReference", slot, "data", "AAAAAAAAAAA=");
      assertThat(areas(session.client.event("invalidated"))).contains("stacks");
    }
  }

  @Test
  void framesStayValidWhereTheStackLooksTheSame() {
    try (TestSession session = inFactorial()) {
      int frame = session.top().get("id").getAsInt();
      session.client.ok("setExpression", "expression", "n", "value", "4", "frameId", frame);
      variablesOnly(session);
      assertThat(session.top().get("id").getAsInt()).isEqualTo(frame);
      session.client.ok("setExpression", "expression", "n", "value", "5", "frameId", frame);
    }
  }

  private static JsonArray targets(TestSession session, int line) {
    return session
        .client
        .ok("gotoTargets", "source", TestSession.source(HELLO), "line", line)
        .getAsJsonArray("targets");
  }

  @Test
  void theGuestGoesOnAtAnotherLineOfItsFunction() {
    try (TestSession session = new TestSession()) {
      session.launch("hello");
      session.breakAt(HELLO, 110);
      session.configured();
      session.stopped();
      JsonObject target = targets(session, 95).get(0).getAsJsonObject();
      assertThat(target.get("line").getAsInt()).isEqualTo(95);
      session.client.ok("goto", "threadId", 1, "targetId", target.get("id").getAsInt());
      assertThat(text(session.stopped(), "reason")).isEqualTo("goto");
      JsonObject top = session.top();
      assertThat(top.get("line").getAsInt()).isEqualTo(95);
      assertThat(text(top, "instructionPointerReference"))
          .isEqualTo(text(target, "instructionPointerReference"));
      session.client.ok("continue", "threadId", 1);
      assertThat(text(session.stopped(), "reason")).isEqualTo("breakpoint");
      assertThat(evaluated(session, "calls")).as("factorial(10) ran twice").isEqualTo("20");
    }
  }

  @Test
  void elsewhereIsRefused() {
    try (TestSession session = inFactorial()) {
      JsonObject other =
          session.client.fails("gotoTargets", "source", TestSession.source(HELLO), "line", 98);
      assertThat(text(other, "format")).contains("line 98", "factorial");
      JsonObject none =
          session.client.fails("gotoTargets", "source", TestSession.source(HELLO), "line", 9000);
      assertThat(text(none, "format")).contains("no code");
      session.client.fails("goto", "threadId", 1, "targetId", 99);
      JsonArray here = targets(session, session.top().get("line").getAsInt());
      session.breakIn();
      session.client.ok("stepOut", "threadId", 1);
      session.stopped();
      while (!text(session.top(), "name").equals("kmain")) {
        session.client.ok("stepOut", "threadId", 1);
        session.stopped();
      }
      JsonObject late =
          session.client.fails(
              "goto",
              "threadId",
              1,
              "targetId",
              here.get(0).getAsJsonObject().get("id").getAsInt());
      assertThat(text(late, "format")).contains("no longer in the function");
    }
  }

  @Test
  void notWhileAnExitWaitsToBeHandled() {
    try (TestSession session = new TestSession()) {
      session.launch("hello");
      session.filters("exit:IO_INSTRUCTION");
      session.configured();
      session.stopped();
      JsonObject top = session.top();
      JsonArray targets =
          session
              .client
              .ok(
                  "gotoTargets",
                  "source",
                  top.getAsJsonObject("source"),
                  "line",
                  top.get("line").getAsInt())
              .getAsJsonArray("targets");
      JsonObject error =
          session.client.fails(
              "goto",
              "threadId",
              1,
              "targetId",
              targets.get(0).getAsJsonObject().get("id").getAsInt());
      assertThat(text(error, "format")).contains("step once");
    }
  }
}

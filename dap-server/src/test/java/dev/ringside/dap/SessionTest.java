package dev.ringside.dap;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the capabilities promise, each exercised over a real stream. */
class SessionTest {
  private static final String HELLO = "hello/hello.c";

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  /** The plain value, without its annotation. */
  private static String plain(String value) {
    return value.replaceFirst(" .*", "");
  }

  private static List<String> names(JsonArray array, String member) {
    List<String> names = new ArrayList<>();
    for (JsonElement element : array) {
      names.add(element.getAsJsonObject().get(member).getAsString());
    }
    return names;
  }

  private static JsonObject named(JsonArray array, String name) {
    for (JsonElement element : array) {
      if (text(element.getAsJsonObject(), "name").equals(name)) {
        return element.getAsJsonObject();
      }
    }
    throw new AssertionError("no '" + name + "' in " + names(array, "name"));
  }

  private static JsonArray children(TestSession session, JsonObject parent) {
    return session
        .client
        .ok("variables", "variablesReference", parent.get("variablesReference").getAsInt())
        .getAsJsonArray("variables");
  }

  /** A session that stands in hello's kmain. */
  private static TestSession inKmain() {
    TestSession session = new TestSession();
    session.launch("hello");
    JsonObject breakpoint = session.breakIn("kmain").get(0).getAsJsonObject();
    assertThat(breakpoint.get("verified").getAsBoolean()).as("%s", breakpoint).isTrue();
    session.configured();
    JsonObject stopped = session.stopped();
    assertThat(text(stopped, "reason")).isEqualTo("function breakpoint");
    assertThat(stopped.getAsJsonArray("hitBreakpointIds").get(0)).isEqualTo(breakpoint.get("id"));
    assertThat(stopped.get("allThreadsStopped").getAsBoolean()).isTrue();
    assertThat(stopped.get("threadId").getAsInt()).isEqualTo(1);
    return session;
  }

  @Test
  void aGuestRunsFromLaunchToItsEndInTheProtocolsOrder() {
    try (TestSession session = inKmain()) {
      assertThat(text(session.top(), "name")).isEqualTo("kmain");
      session.client.ok("continue", "threadId", 1);
      assertThat(session.client.event("exited").get("exitCode").getAsInt()).isZero();
      session.client.event("terminated");
      session.client.ok("disconnect");
      session.client.awaitEnd();
      List<String> order = new ArrayList<>(session.client.order());
      order.removeIf(line -> line.equals("event output") || line.equals("event ringside/status"));
      assertThat(order)
          .containsExactly(
              "response initialize",
              "response launch",
              "event initialized",
              "response setFunctionBreakpoints",
              "response configurationDone",
              "event stopped",
              "response stackTrace",
              "response continue",
              "event exited",
              "event terminated",
              "response disconnect");
      assertThat(session.client.output("stdout"))
          .startsWith("Hello from ring 0")
          .endsWith("Goodbye.\n");
    }
  }

  @Test
  void breakpointsMoveSayWhyAndObeyConditionsAndCounts() {
    try (TestSession session = new TestSession()) {
      session.launch("hello");
      JsonArray answers = session.breakAt(HELLO, 56, 61, 3000);
      assertThat(answers.get(0).getAsJsonObject().get("verified").getAsBoolean()).isTrue();
      assertThat(answers.get(1).getAsJsonObject().get("line").getAsInt()).isNotEqualTo(61);
      JsonObject beyond = answers.get(2).getAsJsonObject();
      assertThat(beyond.get("verified").getAsBoolean()).isFalse();
      assertThat(text(beyond, "message")).isNotBlank();
      JsonArray lines =
          session
              .client
              .ok(
                  "breakpointLocations",
                  "source",
                  TestSession.source(HELLO),
                  "line",
                  53,
                  "endLine",
                  60)
              .getAsJsonArray("breakpoints");
      assertThat(lines).isNotEmpty();
      session.client.ok(
          "setBreakpoints",
          "source",
          TestSession.source(HELLO),
          "breakpoints",
          array(
              json("line", 56, "condition", "i == 3"),
              json("line", 57, "hitCondition", "2"),
              json("line", 59, "logMessage", "sum is {sum}")));
      session.configured();
      session.stopped();
      assertThat(evaluated(session, "i")).isEqualTo("1");
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      assertThat(evaluated(session, "i")).isEqualTo("3");
      assertThat(session.top().get("line").getAsInt()).isEqualTo(56);
      session.client.ok("continue", "threadId", 1);
      session.client.event("exited");
      assertThat(session.client.output("console")).contains("sum is 140\n");
    }
  }

  private static String evaluated(TestSession session, String expression) {
    int frame = session.top().get("id").getAsInt();
    JsonObject result =
        session.client.ok(
            "evaluate", "expression", expression, "frameId", frame, "context", "watch");
    return text(result, "result");
  }

  @Test
  void stepsGoOverIntoAndOut() {
    try (TestSession session = inKmain()) {
      int line = session.top().get("line").getAsInt();
      session.client.ok("next", "threadId", 1);
      assertThat(text(session.stopped(), "reason")).isEqualTo("step");
      assertThat(session.top().get("line").getAsInt()).isGreaterThan(line);
      session.breakIn("factorial");
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      session.breakIn();
      JsonArray stack =
          session.client.ok("stackTrace", "threadId", 1).getAsJsonArray("stackFrames");
      assertThat(names(stack, "name")).startsWith("factorial", "kmain");
      session.client.ok("stepOut", "threadId", 1);
      session.stopped();
      assertThat(text(session.top(), "name")).isEqualTo("kmain");
      String before = text(session.top(), "instructionPointerReference");
      session.client.ok("next", "threadId", 1, "granularity", "instruction");
      session.stopped();
      assertThat(text(session.top(), "instructionPointerReference")).isNotEqualTo(before);
      session.client.ok("stepIn", "threadId", 1);
      session.stopped();
      JsonObject paged =
          session.client.ok("stackTrace", "threadId", 1, "startFrame", 0, "levels", 1);
      assertThat(paged.getAsJsonArray("stackFrames")).hasSize(1);
      assertThat(paged.get("totalFrames").getAsInt()).isPositive();
    }
  }

  @Test
  void scopesAndVariables() {
    try (TestSession session = inKmain()) {
      session.breakAt(HELLO, 110);
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      int frame = session.top().get("id").getAsInt();
      JsonArray scopes = session.client.ok("scopes", "frameId", frame).getAsJsonArray("scopes");
      assertThat(names(scopes, "name"))
          .containsExactly(
              "Arguments",
              "Locals",
              "Statics",
              "Registers",
              "VMCS",
              "Page walk",
              "Last VM exit",
              "Trap cost");
      assertThat(text(named(children(session, named(scopes, "Locals")), "total"), "value"))
          .isEqualTo("21");
      JsonObject first = named(children(session, named(scopes, "Statics")), "first");
      JsonArray members = children(session, first);
      assertThat(text(named(members, "name"), "value")).contains("\"first\"");
      assertThat(text(named(members, "colour"), "value")).isEqualTo("1 RED");
      assertThat(text(named(members, "name"), "evaluateName")).isEqualTo("first.name");
      JsonObject squares = named(children(session, named(scopes, "Statics")), "squares");
      assertThat(squares.get("indexedVariables").getAsInt()).isEqualTo(8);
      JsonObject page =
          session.client.ok(
              "variables",
              "variablesReference",
              squares.get("variablesReference").getAsInt(),
              "filter",
              "indexed",
              "start",
              3,
              "count",
              2,
              "format",
              json("hex", true));
      assertThat(names(page.getAsJsonArray("variables"), "value")).containsExactly("0x9", "0x10");
      JsonObject general = named(children(session, named(scopes, "Registers")), "General");
      String rip = text(named(children(session, general), "rip"), "value");
      assertThat(rip).startsWith(text(session.top(), "instructionPointerReference"));
      JsonObject guest = named(children(session, named(scopes, "VMCS")), "Guest state");
      JsonObject guestRip = named(children(session, guest), "GUEST_RIP");
      assertThat(plain(text(guestRip, "value"))).isEqualTo(plain(rip));
      assertThat(children(session, named(scopes, "Page walk"))).isNotEmpty();
      assertThat(children(session, named(scopes, "Last VM exit"))).isNotEmpty();
      assertThat(children(session, named(scopes, "Trap cost"))).isNotEmpty();
    }
  }

  @Test
  void valuesCanBeSet() {
    try (TestSession session = inKmain()) {
      session.breakAt(HELLO, 110);
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      int frame = session.top().get("id").getAsInt();
      JsonArray scopes = session.client.ok("scopes", "frameId", frame).getAsJsonArray("scopes");
      int locals = named(scopes, "Locals").get("variablesReference").getAsInt();
      JsonObject set =
          session.client.ok(
              "setVariable", "variablesReference", locals, "name", "total", "value", "40 + 2");
      assertThat(text(set, "value")).isEqualTo("42");
      session.client.event("memory");
      session.client.event("invalidated");
      assertThat(evaluated(session, "total")).isEqualTo("42");
      session.client.ok(
          "setExpression", "expression", "first.at.x", "value", "7", "frameId", frame);
      assertThat(evaluated(session, "first.at.x * 6")).isEqualTo("42");
      session.client.fails(
          "evaluate", "expression", "total = 1", "frameId", frame, "context", "hover");
      assertThat(evaluated(session, "total")).isEqualTo("42");
      JsonObject copied =
          session.client.ok(
              "evaluate", "expression", "total", "frameId", frame, "context", "clipboard");
      assertThat(text(copied, "result")).isEqualTo("42");
      session.client.fails(
          "evaluate", "expression", "total = 1", "frameId", frame, "context", "clipboard");
      assertThat(evaluated(session, "total")).isEqualTo("42");
      JsonObject unknown =
          session.client.fails(
              "evaluate", "expression", "no_such_name", "frameId", frame, "context", "watch");
      assertThat(unknown.get("id").getAsInt()).isEqualTo(3004);
    }
  }

  @Test
  void memoryIsReadWrittenAndDisassembled() {
    try (TestSession session = inKmain()) {
      JsonObject address =
          session.client.ok("evaluate", "expression", "&calls", "context", "watch");
      String reference = text(address, "memoryReference");
      JsonObject written =
          session.client.ok(
              "writeMemory",
              "memoryReference",
              reference,
              "data",
              Base64.getEncoder().encodeToString(new byte[] {5, 1, 0, 0}));
      assertThat(written.get("bytesWritten").getAsInt()).isEqualTo(4);
      session.client.event("memory");
      assertThat(evaluated(session, "calls")).isEqualTo("261");
      JsonObject read =
          session.client.ok("readMemory", "memoryReference", reference, "offset", 1, "count", 3);
      assertThat(Base64.getDecoder().decode(text(read, "data"))).containsExactly(1, 0, 0);
      String rip = text(session.top(), "instructionPointerReference");
      JsonArray code =
          session
              .client
              .ok(
                  "disassemble",
                  "memoryReference",
                  rip,
                  "instructionOffset",
                  -2,
                  "instructionCount",
                  10,
                  "resolveSymbols",
                  true)
              .getAsJsonArray("instructions");
      assertThat(code).hasSize(10);
      assertThat(text(code.get(2).getAsJsonObject(), "address")).isEqualTo(rip);
      JsonArray placed =
          session
              .client
              .ok(
                  "setInstructionBreakpoints",
                  "breakpoints",
                  array(
                      json("instructionReference", text(code.get(3).getAsJsonObject(), "address"))))
              .getAsJsonArray("breakpoints");
      assertThat(placed.get(0).getAsJsonObject().get("verified").getAsBoolean()).isTrue();
      session.client.ok("continue", "threadId", 1);
      assertThat(text(session.stopped(), "reason")).isEqualTo("instruction breakpoint");
    }
  }

  @Test
  void dataBreakpointsStopBehindTheWrite() {
    try (TestSession session = inKmain()) {
      JsonObject info = session.client.ok("dataBreakpointInfo", "name", "calls");
      JsonArray placed =
          session
              .client
              .ok(
                  "setDataBreakpoints",
                  "breakpoints",
                  array(json("dataId", text(info, "dataId"), "accessType", "write")))
              .getAsJsonArray("breakpoints");
      assertThat(placed.get(0).getAsJsonObject().get("verified").getAsBoolean()).isTrue();
      session.client.ok("continue", "threadId", 1);
      assertThat(text(session.stopped(), "reason")).isEqualTo("data breakpoint");
      assertThat(evaluated(session, "calls")).isEqualTo("1");
      JsonObject bytes =
          session.client.ok(
              "dataBreakpointInfo", "name", "0x100000", "asAddress", true, "bytes", 4);
      assertThat(text(bytes, "dataId")).startsWith("0x100000:4");
    }
  }

  @Test
  void filtersStopAtExitsAndRingTransitionsWithConditions() {
    try (TestSession session = new TestSession()) {
      session.launch("rings");
      JsonArray answers =
          session
              .client
              .ok(
                  "setExceptionBreakpoints",
                  "filters",
                  array("ring:3-0", "exit:NONSENSE"),
                  "filterOptions",
                  array(json("filterId", "exit:IO_INSTRUCTION", "condition", "port == 0x43")))
              .getAsJsonArray("breakpoints");
      assertThat(answers.get(0).getAsJsonObject().get("verified").getAsBoolean()).isTrue();
      assertThat(answers.get(1).getAsJsonObject().get("verified").getAsBoolean()).isFalse();
      assertThat(answers.get(2).getAsJsonObject().get("verified").getAsBoolean()).isTrue();
      session.configured();
      JsonObject exit = session.stopped();
      assertThat(text(exit, "reason")).isEqualTo("exception");
      assertThat(text(exit, "description")).isEqualTo("VM exit: IO_INSTRUCTION (30)");
      JsonObject info = session.client.ok("exceptionInfo", "threadId", 1);
      assertThat(text(info, "exceptionId")).isEqualTo("exit:IO_INSTRUCTION");
      JsonObject details = info.getAsJsonObject("details");
      assertThat(text(details, "message")).contains("port 0x43");
      assertThat(text(details, "stackTrace"))
          .startsWith("port 0x43 out 1\n")
          .contains("in ring 0")
          .contains("exit qualification 0x4300");
      session.client.ok("continue", "threadId", 1);
      JsonObject ring = session.stopped();
      assertThat(text(ring, "description")).startsWith("Ring transition: 3 → 0");
      assertThat(
              text(
                  session.client.ok("threads").getAsJsonArray("threads").get(0).getAsJsonObject(),
                  "name"))
          .isEqualTo("vCPU 0 · ring 0 · long mode");
    }
  }

  @Test
  void aRunningGuestCanBePausedAndAskedAndTerminated() {
    try (TestSession session = new TestSession()) {
      session.launch("rings", "cmdline", "loops=2000000000");
      session.configured();
      session.client.ok("threads");
      session.client.ok("evaluate", "expression", "help", "context", "repl");
      session.client.ok("pause", "threadId", 1);
      assertThat(text(session.stopped(), "reason")).isEqualTo("pause");
      session.client.ok("continue", "threadId", 1);
      session.client.ok("terminate");
      assertThat(session.client.event("exited").get("exitCode").getAsInt()).isZero();
      session.client.event("terminated");
    }
  }

  @Test
  void stopOnEntryThenRestartStandsAtTheFirstInstructionAgain() {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "stopOnEntry", true);
      session.configured();
      assertThat(text(session.stopped(), "reason")).isEqualTo("entry");
      String entry = text(session.top(), "instructionPointerReference");
      session.breakIn("kmain");
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      session.client.ok("restart");
      assertThat(text(session.stopped(), "reason")).isEqualTo("entry");
      assertThat(text(session.top(), "instructionPointerReference")).isEqualTo(entry);
      session.client.ok("continue", "threadId", 1);
      assertThat(text(session.stopped(), "reason")).isEqualTo("function breakpoint");
    }
  }

  @Test
  void noDebugRunsThrough() {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "noDebug", true);
      JsonObject answer = session.breakIn("kmain").get(0).getAsJsonObject();
      assertThat(answer.get("verified").getAsBoolean()).isFalse();
      session.configured();
      session.client.event("exited");
      assertThat(session.client.events("stopped")).isEmpty();
    }
  }

  @Test
  void modulesSourcesAndCompletions() {
    try (TestSession session = inKmain()) {
      JsonObject modules = session.client.ok("modules");
      assertThat(names(modules.getAsJsonArray("modules"), "name")).containsExactly("hello.elf");
      JsonObject sources = session.client.ok("loadedSources");
      assertThat(names(sources.getAsJsonArray("sources"), "name")).contains("hello.c", "boot.S");
      JsonObject commands = session.client.ok("completions", "text", "br", "column", 3);
      assertThat(names(commands.getAsJsonArray("targets"), "label")).contains("break");
      JsonObject registers = session.client.ok("completions", "text", "1 + $ra", "column", 8);
      assertThat(names(registers.getAsJsonArray("targets"), "label")).contains("$rax");
      JsonObject symbols = session.client.ok("completions", "text", "break km", "column", 9);
      assertThat(names(symbols.getAsJsonArray("targets"), "label")).contains("kmain");
    }
  }

  @Test
  void aCancelledRequestIsNotCarriedOut() {
    try (TestSession session = inKmain()) {
      session.client.ok("cancel", "requestId", 100_000);
      session.client.ok("threads");
    }
  }

  @Test
  void customRequestsShowTheMachine() {
    try (TestSession session = inKmain()) {
      JsonArray groups = session.client.ok("ringside/vmcs").getAsJsonArray("groups");
      assertThat(names(groups, "name")).contains("Guest state", "Host state", "Controls");
      String rip = text(session.top(), "instructionPointerReference");
      JsonObject walk = session.client.ok("ringside/walk", "address", rip);
      assertThat(walk.getAsJsonArray("levels").size()).isGreaterThanOrEqualTo(2);
      assertThat(text(walk, "result")).isEqualTo("phys:" + rip);
      JsonObject ept = session.client.ok("ringside/walk", "address", "phys:" + rip);
      assertThat(ept.getAsJsonArray("levels")).isNotEmpty();
      JsonObject gdt = session.client.ok("ringside/tables", "table", "gdt");
      assertThat(names(gdt.getAsJsonArray("entries"), "description"))
          .anyMatch(text -> text.startsWith("code 64-bit"));
      session.client.ok("ringside/tables", "table", "idt");
      session.client.fails("ringside/tables", "table", "xyz");
      JsonObject profile = session.client.ok("ringside/profile", "events", true);
      assertThat(profile.get("version").getAsInt()).isEqualTo(1);
      session.client.ok("continue", "threadId", 1);
      session.client.event("exited");
      JsonObject end = session.client.ok("ringside/profile");
      assertThat(names(end.getAsJsonArray("exits"), "reason")).contains("IO_INSTRUCTION");
    }
  }

  @Test
  void serialEventsCarryTheGuestsBytes() {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "serial", "events");
      session.client.ok("ringside/serialInput", "text", "x");
      session.client.fails("ringside/serialInput");
      session.configured();
      session.client.event("exited");
      StringBuilder text = new StringBuilder();
      for (JsonObject event : session.client.events("ringside/serialOutput")) {
        text.append(
            new String(
                Base64.getDecoder().decode(text(event, "data")),
                java.nio.charset.StandardCharsets.UTF_8));
      }
      assertThat(text.toString()).startsWith("Hello from ring 0").endsWith("Goodbye.\n");
      assertThat(session.client.output("stdout")).isEmpty();
    }
  }
}

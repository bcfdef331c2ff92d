package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.json;
import static dev.ringside.dap.client.Json.each;
import static dev.ringside.dap.client.Json.flag;
import static dev.ringside.dap.client.Json.named;
import static dev.ringside.dap.client.Json.number;
import static dev.ringside.dap.client.Json.objects;
import static dev.ringside.dap.client.Json.plain;
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

/** A day in VS Code, click by click ({@link VsCode} says where each request is from). */
class VsCodeTest {
  private static final String HELLO = "hello/hello.c";

  private static JsonObject configuration(String sample, Object... more) {
    JsonObject configuration = json("program", SampleGuests.elf(sample).toString());
    configuration.addProperty("memory", "64M");
    json(more).asMap().forEach(configuration::add);
    return configuration;
  }

  /** F5 on hello with a breakpoint; the workbench as it stands at the first stop. */
  private static VsCode.Stop stopAt(VsCode code, int line) {
    code.initialize();
    code.breakpointAt(HELLO, json("line", line));
    code.start("launch", configuration("hello"));
    return code.stopped();
  }

  /** {@code DebugService.sendAllBreakpoints}, {@code DebugSession.handleStop}. */
  @Test
  void f5StopsAtTheRedDotWithItsWholeStackInTwoPages() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      JsonObject capabilities = code.initialize();
      assertThat(flag(capabilities, "supportsDelayedStackTraceLoading")).isTrue();
      code.breakpointAt(HELLO, json("line", 48, "condition", "n == 3"), json("line", 59));
      code.breakpointAt("common/power.c", json("line", 1));
      code.breakpointIn("walk_list");
      JsonObject answers = code.start("launch", configuration("hello"));
      List<JsonObject> dots = objects(answers.get("setBreakpoints"));
      assertThat(dots).hasSize(3);
      assertThat(dots).allMatch(dot -> flag(dot, "verified") || dot.has("message"));
      assertThat(text(dots.get(0).getAsJsonObject("source"), "path")).endsWith("/hello.c");
      assertThat(number(dots.get(0), "line")).isEqualTo(48);
      assertThat(flag(objects(answers.get("setFunctionBreakpoints")).getFirst(), "verified"))
          .isTrue();
      assertThat(objects(answers.get("setExceptionBreakpoints")))
          .singleElement()
          .matches(answer -> flag(answer, "verified"), "triple-fault is on by default");

      VsCode.Stop stop = code.stopped();
      assertThat(stop.reason()).isEqualTo("breakpoint");
      assertThat(stop.event().getAsJsonArray("hitBreakpointIds")).contains(dots.get(0).get("id"));
      assertThat(each(stop.threads(), "name")).containsExactly("vCPU 0 · ring 0 · long mode");
      List<String> names = stop.frames().stream().map(frame -> text(frame, "name")).toList();
      List<String> expected = new ArrayList<>();
      for (int n = 3; n <= 10; n++) {
        expected.add("factorial");
      }
      expected.add("kmain");
      assertThat(names).startsWith(expected.toArray(String[]::new));
      assertThat(stop.totalFrames()).isEqualTo(stop.frames().size());
      assertThat(stop.frames()).extracting(frame -> number(frame, "id")).doesNotHaveDuplicates();
      assertThat(number(stop.frames().get(8), "line")).isEqualTo(95);
      for (JsonObject frame : stop.frames().subList(0, 9)) {
        assertThat(text(frame.getAsJsonObject("source"), "path"))
            .isEqualTo(text(TestSession.source(HELLO), "path"));
        assertThat(number(frame, "column")).isGreaterThanOrEqualTo(1);
      }
      assertThat(code.value("n", number(stop.frames().get(4), "id"))).isEqualTo("7");
    }
  }

  /**
   * The inline values that VS Code shows without a provider are the variables of the scopes around
   * the line ({@code debugEditorContribution.ts}, {@code createInlineValueDecorationsInsideRange}):
   * those scopes must be cheap, the registers' and the machine's must not be fetched.
   */
  @Test
  void inlineValuesComeFromTheCheapScopes() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      VsCode.Stop stop = stopAt(code, 72);
      List<JsonObject> scopes = objects(stop.scopes());
      assertThat(scopes)
          .filteredOn(scope -> !flag(scope, "expensive"))
          .extracting(scope -> text(scope, "name"))
          .contains("Arguments", "Locals")
          .doesNotContain("VMCS", "Page walk");
      assertThat(text(named(stop.variables(), "head"), "value")).contains("<first>");
      assertThat(text(named(stop.variables(), "node"), "value")).contains("<first>");
      assertThat(text(named(stop.variables(), "total"), "value")).isEqualTo("0");
      JsonObject node = named(stop.variables(), "node");
      assertThat(text(node, "memoryReference")).isEqualTo(plain(text(node, "value")));
      assertThat(text(node, "evaluateName")).isEqualTo("node");
      JsonObject pointee = objects(code.variables(number(node, "variablesReference"))).getFirst();
      assertThat(code.value(text(pointee, "evaluateName"), stop.frameId()))
          .isEqualTo(text(pointee, "value"));
    }
  }

  /** {@code Expression.evaluate}: hover, watch, debug console, copy value, and variables. */
  @Test
  void everyContextEvaluatesAndOnlyTheRightOnesWrite() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      VsCode.Stop stop = stopAt(code, 110);
      int frame = stop.frameId();
      for (String context : List.of("hover", "watch", "repl", "clipboard", "variables")) {
        JsonObject sum = code.evaluate("sum", frame, context);
        assertThat(text(sum, "result")).as(context).isEqualTo("140");
        assertThat(number(sum, "variablesReference")).as(context).isZero();
        JsonObject first = code.evaluate("first", frame, context);
        JsonArray members = code.variables(number(first, "variablesReference"));
        assertThat(each(members, "name"))
            .as(context)
            .containsExactly("name", "colour", "at", "next");
      }
      JsonObject hovered =
          code.client()
              .ok(
                  "evaluate",
                  "expression",
                  "status.bits.mode",
                  "frameId",
                  frame,
                  "context",
                  "hover",
                  "line",
                  107,
                  "column",
                  15,
                  "source",
                  TestSession.source(HELLO));
      assertThat(plain(text(hovered, "result"))).isEqualTo("5");
      for (String context : List.of("hover", "clipboard")) {
        JsonObject refused =
            DapClient.error(
                code.client()
                    .response(
                        code.client()
                            .send(
                                "evaluate",
                                json(
                                    "expression",
                                    "sum = 1",
                                    "frameId",
                                    frame,
                                    "context",
                                    context))));
        assertThat(text(refused, "format")).isNotBlank();
      }
      assertThat(code.value("sum", frame)).isEqualTo("140");
      assertThat(text(code.evaluate("sum = 7", frame, "repl"), "result")).isEqualTo("7");
      code.client().event("invalidated");
      assertThat(code.value("sum", frame)).isEqualTo("7");
      JsonObject typed =
          code.client().ok("completions", "frameId", frame, "text", "tot", "column", 4, "line", 1);
      assertThat(each(typed.get("targets"), "label")).containsExactly("total");
      JsonObject member =
          code.client()
              .ok(
                  "completions",
                  "frameId",
                  frame,
                  "text",
                  "1 + first.at.",
                  "column",
                  14,
                  "line",
                  1);
      assertThat(each(member.get("targets"), "label")).containsExactly("x", "y");
      assertThat(number(objects(member.get("targets")).getFirst(), "start")).isEqualTo(14);
    }
  }

  /** {@code Variable.setVariable}, {@code Variable.setExpression}. */
  @Test
  void valuesAreEditedInTheirViewAndTheRestIsReadAgain() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      VsCode.Stop stop = stopAt(code, 110);
      int locals = number(named(stop.scopes(), "Locals"), "variablesReference");
      JsonObject set =
          code.client()
              .ok("setVariable", "variablesReference", locals, "name", "total", "value", "0x10");
      assertThat(text(set, "value")).isEqualTo("16");
      JsonArray areas = code.client().event("invalidated").getAsJsonArray("areas");
      assertThat(areas.toString()).contains("variables");
      assertThat(text(named(code.variables(locals), "total"), "value")).isEqualTo("16");
      JsonObject expression =
          code.client().ok("setExpression", "expression", "first.at.y", "value", "9", "frameId", 0);
      assertThat(text(expression, "value")).isEqualTo("9");
      int registers = number(named(stop.scopes(), "Registers"), "variablesReference");
      int general = number(named(code.variables(registers), "General"), "variablesReference");
      JsonObject rbx =
          code.client()
              .ok("setVariable", "variablesReference", general, "name", "rbx", "value", "0x1234");
      assertThat(plain(text(rbx, "value"))).isEqualTo("0x1234");
      assertThat(plain(code.value("$rbx", stop.frameId()))).isEqualTo("0x1234");
    }
  }

  /** Paging of {@code ExpressionContainer.doFetchChildren}: chunks of 100 by index. */
  @Test
  void arraysAreFetchedByChunks() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      VsCode.Stop stop = stopAt(code, 99);
      JsonObject squares = code.evaluate("squares", stop.frameId(), "watch");
      assertThat(number(squares, "indexedVariables")).isEqualTo(8);
      JsonArray chunk = code.indexed(number(squares, "variablesReference"), 2, 3);
      assertThat(each(chunk, "name")).containsExactly("[2]", "[3]", "[4]");
      assertThat(each(chunk, "value")).containsExactly("4", "9", "16");
    }
  }

  /** {@code DebugService.runTo}: a breakpoint for one stop. */
  @Test
  void runToCursorIsATemporaryBreakpoint() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      stopAt(code, 92);
      JsonObject cursor =
          code.breakpoints(HELLO, json("line", 92), json("line", 99, "column", 1)).getLast();
      assertThat(flag(cursor, "verified")).isTrue();
      code.resume();
      VsCode.Stop there = code.stopped();
      assertThat(number(there.top(), "line")).isEqualTo(99);
      code.breakpoints(HELLO, json("line", 92));
      code.resume();
      assertThat(number(code.client().event("exited"), "exitCode")).isZero();
    }
  }

  /** {@code Variable}'s context menu, and {@code IDataBreakpoint.toDAP} of an address. */
  @Test
  void breakOnValueChange() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      VsCode.Stop stop = stopAt(code, 95);
      int statics = number(named(stop.scopes(), "Statics"), "variablesReference");
      JsonObject info =
          code.client()
              .ok(
                  "dataBreakpointInfo",
                  "variablesReference",
                  statics,
                  "name",
                  "calls",
                  "frameId",
                  stop.frameId());
      assertThat(info.getAsJsonArray("accessTypes").toString())
          .isEqualTo("[\"read\",\"write\",\"readWrite\"]");
      JsonObject watched =
          code.client().ok("dataBreakpointInfo", "name", "squares[7]", "frameId", stop.frameId());
      String address = plain(code.value("&squares[7]", stop.frameId()));
      JsonObject bytes =
          code.client().ok("dataBreakpointInfo", "name", address, "bytes", 4, "asAddress", true);
      assertThat(text(watched, "dataId")).startsWith(text(bytes, "dataId"));
      JsonArray answers =
          code.client()
              .ok(
                  "setDataBreakpoints",
                  "breakpoints",
                  DapClient.array(
                      json("dataId", text(info, "dataId"), "accessType", "write"),
                      json("dataId", text(bytes, "dataId"), "accessType", "write")))
              .getAsJsonArray("breakpoints");
      assertThat(objects(answers)).allMatch(answer -> flag(answer, "verified"));
      code.resume();
      VsCode.Stop first = code.stopped();
      assertThat(first.reason()).isEqualTo("data breakpoint");
      assertThat(code.value("calls", first.frameId())).isEqualTo("1");
      assertThat(text(first.top(), "name")).isEqualTo("factorial");
      code.client()
          .ok(
              "setDataBreakpoints",
              "breakpoints",
              DapClient.array(json("dataId", text(bytes, "dataId"), "accessType", "write")));
      code.resume();
      VsCode.Stop second = code.stopped();
      assertThat(text(second.top(), "name")).isEqualTo("fill_squares");
      assertThat(code.value("i", second.frameId())).isEqualTo("7");
    }
  }

  /** {@code DebugSession.sendExceptionBreakpoints}, {@code exceptionWidget.ts}. */
  @Test
  void exceptionFiltersWithConditionsStopAndExplainThemselves() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      code.initialize();
      code.exception("exit:CPUID", "");
      code.exception("exit:IO_INSTRUCTION", "port == 0x21");
      JsonObject answers = code.start("launch", configuration("traps"));
      assertThat(objects(answers.get("setExceptionBreakpoints")))
          .hasSize(3)
          .allMatch(answer -> flag(answer, "verified"));
      VsCode.Stop stop = code.stopped();
      assertThat(stop.reason()).isEqualTo("exception");
      JsonObject info = code.client().ok("exceptionInfo", "threadId", 1);
      assertThat(text(info, "exceptionId")).startsWith("exit:");
      assertThat(text(info, "breakMode")).isNotBlank();
      assertThat(text(info, "description")).isEqualTo(text(stop.event(), "description"));
    }
  }

  /** {@code DebugSession.restart}: the configuration goes along, breakpoints are not sent again. */
  @Test
  void restartRunsToTheSameBreakpointAgain() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      VsCode.Stop first = stopAt(code, 99);
      assertThat(code.value("calls", first.frameId())).isEqualTo("10");
      code.restart();
      VsCode.Stop again = code.stopped();
      assertThat(again.rip()).isEqualTo(first.rip());
      assertThat(code.value("calls", again.frameId())).isEqualTo("10");
      assertThat(again.reason()).isEqualTo("breakpoint");
      code.resume();
      assertThat(number(code.client().event("exited"), "exitCode")).isZero();
      code.client().event("terminated");
    }
  }

  /** A failed launch: the message of {@code body.error} is shown, the session closes. */
  @Test
  void aLaunchThatFailsSaysWhyAndIsOver() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      code.initialize();
      JsonObject configuration = configuration("hello");
      configuration.add("symbols", DapClient.array("/nowhere/vmlinux"));
      JsonObject error =
          DapClient.error(code.client().response(code.client().send("launch", configuration)));
      assertThat(text(error, "format")).contains("/nowhere/vmlinux");
      assertThat(flag(error, "showUser")).isTrue();
      code.client().event("terminated");
      code.disconnect();
      code.client().awaitEnd();
    }
  }

  /**
   * Frames without a source open a listing, {@code DebugSession.loadSource}; VS Code skips them for
   * the focus unless they have one ({@code Thread.getTopStackFrame}).
   */
  @Test
  void aFrameWithoutSourceShowsItsListing(@TempDir Path folder) throws Exception {
    Path stripped = folder.resolve("stripped.elf");
    Process objcopy =
        new ProcessBuilder(
                "objcopy",
                "--strip-debug",
                SampleGuests.elf("hello").toString(),
                stripped.toString())
            .start();
    assertThat(objcopy.waitFor()).isZero();
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      code.initialize();
      code.breakpointIn("factorial");
      code.start("launch", json("program", stripped.toString(), "memory", "64M"));
      VsCode.Stop stop = code.stopped();
      JsonObject source = stop.top().getAsJsonObject("source");
      assertThat(text(stop.top(), "name")).isEqualTo("factorial");
      JsonObject listing =
          code.client()
              .ok("source", "sourceReference", number(source, "sourceReference"), "source", source);
      String line = text(listing, "content").lines().toList().get(number(stop.top(), "line") - 1);
      assertThat(line).startsWith(stop.rip() + " <factorial");
    }
  }

  /**
   * {@code AbstractDebugAdapter.sendRequest} leaves arguments out where they are empty; custom
   * requests come the same way.
   */
  @Test
  void requestsWithoutArgumentsAreAnswered() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      stopAt(code, 92);
      JsonArray sources = code.client().okBare("loadedSources").getAsJsonArray("sources");
      assertThat(each(sources, "name")).contains("hello.c");
      code.client().okBare("ringside/vmcs");
      code.client().okBare("ringside/profile");
      JsonObject locations =
          code.client().ok("breakpointLocations", "source", TestSession.source(HELLO), "line", 54);
      assertThat(objects(locations.get("breakpoints")))
          .extracting(location -> number(location, "line"))
          .contains(54);
    }
  }

  /** Stop: {@code terminate}, its events, {@code disconnect}; then the process gets SIGTERM. */
  @Test
  void stopEndsTheGuestAndTheSession() {
    try (TestSession session = new TestSession()) {
      VsCode code = new VsCode(session);
      code.initialize();
      code.start("launch", configuration("rings", "cmdline", "loops=2000000000"));
      code.terminate();
      assertThat(number(code.client().event("exited"), "exitCode")).isZero();
      code.client().event("terminated");
      code.disconnect();
      code.client().awaitEnd();
    }
  }
}

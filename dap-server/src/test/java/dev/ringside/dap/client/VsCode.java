package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ringside.dap.TestSession;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends what VS Code 1.139 sends, with the members that it sends and in its order. Read from {@code
 * microsoft/vscode}, {@code src/vs/workbench/contrib/debug}: {@code browser/debugSession.ts} and
 * {@code browser/rawDebugSession.ts} for the requests, {@code browser/debugService.ts} for their
 * order, {@code common/abstractDebugAdapter.ts} for arguments that are left out where there are
 * none; and compared with the workbench's bundle of code-server 4.139.1.
 */
final class VsCode {
  private final DapClient client;
  private final List<JsonObject> sourceBreakpoints = new ArrayList<>();
  private final List<JsonObject> functionBreakpoints = new ArrayList<>();
  private final List<JsonObject> instructionBreakpoints = new ArrayList<>();
  private final List<JsonObject> dataBreakpoints = new ArrayList<>();
  private final List<JsonObject> exceptionOptions = new ArrayList<>();
  private JsonObject configuration = new JsonObject();

  VsCode(TestSession session) {
    this(session.client);
  }

  VsCode(DapClient client) {
    this.client = client;
  }

  /** {@code DebugSession.initialize}; the capabilities. */
  JsonObject initialize() {
    JsonObject capabilities =
        client.ok(
            "initialize",
            "clientID",
            "vscode",
            "clientName",
            "Visual Studio Code",
            "adapterID",
            "ringside",
            "pathFormat",
            "path",
            "linesStartAt1",
            true,
            "columnsStartAt1",
            true,
            "supportsVariableType",
            true,
            "supportsVariablePaging",
            true,
            "supportsRunInTerminalRequest",
            true,
            "locale",
            "en",
            "supportsProgressReporting",
            true,
            "supportsInvalidatedEvent",
            true,
            "supportsMemoryReferences",
            true,
            "supportsArgsCanBeInterpretedByShell",
            true,
            "supportsMemoryEvent",
            true,
            "supportsStartDebuggingRequest",
            true,
            "supportsANSIStyling",
            true);
    for (JsonObject filter : Json.objects(capabilities.get("exceptionBreakpointFilters"))) {
      if (Json.flag(filter, "default")) {
        exceptionOptions.add(json("filterId", Json.text(filter, "filter")));
      }
    }
    return capabilities;
  }

  /**
   * {@code DebugSession.launchOrAttach}: the resolved configuration, {@code type} and {@code
   * __sessionId} included. Breakpoints follow at {@code initialized}, whether or not the answer is
   * there, all at once; then {@code configurationDone} and {@code threads}, without arguments.
   *
   * @return the answers to the breakpoint requests, by their command
   */
  JsonObject start(String request, JsonObject attributes) {
    configuration =
        json("name", "Ringside", "type", "ringside", "request", request, "__sessionId", "d1b1");
    attributes.asMap().forEach(configuration::add);
    int launch = client.send(request, configuration);
    client.event("initialized");
    List<Integer> sent = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    for (JsonObject file : sourceBreakpoints) {
      commands.add("setBreakpoints");
      sent.add(client.send("setBreakpoints", file));
    }
    commands.add("setFunctionBreakpoints");
    sent.add(
        client.send("setFunctionBreakpoints", json("breakpoints", toArray(functionBreakpoints))));
    commands.add("setDataBreakpoints");
    sent.add(client.send("setDataBreakpoints", json("breakpoints", toArray(dataBreakpoints))));
    commands.add("setInstructionBreakpoints");
    sent.add(
        client.send(
            "setInstructionBreakpoints", json("breakpoints", toArray(instructionBreakpoints))));
    commands.add("setExceptionBreakpoints");
    sent.add(client.send("setExceptionBreakpoints", exceptionArguments()));
    JsonObject answers = new JsonObject();
    for (int i = 0; i < sent.size(); i++) {
      JsonObject body = DapClient.body(commands.get(i), client.response(sent.get(i)));
      if (answers.has(commands.get(i))) {
        answers.getAsJsonArray(commands.get(i)).addAll(body.getAsJsonArray("breakpoints"));
      } else {
        answers.add(commands.get(i), body.get("breakpoints"));
      }
    }
    DapClient.body(request, client.response(launch));
    client.okBare("configurationDone");
    client.okBare("threads");
    return answers;
  }

  private static JsonArray toArray(List<JsonObject> objects) {
    JsonArray array = new JsonArray();
    objects.forEach(array::add);
    return array;
  }

  private JsonObject exceptionArguments() {
    return json("filters", array(), "filterOptions", toArray(exceptionOptions));
  }

  /** A breakpoint's red dot before the start. */
  void breakpointAt(String file, JsonObject... breakpoints) {
    sourceBreakpoints.add(sourceArguments(file, breakpoints));
  }

  void breakpointIn(String function) {
    functionBreakpoints.add(json("name", function));
  }

  void exception(String filter, String condition) {
    exceptionOptions.add(
        condition.isEmpty()
            ? json("filterId", filter)
            : json("filterId", filter, "condition", condition));
  }

  /** {@code DebugSession.sendBreakpoints}: the lines stand there twice. */
  private static JsonObject sourceArguments(String file, JsonObject... breakpoints) {
    JsonArray lines = new JsonArray();
    for (JsonObject breakpoint : breakpoints) {
      lines.add(breakpoint.get("line"));
    }
    JsonObject source = TestSession.source(file);
    source.addProperty("name", file.substring(file.lastIndexOf('/') + 1));
    return json(
        "source",
        source,
        "lines",
        lines,
        "breakpoints",
        array((Object[]) breakpoints),
        "sourceModified",
        false);
  }

  /** A file's breakpoints while the session runs. */
  List<JsonObject> breakpoints(String file, JsonObject... breakpoints) {
    JsonObject arguments = sourceArguments(file, breakpoints);
    return Json.objects(
        DapClient.body("setBreakpoints", client.response(client.send("setBreakpoints", arguments)))
            .get("breakpoints"));
  }

  /** The exception filters anew. */
  List<JsonObject> exceptions() {
    return Json.objects(
        DapClient.body(
                "setExceptionBreakpoints",
                client.response(client.send("setExceptionBreakpoints", exceptionArguments())))
            .get("breakpoints"));
  }

  /**
   * {@code DebugSession.handleStop}: the threads, the innermost frame, then up to 19 more ({@code
   * DebugModel.refreshTopOfCallstack}), the scopes of the frame, and the variables of those that
   * are not expensive.
   */
  Stop stopped() {
    JsonObject event = client.event("stopped");
    JsonArray threads = client.okBare("threads").getAsJsonArray("threads");
    int thread = Json.number(event, "threadId");
    JsonObject top = stackTrace(thread, 0, 1);
    JsonObject rest = stackTrace(thread, 1, 19);
    assertThat(top.getAsJsonArray("stackFrames")).hasSize(1);
    List<JsonObject> frames = new ArrayList<>(Json.objects(top.get("stackFrames")));
    frames.addAll(Json.objects(rest.get("stackFrames")));
    JsonArray scopes =
        client
            .ok("scopes", "frameId", Json.number(frames.getFirst(), "id"))
            .getAsJsonArray("scopes");
    JsonArray variables = new JsonArray();
    for (JsonObject scope : Json.objects(scopes)) {
      if (!Json.flag(scope, "expensive")) {
        variables.addAll(variables(Json.number(scope, "variablesReference")));
      }
    }
    return new Stop(event, threads, frames, Json.number(top, "totalFrames"), scopes, variables);
  }

  /** What VS Code knows once a stop has settled. */
  record Stop(
      JsonObject event,
      JsonArray threads,
      List<JsonObject> frames,
      int totalFrames,
      JsonArray scopes,
      JsonArray variables) {
    JsonObject top() {
      return frames.getFirst();
    }

    int frameId() {
      return Json.number(top(), "id");
    }

    String reason() {
      return Json.text(event, "reason");
    }

    String rip() {
      return Json.text(top(), "instructionPointerReference");
    }
  }

  JsonObject stackTrace(int thread, int start, int levels) {
    return client.ok("stackTrace", "threadId", thread, "startFrame", start, "levels", levels);
  }

  /** {@code ExpressionContainer.fetchVariables} without paging. */
  JsonArray variables(int reference) {
    return client.ok("variables", "variablesReference", reference).getAsJsonArray("variables");
  }

  /** {@code ExpressionContainer.fetchVariables} of one chunk of an array. */
  JsonArray indexed(int reference, int start, int count) {
    return client
        .ok(
            "variables",
            "variablesReference",
            reference,
            "filter",
            "indexed",
            "start",
            start,
            "count",
            count)
        .getAsJsonArray("variables");
  }

  JsonObject evaluate(String expression, int frame, String context) {
    return client.ok("evaluate", "expression", expression, "frameId", frame, "context", context);
  }

  String value(String expression, int frame) {
    return Json.text(evaluate(expression, frame, "watch"), "result");
  }

  /** {@code DebugSession.disassemble}. */
  List<JsonObject> disassemble(String reference, int offset, int instructionOffset, int count) {
    return Json.objects(
        client
            .ok(
                "disassemble",
                "memoryReference",
                reference,
                "offset",
                offset,
                "instructionOffset",
                instructionOffset,
                "instructionCount",
                count,
                "resolveSymbols",
                true)
            .get("instructions"));
  }

  void resume() {
    assertThat(Json.flag(client.ok("continue", "threadId", 1), "allThreadsContinued")).isTrue();
  }

  void step(String command) {
    client.ok(command, "threadId", 1);
  }

  /** {@code DebugSession.restart}: the whole configuration comes along. */
  void restart() {
    client.ok("restart", "arguments", configuration);
  }

  /** {@code DebugSession.terminate} of a launched session. */
  void terminate() {
    client.ok("terminate", "restart", false);
  }

  /** What follows {@code terminated}, and a click on Disconnect. */
  void disconnect() {
    client.ok("disconnect", "restart", false, "terminateDebuggee", false);
  }

  DapClient client() {
    return client;
  }
}

package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What initialize promises is what is dispatched, no more and no less. */
class AdvertisedTest {
  /** Requests that a client may send without any capability (DAP 1.69). */
  private static final List<String> ALWAYS =
      List.of(
          "initialize",
          "launch",
          "attach",
          "disconnect",
          "setBreakpoints",
          "setExceptionBreakpoints",
          "continue",
          "next",
          "stepIn",
          "stepOut",
          "pause",
          "stackTrace",
          "scopes",
          "variables",
          "source",
          "threads",
          "evaluate",
          "ringside/vmcs",
          "ringside/walk",
          "ringside/tables",
          "ringside/profile",
          "ringside/status",
          "ringside/serialInput");

  /** The capabilities that stand for requests. */
  private static final Map<String, List<String>> REQUESTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("supportsConfigurationDoneRequest", List.of("configurationDone")),
              Map.entry("supportsFunctionBreakpoints", List.of("setFunctionBreakpoints")),
              Map.entry("supportsStepBack", List.of("stepBack", "reverseContinue")),
              Map.entry("supportsSetVariable", List.of("setVariable")),
              Map.entry("supportsRestartFrame", List.of("restartFrame")),
              Map.entry("supportsGotoTargetsRequest", List.of("gotoTargets", "goto")),
              Map.entry("supportsStepInTargetsRequest", List.of("stepInTargets")),
              Map.entry("supportsCompletionsRequest", List.of("completions")),
              Map.entry("supportsModulesRequest", List.of("modules")),
              Map.entry("supportsRestartRequest", List.of("restart")),
              Map.entry("supportsExceptionInfoRequest", List.of("exceptionInfo")),
              Map.entry("supportsLoadedSourcesRequest", List.of("loadedSources")),
              Map.entry("supportsTerminateThreadsRequest", List.of("terminateThreads")),
              Map.entry("supportsSetExpression", List.of("setExpression")),
              Map.entry("supportsTerminateRequest", List.of("terminate")),
              Map.entry(
                  "supportsDataBreakpoints", List.of("dataBreakpointInfo", "setDataBreakpoints")),
              Map.entry("supportsReadMemoryRequest", List.of("readMemory")),
              Map.entry("supportsWriteMemoryRequest", List.of("writeMemory")),
              Map.entry("supportsDisassembleRequest", List.of("disassemble")),
              Map.entry("supportsCancelRequest", List.of("cancel")),
              Map.entry("supportsBreakpointLocationsRequest", List.of("breakpointLocations")),
              Map.entry("supportsInstructionBreakpoints", List.of("setInstructionBreakpoints"))));

  @Test
  void everyAdvertisedRequestIsDispatchedAndEveryDispatchedOneIsAdvertised() {
    try (TestSession session = new TestSession()) {
      JsonObject capabilities = session.initialize();
      TreeSet<String> promised = new TreeSet<>(ALWAYS);
      REQUESTS.forEach(
          (capability, requests) -> {
            if (capabilities.has(capability) && capabilities.get(capability).getAsBoolean()) {
              promised.addAll(requests);
            }
          });
      assertThat(session.server().requests()).containsExactlyInAnyOrderElementsOf(promised);
    }
  }

  @Test
  void theFiltersAreThoseOfTheContract() {
    try (TestSession session = new TestSession()) {
      JsonObject capabilities = session.initialize();
      assertThat(capabilities.get("supportsExceptionFilterOptions").getAsBoolean()).isTrue();
      List<String> ids = new ArrayList<>();
      List<String> on = new ArrayList<>();
      for (JsonElement element : capabilities.getAsJsonArray("exceptionBreakpointFilters")) {
        JsonObject filter = element.getAsJsonObject();
        ids.add(filter.get("filter").getAsString());
        assertThat(filter.get("label").getAsString()).isNotBlank();
        assertThat(filter.get("supportsCondition").getAsBoolean()).isTrue();
        if (filter.get("default").getAsBoolean()) {
          on.add(filter.get("filter").getAsString());
        }
      }
      assertThat(ids)
          .doesNotHaveDuplicates()
          .startsWith("triple-fault", "ring:any", "ring:3-0", "ring:0-3", "exit:any")
          .contains("exit:CPUID", "exit:IO_INSTRUCTION", "exit:HLT", "exit:MSR_WRITE")
          .contains("exception:0", "exception:14")
          .endsWith("exception:21");
      assertThat(on).containsExactly("triple-fault");
    }
  }
}

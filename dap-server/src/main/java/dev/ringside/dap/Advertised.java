package dev.ringside.dap;

import dev.ringside.debug.filter.Filter;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ExceptionBreakpointsFilter;

/** What {@code initialize} promises: exactly what is dispatched, which a test holds. */
final class Advertised {
  private Advertised() {}

  static Capabilities capabilities() {
    Capabilities c = new Capabilities();
    c.setSupportsConfigurationDoneRequest(true);
    c.setSupportsFunctionBreakpoints(true);
    c.setSupportsConditionalBreakpoints(true);
    c.setSupportsHitConditionalBreakpoints(true);
    c.setSupportsLogPoints(true);
    c.setSupportsEvaluateForHovers(true);
    c.setSupportsSetVariable(true);
    c.setSupportsSetExpression(true);
    c.setSupportsCompletionsRequest(true);
    c.setCompletionTriggerCharacters(new String[] {"$", ".", " "});
    c.setSupportsModulesRequest(true);
    c.setSupportsLoadedSourcesRequest(true);
    c.setSupportsRestartRequest(true);
    c.setSupportsValueFormattingOptions(true);
    c.setSupportsExceptionInfoRequest(true);
    c.setSupportsExceptionFilterOptions(true);
    c.setSupportTerminateDebuggee(true);
    c.setSupportsTerminateRequest(true);
    c.setSupportsDelayedStackTraceLoading(true);
    c.setSupportsDataBreakpoints(true);
    c.setSupportsDataBreakpointBytes(true);
    c.setSupportsReadMemoryRequest(true);
    c.setSupportsWriteMemoryRequest(true);
    c.setSupportsDisassembleRequest(true);
    c.setSupportsCancelRequest(true);
    c.setSupportsBreakpointLocationsRequest(true);
    c.setSupportsClipboardContext(true);
    c.setSupportsSteppingGranularity(true);
    c.setSupportsInstructionBreakpoints(true);
    c.setSupportsGotoTargetsRequest(true);
    c.setExceptionBreakpointFilters(filters());
    return c;
  }

  private static ExceptionBreakpointsFilter[] filters() {
    List<ExceptionBreakpointsFilter> all = new ArrayList<>();
    for (Filter filter : Filter.offered()) {
      ExceptionBreakpointsFilter f = new ExceptionBreakpointsFilter();
      f.setFilter(filter.id());
      f.setLabel(filter.label());
      f.setDescription(filter.description());
      f.setDefault_(filter.isDefault());
      f.setSupportsCondition(true);
      f.setConditionDescription("a C condition, such as: port == 0x3f8 && size == 1");
      all.add(f);
    }
    return all.toArray(new ExceptionBreakpointsFilter[0]);
  }
}

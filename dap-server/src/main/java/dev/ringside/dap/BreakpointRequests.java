package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.DataBreakpointRequest;
import dev.ringside.debug.DataTarget;
import dev.ringside.debug.breakpoint.Addresses;
import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.BreakpointState;
import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.debug.filter.FilterRequest;
import dev.ringside.debug.filter.FilterState;
import dev.ringside.vmm.control.Watchpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.BreakpointLocation;
import org.eclipse.lsp4j.debug.BreakpointLocationsArguments;
import org.eclipse.lsp4j.debug.BreakpointLocationsResponse;
import org.eclipse.lsp4j.debug.BreakpointNotVerifiedReason;
import org.eclipse.lsp4j.debug.DataBreakpoint;
import org.eclipse.lsp4j.debug.DataBreakpointAccessType;
import org.eclipse.lsp4j.debug.DataBreakpointInfoArguments;
import org.eclipse.lsp4j.debug.DataBreakpointInfoResponse;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.FunctionBreakpoint;
import org.eclipse.lsp4j.debug.InstructionBreakpoint;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetDataBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetDataBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetInstructionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetInstructionBreakpointsResponse;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;
import org.jspecify.annotations.Nullable;

/** Breakpoints of all kinds, and filters. Each request replaces all of its kind. */
final class BreakpointRequests {
  private static final String WITHOUT_DEBUGGING = "this session runs without debugging";

  private final Session session;

  BreakpointRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("setBreakpoints", SetBreakpointsArguments.class, this::setSource),
        Command.of(
            "setFunctionBreakpoints", SetFunctionBreakpointsArguments.class, this::setFunctions),
        Command.of(
            "setInstructionBreakpoints",
            SetInstructionBreakpointsArguments.class,
            this::setInstructions),
        Command.of("setDataBreakpoints", SetDataBreakpointsArguments.class, this::setData),
        Command.of(
            "setExceptionBreakpoints", SetExceptionBreakpointsArguments.class, this::setFilters),
        Command.of("dataBreakpointInfo", DataBreakpointInfoArguments.class, this::dataInfo),
        Command.of("breakpointLocations", BreakpointLocationsArguments.class, this::locations));
  }

  private SetBreakpointsResponse setSource(SetBreakpointsArguments arguments) {
    String path = path(arguments.getSource());
    List<BreakpointSpec.Source> specs = new ArrayList<>();
    for (SourceBreakpoint b : requested(arguments)) {
      int column = b.getColumn() == null ? 0 : session.features().fromClientColumn(b.getColumn());
      specs.add(
          new BreakpointSpec.Source(
              path,
              session.features().fromClientLine(b.getLine()),
              column,
              modifiers(b.getCondition(), b.getHitCondition(), b.getLogMessage())));
    }
    Breakpoint[] answers;
    if (session.debuggee().noDebug()) {
      answers = refused(specs.size(), WITHOUT_DEBUGGING);
    } else {
      answers = states(session.debug().setSourceBreakpoints(path, specs));
    }
    for (int i = 0; i < answers.length; i++) {
      if (answers[i].getSource() == null) {
        answers[i].setSource(arguments.getSource());
        answers[i].setLine(session.features().toClientLine(specs.get(i).line()));
      }
    }
    SetBreakpointsResponse response = new SetBreakpointsResponse();
    response.setBreakpoints(answers);
    return response;
  }

  /** The old form, with line numbers alone, is still in the protocol. */
  private static SourceBreakpoint[] requested(SetBreakpointsArguments arguments) {
    if (arguments.getBreakpoints() != null) {
      return arguments.getBreakpoints();
    }
    int[] lines = oldLines(arguments);
    return IntStream.of(lines)
        .mapToObj(
            line -> {
              SourceBreakpoint b = new SourceBreakpoint();
              b.setLine(line);
              return b;
            })
        .toArray(SourceBreakpoint[]::new);
  }

  @SuppressWarnings("deprecation")
  private static int[] oldLines(SetBreakpointsArguments arguments) {
    return arguments.getLines() == null ? new int[0] : arguments.getLines();
  }

  private static String path(@Nullable Source source) {
    if (source == null || source.getPath() == null || source.getPath().isEmpty()) {
      throw new ProtocolError.BadArguments(
          "'source.path' is missing: breakpoints by line need a source file; in disassembly use"
              + " instruction breakpoints");
    }
    return source.getPath();
  }

  private SetFunctionBreakpointsResponse setFunctions(SetFunctionBreakpointsArguments arguments) {
    List<BreakpointSpec.Function> specs = new ArrayList<>();
    for (FunctionBreakpoint b : orEmpty(arguments.getBreakpoints(), FunctionBreakpoint[]::new)) {
      specs.add(
          new BreakpointSpec.Function(
              required(b.getName(), "breakpoints[].name"),
              modifiers(b.getCondition(), b.getHitCondition(), null)));
    }
    SetFunctionBreakpointsResponse response = new SetFunctionBreakpointsResponse();
    response.setBreakpoints(
        session.debuggee().noDebug()
            ? refused(specs.size(), WITHOUT_DEBUGGING)
            : states(session.debug().setFunctionBreakpoints(specs)));
    return response;
  }

  private SetInstructionBreakpointsResponse setInstructions(
      SetInstructionBreakpointsArguments arguments) {
    List<BreakpointSpec.Instruction> specs = new ArrayList<>();
    for (InstructionBreakpoint b :
        orEmpty(arguments.getBreakpoints(), InstructionBreakpoint[]::new)) {
      String reference = required(b.getInstructionReference(), "instructionReference");
      long address =
          Addresses.parse(reference)
              .orElseThrow(
                  () ->
                      new ProtocolError.BadAddress(
                          "'" + reference + "' is no address of an instruction; write 0x…"));
      int offset = b.getOffset() == null ? 0 : b.getOffset();
      specs.add(
          new BreakpointSpec.Instruction(
              address + offset, modifiers(b.getCondition(), b.getHitCondition(), null)));
    }
    SetInstructionBreakpointsResponse response = new SetInstructionBreakpointsResponse();
    response.setBreakpoints(
        session.debuggee().noDebug()
            ? refused(specs.size(), WITHOUT_DEBUGGING)
            : states(session.debug().setInstructionBreakpoints(specs)));
    return response;
  }

  private SetDataBreakpointsResponse setData(SetDataBreakpointsArguments arguments) {
    List<DataBreakpointRequest> requests = new ArrayList<>();
    for (DataBreakpoint b : orEmpty(arguments.getBreakpoints(), DataBreakpoint[]::new)) {
      requests.add(
          new DataBreakpointRequest(
              required(b.getDataId(), "breakpoints[].dataId"),
              access(b.getAccessType()),
              modifiers(b.getCondition(), b.getHitCondition(), null)));
    }
    SetDataBreakpointsResponse response = new SetDataBreakpointsResponse();
    response.setBreakpoints(
        session.debuggee().noDebug()
            ? refused(requests.size(), WITHOUT_DEBUGGING)
            : states(session.debug().setDataBreakpoints(requests)));
    return response;
  }

  private static Watchpoint.Access access(@Nullable DataBreakpointAccessType type) {
    return switch (type) {
      case null -> Watchpoint.Access.WRITE;
      case READ -> Watchpoint.Access.READ;
      case WRITE -> Watchpoint.Access.WRITE;
      case READ_WRITE -> Watchpoint.Access.READ_WRITE;
    };
  }

  private SetExceptionBreakpointsResponse setFilters(SetExceptionBreakpointsArguments arguments) {
    List<FilterRequest> requests = new ArrayList<>();
    for (String id : orEmpty(arguments.getFilters(), String[]::new)) {
      requests.add(new FilterRequest(id, ""));
    }
    for (ExceptionFilterOptions option :
        orEmpty(arguments.getFilterOptions(), ExceptionFilterOptions[]::new)) {
      requests.add(
          new FilterRequest(
              required(option.getFilterId(), "filterOptions[].filterId"),
              orEmpty(option.getCondition())));
    }
    SetExceptionBreakpointsResponse response = new SetExceptionBreakpointsResponse();
    if (session.debuggee().noDebug()) {
      response.setBreakpoints(refused(requests.size(), WITHOUT_DEBUGGING));
      return response;
    }
    List<Breakpoint> answers = new ArrayList<>();
    for (FilterState state : session.debug().setFilters(requests)) {
      Breakpoint answer = new Breakpoint();
      answer.setVerified(state.verified());
      if (!state.message().isEmpty()) {
        answer.setMessage(state.message());
      }
      answers.add(answer);
    }
    response.setBreakpoints(answers.toArray(new Breakpoint[0]));
    return response;
  }

  private DataBreakpointInfoResponse dataInfo(DataBreakpointInfoArguments arguments) {
    String name = required(arguments.getName(), "name");
    DataBreakpointInfoResponse response = new DataBreakpointInfoResponse();
    response.setCanPersist(false);
    DataTarget target;
    if (ClientFeatures.is(arguments.getAsAddress())) {
      target = atAddress(name, arguments.getBytes() == null ? 1 : arguments.getBytes());
      response.setCanPersist(true);
    } else if (arguments.getVariablesReference() != null && arguments.getVariablesReference() > 0) {
      target = session.debug().dataTarget(arguments.getVariablesReference(), name);
    } else {
      int frame = arguments.getFrameId() == null ? 0 : arguments.getFrameId();
      if (arguments.getBytes() != null) {
        target = atAddress(hex(session.debug().number(name, frame)), arguments.getBytes());
      } else {
        target = session.debug().dataTargetOf(name, frame);
      }
    }
    response.setDescription(target.description());
    if (target.dataId().isEmpty()) {
      return response;
    }
    response.setDataId(target.dataId());
    response.setAccessTypes(
        new DataBreakpointAccessType[] {
          DataBreakpointAccessType.READ,
          DataBreakpointAccessType.WRITE,
          DataBreakpointAccessType.READ_WRITE
        });
    return response;
  }

  private static DataTarget atAddress(String text, int bytes) {
    long address =
        Addresses.parse(text)
            .orElseThrow(() -> new ProtocolError.BadAddress("'" + text + "' is no address"));
    if (bytes < 1 || bytes > 1 << 16) {
      throw new ProtocolError.BadArguments("'bytes' must be 1 to 65536, not " + bytes);
    }
    return new DataTarget(
        hex(address) + ":" + bytes, bytes + (bytes == 1 ? " byte" : " bytes") + " at " + text);
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  private BreakpointLocationsResponse locations(BreakpointLocationsArguments arguments) {
    ClientFeatures features = session.features();
    int from = features.fromClientLine(arguments.getLine());
    int to =
        arguments.getEndLine() == null ? from : features.fromClientLine(arguments.getEndLine());
    BreakpointLocationsResponse response = new BreakpointLocationsResponse();
    response.setBreakpoints(
        session.debug().breakpointLines(path(arguments.getSource()), from, to).stream()
            .map(
                line -> {
                  BreakpointLocation location = new BreakpointLocation();
                  location.setLine(features.toClientLine(line));
                  return location;
                })
            .toArray(BreakpointLocation[]::new));
    return response;
  }

  private Breakpoint[] states(List<BreakpointState> states) {
    return states.stream().map(state -> shown(session, state)).toArray(Breakpoint[]::new);
  }

  /** What became of a breakpoint, as the client gets it. */
  static Breakpoint shown(Session session, BreakpointState state) {
    Breakpoint answer = new Breakpoint();
    answer.setId(state.id());
    answer.setVerified(state.verified());
    if (!state.message().isEmpty()) {
      answer.setMessage(state.message());
    }
    if (!state.verified()) {
      answer.setReason(BreakpointNotVerifiedReason.FAILED);
    }
    state
        .position()
        .ifPresent(
            at -> {
              answer.setSource(Sources.of(at));
              answer.setLine(session.features().toClientLine(at.line()));
            });
    state.address().ifPresent(address -> answer.setInstructionReference(hex(address)));
    return answer;
  }

  private static Breakpoint[] refused(int count, String why) {
    return Stream.generate(
            () -> {
              Breakpoint answer = new Breakpoint();
              answer.setVerified(false);
              answer.setMessage(why);
              answer.setReason(BreakpointNotVerifiedReason.FAILED);
              return answer;
            })
        .limit(count)
        .toArray(Breakpoint[]::new);
  }

  private static Modifiers modifiers(
      @Nullable String condition, @Nullable String hitCondition, @Nullable String logMessage) {
    return new Modifiers(orEmpty(condition), orEmpty(hitCondition), orEmpty(logMessage));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static <T> List<T> orEmpty(
      T @Nullable [] array, java.util.function.IntFunction<T[]> empty) {
    return Arrays.asList(array == null ? empty.apply(0) : array);
  }

  private static String required(@Nullable String text, String name) {
    if (text == null || text.isEmpty()) {
      throw new ProtocolError.BadArguments(String.format(Locale.ROOT, "'%s' is missing", name));
    }
    return text;
  }
}

package dev.ringside.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.DisassembleArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.FunctionBreakpoint;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code ringside warm-up}: a short debug session in this process, for the JVM to learn from: with
 * {@code -XX:AOTCacheOutput=F} it writes down at the end which classes a session needs, and {@code
 * -XX:AOTCache=F} then starts one in a third less time. Nothing is printed.
 */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Runs a short debug session, for the JVM's AOT cache to be made of.")
final class WarmUpCommand implements Callable<Integer> {
  private static final long PATIENCE_MILLIS = 5_000;

  /** Real mode: {@code out} to the debug console, then ACPI power-off (port 0x604). */
  private static final int[] SECTOR = {
    0xb8, 0x41, 0x00, // mov ax, 'A'
    0xe6, 0xe9, //       out 0xe9, al
    0xb8, 0x00, 0x20, // mov ax, 0x2000
    0xba, 0x04, 0x06, // mov dx, 0x604
    0xef, //             out dx, ax
    0xf4, //             hlt
  };

  @Parameters(
      arity = "0..1",
      paramLabel = "GUEST",
      description = "An image with symbols, so that reading them is learnt too.")
  private @Nullable Path guest;

  @Override
  public Integer call() {
    try {
      Path named = guest;
      if (named != null) {
        session(named);
        return 0;
      }
      Path sector = Files.createTempFile("ringside-warm-up", ".bin");
      try {
        Files.write(sector, bootSector());
        session(sector);
      } finally {
        Files.delete(sector);
      }
      return 0;
    } catch (IOException e) {
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "warming up: " + e.getMessage());
    }
  }

  private static byte[] bootSector() {
    byte[] sector = new byte[512];
    for (int i = 0; i < SECTOR.length; i++) {
      sector[i] = (byte) SECTOR[i];
    }
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;
    return sector;
  }

  private static void session(Path image) throws IOException {
    DemoClient client = new DemoClient(text -> {});
    client.launch(image.toAbsolutePath(), true, WarmUpCommand::configure);
    if (client.stoppedWithin(PATIENCE_MILLIS)) {
      look(client);
      client.ask(s -> s.continue_(new ContinueArguments()));
      if (client.stoppedWithin(PATIENCE_MILLIS)) {
        look(client);
        NextArguments next = new NextArguments();
        next.setThreadId(1);
        client.ask(s -> s.next(next));
        if (client.stoppedWithin(PATIENCE_MILLIS)) {
          look(client);
        }
      }
    }
    client.ask(s -> s.disconnect(new DisconnectArguments()));
  }

  /** A breakpoint where kernels in C begin, as a function and as a line. */
  private static void configure(DemoClient client) {
    SetFunctionBreakpointsArguments functions = new SetFunctionBreakpointsArguments();
    functions.setBreakpoints(
        new FunctionBreakpoint[] {at("kmain"), at("kernel_main"), at("start_kernel"), at("main")});
    client.ask(s -> s.setFunctionBreakpoints(functions));
    SetBreakpointsArguments lines = new SetBreakpointsArguments();
    Source source = new Source();
    source.setPath("kernel.c");
    lines.setSource(source);
    SourceBreakpoint line = new SourceBreakpoint();
    line.setLine(1);
    lines.setBreakpoints(new SourceBreakpoint[] {line});
    client.ask(s -> s.setBreakpoints(lines));
    SetExceptionBreakpointsArguments filters = new SetExceptionBreakpointsArguments();
    filters.setFilters(new String[] {"triple-fault"});
    client.ask(s -> s.setExceptionBreakpoints(filters));
  }

  private static FunctionBreakpoint at(String name) {
    FunctionBreakpoint breakpoint = new FunctionBreakpoint();
    breakpoint.setName(name);
    return breakpoint;
  }

  /** What an editor asks at a stop. */
  private static void look(DemoClient client) {
    client.ask(s -> s.threads());
    StackTraceArguments trace = new StackTraceArguments();
    trace.setThreadId(1);
    StackFrame top = client.ask(s -> s.stackTrace(trace)).getStackFrames()[0];
    ScopesArguments scopes = new ScopesArguments();
    scopes.setFrameId(top.getId());
    for (Scope scope : client.ask(s -> s.scopes(scopes)).getScopes()) {
      VariablesArguments variables = new VariablesArguments();
      variables.setVariablesReference(scope.getVariablesReference());
      client.ask(s -> s.variables(variables));
    }
    EvaluateArguments evaluate = new EvaluateArguments();
    evaluate.setExpression("$rip");
    evaluate.setFrameId(top.getId());
    evaluate.setContext("watch");
    client.ask(s -> s.evaluate(evaluate));
    String rip = top.getInstructionPointerReference();
    if (rip != null) {
      DisassembleArguments code = new DisassembleArguments();
      code.setMemoryReference(rip);
      code.setInstructionCount(20);
      client.ask(s -> s.disassemble(code));
    }
  }
}

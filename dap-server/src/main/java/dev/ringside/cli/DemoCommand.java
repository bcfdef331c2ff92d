package dev.ringside.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.ExceptionInfoArguments;
import org.eclipse.lsp4j.debug.ExceptionInfoResponse;
import org.eclipse.lsp4j.debug.FunctionBreakpoint;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsArguments;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import picocli.CommandLine.Command;

/**
 * {@code ringside demo}: a debug session over DAP on the sample guest {@code rings}, told step by
 * step.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Debugs a sample guest over DAP, shows its VMCS, and prints what its traps cost.")
final class DemoCommand implements Callable<Integer> {
  private static final int THREAD = 1;

  private final PrintStream out = System.out;
  private final Paint paint = Paint.forTerminal();

  @Override
  public Integer call() throws IOException {
    Path guest = sample("rings.elf");
    out.println(
        paint.bold("Ringside demo")
            + ": a Debug Adapter Protocol session on "
            + guest.getFileName()
            + ", a kernel with a ring 3 program, on the software processor with VT-x");
    StringBuilder serial = new StringBuilder();
    DemoClient client = new DemoClient(serial::append);
    client.launch(guest, c -> breakAt(c, "handle_syscall"));
    atBreakpoint(client);
    atExit(client);
    atTransition(client);
    costs(client);
    title("The guest runs to its end");
    clearAll(client);
    resume(client);
    int status = client.end();
    serial.toString().lines().forEach(line -> out.println("  " + paint.dim("| " + line)));
    out.println("  exit status " + status);
    out.println();
    out.println(
        paint.green("Next: ")
            + "open the folder samples/ in VS Code with the Ringside extension and press F5"
            + " (samples/README.md is the tutorial).");
    return status;
  }

  private void atBreakpoint(DemoClient client) throws IOException {
    StoppedEventArguments stop = client.stop();
    title("Breakpoint: " + stop.getReason() + " in handle_syscall");
    StackFrame[] frames = stack(client);
    source(frames[0]);
    out.println(paint.cyan("  Call stack"));
    for (StackFrame f : frames) {
      String where =
          f.getSource() == null
              ? ""
              : "  " + paint.dim(f.getSource().getName() + ":" + f.getLine());
      out.println("    " + f.getName() + where);
    }
    for (String scope : List.of("Arguments", "Locals")) {
      show(client, frames[0], scope, List.of());
    }
    group(
        client,
        frames[0],
        "Registers",
        "General",
        List.of("rax", "rdi", "rsi", "rsp", "rip"),
        false);
    group(client, frames[0], "Registers", "Control", List.of("cr0", "cr3", "cr4"), false);
    group(
        client,
        frames[0],
        "VMCS",
        "Guest state",
        List.of("GUEST_RIP", "GUEST_CR0", "GUEST_CS_ACCESS_RIGHTS"),
        true);
    group(
        client,
        frames[0],
        "VMCS",
        "Controls",
        List.of("PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS", "EXCEPTION_BITMAP"),
        true);
  }

  private void atExit(DemoClient client) throws IOException {
    clearAll(client);
    filter(client, "exit:IO_INSTRUCTION", "port == 0x3f8");
    resume(client);
    StoppedEventArguments stop = client.stop();
    title("A VM exit stops the guest: " + stop.getDescription());
    out.println("  filter exit:IO_INSTRUCTION, condition " + paint.yellow("port == 0x3f8"));
    exception(client);
    StackFrame[] frames = stack(client);
    source(frames[0]);
    show(
        client,
        frames[0],
        "Last VM exit",
        List.of("reason", "detail", "rip", "cpl", "EXIT_QUALIFICATION"));
  }

  private void atTransition(DemoClient client) throws IOException {
    filter(client, "ring:3-0", "mechanism == SYSCALL");
    resume(client);
    StoppedEventArguments stop = client.stop();
    title("A ring transition stops the guest: " + stop.getDescription());
    exception(client);
    StackFrame[] frames = stack(client);
    source(frames[0]);
  }

  private void costs(DemoClient client) {
    clearAll(client);
    breakAt(client, "power_off");
    resume(client);
    client.stop();
    title("What the VM exits cost");
    console(client, "exits");
    title("Ring transitions");
    console(client, "rings");
  }

  private void console(DemoClient client, String command) {
    EvaluateArguments arguments = new EvaluateArguments();
    arguments.setExpression(command);
    arguments.setContext("repl");
    client
        .ask(s -> s.evaluate(arguments))
        .getResult()
        .lines()
        .takeWhile(line -> !line.isBlank())
        .forEach(line -> out.println("  " + line));
  }

  private void exception(DemoClient client) {
    ExceptionInfoArguments arguments = new ExceptionInfoArguments();
    arguments.setThreadId(THREAD);
    ExceptionInfoResponse info = client.ask(s -> s.exceptionInfo(arguments));
    if (info.getDescription() != null) {
      info.getDescription().lines().forEach(line -> out.println("  " + line));
    }
  }

  private static void breakAt(DemoClient client, String function) {
    FunctionBreakpoint breakpoint = new FunctionBreakpoint();
    breakpoint.setName(function);
    SetFunctionBreakpointsArguments arguments = new SetFunctionBreakpointsArguments();
    arguments.setBreakpoints(new FunctionBreakpoint[] {breakpoint});
    client.ask(s -> s.setFunctionBreakpoints(arguments));
  }

  private static void filter(DemoClient client, String id, String condition) {
    ExceptionFilterOptions option = new ExceptionFilterOptions();
    option.setFilterId(id);
    option.setCondition(condition);
    SetExceptionBreakpointsArguments arguments = new SetExceptionBreakpointsArguments();
    arguments.setFilters(new String[0]);
    arguments.setFilterOptions(new ExceptionFilterOptions[] {option});
    client.ask(s -> s.setExceptionBreakpoints(arguments));
  }

  private static void clearAll(DemoClient client) {
    SetFunctionBreakpointsArguments functions = new SetFunctionBreakpointsArguments();
    functions.setBreakpoints(new FunctionBreakpoint[0]);
    client.ask(s -> s.setFunctionBreakpoints(functions));
    SetExceptionBreakpointsArguments filters = new SetExceptionBreakpointsArguments();
    filters.setFilters(new String[0]);
    client.ask(s -> s.setExceptionBreakpoints(filters));
  }

  private static void resume(DemoClient client) {
    ContinueArguments arguments = new ContinueArguments();
    arguments.setThreadId(THREAD);
    client.ask(s -> s.continue_(arguments));
  }

  private static StackFrame[] stack(DemoClient client) {
    StackTraceArguments arguments = new StackTraceArguments();
    arguments.setThreadId(THREAD);
    return client.ask(s -> s.stackTrace(arguments)).getStackFrames();
  }

  private void title(String text) {
    out.println();
    out.println(paint.blue("━━ " + text));
  }

  /** The lines around a frame's own. */
  private void source(StackFrame frame) throws IOException {
    out.println(
        "  "
            + paint.bold(frame.getName())
            + (frame.getSource() == null
                ? ""
                : "  " + frame.getSource().getName() + ":" + frame.getLine()));
    if (frame.getSource() == null || frame.getSource().getPath() == null) {
      return;
    }
    Path file = Path.of(frame.getSource().getPath());
    if (!Files.isReadable(file)) {
      return;
    }
    List<String> lines = Files.readAllLines(file);
    int from = Math.max(1, frame.getLine() - 3);
    int to = Math.min(lines.size(), frame.getLine() + 3);
    for (int n = from; n <= to; n++) {
      String text =
          String.format("  %s %4d  %s", n == frame.getLine() ? "▶" : " ", n, lines.get(n - 1));
      out.println(n == frame.getLine() ? paint.yellow(text) : text);
    }
  }

  private void show(DemoClient client, StackFrame frame, String scope, List<String> names) {
    for (Scope s : scopes(client, frame)) {
      if (s.getName().equals(scope)) {
        print(client, scope, s.getVariablesReference(), names, false);
      }
    }
  }

  private void group(
      DemoClient client,
      StackFrame frame,
      String scope,
      String group,
      List<String> names,
      boolean bits) {
    for (Scope s : scopes(client, frame)) {
      if (s.getName().equals(scope)) {
        for (Variable v : variables(client, s.getVariablesReference())) {
          if (v.getName().equals(group)) {
            print(client, scope + ": " + group, v.getVariablesReference(), names, bits);
          }
        }
      }
    }
  }

  /** Prints the named children, or all of them; if wished, each with the bits that are set. */
  private void print(
      DemoClient client, String heading, int reference, List<String> names, boolean bits) {
    out.println(paint.cyan("  " + heading));
    for (Variable v : variables(client, reference)) {
      if (names.isEmpty() || names.contains(v.getName())) {
        out.println(String.format("    %-18s %s", v.getName(), v.getValue()));
        if (bits) {
          printBits(client, v);
        }
      }
    }
  }

  private void printBits(DemoClient client, Variable field) {
    StringBuilder line = new StringBuilder();
    for (Variable bit : variables(client, field.getVariablesReference())) {
      String value = bit.getValue();
      if (bit.getName().equals("encoding") || value.startsWith("0")) {
        continue;
      }
      String text = bit.getName() + (value.startsWith("1") ? "" : " " + value);
      if (line.length() + text.length() > 86) {
        out.println("        " + paint.dim(line.toString()));
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : ", ").append(text);
    }
    if (!line.isEmpty()) {
      out.println("        " + paint.dim(line.toString()));
    }
  }

  private static Scope[] scopes(DemoClient client, StackFrame frame) {
    ScopesArguments arguments = new ScopesArguments();
    arguments.setFrameId(frame.getId());
    return client.ask(s -> s.scopes(arguments)).getScopes();
  }

  private static List<Variable> variables(DemoClient client, int reference) {
    if (reference == 0) {
      return List.of();
    }
    VariablesArguments arguments = new VariablesArguments();
    arguments.setVariablesReference(reference);
    return Arrays.asList(client.ask(s -> s.variables(arguments)).getVariables());
  }

  /** A built sample guest, beside the jar's checkout or below the working directory. */
  private static Path sample(String name) {
    Path home = home();
    for (Path root : List.of(home, Path.of("").toAbsolutePath())) {
      Path guest = root.resolve("samples/build").resolve(name);
      if (Files.isReadable(guest)) {
        return guest;
      }
    }
    throw new CommandFailure(
        Ringside.BAD_FILE,
        "the sample guest "
            + name
            + " is not built: run make -C samples in the checkout (needs gcc and make)");
  }

  /** The checkout that the running jar lies in. */
  private static Path home() {
    try {
      Path code =
          Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path root = code;
      while (root.getParent() != null && !Files.isDirectory(root.resolve("samples"))) {
        root = root.getParent();
      }
      return root;
    } catch (java.net.URISyntaxException e) {
      return Path.of("").toAbsolutePath();
    }
  }
}

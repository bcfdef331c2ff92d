package dev.ringside.debug;

import dev.ringside.debug.expression.EventFact;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The debug console: commands by their first word, anything else is an expression. */
final class Console {
  /** One command. */
  interface Command {
    /** Runs with what follows the first word; the text to print. */
    String run(String arguments, int frameId);
  }

  private record Entry(String usage, String help, Command command) {}

  private final DebugSession session;
  private final Map<String, Entry> commands = new LinkedHashMap<>();

  Console(DebugSession session) {
    this.session = session;
    StopCommands stops = new StopCommands(session);
    LookCommands look = new LookCommands(session);
    add("help", "help [COMMAND]", "this list, or one command", (a, f) -> help(a));
    add(
        "break",
        "break FUNCTION|FILE:LINE|*ADDRESS [if CONDITION]",
        "sets a breakpoint",
        stops::breakpoint);
    add(
        "catch",
        "catch exit|ring|exception [REASON|FROM-TO|VECTOR] [if CONDITION]",
        "stops at VM exits, ring transitions or exceptions",
        (a, f) -> stops.catchEvents(a));
    add(
        "delete",
        "delete [NUMBER|FILTER]",
        "removes a breakpoint or filter of the console, or all",
        (a, f) -> stops.delete(a));
    add("x", "x[/COUNT FORMAT SIZE] ADDRESS", "shows memory: x/4xg $rsp, x/s text", look::memory);
    add("disas", "disas[/COUNT] [ADDRESS]", "lists instructions", look::disassembly);
    add("regs", "regs [GROUP]", "shows registers", look::registers);
    add("vmcs", "vmcs [FIELD|AREA]", "shows VMCS fields with their bits", look::vmcs);
    add("walk", "walk ADDRESS", "translates a guest-virtual address, level by level", look::walk);
    add("ept", "ept ADDRESS", "translates a guest-physical address, level by level", look::ept);
    add(
        "exits",
        "exits [all]",
        "what VM exits have cost: the most costly ones and the last ones, or all",
        (a, f) -> look.exits(a));
    add(
        "rings",
        "rings",
        "the ring transitions so far, and the ring and mode of each vCPU",
        (a, f) -> look.rings());
    add("bt", "bt [COUNT]", "the call stack", (a, f) -> look.backtrace(a));
    add(
        "info",
        "info breakpoints|symbols|line|frame|files",
        "what is known",
        (a, f) -> look.info(a, f, stops));
    add("send", "send TEXT", "types text and Enter into the guest's serial port", this::send);
  }

  /** The commands' names, in the order of the help. */
  java.util.List<String> names() {
    return java.util.List.copyOf(commands.keySet());
  }

  private void add(String name, String usage, String help, Command command) {
    commands.put(name, new Entry(usage, help, command));
  }

  ConsoleResult run(String line, int frameId) {
    String text = line.strip();
    if (text.startsWith("=")) {
      return expression(text.substring(1), frameId);
    }
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    Entry entry = commands.get(text.substring(0, end).toLowerCase(Locale.ROOT));
    boolean wholeWord =
        end == text.length() || Character.isWhitespace(text.charAt(end)) || text.charAt(end) == '/';
    if (entry == null || !wholeWord) {
      return expression(text, frameId);
    }
    return new ConsoleResult(entry.command.run(text.substring(end).strip(), frameId), null);
  }

  private ConsoleResult expression(String text, int frameId) {
    Shown shown = session.evaluate(text, frameId, EvaluationMode.CONSOLE, false);
    return new ConsoleResult(shown.line().value(), shown);
  }

  private String help(String name) {
    StringBuilder out = new StringBuilder();
    Entry one = commands.get(name);
    if (!name.isEmpty() && one == null) {
      throw new DebugException("there is no command '" + name + "'");
    }
    for (Entry entry : one == null ? commands.values() : java.util.List.of(one)) {
      out.append(String.format("%-60s %s%n", entry.usage, entry.help));
    }
    if (one == null) {
      out.append("Anything else is a C expression; = before it forces one.\n");
    } else if (name.equals("catch")) {
      out.append("Variables of conditions:\n");
      for (EventFact fact : EventFact.values()) {
        out.append(String.format("  %-12s %s%n", fact.variable(), fact.meaning()));
      }
    }
    return out.toString();
  }

  private String send(String text, int frameId) {
    session.target().serialInput((text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return "";
  }
}

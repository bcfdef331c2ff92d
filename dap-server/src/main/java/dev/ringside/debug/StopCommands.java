package dev.ringside.debug;

import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.BreakpointState;
import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.debug.filter.FilterRequest;
import dev.ringside.debug.filter.FilterState;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The console's commands that make the guest stop. */
final class StopCommands {
  private static final Pattern IF = Pattern.compile("(?:^|\\s)if\\s+(.+)$");
  private static final Pattern FILE_LINE = Pattern.compile("(.+):(\\d{1,7})");

  private final DebugSession session;

  StopCommands(DebugSession session) {
    this.session = session;
  }

  /** What comes before {@code if}, and the condition behind it. */
  private record Conditional(String what, String condition) {
    static Conditional of(String text) {
      Matcher m = IF.matcher(text);
      return m.find()
          ? new Conditional(text.substring(0, m.start()).strip(), m.group(1).strip())
          : new Conditional(text, "");
    }
  }

  String breakpoint(String text, int frameId) {
    Conditional c = Conditional.of(text);
    Modifiers modifiers = new Modifiers(c.condition, "", "");
    Matcher line = FILE_LINE.matcher(c.what);
    BreakpointSpec spec;
    if (c.what.isEmpty()) {
      spec = new BreakpointSpec.Instruction(session.number("$rip", frameId), modifiers);
    } else if (c.what.startsWith("*")) {
      spec =
          new BreakpointSpec.Instruction(session.number(c.what.substring(1), frameId), modifiers);
    } else if (line.matches()) {
      spec =
          new BreakpointSpec.Source(line.group(1), Integer.parseInt(line.group(2)), 0, modifiers);
    } else {
      spec = new BreakpointSpec.Function(c.what, modifiers);
    }
    BreakpointState state = session.breakpoints().add(spec);
    if (!state.verified()) {
      session.breakpoints().remove(state.id());
      throw new DebugException(state.message());
    }
    return describe(state);
  }

  private static String describe(BreakpointState state) {
    StringBuilder out = new StringBuilder("Breakpoint " + state.id());
    if (state.address().isPresent()) {
      out.append(" at 0x").append(Long.toHexString(state.address().getAsLong()));
    }
    state.position().ifPresent(p -> out.append(": ").append(p));
    if (state.locations() > 1) {
      out.append(" (").append(state.locations()).append(" locations)");
    }
    if (!state.message().isEmpty()) {
      out.append(" — ").append(state.message());
    }
    return out.toString();
  }

  String catchEvents(String text) {
    Conditional c = Conditional.of(text);
    String[] words = c.what.strip().split("[\\s:]+", 2);
    String kind = words[0].toLowerCase(Locale.ROOT);
    String rest = words.length > 1 ? words[1].strip() : "";
    String id =
        switch (kind) {
          case "exit" -> "exit:" + (rest.isEmpty() ? "any" : rest);
          case "ring" -> "ring:" + (rest.isEmpty() ? "any" : rest.replace(' ', '-'));
          case "exception" -> {
            if (rest.isEmpty()) {
              throw new DebugException("catch exception needs a vector, such as 14 or PF");
            }
            yield "exception:" + rest;
          }
          case "triple-fault" -> "triple-fault";
          default ->
              throw new DebugException(
                  "catch takes exit, ring, exception or triple-fault, not '" + kind + "'");
        };
    FilterState state = session.filters().add(new FilterRequest(id, c.condition));
    if (!state.verified()) {
      throw new DebugException(state.message());
    }
    return "Stops at " + id + (c.condition.isEmpty() ? "" : " if " + c.condition);
  }

  String delete(String text) {
    if (text.isEmpty()) {
      session.breakpoints().clear();
      session.filters().clear();
      return "All breakpoints and filters are gone";
    }
    boolean removed =
        text.matches("\\d{1,9}")
            ? session.breakpoints().remove(Integer.parseInt(text))
            : session.filters().removeConsole(text);
    if (!removed) {
      throw new DebugException("there is no breakpoint or console filter '" + text + "'");
    }
    return "Removed " + text;
  }

  String list() {
    StringBuilder out = new StringBuilder();
    for (BreakpointState state : session.breakpoints().all()) {
      out.append(describe(state))
          .append(", hit ")
          .append(session.breakpoints().hits(state.id()))
          .append(" times\n");
    }
    session.filters().armed().forEach(f -> out.append("Filter ").append(f).append('\n'));
    return out.isEmpty() ? "There are no breakpoints and no filters" : out.toString();
  }
}

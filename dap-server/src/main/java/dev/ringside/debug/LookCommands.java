package dev.ringside.debug;

import dev.ringside.debug.disassembly.Listing;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.scope.ExitNodes;
import dev.ringside.debug.scope.RegisterScope;
import dev.ringside.debug.scope.VmcsScope;
import dev.ringside.debug.value.Formatter;
import dev.ringside.debug.value.Line;
import dev.ringside.debug.value.Node;
import dev.ringside.debug.value.Presenter;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.VmcsField;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The console's commands that show things. */
final class LookCommands {
  /** Rows of a table that are not asked for by "all". */
  private static final int EXIT_ROWS = 30;

  private static final String NO_EXITS = "There has been no VM exit yet";

  private static final Pattern EXAMINE =
      Pattern.compile("(?:/(\\d*)([xduosci]?)([bhwg]?)([xduosci]?))?\\s*(.*)");
  private static final int MAX_COUNT = 4096;

  private final DebugSession session;

  LookCommands(DebugSession session) {
    this.session = session;
  }

  private Presenter presenter() {
    return new Presenter(session.program());
  }

  /** {@code x/4xg $rsp}. */
  String memory(String arguments, int frameId) {
    Matcher m = EXAMINE.matcher(arguments);
    if (!m.matches() || m.group(5).isEmpty()) {
      throw new DebugException("write x/COUNT FORMAT SIZE ADDRESS, such as x/4xg $rsp");
    }
    String number = m.group(1) == null ? "" : m.group(1);
    int count = number.isEmpty() ? 1 : Math.min(MAX_COUNT, Integer.parseInt(number));
    String written =
        (m.group(2) == null ? "" : m.group(2)) + (m.group(4) == null ? "" : m.group(4));
    char format = written.isEmpty() ? 'x' : written.charAt(0);
    String unit = m.group(3) == null ? "" : m.group(3);
    long address = session.number(m.group(5), frameId);
    if (format == 'i') {
      return instructions(address, count);
    }
    if (format == 's') {
      return strings(address, count);
    }
    int size =
        switch (unit) {
          case "b" -> 1;
          case "h" -> 2;
          case "w" -> 4;
          case "g" -> 8;
          default -> format == 'c' ? 1 : 8;
        };
    byte[] bytes = session.code().read(0, "0x" + Long.toHexString(address), 0, count * size);
    StringBuilder out = new StringBuilder();
    int perLine = 16 / size;
    for (int i = 0; i < count; i++) {
      if (i % perLine == 0) {
        out.append(i == 0 ? "" : "\n").append(label(address + (long) i * size)).append(':');
      }
      if ((i + 1) * size > bytes.length) {
        out.append(" <cannot read memory at 0x")
            .append(Long.toHexString(address + bytes.length))
            .append('>');
        break;
      }
      out.append('\t').append(number(LittleEndian.unsigned(bytes, i * size, size), size, format));
    }
    return out.append('\n').toString();
  }

  private String label(long address) {
    return new Formatter(session.program(), false).word(address);
  }

  private static String number(long value, int size, char format) {
    return switch (format) {
      case 'd' -> Long.toString(LittleEndian.extend(value, size * 8, true));
      case 'u' -> Long.toUnsignedString(value);
      case 'o' -> "0" + Long.toOctalString(value);
      case 'c' -> value + " '" + (value >= 32 && value < 127 ? (char) value : '.') + "'";
      default -> String.format("0x%0" + size * 2 + "x", value);
    };
  }

  private String strings(long address, int count) {
    StringBuilder out = new StringBuilder();
    long at = address;
    for (int i = 0; i < count; i++) {
      byte[] bytes = session.code().read(0, "0x" + Long.toHexString(at), 0, 256);
      int end = 0;
      while (end < bytes.length && bytes[end] != 0) {
        end++;
      }
      out.append(label(at))
          .append(":\t\"")
          .append(new String(bytes, 0, end, StandardCharsets.UTF_8))
          .append("\"\n");
      at += end + 1;
    }
    return out.toString();
  }

  private String instructions(long address, int count) {
    StringBuilder out = new StringBuilder();
    List<Listing> lines =
        session.code().disassemble(0, "0x" + Long.toHexString(address), 0, 0, count);
    lines.forEach(line -> out.append(Code.format(line)).append('\n'));
    return out.toString();
  }

  String disassembly(String arguments, int frameId) {
    Matcher m = Pattern.compile("(?:/(\\d+))?\\s*(.*)").matcher(arguments);
    boolean matched = m.matches();
    boolean counted = matched && m.group(1) != null;
    String where = matched && !m.group(2).isEmpty() ? m.group(2) : "$rip";
    long address = session.number(where, frameId);
    return counted
        ? instructions(address, Math.min(MAX_COUNT, Integer.parseInt(m.group(1))))
        : session.code().functionListing(0, address);
  }

  String registers(String group, int frameId) {
    return session
        .target()
        .onVcpu(
            0,
            view -> {
              StringBuilder out = new StringBuilder();
              boolean any = false;
              for (Node node : RegisterScope.groups(view, null)) {
                boolean wanted =
                    group.isEmpty()
                        ? node.name().equals("General") || node.name().equals("Flags")
                        : node.name().equalsIgnoreCase(group);
                if (wanted) {
                  any = true;
                  append(out, view, node, 1);
                }
              }
              if (!any) {
                throw new DebugException(
                    "there is no group '"
                        + group
                        + "'; known are General, Flags, Segments, Control, Debug, MSRs, FPU, SSE");
              }
              return out.toString();
            });
  }

  /** Everything below a node as indented lines. */
  private void append(
      StringBuilder out, dev.ringside.debug.guest.GuestView view, Node node, int depth) {
    Presenter presenter = presenter();
    for (Node child : presenter.children(view, node, 0, 0)) {
      Line line = presenter.line(view, child, false);
      out.append(String.format("%-24s %s%n", line.name(), line.value()));
      if (depth > 1) {
        append(out, view, child, depth - 1);
      }
    }
  }

  String vmcs(String what, int frameId) {
    return session
        .target()
        .onVcpu(
            0,
            view -> {
              StringBuilder out = new StringBuilder();
              for (Node area : VmcsScope.groups()) {
                String word = area.name().split(" ", 2)[0];
                if (what.isEmpty()
                    || area.name().equalsIgnoreCase(what)
                    || word.equalsIgnoreCase(what)) {
                  out.append(area.name()).append(":\n");
                  append(out, view, area, 1);
                }
              }
              if (out.isEmpty()) {
                Node field = VmcsScope.field(VmcsField.named(what));
                Line line = presenter().line(view, field, false);
                out.append(String.format("%s %s%n", line.name(), line.value()));
                append(out, view, field, 1);
              }
              return out.toString();
            });
  }

  String walk(String address, int frameId) {
    return tree("walk(" + address + ")", frameId);
  }

  String ept(String address, int frameId) {
    return tree("ept(" + address + ")", frameId);
  }

  private String tree(String expression, int frameId) {
    Shown shown = session.evaluate(expression, frameId, EvaluationMode.HOVER, false);
    StringBuilder out = new StringBuilder();
    if (shown.reference() != 0) {
      for (Shown level : session.variables(shown.reference(), 0, 0, false)) {
        out.append(String.format("%-14s %s", level.line().name(), level.line().value()));
        if (level.reference() != 0) {
          StringBuilder set = new StringBuilder();
          for (Shown bit : session.variables(level.reference(), 0, 0, false)) {
            if (bit.line().value().startsWith("1")) {
              set.append(' ').append(bit.line().name().replaceFirst(" \\[.*", ""));
            }
          }
          out.append(set);
        }
        out.append('\n');
      }
    }
    return out.toString();
  }

  /** The costliest exits, or all of them. */
  String exits(String howMany) {
    if (howMany.equals("all")) {
      String table = session.trapCost().exitTable(Integer.MAX_VALUE);
      return table.isEmpty() ? NO_EXITS : table;
    }
    StringBuilder out = new StringBuilder(session.trapCost().exitTable(EXIT_ROWS));
    if (!out.isEmpty()) {
      out.append("\nLast VM exits, oldest first:\n");
    }
    for (VmExit exit : session.target().recentExits()) {
      out.append(
          String.format(
              "%-48s ring %d  %s%n",
              ExitNodes.summary(exit), exit.at().cpl(), label(exit.at().linearRip())));
    }
    return out.isEmpty() ? NO_EXITS : out.toString();
  }

  String rings() {
    StringBuilder out = new StringBuilder(session.trapCost().ringTable());
    if (!out.isEmpty()) {
      out.append('\n');
    }
    session.threads().forEach(t -> out.append(t.name()).append('\n'));
    return out.toString();
  }

  String backtrace(String count) {
    int limit = count.matches("\\d{1,6}") ? Integer.parseInt(count) : 0;
    Stack stack = session.stack(0, 0, limit);
    StringBuilder out = new StringBuilder();
    int number = 0;
    for (FrameInfo frame : stack.frames()) {
      out.append(
          String.format(
              "#%-3d %s%s in %s%s%n",
              number++,
              frame.inlined() ? "(inlined) " : "",
              "0x" + Long.toHexString(frame.pc()),
              frame.name(),
              frame.position().map(p -> " at " + p).orElse("")));
    }
    if (!stack.problem().isEmpty()) {
      out.append("The stack ends here: ").append(stack.problem()).append('\n');
    }
    return out.toString();
  }

  String info(String what, int frameId, StopCommands stops) {
    return switch (what.toLowerCase(Locale.ROOT).split("\\s+", 2)[0]) {
      case "breakpoints", "b", "break" -> stops.list();
      case "files", "modules", "sharedlibrary" -> files();
      case "frame" -> backtrace("1");
      case "line" -> {
        long pc = session.number("$rip", frameId);
        yield session.program().lineAt(pc).map(r -> r + "\n").orElse("no line is known here\n");
      }
      case "symbols", "symbol" -> {
        String name = what.contains(" ") ? what.substring(what.indexOf(' ') + 1).strip() : "$rip";
        long address = session.number(name, frameId);
        yield session
            .program()
            .symbolAt(address)
            .map(Symbol.At::toString)
            .map(s -> s + "\n")
            .orElse("no symbol is known there\n");
      }
      default ->
          throw new DebugException("info takes breakpoints, files, frame, line or symbol ADDRESS");
    };
  }

  private String files() {
    StringBuilder out = new StringBuilder();
    for (SymbolFile file : session.program().files()) {
      out.append(file.path())
          .append(file.hasDebugInfo() ? "" : " (no debug information)")
          .append(", ")
          .append(file.symbolCount())
          .append(" symbols\n");
      file.problems().forEach(p -> out.append("  ").append(p).append('\n'));
    }
    return out.isEmpty() ? "No symbols are loaded" : out.toString();
  }
}

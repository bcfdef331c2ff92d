package dev.ringside.symbols;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** Asks GDB in batch mode. */
@NullMarked
final class Gdb {
  private static final String MARK = "=====";

  private Gdb() {}

  /** Runs commands on a program; what each printed. */
  static List<String> ask(Path program, List<String> commands) {
    List<String> line = new ArrayList<>(List.of("gdb", "-nx", "-batch", "-ex", "set width 0"));
    for (String command : commands) {
      line.addAll(List.of("-ex", command, "-ex", "echo \\n" + MARK + "\\n"));
    }
    line.add(program.toString());
    List<String> answers = new ArrayList<>();
    StringBuilder answer = new StringBuilder();
    for (String text : Fixtures.run(line.toArray(new String[0]))) {
      if (text.equals(MARK)) {
        answers.add(answer.toString().strip());
        answer.setLength(0);
      } else {
        answer.append(text).append('\n');
      }
    }
    return answers;
  }
}

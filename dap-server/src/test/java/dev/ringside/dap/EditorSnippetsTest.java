package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The configurations that dap-server/README.md gives for each editor use attributes that there are,
 * and beside them only keys that the editor knows. Those keys are from the editors' sources:
 * nvim-dap's {@code session.lua} and {@code doc/dap.txt}, dape's {@code dape-configs}, Helix's
 * {@code helix-core/src/syntax/config.rs}.
 */
class EditorSnippetsTest {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Set<String> ALWAYS = Set.of("type", "request", "name");
  private static final Set<String> NVIM_ADAPTER = Set.of("type", "command", "args");
  private static final Set<String> DAPE = Set.of("modes", "command", "command-args");
  private static final Set<String> HELIX =
      Set.of("name", "transport", "command", "args", "request", "completion");

  private static Path checkout() {
    return SampleGuests.directory().resolve("..").normalize();
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher m = FENCE.matcher(Files.readString(checkout().resolve("dap-server/README.md")));
    while (m.find()) {
      if (m.group(1).equals(language)) {
        blocks.add(m.group(2));
      }
    }
    assertThat(blocks).as(language).isNotEmpty();
    return blocks;
  }

  /** What the extension's package.json describes, which {@link EditorFilesTest} holds. */
  private static Set<String> attributes(String request) throws IOException {
    JsonObject file =
        JsonParser.parseString(
                Files.readString(checkout().resolve("vscode-extension/package.json")))
            .getAsJsonObject();
    Set<String> names =
        new HashSet<>(
            file.getAsJsonObject("contributes")
                .getAsJsonArray("debuggers")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("configurationAttributes")
                .getAsJsonObject(request)
                .getAsJsonObject("properties")
                .keySet());
    names.addAll(ALWAYS);
    return names;
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher m = pattern.matcher(text);
    while (m.find()) {
      found.add(m.group(1));
    }
    return found;
  }

  @Test
  void jsonOfEclipseAndIntellijIsWhatTheServerTakes() throws IOException {
    for (String block : blocks("json")) {
      Map<String, Object> configuration =
          new Gson().fromJson(block, new TypeToken<Map<String, Object>>() {}.getType());
      assertThat(configuration.get("type")).isEqualTo("ringside");
      String request = String.valueOf(configuration.get("request"));
      assertThat(attributes(request)).containsAll(configuration.keySet());
      LaunchConfiguration taken = LaunchConfiguration.of(configuration);
      assertThat(taken.stopOnEntry()).isEqualTo(configuration.get("stopOnEntry"));
      assertThat(taken.program().toString()).endsWith(String.valueOf(configuration.get("program")));
    }
  }

  @Test
  void luaOfNeovim() throws IOException {
    for (String block : blocks("lua")) {
      String adapter = block.lines().filter(l -> l.startsWith("dap.adapters")).findFirst().get();
      assertThat(all(Pattern.compile("[{,] (\\w+) ="), adapter)).isEqualTo(NVIM_ADAPTER);
      String configurations =
          block.substring(block.indexOf("dap.configurations.c"), block.indexOf("asm"));
      Set<String> known = new HashSet<>(attributes("launch"));
      known.addAll(attributes("attach"));
      Set<String> used =
          all(Pattern.compile("(?:[{,]|^ +) ?(\\w+) =", Pattern.MULTILINE), configurations);
      assertThat(used).contains("program", "vm").isSubsetOf(known);
      filtersAreKnown(all(Pattern.compile("'([\\w-]+:?[\\w-]*)'"), lastLine(block)));
      balanced(block);
    }
  }

  private static String lastLine(String block) {
    return block.lines().reduce("", (a, b) -> b);
  }

  private static void filtersAreKnown(Set<String> ids) {
    Set<String> offered = new HashSet<>();
    dev.ringside.debug.filter.Filter.offered().forEach(filter -> offered.add(filter.id()));
    assertThat(ids).hasSizeGreaterThan(1).isSubsetOf(offered);
  }

  @Test
  void lispOfEmacs() throws IOException {
    for (String block : blocks("elisp")) {
      Set<String> known = new HashSet<>(attributes("launch"));
      Set<String> keywords = all(Pattern.compile("\\s:([a-zA-Z]+) "), block);
      assertThat(keywords).contains("program", "request").isSubsetOf(known);
      assertThat(all(Pattern.compile("^ {17}([a-z-]+) ", Pattern.MULTILINE), block))
          .isEqualTo(DAPE);
      balanced(block);
    }
  }

  @Test
  void tomlOfHelix() throws IOException {
    for (String block : blocks("toml")) {
      assertThat(all(Pattern.compile("^([\\w-]+) =", Pattern.MULTILINE), block)).isEqualTo(HELIX);
      Set<String> known = new HashSet<>(attributes("launch"));
      known.addAll(attributes("attach"));
      for (String line : block.lines().filter(l -> l.startsWith("args = {")).toList()) {
        assertThat(all(Pattern.compile("[{,] (\\w+) ="), line)).isNotEmpty().isSubsetOf(known);
      }
      balanced(block);
    }
  }

  /** The console commands for Eclipse are commands. */
  @Test
  void commandsAreKnown() throws IOException {
    String readme = Files.readString(checkout().resolve("dap-server/README.md"));
    Matcher m = Pattern.compile("(?ms)^```\\n(break .*?)^```$").matcher(readme);
    assertThat(m.find()).isTrue();
    try (TestSession session = new TestSession()) {
      session.launch("hello", "stopOnEntry", true);
      session.configured();
      session.stopped();
      for (String command : m.group(1).strip().split(" {4,}|\\n", -1)) {
        assertThat(
                session
                    .client
                    .ok("evaluate", "expression", command.strip(), "context", "repl")
                    .get("result")
                    .getAsString())
            .as(command)
            .doesNotContain("unknown");
      }
    }
  }

  private static void balanced(String text) {
    for (String pair : List.of("()", "[]", "{}")) {
      assertThat(text.chars().filter(c -> c == pair.charAt(0)).count())
          .as(pair)
          .isEqualTo(text.chars().filter(c -> c == pair.charAt(1)).count());
    }
  }
}

package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What VS Code reads from the checkout is well-formed and complete. */
class EditorFilesTest {
  @Test
  void everySampleHasALaunchConfigurationThatFindsIt() throws IOException {
    Path samples = SampleGuests.directory();
    JsonObject file = parse(samples.resolve(".vscode/launch.json"));
    List<String> names = new ArrayList<>();
    for (JsonElement element : file.getAsJsonArray("configurations")) {
      JsonObject configuration = element.getAsJsonObject();
      String name = configuration.get("name").getAsString();
      names.add(name);
      assertThat(configuration.get("type").getAsString()).isEqualTo("ringside");
      assertThat(configuration.get("request").getAsString()).isEqualTo("launch");
      String program = configuration.get("program").getAsString();
      assertThat(Path.of(program.replace("${workspaceFolder}", samples.toString())))
          .isEqualTo(SampleGuests.elf(name));
      assertThat(taskLabels(samples)).contains(configuration.get("preLaunchTask").getAsString());
    }
    assertThat(names).containsExactly("hello", "rings", "traps", "compute", "monitor");
  }

  @Test
  void theExtensionDescribesEveryAttribute() throws IOException {
    JsonObject debugger = debugger();
    JsonObject attributes = debugger.getAsJsonObject("configurationAttributes");
    assertThat(debugger.get("type").getAsString()).isEqualTo("ringside");
    assertThat(properties(attributes, "launch"))
        .containsExactlyInAnyOrder(
            "program",
            "symbols",
            "initrd",
            "cmdline",
            "memory",
            "cpus",
            "backend",
            "clock",
            "disks",
            "stopOnEntry",
            "sourceMap",
            "cwd",
            "serial",
            "profile",
            "record");
    assertThat(properties(attributes, "attach"))
        .containsExactlyInAnyOrder("vm", "gdbRemote", "qmp", "symbols", "sourceMap", "cwd");
  }

  private static JsonObject debugger() throws IOException {
    Path extension = SampleGuests.directory().resolveSibling("vscode-extension");
    return parse(extension.resolve("package.json"))
        .getAsJsonObject("contributes")
        .getAsJsonArray("debuggers")
        .get(0)
        .getAsJsonObject();
  }

  private static List<String> properties(JsonObject attributes, String request) {
    return List.copyOf(attributes.getAsJsonObject(request).getAsJsonObject("properties").keySet());
  }

  private static List<String> taskLabels(Path samples) throws IOException {
    List<String> labels = new ArrayList<>();
    for (JsonElement task : parse(samples.resolve(".vscode/tasks.json")).getAsJsonArray("tasks")) {
      labels.add(task.getAsJsonObject().get("label").getAsString());
    }
    return labels;
  }

  private static JsonObject parse(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }
}

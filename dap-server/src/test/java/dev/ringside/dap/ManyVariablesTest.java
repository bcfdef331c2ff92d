package dev.ringside.dap;

import static dev.ringside.dap.Bodies.named;
import static dev.ringside.dap.Bodies.text;
import static dev.ringside.dap.Bodies.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest with 5,000 locals, 5,000 statics and an array of 5,000 structures. */
class ManyVariablesTest {
  private static final int MANY = 5_000;

  @TempDir static Path folder;
  private static Path guest = Path.of("");

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    Path objects = SampleGuests.elf("hello").resolveSibling("obj/hello");
    Path source = Files.writeString(folder.resolve("many.c"), source());
    guest = folder.resolve("many.elf");
    List<String> command =
        new ArrayList<>(
            List.of(
                ("gcc -std=gnu17 -g -gdwarf-5 -O0 -ffreestanding -mno-red-zone -mgeneral-regs-only"
                        + " -fno-pic -no-pie -fcf-protection=none -fno-stack-protector -nostdlib"
                        + " -static -Wl,--build-id=none -Wl,-z,noexecstack"
                        + " -Wl,-z,max-page-size=4096 -Wl,-T,"
                        + objects.resolve("kernel.lds"))
                    .split(" ", -1)));
    command.addAll(List.of("-o", guest.toString(), source.toString()));
    for (String part : List.of("boot", "console", "multiboot", "options", "power")) {
      command.add(objects.resolve("common").resolve(part + ".o").toString());
    }
    Path log = folder.resolve("gcc.log");
    Process gcc =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(gcc.waitFor()).as("%s", Files.readString(log)).isZero();
  }

  private static String source() {
    StringBuilder c = new StringBuilder();
    c.append("struct item { int number; const char *name; struct item *next; long parts[3]; };\n");
    c.append("static struct item items[" + MANY + "];\n");
    for (int i = 0; i < MANY; i++) {
      c.append("static long s").append(i).append(" = ").append(i).append(";\n");
    }
    c.append("void power_off(void);\nvoid kmain(void) {\n");
    for (int i = 0; i < MANY; i++) {
      c.append("int l").append(i).append(" = ").append(i).append(";\n");
    }
    c.append("long sum = 0;\n");
    for (int i = 0; i < MANY; i++) {
      c.append("items[").append(i).append("].number = l").append(i).append(";");
      c.append("items[").append(i).append("].name = \"item\";\n");
      c.append("sum += s").append(i).append(";\n");
    }
    c.append("stop_here: items[0].next = &items[1];\npower_off();\n(void)sum;\n}\n");
    return c.toString();
  }

  private static JsonArray variables(TestSession session, JsonObject parent, Object... more) {
    Object[] all = new Object[2 + more.length];
    all[0] = "variablesReference";
    all[1] = parent.get("variablesReference").getAsInt();
    System.arraycopy(more, 0, all, 2, more.length);
    return session.client.ok("variables", all).getAsJsonArray("variables");
  }

  @Test
  void eachScopeAnswersAndArraysComeInPages() {
    try (TestSession session = new TestSession()) {
      session.initialize();
      session.client.ok("launch", "program", guest.toString(), "memory", "64M");
      session.client.event("initialized");
      session.breakIn("power_off");
      session.configured();
      session.stopped();
      for (int round = 0; round < 2; round++) {
        JsonArray frames =
            session.client.ok("stackTrace", "threadId", 1).getAsJsonArray("stackFrames");
        int frame = named(frames, "kmain").get("id").getAsInt();
        JsonArray scopes = session.client.ok("scopes", "frameId", frame).getAsJsonArray("scopes");
        JsonArray locals = variables(session, named(scopes, "Locals"));
        assertThat(locals).hasSize(MANY + 1);
        assertThat(text(named(locals, "l4999"), "value")).isEqualTo("4999");
        JsonArray statics = variables(session, named(scopes, "Statics"));
        assertThat(statics).hasSize(MANY + 1);
        assertThat(text(named(statics, "s17"), "value")).isEqualTo("17");
        JsonObject items = named(statics, "items");
        assertThat(items.get("indexedVariables").getAsInt()).isEqualTo(MANY);
        JsonArray page =
            variables(session, items, "filter", "indexed", "start", 4_000, "count", 100);
        assertThat(texts(page, "name")).hasSize(100).startsWith("[4000]").endsWith("[4099]");
        assertThat(text(page.get(7).getAsJsonObject(), "value")).contains("4007", "\"item\"");
        JsonArray all = variables(session, items, "filter", "indexed");
        assertThat(all).hasSize(MANY);
        assertThat(variables(session, items, "filter", "named")).isEmpty();
      }
    }
  }
}

package dev.ringside.dap;

import static dev.ringside.dap.client.DapClient.array;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real Linux kernel, from its bzImage with the symbols of its vmlinux; {@code RINGSIDE_VMLINUZ}
 * and {@code RINGSIDE_VMLINUX} say where they are.
 */
@Tag("kernel")
@Tag("slow")
class KernelSessionTest {
  private static Path file(String variable) {
    String path = System.getenv(variable);
    Assumptions.assumeTrue(
        path != null && Files.isReadable(Path.of(path)),
        () -> variable + " names no readable file");
    return Path.of(String.valueOf(path));
  }

  @Test
  void aFunctionBreakpointStopsAtStartKernel() {
    Path vmlinuz = file("RINGSIDE_VMLINUZ");
    Path vmlinux = file("RINGSIDE_VMLINUX");
    try (TestSession session = new TestSession()) {
      session.initialize();
      session.client.ok(
          "launch",
          "program",
          vmlinuz.toString(),
          "symbols",
          array(vmlinux.toString()),
          "memory",
          "512M",
          "cmdline",
          "console=ttyS0 earlyprintk=serial nokaslr");
      session.client.event("initialized");
      JsonObject breakpoint = session.breakIn("start_kernel").get(0).getAsJsonObject();
      assertThat(breakpoint.get("verified").getAsBoolean()).as("%s", breakpoint).isTrue();
      assertThat(breakpoint.getAsJsonObject("source").get("path").getAsString())
          .endsWith("init/main.c");
      int line = breakpoint.get("line").getAsInt();
      session.configured();
      JsonObject stop = session.stopped();
      assertThat(stop.get("reason").getAsString()).isEqualTo("function breakpoint");
      JsonArray frames =
          session.client.ok("stackTrace", "threadId", 1).getAsJsonArray("stackFrames");
      JsonObject top = frames.get(0).getAsJsonObject();
      assertThat(top.get("name").getAsString()).isEqualTo("start_kernel");
      assertThat(top.get("line").getAsInt()).isEqualTo(line);
      if (String.valueOf(vmlinux).contains("6.1.0-56")) {
        assertThat(line).as("GDB's line in 6.1.192").isEqualTo(913);
      }
      assertThat(frames.size()).as("%s", frames).isGreaterThan(1);
      String pc = top.get("instructionPointerReference").getAsString();
      assertThat(pc).startsWith("0xffffffff8");
      JsonArray scopes =
          session.client.ok("scopes", "frameId", top.get("id").getAsInt()).getAsJsonArray("scopes");
      assertThat(scopes).hasSize(8);
      assertThat(value(session, "vmcs.GUEST_RIP")).startsWith(pc);
      assertThat(value(session, "$rip")).startsWith(pc);
      assertThat(value(session, "vmcs.GUEST_CR3")).startsWith(value(session, "$cr3"));
      JsonArray code =
          session
              .client
              .ok("disassemble", "memoryReference", pc, "instructionCount", 8)
              .getAsJsonArray("instructions");
      assertThat(code.get(0).getAsJsonObject().get("symbol").getAsString())
          .startsWith("start_kernel");
      for (JsonElement instruction : code) {
        assertThat(instruction.getAsJsonObject().has("presentationHint")).isFalse();
      }
      assertThat(session.client.output("stdout")).isNotNull();
    }
  }

  private static String value(TestSession session, String expression) {
    return session
        .client
        .ok("evaluate", "expression", expression, "context", "watch")
        .get("result")
        .getAsString()
        .replaceFirst(" .*", "");
  }
}

package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static dev.ringside.dap.client.Json.address;
import static dev.ringside.dap.client.Json.flag;
import static dev.ringside.dap.client.Json.number;
import static dev.ringside.dap.client.Json.objects;
import static dev.ringside.dap.client.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ringside.dap.TestSession;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * VS Code's disassembly view, {@code browser/disassemblyView.ts}: it opens with 200 instructions
 * before and after ({@code reloadDisassembly}), scrolls by 50 from the same reference ({@code
 * scrollUp_LoadDisassembledInstructions}), takes row n for instruction {@code instructionOffset +
 * n}, and keeps its rows sorted and told apart by address.
 */
class VsCodeDisassemblyTest {
  private static final int PAGE = 50;

  private TestSession session;
  private VsCode code;
  private VsCode.Stop stop;

  @BeforeEach
  void stopInAFunction() {
    session = new TestSession();
    code = new VsCode(session);
    code.initialize();
    code.breakpointAt("hello/hello.c", json("line", 72));
    code.start("launch", json("program", SampleGuests.elf("hello").toString(), "memory", "64M"));
    stop = code.stopped();
  }

  @AfterEach
  void end() {
    session.close();
  }

  private static List<Long> addresses(List<JsonObject> rows) {
    return rows.stream().map(row -> address(text(row, "address"))).toList();
  }

  @Test
  void itOpensWithTheInstructionInTheMiddle() {
    List<JsonObject> rows = code.disassemble(stop.rip(), 0, -4 * PAGE, 8 * PAGE);
    assertThat(rows).hasSize(8 * PAGE);
    assertThat(text(rows.get(4 * PAGE), "address")).isEqualTo(stop.rip());
    assertThat(addresses(rows)).doesNotHaveDuplicates().isSorted();
    assertThat(rows).noneMatch(row -> text(row, "instruction").isBlank());
    JsonObject here = rows.get(4 * PAGE);
    assertThat(text(here, "symbol")).startsWith("walk_list");
    assertThat(text(here, "instructionBytes")).matches("([0-9a-f]{2} ?)+");
    List<JsonObject> baseline = code.disassemble(stop.rip(), 0, 0, PAGE);
    assertThat(baseline).isEqualTo(rows.subList(4 * PAGE, 5 * PAGE));
  }

  @Test
  void scrollingGoesOnWhereTheViewEnds() {
    List<JsonObject> rows = code.disassemble(stop.rip(), 0, -4 * PAGE, 8 * PAGE);
    List<JsonObject> above = code.disassemble(stop.rip(), 0, -5 * PAGE, PAGE);
    List<JsonObject> below = code.disassemble(stop.rip(), 0, 4 * PAGE, PAGE);
    List<JsonObject> all = new ArrayList<>(above);
    all.addAll(rows);
    all.addAll(below);
    assertThat(addresses(all)).doesNotHaveDuplicates().isSorted();
    for (int i = 0; i + 1 < all.size(); i++) {
      JsonObject row = all.get(i);
      if (!"invalid".equals(row.has("presentationHint") ? text(row, "presentationHint") : "")) {
        int length = (text(row, "instructionBytes").length() + 1) / 3;
        assertThat(address(text(all.get(i + 1), "address")))
            .isEqualTo(address(text(row, "address")) + length);
      }
    }
  }

  /**
   * DAP: {@code location} "should always be set on the first instruction returned", and stays in
   * force until the next one. Each line is compared with addr2line's.
   */
  @Test
  void instructionsCarryTheSourceTheyCameFrom() throws IOException {
    for (int first = -5; first < 15; first++) {
      JsonObject row = code.disassemble(stop.rip(), 0, first, 3).getFirst();
      assertThat(row.has("location")).as("%d: %s", first, row).isTrue();
      assertThat(number(row, "line")).isPositive();
    }
    List<JsonObject> rows = code.disassemble(stop.rip(), 0, -3, 40);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("addr2line", "-e", SampleGuests.elf("hello").toString()));
    List<JsonObject> placed = rows.stream().filter(row -> row.has("line")).toList();
    placed.forEach(row -> command.add(text(row, "address")));
    assertThat(placed).hasSizeGreaterThan(4);
    Process process = new ProcessBuilder(command).start();
    String[] lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toArray(String[]::new);
    assertThat(lines).hasSameSizeAs(placed);
    String path = "";
    for (int i = 0; i < lines.length; i++) {
      JsonObject row = placed.get(i);
      path = row.has("location") ? text(row.getAsJsonObject("location"), "path") : path;
      assertThat(path + ":" + number(row, "line")).isEqualTo(lines[i].replaceFirst(" .*", ""));
    }
    assertThat(path).isEqualTo(text(TestSession.source("hello/hello.c"), "path"));
  }

  /** {@code BreakpointRenderer}: the frame's reference and the distance to the row. */
  @Test
  void aClickInTheGutterSetsAnInstructionBreakpoint() {
    List<JsonObject> rows = code.disassemble(stop.rip(), 0, 0, PAGE);
    JsonObject row = rows.get(2);
    long distance = address(text(row, "address")) - address(stop.rip());
    JsonObject answer =
        objects(
                code.client()
                    .ok(
                        "setInstructionBreakpoints",
                        "breakpoints",
                        array(json("instructionReference", stop.rip(), "offset", distance)))
                    .get("breakpoints"))
            .getFirst();
    assertThat(flag(answer, "verified")).isTrue();
    assertThat(text(answer, "instructionReference")).isEqualTo(text(row, "address"));
    code.resume();
    VsCode.Stop there = code.stopped();
    assertThat(there.reason()).isEqualTo("instruction breakpoint");
    assertThat(there.rip()).isEqualTo(text(row, "address"));
    assertThat(there.event().getAsJsonArray("hitBreakpointIds")).containsExactly(answer.get("id"));
  }

  /** Stepping while the view has the focus: {@code granularity} is {@code instruction}. */
  @Test
  void stepsAreInstructionsWhileTheViewHasTheFocus() {
    List<JsonObject> rows = code.disassemble(stop.rip(), 0, 0, 2);
    code.client().ok("next", "threadId", 1, "granularity", "instruction");
    VsCode.Stop next = code.stopped();
    assertThat(next.reason()).isEqualTo("step");
    assertThat(next.rip()).isEqualTo(text(rows.get(1), "address"));
  }

  /** {@code primeMemoryReference}, of a breakpoint that an earlier session left behind. */
  @Test
  void aReferenceThatIsNoMemoryIsStillAnswered() {
    List<JsonObject> rows = code.disassemble("0x7fff00000000", 0, 0, 1);
    assertThat(rows).hasSize(1);
    assertThat(text(rows.getFirst(), "address")).isEqualTo("0x7fff00000000");
    assertThat(text(rows.getFirst(), "presentationHint")).isEqualTo("invalid");
  }
}

package dev.ringside.dap.client;

import static dev.ringside.dap.client.DapClient.json;
import static dev.ringside.dap.client.Json.address;
import static dev.ringside.dap.client.Json.flag;
import static dev.ringside.dap.client.Json.named;
import static dev.ringside.dap.client.Json.number;
import static dev.ringside.dap.client.Json.objects;
import static dev.ringside.dap.client.Json.plain;
import static dev.ringside.dap.client.Json.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ringside.dap.TestSession;
import dev.ringside.samples.SampleGuests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the two memory views for VS Code send: the hex editor ({@code microsoft/vscode-hexeditor},
 * {@code src/fileSystemAdaptor.ts}, {@code DebugFileAccessor}: pages of 4 KiB through VS Code's own
 * {@code browser/debugMemory.ts}), and the Memory Inspector ({@code
 * eclipse-cdt-cloud/vscode-memory-inspector}, {@code src/plugin/memory-provider.ts}, {@code
 * src/plugin/adapter-registry/c-tracker.ts}, {@code src/plugin/memory-storage.ts}).
 */
class MemoryViewsTest {
  private static final int PAGE = 4096;

  private TestSession session;
  private VsCode code;
  private VsCode.Stop stop;

  @BeforeEach
  void stopInKmain() {
    session = new TestSession();
    code = new VsCode(session);
    JsonObject capabilities = code.initialize();
    assertThat(flag(capabilities, "supportsReadMemoryRequest")).isTrue();
    assertThat(flag(capabilities, "supportsWriteMemoryRequest")).isTrue();
    code.breakpointAt("hello/hello.c", json("line", 105));
    code.start("launch", json("program", SampleGuests.elf("hello").toString(), "memory", "64M"));
    stop = code.stopped();
  }

  @AfterEach
  void end() {
    session.close();
  }

  private static byte[] decoded(JsonObject answer) {
    return answer.has("data") ? Base64.getDecoder().decode(text(answer, "data")) : new byte[0];
  }

  private static String encoded(byte... bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private JsonObject read(String reference, int offset, int count) {
    return code.client()
        .ok("readMemory", "count", count, "memoryReference", reference, "offset", offset);
  }

  /** The variable view's <em>View Binary Data</em>, of a pointer. */
  private String reference(String expression) {
    return text(code.evaluate(expression, stop.frameId(), "watch"), "memoryReference");
  }

  // The hex editor

  /** {@code MemoryRegion.read}: VS Code counts data and unreadable bytes together as the page. */
  @Test
  void theHexEditorsFirstPageIsTheVariable() {
    String squares = reference("squares");
    JsonObject page = read(squares, 0, PAGE);
    byte[] bytes = decoded(page);
    assertThat(bytes).hasSize(PAGE);
    assertThat(page.has("unreadableBytes")).isFalse();
    ByteBuffer ints = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 8; i++) {
      assertThat(ints.getInt()).isEqualTo(i * i);
    }
    assertThat(text(page, "address")).isEqualTo(squares);
  }

  /**
   * VS Code 1.139 adds a page's offset twice ({@code MemoryRegionView} under {@code readFile}), so
   * that its second page asks for nothing, and its third for less than nothing.
   */
  @Test
  void itsOtherPagesAreAnsweredAsTheyAreAsked() {
    String squares = reference("squares");
    JsonObject second = read(squares, 2 * PAGE, 0);
    assertThat(decoded(second)).isEmpty();
    assertThat(address(text(second, "address"))).isEqualTo(address(squares) + 2 * PAGE);
    JsonObject third =
        DapClient.error(
            code.client()
                .response(
                    code.client()
                        .send(
                            "readMemory",
                            json("count", -PAGE, "memoryReference", squares, "offset", 4 * PAGE))));
    assertThat(text(third, "format")).contains("'count'");
  }

  /** The end of RAM: data up to it, then how many bytes are not there. */
  @Test
  void aPageThatEndsEarlySaysHowMuchIsMissing() {
    JsonObject page = read("phys:0x3fffff0", 0, PAGE);
    assertThat(decoded(page)).hasSize(16);
    assertThat(number(page, "unreadableBytes")).isEqualTo(PAGE - 16);
    JsonObject nothing = read("0x7fff00000000", 0, PAGE);
    assertThat(decoded(nothing)).isEmpty();
    assertThat(number(nothing, "unreadableBytes")).isEqualTo(PAGE);
  }

  /** {@code MemoryRegion.write}, and the events that make other views read again. */
  @Test
  void anEditIsWrittenAndToldToEveryOtherView() {
    String squares = reference("squares");
    JsonObject answer =
        code.client()
            .ok(
                "writeMemory",
                "memoryReference",
                squares,
                "offset",
                8,
                "allowPartial",
                true,
                "data",
                encoded((byte) 77, (byte) 0, (byte) 0, (byte) 0));
    assertThat(number(answer, "bytesWritten")).isEqualTo(4);
    JsonObject memory = code.client().event("memory");
    assertThat(text(memory, "memoryReference")).isEqualTo(squares);
    assertThat(number(memory, "offset")).isEqualTo(8);
    assertThat(number(memory, "count")).isEqualTo(4);
    code.client().event("invalidated");
    assertThat(code.value("squares[2]", stop.frameId())).isEqualTo("77");
  }

  @Test
  void aWriteAcrossTheEndOfRamIsPartialOnlyIfThatIsAllowed() {
    byte[] four = {1, 2, 3, 4};
    JsonObject partial =
        code.client()
            .ok(
                "writeMemory",
                "memoryReference",
                "phys:0x3fffffe",
                "offset",
                0,
                "allowPartial",
                true,
                "data",
                encoded(four));
    assertThat(number(partial, "bytesWritten")).isEqualTo(2);
    JsonObject refused =
        code.client()
            .fails("writeMemory", "memoryReference", "phys:0x3fffffe", "data", encoded(four));
    assertThat(text(refused, "format")).contains("2 of 4");
  }

  // The Memory Inspector

  /** {@code CTracker.variableToVariableRange}: address and size of each variable of a scope. */
  @Test
  void theInspectorPlacesEveryVariable() {
    List<String> placed = new ArrayList<>();
    for (JsonObject scope : objects(stop.scopes())) {
      if (!text(scope, "name").matches("Locals|Statics")) {
        continue;
      }
      for (JsonObject variable : objects(code.variables(number(scope, "variablesReference")))) {
        String name = text(variable, "evaluateName");
        String address = text(code.evaluate("&(" + name + ")", stop.frameId(), "watch"), "result");
        String size =
            text(code.evaluate("sizeof(" + name + ")", stop.frameId(), "watch"), "result");
        assertThat(plain(address)).as(name).matches("0x[0-9a-f]+");
        assertThat(size).as(name).matches("[0-9]+");
        placed.add(name + " " + size);
      }
    }
    assertThat(placed).contains("sum 4", "squares 32", "first 32", "calls 4");
  }

  /** {@code extractAddress} takes the first hexadecimal number of a {@code memoryReference}. */
  @Test
  void aVariablesMemoryReferenceIsItsPlace() {
    JsonObject statics = named(stop.scopes(), "Statics");
    JsonObject squares = named(code.variables(number(statics, "variablesReference")), "squares");
    assertThat(text(squares, "memoryReference"))
        .isEqualTo(plain(code.value("&squares", stop.frameId())));
    JsonObject name = code.evaluate("first.name", stop.frameId(), "watch");
    byte[] text = decoded(read(text(name, "memoryReference"), 0, 6));
    assertThat(new String(text, StandardCharsets.US_ASCII)).isEqualTo("first\0");
  }

  /** {@code MemoryStorage}: a range to a file, and back by absolute address in padded hex. */
  @Test
  void aStoredRangeCanBeAppliedAgain() {
    String squares = reference("squares");
    byte[] before = decoded(read(squares, 0, 32));
    code.evaluate("squares[3] = 1234", stop.frameId(), "repl");
    String padded = String.format("0x%08X", address(squares));
    JsonObject written =
        code.client().ok("writeMemory", "memoryReference", padded, "data", encoded(before));
    assertThat(number(written, "bytesWritten")).isEqualTo(32);
    assertThat(code.value("squares[3]", stop.frameId())).isEqualTo("9");
    assertThat(decoded(read(squares, -4, 36))).endsWith(before);
  }
}

package dev.ringside.dap;

import static dev.ringside.dap.client.DapClient.array;
import static dev.ringside.dap.client.DapClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attributes of a launch that reach outside of the session: files, and paths of sources. */
class LaunchAttributesTest {
  @TempDir private Path folder;

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private static void runToTheEnd(TestSession session) {
    session.configured();
    assertThat(session.client.event("exited").get("exitCode").getAsInt()).isZero();
    session.client.event("terminated");
  }

  /** Sources of a guest that was built elsewhere: DWARF's prefix stands for a folder here. */
  @Test
  void aSourceMapHoldsForBreakpointsFramesListingsAndLoadedSources() {
    Path built = SampleGuests.directory();
    String here = folder.resolve("checkout/guests").toString();
    try (TestSession session = new TestSession()) {
      session.launch("hello", "sourceMap", json(built.toString(), here));
      String mapped = here + "/hello/hello.c";
      JsonObject breakpoint =
          session
              .client
              .ok(
                  "setBreakpoints",
                  "source",
                  json("path", mapped),
                  "breakpoints",
                  array(json("line", 99)))
              .getAsJsonArray("breakpoints")
              .get(0)
              .getAsJsonObject();
      assertThat(breakpoint.get("verified").getAsBoolean()).as("%s", breakpoint).isTrue();
      assertThat(text(breakpoint.getAsJsonObject("source"), "path")).isEqualTo(mapped);
      session.configured();
      session.stopped();
      JsonObject top = session.top();
      assertThat(text(top.getAsJsonObject("source"), "path")).isEqualTo(mapped);
      JsonObject instruction =
          session
              .client
              .ok(
                  "disassemble",
                  "memoryReference",
                  text(top, "instructionPointerReference"),
                  "instructionCount",
                  1)
              .getAsJsonArray("instructions")
              .get(0)
              .getAsJsonObject();
      assertThat(text(instruction.getAsJsonObject("location"), "path")).isEqualTo(mapped);
      assertThat(instruction.get("line").getAsInt()).isEqualTo(99);
      List<String> sources = new ArrayList<>();
      for (JsonElement source : session.client.ok("loadedSources").getAsJsonArray("sources")) {
        sources.add(text(source.getAsJsonObject(), "path"));
      }
      assertThat(sources).contains(mapped).noneMatch(path -> path.startsWith(built.toString()));
      JsonArray lines =
          session
              .client
              .ok("breakpointLocations", "source", json("path", mapped), "line", 99)
              .getAsJsonArray("breakpoints");
      assertThat(lines).hasSize(1);
    }
  }

  /** Of several prefixes the longest counts, and only whole names of folders match. */
  @Test
  void theLongestPrefixOfASourceMapWins() {
    String built = SampleGuests.directory().toString();
    JsonObject map = json(built, "/other", built + "/hello", "/mine", built + "/hel", "/never");
    try (TestSession session = new TestSession()) {
      session.launch("hello", "sourceMap", map);
      session.client.ok(
          "setBreakpoints",
          "source",
          json("path", "/mine/hello.c"),
          "breakpoints",
          array(json("line", 112)));
      session.client.ok(
          "setBreakpoints",
          "source",
          json("path", "/other/common/power.c"),
          "breakpoints",
          array(json("line", 12)));
      session.configured();
      session.stopped();
      assertThat(text(session.top().getAsJsonObject("source"), "path")).isEqualTo("/mine/hello.c");
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      assertThat(text(session.top().getAsJsonObject("source"), "path"))
          .isEqualTo("/other/common/power.c");
    }
  }

  /** The profile's JSON form counts what the sample is known to cause. */
  @Test
  void profileWritesJson() throws IOException {
    Path file = folder.resolve("traps.ringside.json");
    try (TestSession session = new TestSession()) {
      session.launch("traps", "profile", file.toString());
      runToTheEnd(session);
    }
    JsonObject profile = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    assertThat(profile.get("version").getAsInt()).isEqualTo(1);
    long readMsr = 0;
    for (JsonElement row : profile.getAsJsonArray("exits")) {
      if (text(row.getAsJsonObject(), "reason").equals("MSR_READ")
          && text(row.getAsJsonObject(), "symbol").equals("trap_rdmsr")) {
        readMsr += row.getAsJsonObject().get("count").getAsLong();
      }
    }
    assertThat(readMsr).isEqualTo(7);
  }

  /** A relative file belongs to {@code cwd}; JFR has one event for each exit. */
  @Test
  void profileWritesAFlightRecording() throws IOException {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "profile", "hello.jfr", "cwd", folder.toString());
      runToTheEnd(session);
    }
    List<String> names = new ArrayList<>();
    try (RecordingFile recording = new RecordingFile(folder.resolve("hello.jfr"))) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        names.add(event.getEventType().getName());
      }
    }
    assertThat(names).contains("ringside.VmExit");
  }

  /** A profile is written at a disconnect in the middle, too. */
  @Test
  void profileIsWrittenWhenTheClientLeavesEarly() throws IOException {
    Path file = folder.resolve("early.json");
    try (TestSession session = new TestSession()) {
      session.launch("hello", "profile", file.toString());
      session.breakIn("factorial");
      session.configured();
      session.stopped();
      session.client.ok("disconnect");
      session.client.awaitEnd();
    }
    JsonObject profile = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    assertThat(profile.getAsJsonArray("exits")).isNotEmpty();
  }

  @Test
  void profileOfAnotherKindIsRefused() {
    try (TestSession session = new TestSession()) {
      session.initialize();
      JsonObject error =
          session.client.fails(
              "launch",
              "program",
              SampleGuests.elf("hello").toString(),
              "profile",
              folder.resolve("profile.txt").toString());
      assertThat(text(error, "format")).contains("'profile'").contains(".json");
    }
  }

  @Test
  void serialGoesToAFile() throws IOException {
    Path file = folder.resolve("com1.txt");
    Files.writeString(file, "what was there before, and is longer than what the guest prints");
    try (TestSession session = new TestSession()) {
      session.launch("hello", "serial", "file:" + file);
      runToTheEnd(session);
      assertThat(session.client.output("stdout")).isEmpty();
    }
    assertThat(Files.readString(file)).startsWith("Hello from ring 0").endsWith("Goodbye.\n");
  }

  /** What the guest has printed is in the file while it stands at a breakpoint. */
  @Test
  void theSerialFileIsUpToDateAtAStop() throws IOException {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "serial", "file:com1.txt", "cwd", folder.toString());
      session.breakIn("factorial");
      session.configured();
      session.stopped();
      assertThat(Files.readString(folder.resolve("com1.txt"))).contains("Hello from ring 0");
    }
  }

  @Test
  void aSerialFileThatCannotBeWrittenIsExplained() {
    try (TestSession session = new TestSession()) {
      session.initialize();
      JsonObject error =
          session.client.fails(
              "launch",
              "program",
              SampleGuests.elf("hello").toString(),
              "serial",
              "file:" + folder);
      assertThat(text(error, "format")).contains("'serial'").contains(folder.toString());
      session.client.event("terminated");
    }
    try (TestSession session = new TestSession()) {
      session.initialize();
      JsonObject error =
          session.client.fails(
              "launch",
              "program",
              SampleGuests.elf("hello").toString(),
              "serial",
              "file:" + folder.resolve("none/com1.txt"));
      assertThat(text(error, "format")).contains("there is no folder " + folder.resolve("none"));
    }
  }

  @Test
  void serialNullIsSilent() {
    try (TestSession session = new TestSession()) {
      session.launch("hello", "serial", "null");
      runToTheEnd(session);
      assertThat(session.client.output("stdout")).isEmpty();
    }
  }
}

package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.export.ProfileJson;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profile of a session: whole when asked for, in changes as it comes. */
class ProfileRequestTest {
  @TempDir Path folder;

  @Test
  void theAnswerHasCallPathsAndTimelineAndTheEventsHaveNot() {
    try (TestSession session = new TestSession()) {
      session.launch("rings");
      session.client.ok("ringside/profile", "enable", true, "events", true);
      session.breakIn("handle_syscall");
      session.configured();
      session.stopped();

      Profile profile = ProfileJson.parse(session.client.ok("ringside/profile"));
      JsonObject changes = session.client.event("ringside/profile").getAsJsonObject("profile");

      assertThat(profile.stacks().orElseThrow().exits()).isEqualTo(profile.exitCount());
      assertThat(profile.stacks().orElseThrow().frames())
          .anyMatch(frame -> "kmain".equals(frame.symbol()));
      assertThat(profile.timeline()).isPresent();
      assertThat(changes.keySet()).contains("exits").doesNotContain("stacks", "timeline");
    }
  }

  @Test
  void aLaunchWritesThePageItAskedFor() throws Exception {
    Path file = folder.resolve("rings.html");
    try (TestSession session = new TestSession()) {
      session.launch("rings", "profile", file.toString());
      session.configured();
      session.client.event("terminated");
    }

    assertThat(Files.readString(file))
        .contains("\"guest\":\"rings.elf\"", "\"stacks\":{\"exits\":");
  }
}

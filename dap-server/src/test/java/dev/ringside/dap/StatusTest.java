package dev.ringside.dap;

import static dev.ringside.dap.Bodies.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code ringside/status}: what a status bar shows. */
class StatusTest {
  @Test
  void aStopSaysModeRingAndCounts() {
    try (TestSession session = new TestSession()) {
      session.launch("rings");
      session.breakIn("user_main");
      session.configured();
      session.stopped();
      JsonObject event =
          session.client.event("ringside/status", e -> text(e, "state").equals("stopped"));
      assertThat(text(event, "mode")).isEqualTo("long mode");
      assertThat(event.get("ring").getAsInt()).isEqualTo(3);
      assertThat(event.get("vcpus").getAsInt()).isEqualTo(1);
      assertThat(event.get("instructions").getAsLong()).isPositive();
      assertThat(event.get("exits").getAsLong()).isPositive();
      assertThat(text(event, "backend")).isEqualTo("soft");
      assertThat(session.client.ok("ringside/status")).isEqualTo(event);
    }
  }

  @Test
  void whileTheGuestRunsItComesOnlyToThoseWhoAsked() {
    try (TestSession session = new TestSession()) {
      session.launch("rings", "cmdline", "loops=2000000000");
      session.configured();
      session.client.event("ringside/status", e -> text(e, "state").equals("running"));
      JsonObject first = session.client.ok("ringside/status", "events", true);
      assertThat(text(first, "state")).isEqualTo("running");
      JsonObject second = session.client.event("ringside/status", e -> e.has("exits"));
      JsonObject third = session.client.event("ringside/status", e -> e.has("exits"));
      assertThat(second.get("instructions").getAsLong())
          .isGreaterThan(first.get("instructions").getAsLong());
      assertThat(third.get("instructions").getAsLong())
          .isGreaterThan(second.get("instructions").getAsLong());
      session.client.ok("ringside/status", "events", false);
      session.client.ok("pause", "threadId", 1);
      session.stopped();
      session.client.ok("terminate");
      session.client.event("exited");
      List<JsonObject> all = session.client.events("ringside/status");
      assertThat(text(all.getLast(), "state")).isEqualTo("ended");
    }
    try (TestSession silent = new TestSession()) {
      silent.launch("hello");
      silent.configured();
      silent.client.event("exited");
      assertThat(silent.client.events("ringside/status"))
          .extracting(e -> text(e, "state"))
          .containsExactly("running", "ended");
    }
  }
}

package dev.ringside.dap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/** A whole session, from launch to the guest's end. */
class FirstSessionTest {
  @Test
  void aBreakpointInHelloStopsWithStackAndTheGuestEnds() {
    try (TestSession session = new TestSession()) {
      session.launch("hello");
      JsonObject breakpoint = session.breakIn("kmain").get(0).getAsJsonObject();
      assertThat(breakpoint.get("verified").getAsBoolean()).as("%s", breakpoint).isTrue();
      session.configured();
      JsonObject stopped = session.stopped();
      assertThat(stopped.get("reason").getAsString()).isEqualTo("function breakpoint");
      assertThat(stopped.getAsJsonArray("hitBreakpointIds").get(0).getAsInt())
          .isEqualTo(breakpoint.get("id").getAsInt());
      JsonObject top = session.top();
      assertThat(top.get("name").getAsString()).isEqualTo("kmain");
      session.client.ok("continue", "threadId", 1);
      assertThat(session.client.event("exited").get("exitCode").getAsInt()).isZero();
      session.client.event("terminated");
      session.client.ok("disconnect");
      session.client.awaitEnd();
      assertThat(session.client.output("stdout")).startsWith("Hello from ring 0").endsWith("\n");
    }
  }
}

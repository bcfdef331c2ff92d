package dev.ringside.profiler.event;

import dev.ringside.profiler.Profile;
import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Makes the aggregate of a recording: what a live profile of the same run would say. */
public final class RecordedProfile {
  private RecordedProfile() {}

  /**
   * Reads a recording that {@link ProfileRecording} wrote.
   *
   * @throws IOException if the file cannot be read or is no such recording; the message is for
   *     people
   */
  public static Profile read(Path file) throws IOException {
    RecordedRun run = new RecordedRun();
    @Nullable RecordedEvent summary = null;
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        switch (event.getEventType().getName()) {
          case "ringside.VmExit" -> run.exit(event);
          case "ringside.RingTransition" -> run.transition(event);
          case "ringside.Run" -> run.ran(event);
          case "ringside.Summary" -> summary = event;
          default -> {}
        }
      }
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new IOException(file + " is not a recording of Ringside's: " + e.getMessage(), e);
    }
    if (summary == null) {
      throw new IOException(
          file
              + (run.isEmpty()
                  ? " holds no events of Ringside's"
                  : " has no ringside.Summary: its recording was cut short"));
    }
    return run.profile(
        summary.getString("guest"),
        summary.getString("backend"),
        summary.getLong("instructions"),
        summary.getLong("exits") + summary.getLong("ringTransitions"));
  }
}

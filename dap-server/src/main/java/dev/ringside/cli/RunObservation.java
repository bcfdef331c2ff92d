package dev.ringside.cli;

import dev.ringside.profiler.GuestProfiler;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.event.ProfileRecording;
import dev.ringside.profiler.export.ProfileHtml;
import dev.ringside.profiler.export.ProfileJson;
import dev.ringside.profiler.export.ProfileTables;
import dev.ringside.vmm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run} watches of its guest, from before its first instruction until {@link #close},
 * which prints and writes what was seen. An interrupt of the process does so too, on the JVM's
 * shutdown thread.
 */
final class RunObservation implements AutoCloseable {
  private static final int MOST_ROWS = 60;

  /**
   * Bytes of a recording that is read again, to see whether JFR lost any of it: a second or two.
   */
  private static final long MOST_CHECKED = 64L << 20;

  private final ObservationOptions options;
  private final String guest;
  private final RunSymbols symbols;
  private final @Nullable GuestProfiler profiler;
  private final @Nullable ProfileRecording recording;
  private final @Nullable TraceLines trace;
  private final Thread atInterrupt = new Thread(this::finishInterrupted, "ringside-report");
  private boolean finished;

  private RunObservation(
      ObservationOptions options, VirtualMachine vm, Path guest, RunSymbols symbols) {
    this.options = options;
    this.guest = String.valueOf(guest.getFileName());
    this.symbols = symbols;
    this.profiler = profiler(options, vm, symbols);
    this.recording =
        options.profile instanceof ProfileFile.Recording
            ? ProfileRecording.start(vm, symbols, symbols.all())
            : null;
    this.trace =
        options.trace.isEmpty() ? null : TraceLines.install(vm, symbols, options.trace, System.err);
  }

  private static @Nullable GuestProfiler profiler(
      ObservationOptions options, VirtualMachine vm, RunSymbols symbols) {
    ProfileFile file = options.profile;
    if (file instanceof ProfileFile.Json || file instanceof ProfileFile.Html) {
      return GuestProfiler.install(vm, symbols.all());
    }
    return options.stats ? GuestProfiler.install(vm) : null;
  }

  /** Installs what the options ask for. */
  static RunObservation of(
      ObservationOptions options, VirtualMachine vm, Path guest, RunSymbols symbols) {
    RunObservation observation = new RunObservation(options, vm, guest, symbols);
    Runtime.getRuntime().addShutdownHook(observation.atInterrupt);
    return observation;
  }

  /** A report of the monitor's with the guest's symbols put in. */
  String name(String report) {
    return symbols.name(report);
  }

  /**
   * Prints and writes what was seen.
   *
   * @throws CommandFailure if it cannot be written
   */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atInterrupt);
    } catch (IllegalStateException e) {
      // The process is being interrupted: whoever comes first reports.
    }
    finish();
  }

  private synchronized void finish() {
    if (finished) {
      return;
    }
    finished = true;
    if (trace != null) {
      trace.close();
    }
    ProfileRecording recorded = recording;
    if (recorded != null && options.profile instanceof ProfileFile.Recording(Path file)) {
      write(recorded, file);
    }
    GuestProfiler counted = profiler;
    if (counted != null) {
      Profile profile = counted.snapshot(guest, symbols);
      counted.close();
      if (options.stats) {
        System.err.print(
            ProfileTables.format(
                profile,
                Terminal.colourOnStandardError(),
                MOST_ROWS,
                ": --profile F.json has all"));
        System.err.flush();
      }
      write(profile);
    }
  }

  private void write(ProfileRecording recorded, Path file) {
    try (recorded) {
      recorded.finish(file, guest);
      long lost = Files.size(file) <= MOST_CHECKED ? ProfileRecording.lostEvents(file) : 0;
      if (lost > 0) {
        System.err.println("ringside: " + file + " lacks " + lost + " events that JFR lost");
      }
    } catch (IOException e) {
      throw new CommandFailure(
          Ringside.BAD_FILE, "the profile cannot be written: " + e.getMessage());
    }
  }

  private void write(Profile profile) {
    try {
      if (options.profile instanceof ProfileFile.Json(Path file)) {
        ProfileJson.write(profile, file);
      } else if (options.profile instanceof ProfileFile.Html(Path file)) {
        ProfileHtml.write(profile, file);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          Ringside.BAD_FILE, "the profile cannot be written: " + e.getMessage());
    }
  }

  private void finishInterrupted() {
    try {
      finish();
    } catch (CommandFailure e) {
      System.err.println("ringside: " + e.getMessage());
    }
  }
}

package dev.ringside.cli;

import dev.ringside.profiler.Profile;
import dev.ringside.profiler.event.RecordedProfile;
import dev.ringside.profiler.export.ProfileHtml;
import dev.ringside.profiler.export.ProfileJson;
import dev.ringside.profiler.export.ProfileTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringside profile}: a recorded profile, or the live one of a running VM. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    description =
        "Prints a profile that 'run --profile' wrote (.json, .ringside.json, .jfr), or what a VM"
            + " that runs under a name does right now: on a terminal refreshed until q or Ctrl-C,"
            + " else once.")
final class ProfileCommand implements Callable<Integer> {
  private static final int MOST_ROWS = 60;

  /** How a recording of JFR's begins. */
  private static final byte[] JFR = "FLR\0".getBytes(StandardCharsets.ISO_8859_1);

  @Parameters(
      paramLabel = "F|NAME",
      description = "A profile's file, or the name of a VM (see 'ringside ps').")
  private String subject = "";

  @Option(
      names = "--json",
      description = "Writes the profile's JSON form to standard output; .jfr is converted.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "F.html",
      description = "Writes the profile as a page to look at, instead.")
  private @Nullable Path html;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "How long a running VM is watched before its profile is printed; without a terminal 2.")
  private @Nullable Double seconds;

  @Override
  public Integer call() {
    if (json && html != null) {
      throw new CommandFailure(Ringside.USAGE, "--json and --html exclude each other");
    }
    Path file = file();
    if (file == null) {
      return live();
    }
    if (seconds != null) {
      throw new CommandFailure(Ringside.USAGE, "--seconds is for a running VM, not for a file");
    }
    show(read(file));
    return 0;
  }

  /** The file that is meant; null if it is a VM. */
  private @Nullable Path file() {
    try {
      Path path = Path.of(subject);
      boolean looksLikeOne =
          subject.endsWith(".json") || subject.endsWith(".jfr") || path.getNameCount() > 1;
      return looksLikeOne || Files.exists(path) ? path : null;
    } catch (InvalidPathException e) {
      throw new CommandFailure(Ringside.BAD_FILE, "'" + subject + "' is no file's name");
    }
  }

  private static Profile read(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailure(Ringside.BAD_FILE, file + " is a folder, not a profile");
    }
    try (InputStream in = Files.newInputStream(file)) {
      boolean recording = Arrays.equals(in.readNBytes(JFR.length), JFR);
      return recording ? RecordedProfile.read(file) : ProfileJson.read(file);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CommandFailure(Ringside.BAD_FILE, "there is no file " + file);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      throw new CommandFailure(
          Ringside.BAD_FILE,
          (why.contains(file.toString()) ? why : file + " cannot be read: " + why)
              .replaceAll("\\s*\\R\\s*", " "));
    }
  }

  private void show(Profile profile) {
    Path page = html;
    if (page != null) {
      try {
        ProfileHtml.write(profile, page);
      } catch (IOException e) {
        throw new CommandFailure(
            Ringside.BAD_FILE, "the page cannot be written: " + e.getMessage());
      }
      return;
    }
    String text =
        json
            ? ProfileJson.write(profile)
            : ProfileTables.format(
                profile, Terminal.colourOnStandardOutput(), MOST_ROWS, ": --json has all");
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    out.print(text);
    out.flush();
  }

  private int live() {
    try (ProfileClient client = ProfileClient.attach(subject)) {
      boolean watched = !json && html == null && seconds == null && Screen.isThere();
      show(watched ? LiveTable.watch(client) : client.after(seconds == null ? 2 : seconds));
      return 0;
    }
  }
}

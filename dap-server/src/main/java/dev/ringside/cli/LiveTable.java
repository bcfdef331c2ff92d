package dev.ringside.cli;

import dev.ringside.profiler.Profile;
import dev.ringside.profiler.export.ProfileTables;
import java.util.ArrayList;
import java.util.List;

/** A running VM's profile on the terminal, refreshed in place until somebody has seen enough. */
final class LiveTable {
  private static final long PERIOD_MILLIS = 1000;

  private LiveTable() {}

  /** Shows it; returns what it was at the end. */
  static Profile watch(ProfileClient client) {
    try (Screen screen = Screen.open()) {
      while (true) {
        Profile profile = client.profile();
        screen.show(lines(profile, screen.rows()));
        if (client.isOver() || screen.isLeft(PERIOD_MILLIS, client::isOver)) {
          return profile;
        }
      }
    }
  }

  private static List<String> lines(Profile profile, int rows) {
    List<String> lines = new ArrayList<>();
    String rings = ProfileTables.rings(profile, true);
    int left = rows - 1 - 6 - (int) rings.lines().count();
    ProfileTables.exits(profile, true, Math.max(4, left), "").lines().forEach(lines::add);
    lines.add("");
    rings.lines().forEach(lines::add);
    lines.add(ProfileTables.time(profile));
    while (lines.size() > rows - 1) {
      lines.removeLast();
    }
    lines.add("q: end");
    return lines;
  }
}

package dev.ringside.profiler.export;

import static dev.ringside.profiler.export.TextTable.Column.number;
import static dev.ringside.profiler.export.TextTable.Column.text;

import dev.ringside.profiler.Place;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.Residency;
import dev.ringside.profiler.RingRow;
import dev.ringside.profiler.TrapRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A profile as tables for people. */
public final class ProfileTables {
  private ProfileTables() {}

  /**
   * The trap profile, the ring profile, and where the time went; each line ends in a line feed.
   *
   * @param colour whether escape sequences make the titles bold
   * @param most rows of the trap profile at most
   * @param rest tells, behind how many more there are, where they can be seen
   */
  public static String format(Profile profile, boolean colour, int most, String rest) {
    return exits(profile, colour, most, rest)
        + "\n"
        + rings(profile, colour)
        + "\n"
        + time(profile)
        + "\n";
  }

  /** The trap profile alone; as {@link #format}. */
  public static String exits(Profile profile, boolean colour, int most, String rest) {
    String on =
        profile.backend()
            + (profile.instructions() < 0
                ? ""
                : String.format(Locale.ROOT, "; %,d guest instructions", profile.instructions()));
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "VM exits of %s: %,d, cost %s (%s)%n",
            profile.guest(),
            profile.exitCount(),
            duration(profile.totalCost()),
            on));
    if (profile.exits().isEmpty()) {
      return out.toString();
    }
    TextTable table =
        new TextTable(
            number("count"),
            number("total"),
            number("share"),
            number("min"),
            number("mean"),
            number("p50"),
            number("p90"),
            number("p99"),
            number("max"),
            text("reason"),
            text("detail"),
            text("ring"),
            text("symbol"),
            text("source"));
    profile.exits().stream().limit(most).forEach(row -> trap(table, profile, row));
    out.append(table.format(colour));
    int more = profile.exits().size() - most;
    if (more > 0) {
      out.append("  and ").append(more).append(" more rows").append(rest).append('\n');
    }
    return out.toString();
  }

  private static void trap(TextTable table, Profile profile, TrapRow row) {
    Place place = row.place();
    String name = place.symbol() == null && place.address() == 0 ? "" : place.name();
    table.row(
        String.format(Locale.ROOT, "%,d", row.count()),
        duration(row.total()),
        percent(profile.share(row)),
        duration(row.min()),
        duration(row.mean()),
        duration(row.p50()),
        duration(row.p90()),
        duration(row.p99()),
        duration(row.max()),
        row.reason().name(),
        row.detail(),
        Integer.toString(row.cpl()),
        place.exact() ? name : "~" + name,
        Optional.ofNullable(place.source()).orElse(""));
  }

  /** The ring profile alone. */
  public static String rings(Profile profile, boolean colour) {
    Optional<List<RingRow>> rings = profile.rings();
    if (rings.isEmpty()) {
      return "Ring transitions: not visible under "
          + profile.backend().toUpperCase(Locale.ROOT)
          + "\n";
    }
    long all = rings.get().stream().mapToLong(RingRow::count).sum();
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "Ring transitions: %,d%n", all));
    if (rings.get().isEmpty()) {
      return out.toString();
    }
    TextTable table =
        new TextTable(
            number("count"),
            number("residency"),
            number("mean"),
            text("rings"),
            text("mechanism"),
            number("vector"),
            text("handler"));
    for (RingRow row : rings.get()) {
      table.row(
          String.format(Locale.ROOT, "%,d", row.count()),
          duration(row.residency()),
          duration(row.residency() / Math.max(1, row.count())),
          row.from() + " -> " + row.to(),
          row.mechanism().name(),
          row.vector() < 0 ? "" : Integer.toString(row.vector()),
          Optional.ofNullable(row.handler()).map(Place::name).orElse(""));
    }
    return out.append(table.format(colour)).toString();
  }

  /** Where the time went, in one line without its end. */
  public static String time(Profile profile) {
    Residency r = profile.residency();
    List<String> names = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (int ring = 0; ring < r.rings().size(); ring++) {
      if (ring == 0 || r.ring(ring) != 0) {
        names.add("ring " + ring);
        times.add(r.ring(ring));
      }
    }
    names.addAll(List.of("host", "idle"));
    times.addAll(List.of(r.host(), r.idle()));
    long all = times.stream().mapToLong(Long::longValue).sum();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String part = names.get(i) + " " + duration(times.get(i));
      parts.add(
          r.rings().isEmpty()
              ? part
              : part + " (" + percent(all == 0 ? 0 : (double) times.get(i) / all) + ")");
    }
    return "Time: " + String.join(", ", parts);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** A time with three digits and its unit. */
  static String duration(long nanos) {
    if (nanos < 1000) {
      return nanos + " ns";
    }
    String[] units = {"us", "ms", "s"};
    double value = nanos / 1000.0;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    String format = value < 9.995 ? "%.2f %s" : value < 99.95 ? "%.1f %s" : "%,.0f %s";
    return String.format(Locale.ROOT, format, value, units[unit]);
  }
}

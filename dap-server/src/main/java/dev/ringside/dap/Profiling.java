package dev.ringside.dap;

import com.google.gson.JsonElement;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.scope.TrapCost;
import dev.ringside.debug.value.Node;
import dev.ringside.profiler.GuestProfiler;
import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.RingRow;
import dev.ringside.profiler.TrapRow;
import dev.ringside.profiler.event.ProfileRecording;
import dev.ringside.profiler.export.ProfileHtml;
import dev.ringside.profiler.export.ProfileJson;
import dev.ringside.profiler.export.ProfileTables;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The profile of a session's guest: what {@code ringside/profile} answers, the scope "Trap cost",
 * and the file that a launch asked for. Thread-safe; asks the machine's thread.
 */
final class Profiling implements TrapCost {
  private final VirtualMachine machine;
  private final SymbolFiles files;
  private final GuestSymbols symbols;
  private final String guest;
  private final Optional<Path> file;
  private final @Nullable ProfileRecording recording;
  private @Nullable GuestProfiler profiler;
  private Set<TrapRow> knownTraps = Set.of();
  private Set<RingRow> knownRings = Set.of();
  private boolean written;

  Profiling(VirtualMachine machine, Program program, String guest, Optional<Path> file) {
    this.machine = machine;
    this.files = program.symbolFiles();
    this.symbols = GuestSymbols.of(program.files());
    this.guest = guest;
    this.file = file;
    this.recording =
        file.filter(Profiling::isRecording)
            .map(f -> ProfileRecording.start(machine, symbols, files))
            .orElse(null);
  }

  static boolean isRecording(Path file) {
    return file.toString().endsWith(".jfr");
  }

  synchronized void start() {
    if (profiler == null) {
      profiler = GuestProfiler.install(machine, files);
    }
  }

  synchronized void stop() {
    if (profiler != null) {
      profiler.close();
      profiler = null;
    }
  }

  private synchronized Optional<Profile> snapshot() {
    return Optional.ofNullable(profiler).map(running -> running.snapshot(guest, symbols));
  }

  /** Without call paths and timeline, which nobody needs several times a second. */
  private synchronized Optional<Profile> tables() {
    return Optional.ofNullable(profiler).map(running -> running.tables(guest, symbols));
  }

  /** All of it in the JSON form of CONTRACTS.md; empty if nobody profiles. */
  Optional<JsonElement> json() {
    return snapshot().map(Profiling::json);
  }

  /** The rows that have changed since the last call; empty if none has. */
  Optional<JsonElement> changes() {
    Optional<Profile> all = tables();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Profile now = all.get();
    List<TrapRow> traps = now.exits().stream().filter(r -> !knownTraps.contains(r)).toList();
    List<RingRow> rings =
        now.rings().orElse(List.of()).stream().filter(r -> !knownRings.contains(r)).toList();
    knownTraps = new HashSet<>(now.exits());
    knownRings = new HashSet<>(now.rings().orElse(List.of()));
    if (traps.isEmpty() && rings.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        json(
            new Profile(
                now.guest(),
                now.backend(),
                now.vcpus(),
                now.instructions(),
                now.lostEvents(),
                traps,
                now.rings().map(r -> rings),
                now.residency())));
  }

  private static JsonElement json(Profile profile) {
    return ProfileJson.tree(profile);
  }

  @Override
  public List<Node> at(long rip, String symbol) {
    Optional<Profile> all = tables();
    if (all.isEmpty()) {
      return List.of();
    }
    List<Node> nodes = new ArrayList<>();
    for (TrapRow row : all.get().exits()) {
      if (row.place().name().equals(symbol)) {
        nodes.add(node(row, all.get().share(row)));
      }
    }
    return nodes;
  }

  @Override
  public String exitTable(int most) {
    return tables().map(p -> ProfileTables.exits(p, false, most, ": exits all")).orElse("");
  }

  @Override
  public String ringTable() {
    return tables().map(p -> ProfileTables.rings(p, false)).orElse("");
  }

  private static Node node(TrapRow row, double share) {
    String where = row.place().source() == null ? "" : " at " + row.place().source();
    String name = row.reason().name() + (row.detail().isEmpty() ? "" : " " + row.detail());
    String text =
        String.format(
            Locale.ROOT,
            "%d × %d ns, %.1f %% of all%s",
            row.count(),
            row.mean(),
            share * 100,
            where);
    return new Node.Group(
        name,
        text,
        view ->
            List.of(
                number("count", row.count(), ""),
                number("total", row.total(), " ns"),
                number("min", row.min(), " ns"),
                number("mean", row.mean(), " ns"),
                number("p50", row.p50(), " ns"),
                number("p90", row.p90(), " ns"),
                number("p99", row.p99(), " ns"),
                number("max", row.max(), " ns")));
  }

  private static Node number(String name, long value, String unit) {
    return new Node.Text(name, value + unit, "", null);
  }

  /**
   * Writes the file that was asked for; once, while the machine lives.
   *
   * @throws IOException if it cannot be written
   */
  synchronized void write() throws IOException {
    if (written || file.isEmpty()) {
      return;
    }
    written = true;
    ProfileRecording recorded = recording;
    if (recorded != null) {
      try (recorded) {
        recorded.finish(file.get(), guest);
      }
      return;
    }
    Optional<Profile> all = snapshot();
    if (all.isPresent() && file.get().toString().endsWith(".html")) {
      ProfileHtml.write(all.get(), file.get());
    } else if (all.isPresent()) {
      ProfileJson.write(all.get(), file.get());
    }
  }
}

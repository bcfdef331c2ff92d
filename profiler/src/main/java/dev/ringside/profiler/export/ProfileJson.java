package dev.ringside.profiler.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.ringside.profiler.Place;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.Residency;
import dev.ringside.profiler.RingRow;
import dev.ringside.profiler.TrapRow;
import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.vmx.ExitReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of a profile (CONTRACTS.md, "Profiles"), version 1. What is not known is left out.
 * Beyond the contract's fields: {@code address} where a place has no symbol, {@code approximate}
 * where it is not exact, {@code vector} of a ring transition that has one, {@code source} of its
 * handler.
 */
public final class ProfileJson {
  private static final int VERSION = 1;

  private ProfileJson() {}

  /** The profile as text: a row a line. */
  public static String write(Profile profile) {
    return JsonText.of(tree(profile));
  }

  /** The profile as a tree of its own. */
  public static JsonObject tree(Profile profile) {
    JsonObject root = new JsonObject();
    root.addProperty("version", VERSION);
    root.addProperty("guest", profile.guest());
    root.addProperty("backend", profile.backend());
    root.addProperty("vcpus", profile.vcpus());
    if (profile.instructions() >= 0) {
      root.addProperty("instructions", profile.instructions());
    }
    root.addProperty("lostEvents", profile.lostEvents());
    JsonArray exits = new JsonArray();
    profile.exits().forEach(row -> exits.add(exit(row)));
    root.add("exits", exits);
    profile
        .rings()
        .ifPresent(
            rows -> {
              JsonArray rings = new JsonArray();
              rows.forEach(row -> rings.add(ring(row)));
              root.add("rings", rings);
            });
    root.add("residency", residency(profile.residency()));
    profile.stacks().ifPresent(stacks -> root.add("stacks", StacksJson.write(stacks)));
    profile.timeline().ifPresent(timeline -> root.add("timeline", TimelineJson.write(timeline)));
    return root;
  }

  private static JsonObject exit(TrapRow row) {
    JsonObject o = new JsonObject();
    o.addProperty("reason", row.reason().name());
    o.addProperty("number", row.reason().number());
    if (!row.detail().isEmpty()) {
      o.addProperty("detail", row.detail());
    }
    PlaceJson.write(row.place(), o);
    o.addProperty("cpl", row.cpl());
    o.addProperty("vcpu", row.vcpu());
    o.addProperty("count", row.count());
    o.addProperty("total", row.total());
    o.addProperty("min", row.min());
    o.addProperty("mean", row.mean());
    o.addProperty("p50", row.p50());
    o.addProperty("p90", row.p90());
    o.addProperty("p99", row.p99());
    o.addProperty("max", row.max());
    return o;
  }

  private static JsonObject ring(RingRow row) {
    JsonObject o = new JsonObject();
    o.addProperty("from", row.from());
    o.addProperty("to", row.to());
    o.addProperty("mechanism", row.mechanism().name());
    if (row.vector() >= 0) {
      o.addProperty("vector", row.vector());
    }
    Place handler = row.handler();
    if (handler != null) {
      if (handler.symbol() != null) {
        o.addProperty("handler", handler.symbol());
      } else {
        o.addProperty("address", "0x" + Long.toHexString(handler.address()));
      }
      if (handler.source() != null) {
        o.addProperty("source", handler.source());
      }
    }
    o.addProperty("count", row.count());
    o.addProperty("residency", row.residency());
    return o;
  }

  private static JsonObject residency(Residency residency) {
    JsonObject o = new JsonObject();
    for (int ring = 0; ring < residency.rings().size(); ring++) {
      if (ring == 0 || ring == 3 || residency.ring(ring) != 0) {
        o.addProperty("ring" + ring, residency.ring(ring));
      }
    }
    o.addProperty("host", residency.host());
    o.addProperty("idle", residency.idle());
    return o;
  }

  /** Writes the profile to a file. */
  public static void write(Profile profile, Path file) throws IOException {
    Files.writeString(file, write(profile));
  }

  /**
   * Reads a profile.
   *
   * @throws IOException if the file cannot be read or is not a profile of a version known here
   */
  public static Profile read(Path file) throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (JsonParseException e) {
      throw new IOException(file + " is not a Ringside profile: " + e.getMessage(), e);
    }
  }

  /**
   * Parses a profile's text; unknown fields are passed over.
   *
   * @throws JsonParseException if it is not a profile
   */
  public static Profile parse(String text) {
    JsonElement tree;
    try {
      tree = JsonParser.parseString(text);
    } catch (JsonSyntaxException e) {
      throw new JsonParseException("it is not JSON", e);
    }
    return parse(tree);
  }

  /**
   * A profile from its tree; unknown fields are passed over.
   *
   * @throws JsonParseException if it is not a profile
   */
  public static Profile parse(JsonElement tree) {
    try {
      JsonObject root = tree.getAsJsonObject();
      int version = root.get("version").getAsInt();
      if (version != VERSION) {
        throw new JsonParseException("version " + version + ", known here is " + VERSION);
      }
      List<TrapRow> exits = new ArrayList<>();
      for (JsonElement e : root.getAsJsonArray("exits")) {
        exits.add(exit(e.getAsJsonObject()));
      }
      JsonArray rings = root.getAsJsonArray("rings");
      return new Profile(
          root.get("guest").getAsString(),
          root.get("backend").getAsString(),
          root.get("vcpus").getAsInt(),
          number(root, "instructions", -1),
          number(root, "lostEvents", 0),
          exits,
          rings == null ? Optional.empty() : Optional.of(rings(rings)),
          residency(root.getAsJsonObject("residency")),
          part(root, "stacks").map(StacksJson::read),
          part(root, "timeline").map(TimelineJson::read));
    } catch (IllegalArgumentException e) {
      throw new JsonParseException(String.valueOf(e.getMessage()), e);
    } catch (IllegalStateException
        | NullPointerException
        | UnsupportedOperationException
        | ClassCastException e) {
      throw new JsonParseException("a field is missing or of another kind", e);
    }
  }

  private static TrapRow exit(JsonObject o) {
    return new TrapRow(
        ExitReason.valueOf(o.get("reason").getAsString()),
        o.has("detail") ? o.get("detail").getAsString() : "",
        PlaceJson.read(o),
        o.get("cpl").getAsInt(),
        o.get("vcpu").getAsInt(),
        o.get("count").getAsLong(),
        o.get("total").getAsLong(),
        o.get("min").getAsLong(),
        o.get("mean").getAsLong(),
        o.get("p50").getAsLong(),
        o.get("p90").getAsLong(),
        o.get("p99").getAsLong(),
        o.get("max").getAsLong());
  }

  private static List<RingRow> rings(JsonArray array) {
    List<RingRow> rows = new ArrayList<>();
    for (JsonElement e : array) {
      JsonObject o = e.getAsJsonObject();
      boolean handled = o.has("handler") || o.has("address");
      rows.add(
          new RingRow(
              o.get("from").getAsInt(),
              o.get("to").getAsInt(),
              Mechanism.valueOf(o.get("mechanism").getAsString()),
              (int) number(o, "vector", -1),
              handled
                  ? new Place(
                      PlaceJson.text(o, "handler"),
                      PlaceJson.text(o, "source"),
                      PlaceJson.address(o),
                      true)
                  : null,
              o.get("count").getAsLong(),
              o.get("residency").getAsLong()));
    }
    return rows;
  }

  private static Residency residency(JsonObject o) {
    List<Long> rings =
        o.has("ring0")
            ? List.of(
                number(o, "ring0", 0),
                number(o, "ring1", 0),
                number(o, "ring2", 0),
                number(o, "ring3", 0))
            : List.of();
    return new Residency(rings, o.get("host").getAsLong(), o.get("idle").getAsLong());
  }

  private static Optional<JsonObject> part(JsonObject root, String name) {
    return Optional.ofNullable(root.getAsJsonObject(name));
  }

  private static long number(JsonObject o, String name, long otherwise) {
    return o.has(name) ? o.get(name).getAsLong() : otherwise;
  }
}

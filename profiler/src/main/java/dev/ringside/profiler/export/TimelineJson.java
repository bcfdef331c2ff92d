package dev.ringside.profiler.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ringside.profiler.timeline.Timeline;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The JSON form of a {@link Timeline}: a profile's {@code timeline}, column by column. */
final class TimelineJson {
  private static final int RINGS = 4;

  private TimelineJson() {}

  static JsonObject write(Timeline timeline) {
    JsonObject o = new JsonObject();
    o.addProperty("unit", "ns");
    o.addProperty("width", timeline.width());
    o.addProperty("buckets", timeline.buckets());
    JsonArray exits = new JsonArray();
    for (Timeline.Exits row : timeline.exits()) {
      JsonObject exit = new JsonObject();
      exit.addProperty("reason", row.reason().name());
      exit.addProperty("number", row.reason().number());
      exit.add("counts", array(row.counts()));
      exit.add("totals", array(row.totals()));
      exits.add(exit);
    }
    o.add("exits", exits);
    JsonObject residency = new JsonObject();
    List<List<Long>> rings = timeline.residency().rings();
    for (int ring = 0; ring < rings.size(); ring++) {
      if (ring == 0 || ring == 3 || rings.get(ring).stream().anyMatch(nanos -> nanos != 0)) {
        residency.add("ring" + ring, array(rings.get(ring)));
      }
    }
    residency.add("host", array(timeline.residency().host()));
    residency.add("idle", array(timeline.residency().idle()));
    o.add("residency", residency);
    return o;
  }

  private static JsonArray array(List<Long> column) {
    JsonArray array = new JsonArray(column.size());
    column.forEach(array::add);
    return array;
  }

  static Timeline read(JsonObject o) {
    int buckets = o.get("buckets").getAsInt();
    List<Timeline.Exits> exits = new ArrayList<>();
    for (JsonElement e : o.getAsJsonArray("exits")) {
      JsonObject row = e.getAsJsonObject();
      exits.add(
          new Timeline.Exits(
              ExitReason.valueOf(row.get("reason").getAsString()),
              column(row, "counts", buckets),
              column(row, "totals", buckets)));
    }
    JsonObject residency = o.getAsJsonObject("residency");
    List<List<Long>> rings = new ArrayList<>();
    if (residency.has("ring0")) {
      for (int ring = 0; ring < RINGS; ring++) {
        rings.add(column(residency, "ring" + ring, buckets));
      }
    }
    return new Timeline(
        o.get("width").getAsLong(),
        buckets,
        exits,
        new Timeline.Residencies(
            rings, column(residency, "host", buckets), column(residency, "idle", buckets)));
  }

  /** A column; one that is not there is all zeros. */
  private static List<Long> column(JsonObject o, String name, int buckets) {
    if (!o.has(name)) {
      return Collections.nCopies(buckets, 0L);
    }
    List<Long> column = new ArrayList<>();
    o.getAsJsonArray(name).forEach(number -> column.add(number.getAsLong()));
    if (column.size() != buckets) {
      throw new IllegalArgumentException(
          name + " has " + column.size() + " numbers for " + buckets + " buckets");
    }
    return column;
  }
}

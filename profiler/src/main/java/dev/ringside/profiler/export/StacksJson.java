package dev.ringside.profiler.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ringside.profiler.CallPaths;
import dev.ringside.profiler.Place;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.List;

/** The JSON form of {@link CallPaths}: a profile's {@code stacks}. */
final class StacksJson {
  private StacksJson() {}

  static JsonObject write(CallPaths stacks) {
    JsonObject o = new JsonObject();
    o.addProperty("exits", stacks.exits());
    o.addProperty("taken", stacks.taken());
    JsonArray frames = new JsonArray();
    for (Place place : stacks.frames()) {
      JsonObject frame = new JsonObject();
      PlaceJson.write(place, frame);
      frames.add(frame);
    }
    o.add("frames", frames);
    JsonArray paths = new JsonArray();
    stacks.paths().forEach(path -> paths.add(path(path)));
    o.add("paths", paths);
    return o;
  }

  private static JsonObject path(CallPaths.Path path) {
    JsonObject o = new JsonObject();
    JsonArray frames = new JsonArray();
    path.frames().forEach(frames::add);
    o.add("frames", frames);
    o.addProperty("reason", path.reason().name());
    o.addProperty("number", path.reason().number());
    if (!path.detail().isEmpty()) {
      o.addProperty("detail", path.detail());
    }
    o.addProperty("count", path.count());
    o.addProperty("total", path.total());
    return o;
  }

  static CallPaths read(JsonObject o) {
    List<Place> frames = new ArrayList<>();
    for (JsonElement e : o.getAsJsonArray("frames")) {
      frames.add(PlaceJson.read(e.getAsJsonObject()));
    }
    List<CallPaths.Path> paths = new ArrayList<>();
    for (JsonElement e : o.getAsJsonArray("paths")) {
      paths.add(path(e.getAsJsonObject(), frames.size()));
    }
    return new CallPaths(o.get("exits").getAsLong(), o.get("taken").getAsLong(), frames, paths);
  }

  private static CallPaths.Path path(JsonObject o, int known) {
    List<Integer> frames = new ArrayList<>();
    for (JsonElement e : o.getAsJsonArray("frames")) {
      int frame = e.getAsInt();
      if (frame < 0 || frame >= known) {
        throw new IllegalArgumentException("a path has frame " + frame + " of " + known);
      }
      frames.add(frame);
    }
    return new CallPaths.Path(
        frames,
        ExitReason.valueOf(o.get("reason").getAsString()),
        o.has("detail") ? o.get("detail").getAsString() : "",
        o.get("count").getAsLong(),
        o.get("total").getAsLong());
  }
}

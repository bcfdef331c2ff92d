package dev.ringside.profiler.export;

import com.google.gson.JsonObject;
import dev.ringside.profiler.Place;
import org.jspecify.annotations.Nullable;

/** The fields of a row that say where in the guest it was. */
final class PlaceJson {
  private PlaceJson() {}

  static void write(Place place, JsonObject into) {
    if (place.symbol() != null) {
      into.addProperty("symbol", place.symbol());
    }
    if (place.source() != null) {
      into.addProperty("source", place.source());
    }
    if (place.address() != 0) {
      into.addProperty("address", "0x" + Long.toHexString(place.address()));
    }
    if (!place.exact()) {
      into.addProperty("approximate", true);
    }
  }

  static Place read(JsonObject o) {
    return new Place(text(o, "symbol"), text(o, "source"), address(o), !o.has("approximate"));
  }

  static @Nullable String text(JsonObject o, String name) {
    return o.has(name) ? o.get(name).getAsString() : null;
  }

  static long address(JsonObject o) {
    String text = text(o, "address");
    return text == null ? 0 : Long.parseUnsignedLong(text.substring(2), 16);
  }
}

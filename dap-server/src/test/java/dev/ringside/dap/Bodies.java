package dev.ringside.dap;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Looks into the bodies of messages. */
final class Bodies {
  private Bodies() {}

  static String text(JsonObject object, String member) {
    return object.get(member).getAsString();
  }

  static List<String> texts(JsonArray array, String member) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : array) {
      texts.add(text(element.getAsJsonObject(), member));
    }
    return texts;
  }

  /** The first element whose member has a value; fails with those there are. */
  static JsonObject with(JsonArray array, String member, String value) {
    for (JsonElement element : array) {
      if (text(element.getAsJsonObject(), member).equals(value)) {
        return element.getAsJsonObject();
      }
    }
    throw new AssertionError("no '" + value + "' in " + texts(array, member));
  }

  /** The element called so. */
  static JsonObject named(JsonArray array, String name) {
    return with(array, "name", name);
  }
}

package dev.ringside.dap.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Short ways into what a server answered. */
final class Json {
  private Json() {}

  /** A member's text. */
  static String text(JsonObject object, String name) {
    JsonElement member = object.get(name);
    if (member == null) {
      throw new AssertionError("no '" + name + "' in " + object);
    }
    return member.getAsString();
  }

  /** A member's whole number. */
  static int number(JsonObject object, String name) {
    return Integer.parseInt(text(object, name));
  }

  /** Whether a member is there and true. */
  static boolean flag(JsonObject object, String name) {
    return object.has(name) && object.get(name).getAsBoolean();
  }

  /** An array's objects. */
  static List<JsonObject> objects(JsonElement array) {
    List<JsonObject> all = new ArrayList<>();
    ((JsonArray) array).forEach(element -> all.add(element.getAsJsonObject()));
    return all;
  }

  /** One member of each object. */
  static List<String> each(JsonElement array, String name) {
    return objects(array).stream().map(object -> text(object, name)).toList();
  }

  /** The object of a name. */
  static JsonObject named(JsonElement array, String name) {
    return objects(array).stream()
        .filter(object -> text(object, "name").equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no '" + name + "' in " + each(array, "name")));
  }

  /** A value without its annotation: {@code 0x101040} of {@code 0x101040 <first>}. */
  static String plain(String value) {
    return value.replaceFirst(" .*", "");
  }

  /** An address as a number, from plain hex. */
  static long address(String reference) {
    return Long.parseUnsignedLong(reference.substring(2), 16);
  }
}

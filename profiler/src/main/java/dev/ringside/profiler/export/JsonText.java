package dev.ringside.profiler.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;

/**
 * JSON that is small and can still be read and compared by lines: objects that hold rows are spread
 * out, each row is one line.
 */
final class JsonText {
  private static final Gson COMPACT = new GsonBuilder().disableHtmlEscaping().create();

  private JsonText() {}

  /** Ends in a line feed. */
  static String of(JsonObject root) {
    StringBuilder out = new StringBuilder();
    spread(out, root, "  ");
    return out.append('\n').toString();
  }

  private static void spread(StringBuilder out, JsonObject object, String indent) {
    String separator = "{\n";
    for (Map.Entry<String, JsonElement> field : object.entrySet()) {
      out.append(separator).append(indent);
      out.append(COMPACT.toJson(field.getKey())).append(": ");
      JsonElement value = field.getValue();
      if (isRows(value)) {
        rows(out, value.getAsJsonArray(), indent);
      } else if (value.isJsonObject() && holdsRows(value.getAsJsonObject())) {
        spread(out, value.getAsJsonObject(), indent + "  ");
      } else {
        out.append(COMPACT.toJson(value));
      }
      separator = ",\n";
    }
    out.append('\n').append(indent, 2, indent.length()).append('}');
  }

  private static void rows(StringBuilder out, JsonArray rows, String indent) {
    String separator = "[\n";
    for (JsonElement row : rows) {
      out.append(separator).append(indent).append("  ").append(COMPACT.toJson(row));
      separator = ",\n";
    }
    out.append('\n').append(indent).append(']');
  }

  private static boolean isRows(JsonElement value) {
    return value.isJsonArray()
        && !value.getAsJsonArray().isEmpty()
        && value.getAsJsonArray().get(0).isJsonObject();
  }

  private static boolean holdsRows(JsonObject object) {
    return object.entrySet().stream().anyMatch(field -> isRows(field.getValue()));
  }
}

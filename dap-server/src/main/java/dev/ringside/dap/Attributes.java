package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A debug configuration's attributes as they come out of JSON: text, booleans, numbers (all of them
 * doubles), lists and maps. What has the wrong type is an error that says what is expected.
 */
final class Attributes {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMG]?)(I?B)?");
  private static final long LEAST_MEMORY = 1L << 20;
  private static final long MOST_MEMORY = 64L << 30;

  private final Map<String, Object> values;

  Attributes(Map<String, Object> values) {
    this.values = values;
  }

  boolean has(String name) {
    Object value = values.get(name);
    return value != null && !value.equals("") && !(value instanceof List<?> l && l.isEmpty());
  }

  Optional<String> text(String name) {
    Object value = values.get(name);
    if (value == null || value.equals("")) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw wrong(name, "a string", value);
  }

  boolean flag(String name) {
    Object value = values.get(name);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, "true or false", value);
  }

  long whole(String name, long otherwise) {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue())) {
      return number.longValue();
    }
    if (value instanceof String text && text.matches("\\d{1,9}")) {
      return Long.parseLong(text);
    }
    throw wrong(name, "a whole number", value);
  }

  /** One of some words, in any case. */
  String choice(String name, List<String> choices) {
    String given = text(name).orElse(choices.getFirst()).toLowerCase(Locale.ROOT);
    if (!choices.contains(given)) {
      throw wrong(name, "one of " + String.join(", ", choices), given);
    }
    return given;
  }

  /** A size such as "512M" in bytes; a bare number is bytes. */
  long memory(String name, long otherwise) {
    Object value = values.get(name);
    if (value == null || value.equals("")) {
      return otherwise;
    }
    String text =
        value instanceof Number number
            ? Long.toString(number.longValue())
            : String.valueOf(value).trim().toUpperCase(Locale.ROOT);
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      throw wrong(name, "a size such as \"512M\" or \"2G\"", value);
    }
    int shift =
        switch (m.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    long bytes = Long.parseLong(m.group(1)) << shift;
    if (bytes < LEAST_MEMORY || bytes > MOST_MEMORY || (bytes & 0xfff) != 0) {
      throw wrong(name, "a multiple of 4 KiB between 1M and 64G", value);
    }
    return bytes;
  }

  /** The elements of an array; a single value counts as an array of one. */
  List<Object> list(String name) {
    Object value = values.get(name);
    if (value == null || value.equals("")) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element == null) {
          throw wrong(name, "an array without null", "null");
        }
      }
      return List.copyOf(list);
    }
    return List.of(value);
  }

  /** An object whose values are strings. */
  Map<String, String> strings(String name) {
    Object value = values.get(name);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(name, "an object of strings", value);
    }
    Map<String, String> result = new LinkedHashMap<>();
    map.forEach(
        (k, v) -> {
          if (!(v instanceof String text)) {
            throw wrong(name + "." + k, "a string", v);
          }
          result.put(String.valueOf(k), text);
        });
    return result;
  }

  /** The folder that relative paths start from. */
  Path base() {
    return path(text("cwd").orElse(""), Path.of("").toAbsolutePath());
  }

  static Path path(String text, Path base) {
    try {
      return base.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new ProtocolError.CannotStart("'" + text + "' is no path");
    }
  }

  static ProtocolError wrong(String name, String expected, @Nullable Object value) {
    return new ProtocolError.CannotStart("'" + name + "' must be " + expected + ", not " + value);
  }
}

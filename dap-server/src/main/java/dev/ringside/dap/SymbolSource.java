package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An element of the attribute {@code symbols}.
 *
 * @param address where the file's {@code .text} is in the guest; empty: where the file says
 */
record SymbolSource(Path file, OptionalLong address) {
  static List<SymbolSource> of(Attributes attributes, Path base) {
    List<SymbolSource> all = new ArrayList<>();
    for (Object element : attributes.list("symbols")) {
      switch (element) {
        case String text -> all.add(new SymbolSource(Attributes.path(text, base), none()));
        case Map<?, ?> map when map.get("file") instanceof String text ->
            all.add(new SymbolSource(Attributes.path(text, base), address(map.get("address"))));
        default ->
            throw Attributes.wrong(
                "symbols", "an array of paths or of {\"file\", \"address\"}", element);
      }
    }
    return all;
  }

  private static OptionalLong none() {
    return OptionalLong.empty();
  }

  private static OptionalLong address(@org.jspecify.annotations.Nullable Object value) {
    return switch (value) {
      case null -> OptionalLong.empty();
      case Number number -> OptionalLong.of(number.longValue());
      case String text when text.matches("0[xX][0-9a-fA-F_]{1,20}") ->
          OptionalLong.of(Long.parseUnsignedLong(text.substring(2).replace("_", ""), 16));
      default ->
          throw new ProtocolError.CannotStart(
              "'symbols.address' must be a number or \"0x…\", not " + value);
    };
  }
}

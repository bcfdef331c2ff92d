package dev.ringside.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A size such as {@code 512M}: a number with K, M or G, powers of 1024; a bare number is bytes. */
final class MemorySize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})([KMG]?)(I?B)?");
  private static final long LEAST = 1L << 20;
  private static final long MOST = 64L << 30;

  @Override
  public Long convert(String text) {
    Matcher m = FORM.matcher(text.trim().toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      throw new TypeConversionException("'" + text + "' is not a size such as 512M or 2G");
    }
    long bytes =
        Long.parseLong(m.group(1))
            << switch (m.group(2)) {
              case "K" -> 10;
              case "M" -> 20;
              case "G" -> 30;
              default -> 0;
            };
    if (bytes < LEAST || bytes > MOST || (bytes & 0xfff) != 0) {
      throw new TypeConversionException(
          "'" + text + "' is not a multiple of 4 KiB between 1M and 64G");
    }
    return bytes;
  }
}

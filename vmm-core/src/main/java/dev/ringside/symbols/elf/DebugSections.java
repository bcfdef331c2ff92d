package dev.ringside.symbols.elf;

import dev.ringside.symbols.model.SymbolFileException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Makes debug sections readable: inflates compressed ones (gABI chapter 4, "Compression"). */
final class DebugSections {
  private static final int ELFCOMPRESS_ZLIB = 1;
  private static final int ELFCOMPRESS_ZSTD = 2;

  /** Deflate's best possible ratio: more than this is a forged size. */
  private static final long MAX_RATIO = 1032;

  private DebugSections() {}

  /** Replaces each compressed debug section by its bytes. */
  static void inflate(ElfImage image, boolean wide) throws SymbolFileException {
    for (ElfSection section : image.sections()) {
      if (section.compressed() && isDebug(section.name())) {
        image.replace(section.withContent(inflate(image, section, wide)));
      } else if (section.name().startsWith(".zdebug_") && !section.isEmpty()) {
        throw new SymbolFileException.Compressed(
            image.path(),
            "section %s uses the old GNU compression; run objcopy --decompress-debug-sections"
                .formatted(section.name()));
      }
    }
  }

  private static boolean isDebug(String name) {
    return name.startsWith(".debug_") || name.equals(".eh_frame");
  }

  private static byte[] inflate(ElfImage image, ElfSection section, boolean wide)
      throws SymbolFileException {
    byte[] packed = section.readAll();
    ByteCursor in = new ByteCursor(packed);
    int type = in.s32();
    if (wide) {
      in.skip(4);
    }
    long size = wide ? in.u64() : in.u32();
    in.skip(wide ? 8 : 4);
    if (type == ELFCOMPRESS_ZSTD) {
      throw new SymbolFileException.Compressed(
          image.path(),
          "section %s is compressed with zstd, which is not supported; run objcopy --decompress-debug-sections"
              .formatted(section.name()));
    }
    if (type != ELFCOMPRESS_ZLIB) {
      throw new SymbolFileException.Compressed(
          image.path(),
          "section %s has the unknown compression type %d".formatted(section.name(), type));
    }
    if (size < 0 || size > Integer.MAX_VALUE - 16 || size > (packed.length + 16) * MAX_RATIO) {
      throw new SymbolFileException.Malformed(
          image.path(),
          "section %s claims an impossible 0x%x bytes uncompressed"
              .formatted(section.name(), size));
    }
    byte[] result = new byte[(int) size];
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(packed, in.position(), in.remaining());
      int done = 0;
      while (done < result.length) {
        int n = inflater.inflate(result, done, result.length - done);
        if (n == 0) {
          throw new DataFormatException("the data ends at byte " + done);
        }
        done += n;
      }
    } catch (DataFormatException e) {
      throw new SymbolFileException.Malformed(
          image.path(),
          "section %s does not inflate: %s".formatted(section.name(), e.getMessage()));
    }
    return result;
  }
}

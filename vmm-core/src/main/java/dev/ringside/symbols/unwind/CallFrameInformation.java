package dev.ringside.symbols.unwind;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.ElfSection;
import dev.ringside.symbols.elf.MalformedDataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of .debug_frame (DWARF 5, 6.4.1) and .eh_frame (LSB 5.0, 10.6), by address. Both are
 * read on first use; where both cover an address, .debug_frame counts. Thread-safe.
 */
final class CallFrameInformation {
  private final ElfImage image;
  private volatile Index @Nullable [] indexes;
  private final Set<String> problems = ConcurrentHashMap.newKeySet();

  CallFrameInformation(ElfImage image) {
    this.image = image;
  }

  /** A section's entries, sorted by their first address. */
  private record Index(Section section, List<Entry> entries) {}

  private record Entry(long low, long high, int position) {}

  /** A section's bytes, with what differs between the two formats. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Section(byte[] bytes, long address, boolean isEh, int addressSize) {}

  /** A common information entry. */
  private record Common(
      long codeAlignment,
      long dataAlignment,
      int returnAddressRegister,
      boolean augmented,
      boolean signalFrame,
      int pointerEncoding,
      int addressSize,
      ByteCursor instructions) {}

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The entry for an address (without bias), null if none covers it. */
  @Nullable FrameDescription find(long address) {
    for (Index index : indexes()) {
      int low = 0;
      int high = index.entries.size() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (Long.compareUnsigned(index.entries.get(middle).low, address) <= 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      if (high >= 0 && Long.compareUnsigned(address, index.entries.get(high).high) < 0) {
        return describe(index.section, index.entries.get(high));
      }
    }
    return null;
  }

  private Index[] indexes() {
    Index[] known = indexes;
    if (known == null) {
      List<Index> found = new ArrayList<>();
      for (String name : List.of(".debug_frame", ".eh_frame")) {
        image.section(name).filter(s -> !s.isEmpty()).ifPresent(s -> found.add(read(s)));
      }
      known = found.toArray(new Index[0]);
      indexes = known;
    }
    return known;
  }

  private Index read(ElfSection elf) {
    Section section =
        new Section(
            elf.readAll(),
            elf.address(),
            elf.name().equals(".eh_frame"),
            image.architecture().addressSize());
    List<Entry> entries = new ArrayList<>();
    Map<Long, Common> commons = new HashMap<>();
    ByteCursor in = new ByteCursor(section.bytes);
    try {
      while (in.remaining() >= 4) {
        int position = in.position();
        Header header = header(section, in);
        if (header == null) {
          continue; // a terminator of .eh_frame: linkers put several sections together
        }
        if (!header.isCommon) {
          try {
            Common common = commons.computeIfAbsent(header.common, at -> common(section, at));
            long low = pointer(section, header.body, common);
            long length = header.body.unsignedValue(common, section);
            if (length != 0 && (low != 0 || image.sectionAt(low).isPresent())) {
              entries.add(new Entry(low, low + length, position));
            }
          } catch (MalformedDataException e) {
            problems.add("%s, entry 0x%x: %s".formatted(elf.name(), position, e.getMessage()));
          }
        }
        in.seek(header.end);
      }
    } catch (MalformedDataException e) {
      problems.add(elf.name() + " is damaged: " + e.getMessage());
    }
    entries.sort(Comparator.comparing(Entry::low, Long::compareUnsigned));
    return new Index(section, entries);
  }

  /** The beginning that both kinds of entry have. */
  private record Header(boolean isCommon, long common, Body body, int end) {}

  /** What follows the beginning. */
  private record Body(ByteCursor in) {
    /** The length of the code: as wide as a pointer of the entry's encoding, unsigned. */
    long unsignedValue(Common common, Section section) {
      return encoded(section, in, common.pointerEncoding & 0x0f, common.addressSize);
    }
  }

  private static @Nullable Header header(Section section, ByteCursor in) {
    long length = in.u32();
    int offsetSize = 4;
    if (length == 0xffff_ffffL) {
      length = in.u64();
      offsetSize = 8;
    }
    if (length == 0) {
      return null;
    }
    int start = in.position();
    ByteCursor body = in.slice(length);
    int idSize = section.isEh ? 4 : offsetSize;
    long id = body.unsigned(idSize);
    boolean isCommon = section.isEh ? id == 0 : id == (offsetSize == 8 ? -1L : 0xffff_ffffL);
    long common = section.isEh ? start - id : id;
    return new Header(isCommon, common, new Body(body), in.position());
  }

  private static Common common(Section section, long at) {
    ByteCursor in = new ByteCursor(section.bytes);
    in.seek(at);
    Header header = header(section, in);
    if (header == null || !header.isCommon) {
      throw new MalformedDataException("no common entry at 0x" + Long.toHexString(at));
    }
    ByteCursor body = header.body.in;
    int version = body.u8();
    String augmentation = body.string();
    if (augmentation.equals("eh")) {
      body.skip(section.addressSize);
    }
    int addressSize = section.addressSize;
    if (version >= 4) {
      addressSize = body.u8();
      body.skip(1);
      if (addressSize != 4 && addressSize != 8) {
        throw new MalformedDataException("addresses of " + addressSize + " bytes");
      }
    }
    long codeAlignment = body.uleb();
    long dataAlignment = body.sleb();
    int returnAddress = version == 1 ? body.u8() : body.ulebInt();
    boolean augmented = augmentation.startsWith("z");
    boolean signal = false;
    int encoding = 0;
    if (augmented) {
      ByteCursor data = body.slice(body.uleb());
      for (char letter : augmentation.substring(1).toCharArray()) {
        switch (letter) {
          case 'R' -> encoding = data.u8();
          case 'S' -> signal = true;
          case 'L' -> data.u8();
          case 'P' -> encoded(section, data, data.u8() & 0x0f, addressSize);
          case 'B' -> {} // AArch64's
          default -> throw new MalformedDataException("augmentation " + augmentation);
        }
      }
    } else if (augmentation.equals("S")) {
      signal = true; // GAS's .cfi_signal_frame in .debug_frame, where nothing needs a length
    } else if (!augmentation.isEmpty() && !augmentation.equals("eh")) {
      throw new MalformedDataException("augmentation " + augmentation);
    }
    return new Common(
        codeAlignment,
        dataAlignment,
        returnAddress,
        augmented,
        signal,
        encoding,
        addressSize,
        body);
  }

  /** A pointer in one of DW_EH_PE's encodings. */
  private static long pointer(Section section, Body body, Common common) {
    int encoding = common.pointerEncoding;
    ByteCursor in = body.in;
    long here = section.address + in.position();
    long value = encoded(section, in, encoding & 0x0f, common.addressSize);
    return switch (encoding & 0xf0) {
      case 0x00 -> value;
      case 0x10 -> common.addressSize == 4 ? here + value & 0xffff_ffffL : here + value;
      default ->
          throw new MalformedDataException("pointer encoding 0x" + Integer.toHexString(encoding));
    };
  }

  private static long encoded(Section section, ByteCursor in, int format, int addressSize) {
    return switch (format) {
      case 0x00 -> in.unsigned(addressSize);
      case 0x01 -> in.uleb();
      case 0x02 -> in.u16();
      case 0x03 -> in.u32();
      case 0x04, 0x0c -> in.u64();
      case 0x09 -> in.sleb();
      case 0x0a -> (short) in.u16();
      case 0x0b -> in.s32();
      default ->
          throw new MalformedDataException(
              "pointer format 0x%x in call frame information at 0x%x"
                  .formatted(format, section.address));
    };
  }

  private @Nullable FrameDescription describe(Section section, Entry entry) {
    try {
      ByteCursor in = new ByteCursor(section.bytes);
      in.seek(entry.position);
      Header header = header(section, in);
      if (header == null) {
        return null;
      }
      Common common = common(section, header.common);
      pointer(section, header.body, common);
      header.body.unsignedValue(common, section);
      ByteCursor body = header.body.in;
      if (common.augmented) {
        body.skip(body.uleb());
      }
      return new FrameDescription(
          entry.low,
          entry.high,
          common.codeAlignment,
          common.dataAlignment,
          common.returnAddressRegister,
          common.signalFrame,
          common.addressSize,
          common.instructions,
          body);
    } catch (MalformedDataException e) {
      problems.add("call frame information: " + e.getMessage());
      return null;
    }
  }
}

package dev.ringside.symbols.elf;

import dev.ringside.symbols.model.Symbol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The symbol table of one ELF file: .symtab, or .dynsym where that was stripped. Kept as it is in
 * the file, with an index by address and, built on first use, one by name. Thread-safe.
 */
public final class SymbolTable {
  private static final int STT_NOTYPE = 0;
  private static final int STT_OBJECT = 1;
  private static final int STT_FUNC = 2;
  private static final int STT_COMMON = 5;
  private static final int STT_TLS = 6;
  private static final int STT_GNU_IFUNC = 10;
  private static final int SHN_ABS = 0xfff1;
  private static final int SHN_COMMON = 0xfff2;
  private static final int SHN_XINDEX = 0xffff;

  /** How far back to look for a symbol that encloses the nearest one. */
  private static final int MAX_ENCLOSING = 64;

  private final List<ElfSection> sections;
  private final long bias;
  private final byte[] names;
  private final int count;
  private final int[] nameOffsets;
  private final long[] values;
  private final long[] sizes;
  private final byte[] infos;
  private final int[] sectionIndexes;

  /** Indexes of symbols with an address, by address, the better first among equals. */
  private final int[] byAddress;

  private volatile int @Nullable [] byName;
  private volatile int @Nullable [] byHash;

  private SymbolTable(ElfImage image, long bias, byte[] table, byte[] names) {
    this.sections = image.sections();
    this.bias = bias;
    this.names = names;
    int entrySize = image.wide() ? 24 : 16;
    int capacity = table.length / entrySize;
    nameOffsets = new int[capacity];
    values = new long[capacity];
    sizes = new long[capacity];
    infos = new byte[capacity];
    sectionIndexes = new int[capacity];
    ByteCursor in = new ByteCursor(table);
    int n = 0;
    for (int i = 0; i < capacity; i++) {
      int name = in.s32();
      if (image.wide()) {
        infos[n] = (byte) in.u8();
        in.skip(1);
        sectionIndexes[n] = in.u16();
        values[n] = in.u64();
        sizes[n] = in.u64();
      } else {
        values[n] = in.u32();
        sizes[n] = in.u32();
        infos[n] = (byte) in.u8();
        in.skip(1);
        sectionIndexes[n] = in.u16();
      }
      nameOffsets[n] = name;
      if (wanted(n)) {
        if (image.relocatable() && hasSection(n)) {
          values[n] += sections.get(sectionIndexes[n]).address();
        }
        n++;
      }
    }
    count = n;
    byAddress = indexByAddress();
  }

  /** Reads the image's symbols; a file without any gives an empty table. */
  public static SymbolTable read(ElfImage image, long bias) {
    for (int type : new int[] {ElfSection.SHT_SYMTAB, ElfSection.SHT_DYNSYM}) {
      for (ElfSection section : image.sections()) {
        if (section.type() == type
            && !section.isEmpty()
            && section.link() > 0
            && section.link() < image.sections().size()) {
          byte[] strings = image.sections().get(section.link()).readAll();
          return new SymbolTable(image, bias, section.readAll(), strings);
        }
      }
    }
    return new SymbolTable(image, bias, new byte[0], new byte[0]);
  }

  private boolean wanted(int i) {
    int offset = nameOffsets[i];
    boolean named = offset > 0 && offset < names.length && names[offset] != 0;
    return named && kindOrNull(i) != null && sectionIndexes[i] != 0;
  }

  private Symbol.@Nullable Kind kindOrNull(int i) {
    return switch (infos[i] & 0xf) {
      case STT_NOTYPE -> Symbol.Kind.LABEL;
      case STT_OBJECT, STT_COMMON -> Symbol.Kind.OBJECT;
      case STT_FUNC, STT_GNU_IFUNC -> Symbol.Kind.FUNCTION;
      case STT_TLS -> Symbol.Kind.THREAD_LOCAL;
      default -> null;
    };
  }

  private boolean hasSection(int i) {
    int index = sectionIndexes[i];
    return index != SHN_ABS
        && index != SHN_COMMON
        && index != SHN_XINDEX
        && index < sections.size();
  }

  /** Has an address in memory: not absolute, not thread-local. */
  private boolean located(int i) {
    return hasSection(i)
        && (infos[i] & 0xf) != STT_TLS
        && sections.get(sectionIndexes[i]).allocated();
  }

  /** Counting sort over the distinct addresses: boxed comparisons are slow in a cold JVM. */
  private int[] indexByAddress() {
    long[] sorted = new long[count];
    int n = 0;
    for (int i = 0; i < count; i++) {
      if (located(i)) {
        sorted[n++] = values[i] ^ Long.MIN_VALUE; // unsigned order
      }
    }
    Arrays.sort(sorted, 0, n);
    int[] next = new int[n];
    for (int k = 0; k < n; k++) {
      next[k] = k > 0 && sorted[k] == sorted[k - 1] ? next[k - 1] : k;
    }
    int[] firstOf = next.clone();
    int[] result = new int[n];
    for (int i = 0; i < count; i++) {
      if (located(i)) {
        int group = firstOf[Arrays.binarySearch(sorted, 0, n, values[i] ^ Long.MIN_VALUE)];
        int at = next[group]++;
        for (; at > group && rank(result[at - 1]) > rank(i); at--) {
          result[at] = result[at - 1];
        }
        result[at] = i;
      }
    }
    return result;
  }

  /** The lower the better among symbols of one address. */
  private int rank(int i) {
    int binding =
        switch (binding(i)) {
          case GLOBAL -> 0;
          case WEAK -> 1;
          case LOCAL -> 2;
        };
    int typed = (infos[i] & 0xf) == STT_NOTYPE ? 8 : 0;
    int sized = sizes[i] == 0 ? 16 : 0;
    return sized + typed + binding * 2 + (names[nameOffsets[i]] == '_' ? 1 : 0);
  }

  private Symbol.Binding binding(int i) {
    return switch ((infos[i] & 0xff) >> 4) {
      case 0 -> Symbol.Binding.LOCAL;
      case 2 -> Symbol.Binding.WEAK;
      default -> Symbol.Binding.GLOBAL;
    };
  }

  private Symbol symbol(int i) {
    Symbol.Kind kind = kindOrNull(i);
    return new Symbol(
        name(i),
        located(i) ? values[i] + bias : values[i],
        sizes[i],
        kind == null ? Symbol.Kind.LABEL : kind,
        binding(i),
        hasSection(i) ? sections.get(sectionIndexes[i]).name() : "");
  }

  private String name(int i) {
    int start = nameOffsets[i];
    return new String(names, start, nameEnd(start) - start, StandardCharsets.UTF_8);
  }

  private int nameEnd(int start) {
    int end = start;
    while (end < names.length && names[end] != 0) {
      end++;
    }
    return end;
  }

  /** How many named symbols there are. */
  public int size() {
    return count;
  }

  /**
   * The symbol that an address belongs to: the nearest one at or before it whose size covers it
   * (global before weak before local, functions and objects before labels), else the nearest label
   * without a size in the same section. Between sized symbols there is nothing.
   */
  public Optional<Symbol.At> at(long address) {
    long wanted = address - bias;
    int low = 0;
    int high = byAddress.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(values[byAddress[middle]], wanted) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    int label = -1;
    int covering = -1;
    boolean sizedBetween = false;
    for (int k = high; k >= 0 && k > high - MAX_ENCLOSING; k--) {
      int i = byAddress[k];
      if (sizes[i] == 0) {
        if (label < 0 && !sizedBetween && inSameSection(i, wanted)) {
          label = i;
        } else if (label >= 0 && values[label] == values[i]) {
          label = i; // an earlier entry of the same address is the better one
        }
      } else if (Long.compareUnsigned(wanted - values[i], sizes[i]) < 0) {
        if (covering >= 0 && values[covering] != values[i]) {
          break;
        }
        covering = i;
      } else {
        sizedBetween = true;
      }
    }
    int found = covering >= 0 ? covering : label;
    return found < 0
        ? Optional.empty()
        : Optional.of(new Symbol.At(symbol(found), wanted - values[found]));
  }

  private boolean inSameSection(int i, long address) {
    ElfSection section = sections.get(sectionIndexes[i]);
    return Long.compareUnsigned(address - section.address(), section.memorySize()) < 0;
  }

  /** All symbols of that exact name, globals first. */
  public List<Symbol> named(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    int[] table = hashed();
    List<Symbol> found = new ArrayList<>();
    int mask = table.length - 1;
    for (int slot = hash(wanted, 0) & mask; table[slot] != 0; slot = slot + 1 & mask) {
      int i = table[slot] - 1;
      if (compareName(i, wanted, false) == 0) {
        found.add(symbol(i));
      }
    }
    found.sort(Comparator.comparing(Symbol::binding).reversed());
    return found;
  }

  /** Symbol numbers + 1 by the hash of their names, in an open-addressing table. */
  private int[] hashed() {
    int[] table = byHash;
    if (table == null) {
      table = new int[Integer.highestOneBit(Math.max(4, count * 4))];
      int mask = table.length - 1;
      for (int i = 0; i < count; i++) {
        int slot = hash(names, nameOffsets[i]) & mask;
        while (table[slot] != 0) {
          slot = slot + 1 & mask;
        }
        table[slot] = i + 1;
      }
      byHash = table;
    }
    return table;
  }

  private static int hash(byte[] text, int start) {
    int hash = 0;
    for (int i = start; i < text.length && text[i] != 0; i++) {
      hash = hash * 31 + text[i];
    }
    return hash ^ hash >>> 15;
  }

  /** Up to {@code limit} symbols whose names begin so, in the order of their names. */
  public List<Symbol> startingWith(String prefix, int limit) {
    byte[] wanted = prefix.getBytes(StandardCharsets.UTF_8);
    int[] order = names();
    List<Symbol> found = new ArrayList<>();
    for (int k = lowerBound(order, wanted); k < order.length && found.size() < limit; k++) {
      if (compareName(order[k], wanted, true) != 0) {
        break;
      }
      found.add(symbol(order[k]));
    }
    return found;
  }

  private int[] names() {
    int[] order = byName;
    if (order == null) {
      Integer[] boxed = new Integer[count];
      for (int i = 0; i < count; i++) {
        boxed[i] = i;
      }
      Arrays.sort(boxed, (a, b) -> compareNames(nameOffsets[a], nameOffsets[b]));
      order = new int[count];
      for (int i = 0; i < count; i++) {
        order[i] = boxed[i];
      }
      byName = order;
    }
    return order;
  }

  private int compareNames(int a, int b) {
    int i = a;
    int j = b;
    while (i < names.length && j < names.length && names[i] == names[j] && names[i] != 0) {
      i++;
      j++;
    }
    int x = i < names.length ? names[i] & 0xff : 0;
    int y = j < names.length ? names[j] & 0xff : 0;
    return x - y;
  }

  private int lowerBound(int[] order, byte[] wanted) {
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compareName(order[middle], wanted, false) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Compares a symbol's name with the wanted one, or only as much of it as that is long. */
  private int compareName(int symbol, byte[] wanted, boolean prefix) {
    int p = nameOffsets[symbol];
    for (byte b : wanted) {
      int c = p < names.length ? names[p++] & 0xff : 0;
      if (c != (b & 0xff)) {
        return c - (b & 0xff);
      }
    }
    return prefix || p >= names.length || names[p] == 0 ? 0 : 1;
  }
}

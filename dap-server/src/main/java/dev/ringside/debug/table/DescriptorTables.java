package dev.ringside.debug.table;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.value.Symbolizer;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads GDT and IDT as the processor would in its current mode (SDM vol. 3A, 3.4.5, 3.5, 6.11,
 * 6.14.1). On the view's thread.
 */
public final class DescriptorTables {
  private static final int S = 1 << 4;
  private static final String[] SYSTEM_TYPES = {
    "reserved", "16-bit TSS", "LDT", "busy 16-bit TSS", "16-bit call gate", "task gate",
    "16-bit interrupt gate", "16-bit trap gate", "reserved", "TSS", "reserved", "busy TSS",
    "call gate", "reserved", "interrupt gate", "trap gate"
  };

  private DescriptorTables() {}

  /** Entries of the GDT that are not all zero, up to its limit. */
  public static List<TableEntry> gdt(GuestView view) {
    DescriptorTable table = view.cpu().gdtr();
    boolean wideSystem = isLong(view);
    List<TableEntry> entries = new ArrayList<>();
    int slots = (table.limit() + 1) / 8;
    for (int i = 0; i < slots; i++) {
      OptionalLong low = read(view, table.base() + 8L * i);
      if (low.isEmpty() || low.getAsLong() == 0) {
        continue;
      }
      boolean system = (access(low.getAsLong()) & S) == 0;
      boolean wide = wideSystem && system && i + 1 < slots;
      long high = wide ? read(view, table.base() + 8L * i + 8).orElse(0) : 0;
      OptionalLong target =
          system ? OptionalLong.of(base(low.getAsLong()) | high << 32) : OptionalLong.empty();
      String text = describe(low.getAsLong()) + (system ? " at " + hex(target.orElse(0)) : "");
      boolean present = (access(low.getAsLong()) & 0x80) != 0;
      entries.add(new TableEntry(i, low.getAsLong(), high, wide, present, i << 3, text, target));
      if (wide) {
        i++;
      }
    }
    return entries;
  }

  /**
   * Entries of the IDT that are present, up to its limit; real mode's are far addresses.
   *
   * @param symbols names the handlers
   */
  public static List<TableEntry> idt(GuestView view, Symbolizer symbols) {
    DescriptorTable table = view.cpu().idtr();
    boolean real = view.cpu().mode() == ProcessorMode.REAL;
    boolean wide = isLong(view);
    int size = real ? 4 : wide ? 16 : 8;
    List<TableEntry> entries = new ArrayList<>();
    int count = Math.min(256, (table.limit() + 1) / size);
    for (int i = 0; i < count; i++) {
      long at = table.base() + (long) size * i;
      OptionalLong low = read(view, at);
      if (low.isEmpty()) {
        continue;
      }
      long raw = real ? low.getAsLong() & 0xffff_ffffL : low.getAsLong();
      if (real) {
        if (raw != 0) {
          long target = (raw >>> 16 << 4) + (raw & 0xffff);
          String far = String.format(Locale.ROOT, "%x:%x", raw >>> 16, raw & 0xffff);
          int segment = (int) (raw >>> 16);
          entries.add(
              new TableEntry(i, raw, 0, false, true, segment, far, OptionalLong.of(target)));
        }
        continue;
      }
      if ((access(raw) & 0x80) == 0) {
        continue;
      }
      long high = wide ? read(view, at + 8).orElse(0) : 0;
      long target = raw & 0xffff | raw >>> 32 & 0xffff_0000L | high << 32;
      String name = symbols.symbolAt(target).map(s -> " <" + s + ">").orElse("");
      String text =
          String.format(
              Locale.ROOT,
              "%s %s DPL %d → 0x%x:0x%x%s",
              Vector.name(i),
              SYSTEM_TYPES[access(raw) & 0xf],
              access(raw) >> 5 & 3,
              raw >>> 16 & 0xffff,
              target,
              name);
      int selector = (int) (raw >>> 16) & 0xffff;
      entries.add(
          new TableEntry(i, raw, high, wide, true, selector, text, OptionalLong.of(target)));
    }
    return entries;
  }

  private static boolean isLong(GuestView view) {
    return switch (view.cpu().mode()) {
      case LONG, COMPATIBILITY_32, COMPATIBILITY_16 -> true;
      case REAL, VIRTUAL_8086, PROTECTED_16, PROTECTED_32 -> false;
    };
  }

  private static int access(long raw) {
    return (int) (raw >>> 40) & 0xff;
  }

  private static long base(long raw) {
    return raw >>> 16 & 0xff_ffffL | raw >>> 56 << 24;
  }

  private static String describe(long raw) {
    int access = access(raw);
    StringBuilder text = new StringBuilder();
    if ((access & S) == 0) {
      text.append(SYSTEM_TYPES[access & 0xf]);
    } else if ((access & 8) != 0) {
      boolean is64 = (raw >>> 53 & 1) != 0;
      text.append("code ").append(is64 ? "64-bit" : (raw >>> 54 & 1) != 0 ? "32-bit" : "16-bit");
      text.append((access & 2) != 0 ? " readable" : "");
      text.append((access & 4) != 0 ? " conforming" : "");
    } else {
      text.append("data ").append((access & 2) != 0 ? "writable" : "read-only");
      text.append((access & 4) != 0 ? " expand-down" : "");
    }
    text.append(" DPL ").append(access >> 5 & 3);
    text.append((access & 0x80) != 0 ? "" : " not present");
    if ((access & S) != 0) {
      long limit = raw & 0xffff | raw >>> 32 & 0xf_0000;
      boolean pages = (raw >>> 55 & 1) != 0;
      text.append(" base ").append(hex(base(raw)));
      text.append(" limit ").append(hex(pages ? limit << 12 | 0xfff : limit));
    }
    return text.toString();
  }

  private static OptionalLong read(GuestView view, long address) {
    byte[] bytes = new byte[8];
    return view.read(address, bytes, 0, 8) < 8
        ? OptionalLong.empty()
        : OptionalLong.of(LittleEndian.unsigned(bytes, 0, 8));
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}

package dev.ringside.debug.paging;

import dev.ringside.vmm.vmx.NamedBits;
import java.util.ArrayList;
import java.util.List;

/** Names of the bits of paging-structure entries (SDM vol. 3A, tables 4-4 to 4-20). */
final class EntryBits {
  private EntryBits() {}

  /**
   * The bits of an entry that is present.
   *
   * @param leaf whether it maps a page
   * @param large whether it maps more than 4 KiB, which moves the PAT bit
   * @param wide whether it has 64 bits
   * @param addressLow the lowest bit of the address that it holds
   */
  static List<NamedBits> of(long entry, boolean leaf, boolean large, boolean wide, int addressLow) {
    List<NamedBits> bits = new ArrayList<>();
    bit(bits, entry, 0, "P", "present");
    bit(bits, entry, 1, "R/W", "writable");
    bit(bits, entry, 2, "U/S", "user");
    bit(bits, entry, 3, "PWT", "write-through");
    bit(bits, entry, 4, "PCD", "cache disable");
    bit(bits, entry, 5, "A", "accessed");
    if (leaf) {
      bit(bits, entry, 6, "D", "dirty");
      bit(bits, entry, large ? 12 : 7, "PAT", "");
      bit(bits, entry, 8, "G", "global");
    }
    if (!leaf || large) {
      bit(bits, entry, 7, "PS", large ? "maps a large page" : "refers to a table");
    }
    int top = wide ? 51 : 31;
    long address = entry >>> addressLow & (1L << (top - addressLow + 1)) - 1;
    bits.add(
        new NamedBits(
            "address", top, addressLow, address, "0x" + Long.toHexString(address << addressLow)));
    if (wide) {
      bit(bits, entry, 63, "XD", "no execution");
    }
    return bits;
  }

  private static void bit(List<NamedBits> bits, long entry, int at, String name, String meaning) {
    long value = entry >>> at & 1;
    bits.add(new NamedBits(name, at, at, value, value == 1 ? meaning : ""));
  }
}

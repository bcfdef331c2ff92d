package dev.ringside.debug.paging;

import dev.ringside.vmm.vmx.NamedBits;
import java.util.List;
import java.util.OptionalLong;

/**
 * A translation, level by level.
 *
 * @param title what was translated and how
 * @param levels from the root, as far as the walk came
 * @param result the address at its end; empty if it ended in a fault
 * @param end what happened at the end, for people
 */
public record Walk(String title, List<Level> levels, OptionalLong result, String end) {
  public Walk {
    levels = List.copyOf(levels);
  }

  /**
   * One table's entry.
   *
   * @param name {@code PML4E}
   * @param index which entry of its table
   * @param at physical address of the entry
   * @param entry its value
   * @param bits its bits by name
   */
  public record Level(String name, int index, long at, long entry, List<NamedBits> bits) {
    public Level {
      bits = List.copyOf(bits);
    }
  }
}

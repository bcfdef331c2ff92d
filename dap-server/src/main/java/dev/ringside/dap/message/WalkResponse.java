package dev.ringside.dap.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of the response to {@code ringside/walk}: of a gva, the guest's tables, and the EPT walk of
 * what they lead to; of a gpa, the EPT walk alone.
 *
 * @param title what was walked, for people
 * @param address what was walked: {@code 0x…} (a gva) or {@code phys:0x…} (a gpa)
 * @param levels from the root, as far as the walk came
 * @param result where it ended: of a gva, {@code phys:0x…}; of a gpa, {@code host:0x…}; absent if
 *     in a fault
 * @param end what happened at the end, for people
 * @param ept of a gva: the walk of {@code result}; absent after a fault, and where the processor
 *     shows no EPT
 */
public record WalkResponse(
    String title,
    String address,
    List<Level> levels,
    @Nullable String result,
    String end,
    @Nullable WalkResponse ept) {
  public WalkResponse {
    levels = List.copyOf(levels);
  }

  /**
   * An entry of a table.
   *
   * @param address where it stands: of a guest's table {@code phys:0x…}, of an EPT {@code host:0x…}
   * @param host of a guest's table, where {@code address} is in the host: {@code host:0x…}; absent
   *     where no EPT shows it
   * @param entry its value, {@code 0x…}
   * @param next where it leads, in the same form as {@code result}: the next table or the page;
   *     absent if it is not present
   */
  public record Level(
      String name,
      int index,
      String address,
      @Nullable String host,
      String entry,
      @Nullable String next,
      List<Bit> bits) {
    public Level {
      bits = List.copyOf(bits);
    }
  }
}

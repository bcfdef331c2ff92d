package dev.ringside.dap.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of the response to {@code ringside/walk}.
 *
 * @param levels from the root, as far as the walk came
 * @param result where it ended, {@code phys:0x…}; absent if in a fault
 * @param end what happened at the end, for people
 */
public record WalkResponse(String title, List<Level> levels, @Nullable String result, String end) {
  public WalkResponse {
    levels = List.copyOf(levels);
  }

  /**
   * An entry of a table.
   *
   * @param address its own physical address, {@code phys:0x…}
   * @param entry its value, {@code 0x…}
   */
  public record Level(
      String name, int index, String address, String entry, List<VmcsResponse.Bit> bits) {
    public Level {
      bits = List.copyOf(bits);
    }
  }
}

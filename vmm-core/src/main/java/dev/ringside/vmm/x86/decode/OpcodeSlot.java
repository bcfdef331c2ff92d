package dev.ringside.vmm.x86.decode;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All rows of one opcode. */
final class OpcodeSlot {
  /** A ModRM byte follows the opcode. */
  final boolean modRm;

  final OpcodeRow[] rows;

  /** The rows that can apply, by mandatory prefix and ModRM.reg; null where they are few. */
  private final OpcodeRow @Nullable [][] spread;

  OpcodeSlot(boolean modRm, List<OpcodeRow> all) {
    this.modRm = modRm;
    rows = all.toArray(OpcodeRow[]::new);
    spread = rows.length > 2 ? spread(rows) : null;
  }

  private static OpcodeRow[][] spread(OpcodeRow[] rows) {
    int keyMask = 3 << OpcodeRow.SELECT_PREFIX | 0x38;
    OpcodeRow[][] spread = new OpcodeRow[32][];
    OpcodeRow[] buffer = new OpcodeRow[rows.length];
    for (int key = 0; key < 32; key++) {
      int selector = (key >> 3) << OpcodeRow.SELECT_PREFIX | (key & 7) << 3;
      int count = 0;
      for (OpcodeRow row : rows) {
        if (((selector ^ row.value) & row.mask & keyMask) == 0) {
          buffer[count++] = row;
        }
      }
      spread[key] = Arrays.copyOf(buffer, count);
    }
    return spread;
  }

  /** The row that applies, or null: undefined. */
  @Nullable OpcodeRow find(int selector) {
    int prefix = selector >> OpcodeRow.SELECT_PREFIX & 3;
    OpcodeRow[] candidates = spread == null ? rows : spread[prefix << 3 | (selector >> 3 & 7)];
    for (OpcodeRow row : candidates) {
      if ((selector & row.mask) == row.value) {
        return row;
      }
    }
    return null;
  }
}

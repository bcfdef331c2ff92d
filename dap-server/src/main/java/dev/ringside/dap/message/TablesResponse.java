package dev.ringside.dap.message;

import java.util.List;

/**
 * Body of the response to {@code ringside/tables}.
 *
 * @param base linear address of the table, {@code 0x…}
 * @param limit its limit in bytes, as the register has it
 * @param entries up to the limit, empty ones left out
 */
public record TablesResponse(String table, String base, int limit, List<Entry> entries) {
  public TablesResponse {
    entries = List.copyOf(entries);
  }

  /**
   * A descriptor or gate.
   *
   * @param index in the table; of a descriptor, the selector without its low three bits
   * @param raw its bytes as one hexadecimal number, {@code 0x…}
   * @param description {@code code 64-bit DPL 0} or {@code interrupt gate → 0x8:0x101040 <name>}
   * @param target where a gate leads, {@code 0x…}; empty for descriptors
   */
  public record Entry(int index, String raw, String description, String target) {}
}

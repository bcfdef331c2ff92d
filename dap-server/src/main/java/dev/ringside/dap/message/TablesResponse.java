package dev.ringside.dap.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of the response to {@code ringside/tables}. {@code gdt} and {@code idt} have {@code base},
 * {@code limit} and {@code entries}; {@code msrs} has {@code registers}; {@code apic} has {@code
 * base}, {@code mode}, {@code registers}, {@code pending} and {@code inService}.
 *
 * @param base linear address of a table, physical one of the APIC, {@code 0x…}
 * @param limit a table's limit in bytes, as the register has it
 * @param entries up to the limit, empty ones left out
 * @param registers in order of their numbers
 * @param mode of the APIC: {@code disabled}, {@code xAPIC} or {@code x2APIC}
 * @param pending vectors that wait for delivery, highest first
 * @param inService vectors whose handlers have not ended, highest first
 */
public record TablesResponse(
    String table,
    @Nullable String base,
    @Nullable Integer limit,
    @Nullable List<Entry> entries,
    @Nullable List<Register> registers,
    @Nullable String mode,
    @Nullable List<Pending> pending,
    @Nullable List<Pending> inService) {

  /** A descriptor table. */
  public static TablesResponse descriptors(
      String table, String base, int limit, List<Entry> entries) {
    return new TablesResponse(table, base, limit, entries, null, null, null, null);
  }

  /** Registers alone. */
  public static TablesResponse registers(String table, List<Register> registers) {
    return new TablesResponse(table, null, null, null, registers, null, null, null);
  }

  /**
   * A descriptor or gate.
   *
   * @param index in the table; of a descriptor, the selector without its low three bits
   * @param raw its bytes as one hexadecimal number, {@code 0x…}
   * @param description {@code code 64-bit DPL 0} or {@code interrupt gate → 0x8:0x101040 <name>}
   * @param target where a gate leads, or a system segment's base, {@code 0x…}; empty for code and
   *     data
   * @param present its P bit
   * @param selector of a descriptor its own, of a gate the one that it loads, {@code 0x…}
   * @param name of a gate, its vector's: {@code #PF}
   * @param symbol of the target, where it has one
   * @param source path of the target's source file, where it has one
   * @param line its line, as the client counts
   */
  public record Entry(
      int index,
      String raw,
      String description,
      String target,
      boolean present,
      String selector,
      @Nullable String name,
      @Nullable String symbol,
      @Nullable String source,
      @Nullable Integer line) {}

  /**
   * A register.
   *
   * @param number the MSR's address, or the offset in the APIC, {@code 0x…}
   * @param name {@code IA32_EFER}; empty for an MSR that has none
   * @param description what the manual calls it; may be empty
   * @param value {@code 0x…}; absent if it cannot be read
   * @param problem why it cannot be read; else absent
   * @param expression what to read and set it by; absent if nothing does
   * @param bits its bits by name, where it has any
   */
  public record Register(
      String number,
      String name,
      String description,
      @Nullable String value,
      @Nullable String problem,
      @Nullable String expression,
      List<Bit> bits) {
    public Register {
      bits = List.copyOf(bits);
    }
  }

  /**
   * An interrupt that waits or is being handled.
   *
   * @param name {@code #PF} or {@code vector 32}
   * @param target its handler's address, {@code 0x…}; absent if the IDT has none
   * @param symbol the handler's, where it has one
   */
  public record Pending(
      int vector, String name, @Nullable String target, @Nullable String symbol) {}
}

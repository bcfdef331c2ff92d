package dev.ringside.vmm.device;

import dev.ringside.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The ACPI tables that describe the board (ACPI 6.5, chapter 5): RSDP, XSDT, FADT, FACS, DSDT and
 * MADT, in the BIOS's area, where an operating system looks for the RSDP by its signature.
 */
final class AcpiTables {
  /** Where the RSDP stands; the other tables follow. */
  static final long ADDRESS = 0xF_0000;

  private static final String OEM = "RINGSD";
  private static final String OEM_TABLE = "RINGSIDE";
  private static final int HEADER = 36;
  private static final int RSDP_LENGTH = 36;
  private static final int FACS_LENGTH = 64;

  // 5.2.9, table 5.9: FADT flags.
  private static final int WBINVD = 1;
  private static final int PROC_C1 = 1 << 2;
  private static final int NO_POWER_BUTTON = 1 << 4;
  private static final int NO_SLEEP_BUTTON = 1 << 5;
  private static final int NO_RTC_WAKE = 1 << 6;
  private static final int TIMER_32_BITS = 1 << 8;
  private static final int RESET_REGISTER = 1 << 10;

  // 5.2.9.3: what is left of the PC; no keyboard controller, as nothing is attached to it, and no
  // VGA.
  private static final int LEGACY_DEVICES = 1;
  private static final int NO_VGA = 1 << 2;

  private static final int RESET_PORT = 0xcf9;
  private static final int RESET_VALUE = 6;
  private static final int CMOS_CENTURY = 0x32;

  private static final int[][] COM = {{0x3f8, 4}, {0x2f8, 3}, {0x3e8, 4}, {0x2e8, 3}};

  private final GuestMemory memory;
  private long next = ADDRESS + 64;

  private AcpiTables(GuestMemory memory) {
    this.memory = memory;
  }

  /** Writes all tables and returns the RSDP's address. */
  static long write(GuestMemory memory, int vcpus, int serialPorts) {
    AcpiTables tables = new AcpiTables(memory);
    long facs = tables.place(facs());
    long dsdt = tables.place(table("DSDT", 2, dsdt(serialPorts)));
    long fadt = tables.place(table("FACP", 6, fadt(facs, dsdt)));
    long madt = tables.place(table("APIC", 5, madt(vcpus)));
    long xsdt = tables.place(table("XSDT", 1, new TableBytes().u64(fadt).u64(madt)));
    memory.write(ADDRESS, rsdp(xsdt));
    return ADDRESS;
  }

  private long place(byte[] table) {
    long at = next;
    memory.write(at, table);
    next = (at + table.length + 63) & -64;
    if (next > MpTable.ADDRESS) {
      throw new IllegalStateException("the ACPI tables do not fit below the MP table");
    }
    return at;
  }

  private static byte[] rsdp(long xsdt) {
    byte[] table =
        new TableBytes()
            .text("RSD PTR ", 8)
            .u8(0)
            .text(OEM, 6)
            .u8(2)
            .u32(0)
            .u32(RSDP_LENGTH)
            .u64(xsdt)
            .u8(0)
            .zeros(3)
            .toBytes();
    TableBytes.checksum(table, 0, 20, 8);
    TableBytes.checksum(table, 0, RSDP_LENGTH, 32);
    return table;
  }

  /** A table with its header (5.2.6). */
  private static byte[] table(String signature, int revision, TableBytes body) {
    byte[] table =
        new TableBytes()
            .text(signature, 4)
            .u32(HEADER + (long) body.size())
            .u8(revision)
            .u8(0)
            .text(OEM, 6)
            .text(OEM_TABLE, 8)
            .u32(1)
            .text("RSID", 4)
            .u32(1)
            .bytes(body.toBytes())
            .toBytes();
    TableBytes.checksum(table, 0, table.length, 9);
    return table;
  }

  private static byte[] facs() {
    return new TableBytes()
        .text("FACS", 4)
        .u32(FACS_LENGTH)
        .zeros(24)
        .u8(2)
        .zeros(FACS_LENGTH - 33)
        .toBytes();
  }

  /** 5.2.9: the fields in their order, from offset 36 on. */
  private static TableBytes fadt(long facs, long dsdt) {
    int flags =
        WBINVD
            | PROC_C1
            | NO_POWER_BUTTON
            | NO_SLEEP_BUTTON
            | NO_RTC_WAKE
            | TIMER_32_BITS
            | RESET_REGISTER;
    TableBytes out = new TableBytes();
    out.u32(facs).u32(dsdt).u8(0).u8(0);
    out.u16(AcpiPower.SCI);
    out.u32(0).u8(0).u8(0).u8(0).u8(0); // No SMI command port: ACPI is always on.
    out.u32(AcpiPower.BASE).u32(0).u32(AcpiPower.CONTROL).u32(0).u32(0);
    out.u32(AcpiPower.TIMER).u32(0).u32(0);
    out.u8(4).u8(2).u8(0).u8(4).u8(0).u8(0).u8(0).u8(0);
    out.u16(0xffff).u16(0xffff).u16(0).u16(0); // No C2, no C3, no cache flush by reading.
    out.u8(0).u8(0).u8(0).u8(0).u8(CMOS_CENTURY);
    out.u16(LEGACY_DEVICES | NO_VGA).u8(0).u32(flags);
    out.bytes(port(8, 1, RESET_PORT)).u8(RESET_VALUE);
    out.u16(0).u8(5);
    out.u64(0).u64(dsdt); // The 32-bit FACS address counts.
    out.bytes(port(32, 2, AcpiPower.BASE)).zeros(12);
    out.bytes(port(16, 2, AcpiPower.CONTROL)).zeros(12);
    out.zeros(12);
    out.bytes(port(32, 3, AcpiPower.TIMER));
    out.zeros(12).zeros(12); // No general-purpose events.
    out.zeros(12).zeros(12); // No sleep registers.
    out.u64(0);
    return out;
  }

  /** A generic address in I/O space (5.2.3.2). */
  private static byte[] port(int bits, int accessSize, int address) {
    return new TableBytes().u8(1).u8(bits).u8(0).u8(accessSize).u64(address).toBytes();
  }

  /** The board's devices and its one sleep state: soft off, sleep type 0. */
  private static TableBytes dsdt(int serialPorts) {
    List<byte[]> devices = new ArrayList<>();
    for (int i = 0; i < serialPorts; i++) {
      devices.add(
          Aml.device(
              "COM" + (i + 1),
              List.of(
                  Aml.name("_HID", Aml.eisaId("PNP0501")),
                  Aml.name("_UID", Aml.integer(i + 1)),
                  Aml.name("_CRS", Aml.resources(COM[i][0], 8, COM[i][1])))));
    }
    devices.add(
        Aml.device(
            "RTC",
            List.of(
                Aml.name("_HID", Aml.eisaId("PNP0B00")),
                Aml.name("_CRS", Aml.resources(0x70, 2, 8)))));
    byte[] zero = Aml.integer(0);
    return new TableBytes()
        .bytes(Aml.name("\\_S5", Aml.packageOf(List.of(zero, zero, zero, zero))))
        .bytes(Aml.scope("\\_SB", devices));
  }

  /**
   * 5.2.12: local APICs, the I/O APIC, the timer on pin 2, the SCI level-triggered, NMI on LINT1.
   */
  private static TableBytes madt(int vcpus) {
    TableBytes out = new TableBytes().u32(LocalApic.ADDRESS).u32(1);
    for (int i = 0; i < vcpus; i++) {
      out.u8(0).u8(8).u8(i).u8(i).u32(1);
    }
    out.u8(1).u8(12).u8(0).u8(0).u32(IoApic.ADDRESS).u32(0);
    out.u8(2).u8(10).u8(0).u8(0).u32(2).u16(0);
    out.u8(2).u8(10).u8(0).u8(AcpiPower.SCI).u32(AcpiPower.SCI).u16(0xd);
    out.u8(4).u8(6).u8(0xff).u16(0).u8(1);
    return out;
  }
}

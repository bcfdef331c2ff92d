package dev.ringside.vmm.device;

import dev.ringside.vmm.memory.GuestMemory;

/**
 * The MultiProcessor Specification's tables (version 1.4, chapter 4), for kernels that know no
 * ACPI.
 */
final class MpTable {
  /** The floating pointer's place, in the BIOS's area behind the ACPI tables. */
  static final long ADDRESS = 0xF_8000;

  private static final int POINTER_LENGTH = 16;
  private static final int HEADER_LENGTH = 44;
  private static final int ISA_BUS = 0;
  private static final int IO_APIC_ID = 0;

  private static final int PROCESSOR = 0;
  private static final int BUS = 1;
  private static final int IO_APIC = 2;
  private static final int IO_INTERRUPT = 3;
  private static final int LOCAL_INTERRUPT = 4;

  private static final int INT = 0;
  private static final int NMI = 1;
  private static final int EXTINT = 3;

  /** Polarity and trigger mode: active high, level. */
  private static final int LEVEL_HIGH = 0xd;

  private final TableBytes entries = new TableBytes();
  private int count;

  private MpTable() {}

  static void write(GuestMemory memory, int vcpus) {
    byte[] pointer =
        new TableBytes()
            .text("_MP_", 4)
            .u32(ADDRESS + POINTER_LENGTH)
            .u8(1)
            .u8(4)
            .u8(0)
            .zeros(5)
            .toBytes();
    TableBytes.checksum(pointer, 0, POINTER_LENGTH, 10);
    memory.write(ADDRESS, pointer);
    memory.write(ADDRESS + POINTER_LENGTH, new MpTable().configuration(vcpus));
  }

  private byte[] configuration(int vcpus) {
    for (int i = 0; i < vcpus; i++) {
      entry(PROCESSOR).u8(i).u8(0x14).u8(i == 0 ? 3 : 1).u32(0x600).u32(0x201).zeros(8);
    }
    entry(BUS).u8(ISA_BUS).text("ISA", 6);
    entry(IO_APIC).u8(IO_APIC_ID).u8(0x11).u8(1).u32(IoApic.ADDRESS);
    for (int irq = 0; irq < 16; irq++) {
      if (irq != 2) {
        int flags = irq == AcpiPower.SCI ? LEVEL_HIGH : 0;
        entry(IO_INTERRUPT)
            .u8(INT)
            .u16(flags)
            .u8(ISA_BUS)
            .u8(irq)
            .u8(IO_APIC_ID)
            .u8(irq == 0 ? 2 : irq);
      }
    }
    entry(LOCAL_INTERRUPT).u8(EXTINT).u16(0).u8(ISA_BUS).u8(0).u8(0).u8(0);
    entry(LOCAL_INTERRUPT).u8(NMI).u16(0).u8(ISA_BUS).u8(0).u8(0xff).u8(1);
    byte[] table =
        new TableBytes()
            .text("PCMP", 4)
            .u16(HEADER_LENGTH + entries.size())
            .u8(4)
            .u8(0)
            .text("RINGSIDE", 8)
            .text("BOARD", 12)
            .u32(0)
            .u16(0)
            .u16(count)
            .u32(LocalApic.ADDRESS)
            .u16(0)
            .u8(0)
            .u8(0)
            .bytes(entries.toBytes())
            .toBytes();
    TableBytes.checksum(table, 0, table.length, 7);
    return table;
  }

  private TableBytes entry(int type) {
    count++;
    return entries.u8(type);
  }
}

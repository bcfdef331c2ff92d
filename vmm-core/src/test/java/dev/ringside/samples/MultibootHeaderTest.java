package dev.ringside.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loader may take a sample by the address fields of its Multiboot header or by its ELF program
 * headers: both must put the same bytes at the same addresses (Multiboot 0.6.96, section 3.1.3).
 */
class MultibootHeaderTest {
  private static final int MAGIC = 0x1BADB002;
  private static final int ADDRESS_FIELDS = 1 << 16;
  private static final int PT_LOAD = 1;

  @ParameterizedTest
  @ValueSource(strings = {"hello", "rings", "traps", "compute"})
  void addressFieldsAgreeWithTheProgramHeaders(String sample) throws IOException {
    ByteBuffer elf =
        ByteBuffer.wrap(Files.readAllBytes(SampleGuests.elf(sample)))
            .order(ByteOrder.LITTLE_ENDIAN);
    int header = headerOffset(elf);
    int flags = elf.getInt(header + 4);
    assertThat(flags & ADDRESS_FIELDS).isNotZero();
    assertThat(MAGIC + flags + elf.getInt(header + 8)).as("checksum").isZero();
    int headerAddress = elf.getInt(header + 12);
    int loadAddress = elf.getInt(header + 16);
    int loadEnd = elf.getInt(header + 20);
    int bssEnd = elf.getInt(header + 24);

    assertThat(elf.getInt(header + 28)).as("entry").isEqualTo((int) elf.getLong(24));
    int fileMinusMemory = header - headerAddress;
    long lowest = Long.MAX_VALUE;
    long fileEnd = 0;
    long memoryEnd = 0;
    int table = (int) elf.getLong(32);
    for (int i = 0; i < elf.getShort(56); i++) {
      int program = table + i * elf.getShort(54);
      assertThat(elf.getInt(program)).isEqualTo(PT_LOAD);
      long offset = elf.getLong(program + 8);
      long physical = elf.getLong(program + 24);
      assertThat(offset - physical).as("segment %d", i).isEqualTo(fileMinusMemory);
      lowest = Math.min(lowest, physical);
      fileEnd = Math.max(fileEnd, physical + elf.getLong(program + 32));
      memoryEnd = Math.max(memoryEnd, physical + elf.getLong(program + 40));
    }
    assertThat(lowest).isEqualTo(loadAddress);
    assertThat(fileEnd).isEqualTo(loadEnd);
    assertThat(memoryEnd).isEqualTo(bssEnd);
  }

  /** The header lies on a 4-byte boundary in the first 8 KiB. */
  private static int headerOffset(ByteBuffer elf) {
    for (int offset = 0; offset < 8192; offset += 4) {
      if (elf.getInt(offset) == MAGIC) {
        return offset;
      }
    }
    throw new AssertionError("no Multiboot header in the first 8 KiB");
  }
}

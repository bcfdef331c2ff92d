package dev.ringside.vmm.x86.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The opcode table as a whole. */
class OpcodeTableTest {
  @Test
  void everyRowIsReadAndEveryMnemonicHasOne() {
    Set<Mnemonic> all = EnumSet.noneOf(Mnemonic.class);
    all.addAll(OpcodeTable.Legacy.TABLE.mnemonics());
    all.addAll(OpcodeTable.Vex.TABLE.mnemonics());
    all.addAll(OpcodeTable.Evex.TABLE.mnemonics());
    assertThat(all).containsExactlyInAnyOrder(Mnemonic.values());
  }

  @Test
  void theOneByteMapIsFull() {
    // Prefixes and escapes, which are no instructions.
    Set<Integer> noRow =
        Set.of(0x0F, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3);
    for (int opcode = 0; opcode < 256; opcode++) {
      assertThat(OpcodeTable.Legacy.TABLE.slot(OpcodeTable.MAP_ONE_BYTE, opcode) == null)
          .as("opcode %02x", opcode)
          .isEqualTo(noRow.contains(opcode));
    }
  }
}

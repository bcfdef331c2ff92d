package dev.ringside.vmm.x86.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Symbols in disassembly. The text itself is tested by the golden vectors. */
class DisassemblerTest {
  private static final long START = 0xffffffff81000000L;

  private static Instruction decode(String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    return Decoder.decode(code, 0, code.length, START, CodeSize.BITS64);
  }

  private final Disassembler disassembler =
      new Disassembler(
          address -> {
            long offset = address - START;
            if (offset < 0 || offset >= 0x1000) {
              return null;
            }
            return offset == 0 ? "_stext" : "_stext+0x" + Long.toHexString(offset);
          });

  @Test
  void branchTargets() {
    assertThat(disassembler.text(decode("e8 fb ff ff ff")))
        .isEqualTo("call ffffffff81000000 <_stext>");
    assertThat(disassembler.text(decode("74 10"))).isEqualTo("je ffffffff81000012 <_stext+0x12>");
    assertThat(disassembler.text(decode("eb 80"))).isEqualTo("jmp 0xffffffff80ffff82");
    assertThat(Disassembler.format(decode("74 10"))).isEqualTo("je 0xffffffff81000012");
  }

  @Test
  void ripRelativeAddresses() {
    assertThat(disassembler.text(decode("48 8b 05 10 00 00 00")))
        .isEqualTo("mov rax,QWORD PTR [rip+0x10]        # ffffffff81000017 <_stext+0x17>");
  }

  @Test
  void whatIsNoInstruction() {
    assertThat(Disassembler.format(decode("06"))).isEqualTo("(bad)");
    assertThat(decode("06").toString()).isEqualTo("(bad)");
  }
}

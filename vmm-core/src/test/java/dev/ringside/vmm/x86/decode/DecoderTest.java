package dev.ringside.vmm.x86.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What the decoder says of single instructions, beyond their text. */
class DecoderTest {
  private static Instruction decode(CodeSize size, String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    return Decoder.decode(code, 0, code.length, 0x1000, size);
  }

  private static Instruction decode64(String hex) {
    return decode(CodeSize.BITS64, hex);
  }

  @Test
  void registersAndMemory() {
    Instruction i = decode64("48 01 84 8d 78 56 34 92");
    assertThat(i.status()).isEqualTo(DecodeStatus.OK);
    assertThat(i.mnemonic()).isEqualTo(Mnemonic.ADD);
    assertThat(i.length()).isEqualTo(8);
    assertThat(i.nextAddress()).isEqualTo(0x1008);
    assertThat(i.operandSize()).isEqualTo(64);
    assertThat(i.operandCount()).isEqualTo(2);
    assertThat(i.operandKind(0)).isEqualTo(OperandKind.MEMORY);
    assertThat(i.operandWidth(0)).isEqualTo(64);
    assertThat(i.operandAccess(0)).isEqualTo(OperandAccess.READ_WRITE);
    assertThat(i.memoryBase()).isEqualTo(5);
    assertThat(i.memoryIndex()).isEqualTo(1);
    assertThat(i.memoryScale()).isEqualTo(4);
    assertThat(i.displacement()).isEqualTo(0xFFFF_FFFF_9234_5678L);
    assertThat(i.memorySegment()).isEqualTo(2);
    assertThat(i.operandKind(1)).isEqualTo(OperandKind.REGISTER);
    assertThat(i.registerClass(1)).isEqualTo(RegisterClass.GPR64);
    assertThat(i.registerNumber(1)).isZero();
    assertThat(i.operandAccess(1)).isEqualTo(OperandAccess.READ);
  }

  @Test
  void highByteRegistersVanishWithRex() {
    Instruction high = decode64("88 e3");
    assertThat(high.registerClass(1)).isEqualTo(RegisterClass.GPR8_HIGH);
    assertThat(high.registerNumber(1)).isZero();
    Instruction low = decode64("40 88 e3");
    assertThat(low.registerClass(1)).isEqualTo(RegisterClass.GPR8);
    assertThat(low.registerNumber(1)).isEqualTo(4);
  }

  @Test
  void stackAndNearBranchesDefaultTo64Bits() {
    assertThat(decode64("50").operandSize()).isEqualTo(64);
    assertThat(decode64("66 50").operandSize()).isEqualTo(16);
    assertThat(decode64("c3").operandSize()).isEqualTo(64);
    Instruction call = decode64("e8 fb ff ff ff");
    assertThat(call.operandSize()).isEqualTo(64);
    assertThat(call.branchTarget()).isEqualTo(0x1000);
    // Intel: 66 does not make it a 16-bit branch.
    assertThat(decode64("66 e9 00 00 00 00").length()).isEqualTo(6);
    Instruction near = decode(CodeSize.BITS16, "e9 fd ef");
    assertThat(near.branchTarget()).isZero();
  }

  @Test
  void lockOnlyWhereItIsAllowed() {
    assertThat(decode64("f0 01 00").status()).isEqualTo(DecodeStatus.OK);
    assertThat(decode64("f0 01 c0").status()).isEqualTo(DecodeStatus.INVALID);
    assertThat(decode64("f0 03 00").status()).isEqualTo(DecodeStatus.INVALID);
    assertThat(decode64("f0 39 00").status()).isEqualTo(DecodeStatus.INVALID);
    assertThat(decode64("f0 90").status()).isEqualTo(DecodeStatus.INVALID);
  }

  @Test
  void whatIsInvalidIn64BitMode() {
    for (String code :
        new String[] {"06", "0e", "27", "37", "60", "9a", "ce", "d4 0a", "d6", "ea"}) {
      assertThat(decode64(code + " 00 00 00 00 00 00").status())
          .as(code)
          .isEqualTo(DecodeStatus.INVALID);
      assertThat(decode(CodeSize.BITS32, code + " 00 00 00 00 00 00").status())
          .as(code)
          .isEqualTo(DecodeStatus.OK);
    }
  }

  @Test
  void lengthAndEnd() {
    assertThat(decode64("66 66 66 66 66 66 66 66 66 66 66 66 66 66 90").length()).isEqualTo(15);
    assertThat(decode64("66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90").status())
        .isEqualTo(DecodeStatus.TOO_LONG);
    assertThat(decode64("48 b8 01 02 03").status()).isEqualTo(DecodeStatus.TRUNCATED);
    assertThat(decode64("").status()).isEqualTo(DecodeStatus.TRUNCATED);
  }

  @Test
  void nopAndPause() {
    assertThat(decode64("90").mnemonic()).isEqualTo(Mnemonic.NOP);
    assertThat(decode64("f3 90").mnemonic()).isEqualTo(Mnemonic.PAUSE);
    assertThat(decode64("49 90").mnemonic()).isEqualTo(Mnemonic.XCHG);
    assertThat(decode64("f3 0f 1e fa").mnemonic()).isEqualTo(Mnemonic.ENDBR64);
  }

  @Test
  void immediates() {
    assertThat(decode64("83 c0 ff").immediate()).isEqualTo(-1);
    assertThat(decode64("cd 80").immediate()).isEqualTo(0x80);
    assertThat(decode64("48 b8 88 77 66 55 44 33 22 91").immediate())
        .isEqualTo(0x9122334455667788L);
    Instruction enter = decode64("c8 10 00 03");
    assertThat(enter.immediate()).isEqualTo(16);
    assertThat(enter.immediate2()).isEqualTo(3);
  }

  @Test
  void strings() {
    Instruction movs = decode64("f3 48 a5");
    assertThat(movs.mnemonic()).isEqualTo(Mnemonic.MOVS);
    assertThat(movs.hasRep()).isTrue();
    assertThat(movs.elementWidth()).isEqualTo(64);
    assertThat(movs.memoryBase()).isEqualTo(6);
    Instruction stos = decode(CodeSize.BITS32, "64 aa");
    assertThat(stos.memorySegment()).isZero();
    assertThat(stos.memoryBase()).isEqualTo(7);
  }
}

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

  @Test
  void segments() {
    assertThat(decode64("8b 04 24").memorySegment()).isEqualTo(2);
    assertThat(decode64("8b 45 00").memorySegment()).isEqualTo(2);
    assertThat(decode64("41 8b 45 00").memorySegment()).isEqualTo(3);
    assertThat(decode64("8b 04 28").memorySegment()).isEqualTo(3);
    assertThat(decode64("65 48 8b 04 25 28 00 00 00").memorySegment()).isEqualTo(5);
    // 64-bit mode ignores the other overrides.
    Instruction ignored = decode64("2e 8b 00");
    assertThat(ignored.memorySegment()).isEqualTo(3);
    assertThat(ignored.segmentOverride()).isEqualTo(-1);
    assertThat(decode(CodeSize.BITS32, "2e 8b 00").memorySegment()).isEqualTo(1);
    assertThat(decode(CodeSize.BITS16, "8b 46 02").memorySegment()).isEqualTo(2);
    assertThat(decode(CodeSize.BITS16, "8b 16 34 12").memoryBase()).isEqualTo(-1);
  }

  @Test
  void sixteenBitAddresses() {
    Instruction i = decode(CodeSize.BITS16, "8b 40 fe");
    assertThat(i.memoryBase()).isEqualTo(3);
    assertThat(i.memoryIndex()).isEqualTo(6);
    assertThat(i.displacement()).isEqualTo(-2);
    assertThat(i.addressSize()).isEqualTo(16);
    assertThat(decode(CodeSize.BITS16, "67 8b 04 48").memoryIndex()).isEqualTo(1);
  }

  @Test
  void ripRelative() {
    Instruction i = decode64("48 8d 05 f9 ff ff ff");
    assertThat(i.memoryBase()).isEqualTo(16);
    assertThat(i.displacement()).isEqualTo(-7);
    assertThat(i.operandWidth(1)).isZero();
    assertThat(decode(CodeSize.BITS32, "8d 05 f9 ff ff ff").memoryBase()).isEqualTo(-1);
  }

  @Test
  void farPointers() {
    Instruction jump = decode(CodeSize.BITS16, "66 ea 78 56 34 12 08 00");
    assertThat(jump.mnemonic()).isEqualTo(Mnemonic.JMPF);
    assertThat(jump.operandKind(0)).isEqualTo(OperandKind.FAR_POINTER);
    assertThat(jump.farSelector()).isEqualTo(8);
    assertThat(jump.farOffset()).isEqualTo(0x12345678);
    assertThat(jump.operandSize()).isEqualTo(32);
    Instruction indirect = decode64("48 ff 28");
    assertThat(indirect.operandWidth(0)).isEqualTo(80);
  }

  @Test
  void whatIsReadAndWritten() {
    Instruction mov = decode64("89 18");
    assertThat(mov.operandAccess(0)).isEqualTo(OperandAccess.WRITE);
    assertThat(mov.operandAccess(1)).isEqualTo(OperandAccess.READ);
    assertThat(decode64("39 18").operandAccess(0)).isEqualTo(OperandAccess.READ);
    Instruction exchange = decode64("87 18");
    assertThat(exchange.operandAccess(0)).isEqualTo(OperandAccess.READ_WRITE);
    assertThat(exchange.operandAccess(1)).isEqualTo(OperandAccess.READ_WRITE);
    Instruction gather = decode64("c4 e2 69 92 04 08");
    assertThat(gather.mnemonic()).isEqualTo(Mnemonic.VGATHERDPS);
    assertThat(gather.memoryIndexClass()).isEqualTo(RegisterClass.XMM);
    assertThat(gather.operandAccess(1)).isEqualTo(OperandAccess.READ);
    assertThat(gather.operandAccess(2)).isEqualTo(OperandAccess.READ_WRITE);
  }

  @Test
  void features() {
    assertThat(decode64("90").feature()).isEqualTo(Feature.BASE);
    assertThat(decode64("0f c7 08").feature()).isEqualTo(Feature.CX8);
    assertThat(decode64("48 0f c7 08").feature()).isEqualTo(Feature.CX16);
    assertThat(decode64("f3 0f bc c1").feature()).isEqualTo(Feature.BMI1);
    assertThat(decode64("0f bc c1").mnemonic()).isEqualTo(Mnemonic.BSF);
    assertThat(decode64("0f 01 c1").feature()).isEqualTo(Feature.VMX);
    Instruction shadow = decode64("f3 48 0f 1e c8");
    assertThat(shadow.mnemonic()).isEqualTo(Mnemonic.RDSSP);
    assertThat(shadow.isHint()).isTrue();
    assertThat(decode64("0f 0b").isDefinedUndefined()).isTrue();
  }

  @Test
  void alignment() {
    assertThat(decode64("0f 28 00").requiresAlignment()).isTrue();
    assertThat(decode64("0f 58 00").requiresAlignment()).isTrue();
    assertThat(decode64("0f 10 00").requiresAlignment()).isFalse();
    assertThat(decode64("c5 f8 58 00").requiresAlignment()).isFalse();
    assertThat(decode64("c5 f8 28 00").requiresAlignment()).isTrue();
  }

  @Test
  void vexAndEvex() {
    Instruction add = decode64("c5 ec 58 08");
    assertThat(add.mnemonic()).isEqualTo(Mnemonic.VADDPS);
    assertThat(add.vectorLength()).isEqualTo(256);
    assertThat(add.registerClass(1)).isEqualTo(RegisterClass.YMM);
    assertThat(add.registerNumber(1)).isEqualTo(2);
    // vvvv must be 1111 where it names nothing.
    assertThat(decode64("c5 e8 28 00").status()).isEqualTo(DecodeStatus.INVALID);
    assertThat(decode64("66 c5 ec 58 08").status()).isEqualTo(DecodeStatus.INVALID);
    Instruction scaled = decode64("62 f1 7c 48 10 46 01");
    assertThat(scaled.displacement()).isEqualTo(64);
    Instruction broadcast = decode64("62 f1 6c d9 58 48 01");
    assertThat(broadcast.isBroadcast()).isTrue();
    assertThat(broadcast.displacement()).isEqualTo(4);
    assertThat(broadcast.opmask()).isEqualTo(1);
    assertThat(broadcast.isZeroing()).isTrue();
    // LES and LDS outside 64-bit mode.
    assertThat(decode(CodeSize.BITS32, "c4 00").mnemonic()).isEqualTo(Mnemonic.LES);
    assertThat(decode(CodeSize.BITS32, "62 00").mnemonic()).isEqualTo(Mnemonic.BOUND);
  }

  @Test
  void prefixesThatDecide() {
    // A REX prefix counts only right before the opcode.
    assertThat(decode64("48 66 89 d8").operandSize()).isEqualTo(16);
    assertThat(decode64("66 48 89 d8").operandSize()).isEqualTo(64);
    // The last of F2 and F3 wins.
    assertThat(decode64("f2 f3 0f 58 c1").mnemonic()).isEqualTo(Mnemonic.ADDSS);
    assertThat(decode64("f3 f2 0f 58 c1").mnemonic()).isEqualTo(Mnemonic.ADDSD);
    assertThat(decode64("66 f2 0f 38 f1 c1").operandWidth(1)).isEqualTo(16);
  }
}

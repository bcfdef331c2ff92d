package dev.ringside.vmm.x86.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the bytes: no exception, no more than 15 of them, and the same answer each time. */
class DecoderFuzzTest {
  private static final int ROUNDS = 300_000;
  private static final int[] ESCAPES = {0x0F, 0xC4, 0xC5, 0x62, 0x66, 0xF2, 0xF3, 0x48, 0x67, 0xF0};

  @ParameterizedTest
  @EnumSource(CodeSize.class)
  void randomBytes(CodeSize size) {
    Random random = new Random(size.name().hashCode());
    byte[] code = new byte[24];
    for (int round = 0; round < ROUNDS; round++) {
      random.nextBytes(code);
      for (int i = 0; i < round % 4; i++) {
        code[i] = (byte) ESCAPES[random.nextInt(ESCAPES.length)];
      }
      Instruction whole = Decoder.decode(code, 0, code.length, 0x40_0000, size);
      assertThat(whole.length()).isBetween(1, Decoder.MAX_LENGTH);
      assertThat(whole.status()).isNotEqualTo(DecodeStatus.TRUNCATED);
      String text = Disassembler.format(whole);
      assertThat(text).isNotBlank();
      if (whole.isValid()) {
        readEverything(whole);
      }
      growth(code, whole, text, size);
    }
  }

  /** With fewer bytes: cut off, or the same. */
  private static void growth(byte[] code, Instruction whole, String text, CodeSize size) {
    boolean answered = false;
    for (int limit = 0; limit <= Decoder.MAX_LENGTH; limit++) {
      Instruction part = Decoder.decode(code, 0, limit, 0x40_0000, size);
      if (part.status() == DecodeStatus.TRUNCATED) {
        assertThat(answered).isFalse();
        if (whole.isValid()) {
          assertThat(limit).isLessThan(whole.length());
        }
      } else {
        answered = true;
        assertThat(part.status()).isEqualTo(whole.status());
        assertThat(part.length()).isEqualTo(whole.length());
        assertThat(Disassembler.format(part)).isEqualTo(text);
      }
    }
    assertThat(answered).isTrue();
  }

  private static void readEverything(Instruction in) {
    assertThat(in.mnemonic()).isNotNull();
    assertThat(in.feature()).isNotNull();
    assertThat(in.operandSize()).isIn(16, 32, 64);
    assertThat(in.addressSize()).isIn(16, 32, 64);
    assertThat(in.memoryBase()).isBetween(-1, 16);
    assertThat(in.memoryIndex()).isBetween(-1, 31);
    assertThat(in.memorySegment()).isBetween(0, 5);
    assertThat(in.operandCount()).isBetween(0, 5);
    for (int i = 0; i < in.operandCount(); i++) {
      assertThat(in.operandAccess(i)).isNotNull();
      assertThat(in.operandWidth(i)).isGreaterThanOrEqualTo(0);
      if (in.operandKind(i) == OperandKind.REGISTER) {
        int number = in.registerNumber(i);
        switch (in.registerClass(i)) {
          case GPR8, GPR16, GPR32, GPR64, CONTROL -> assertThat(number).isBetween(0, 15);
          case GPR8_HIGH, BOUND -> assertThat(number).isBetween(0, 3);
          case SEGMENT -> assertThat(number).isBetween(0, 5);
          case DEBUG, X87, MMX, MASK, TILE -> assertThat(number).isBetween(0, 7);
          case XMM, YMM, ZMM -> assertThat(number).isBetween(0, 31);
        }
      }
    }
  }
}

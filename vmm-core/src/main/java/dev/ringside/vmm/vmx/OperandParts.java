package dev.ringside.vmm.vmx;

import dev.ringside.vmm.vmx.InstructionInformation.Memory;
import org.jspecify.annotations.Nullable;

/** The parts that several forms of the VM-exit instruction-information field have (SDM 30.2.5). */
final class OperandParts {
  private OperandParts() {}

  static long addressSize(int bits) {
    return (bits == 16 ? 0L : bits == 32 ? 1L : 2L) << 7;
  }

  static int addressBits(long value) {
    return switch ((int) (value >>> 7 & 7)) {
      case 0 -> 16;
      case 1 -> 32;
      default -> 64;
    };
  }

  static long registerOrMemory(@Nullable Memory memory, int register) {
    return memory == null ? 1L << 10 | (long) register << 3 : memory.encode();
  }

  static @Nullable Memory memory(long value) {
    return (value >>> 10 & 1) != 0 ? null : Memory.decode(value);
  }

  static int register(long value) {
    return (value >>> 10 & 1) != 0 ? (int) (value >>> 3 & 15) : 0;
  }

  static void requireAddressBits(int bits) {
    if (bits != 16 && bits != 32 && bits != 64) {
      throw new IllegalArgumentException("a size is 16, 32 or 64 bits, not " + bits);
    }
  }

  static void requireSegment(int segment) {
    if (segment < 0 || segment > 5) {
      throw new IllegalArgumentException("a segment is from 0 to 5, not " + segment);
    }
  }

  static void requireRegister(int register, int least) {
    if (register < least || register > 15) {
      throw new IllegalArgumentException("a register is from " + least + " to 15, not " + register);
    }
  }
}

package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A compare and its branch as one op do what they do as two, for every condition. */
class FusedBranchTest {
  private static final long START = 0x1000;

  /**
   * CMP and TEST of registers, and CMP with constants, of 32 and 64 bits: RCX with RDX or a byte.
   */
  private static final int[][] COMPARISONS = {
    {0x39, 0xD1},
    {0x48, 0x39, 0xD1},
    {0x85, 0xD1},
    {0x48, 0x85, 0xD1},
    {0x83, 0xF9, 0xF0},
    {0x48, 0x83, 0xF9, 0x03},
    {0x85, 0xC9},
    {0x48, 0x85, 0xC9}
  };

  @Test
  void oneOpDoesWhatTwoDo() {
    SplittableRandom random = new SplittableRandom(4);
    OpFactory factory = new OpFactory(UserOps.binders());
    for (int[] comparison : COMPARISONS) {
      for (int cc = 0; cc < 16; cc++) {
        byte[] code = new byte[comparison.length + 2];
        for (int n = 0; n < comparison.length; n++) {
          code[n] = (byte) comparison[n];
        }
        code[comparison.length] = (byte) (0x70 | cc);
        code[comparison.length + 1] = 0x20;
        Instruction first = Decoder.decode(code, 0, code.length, START, CodeSize.BITS64);
        Instruction second =
            Decoder.decode(
                code, first.length(), code.length, START + first.length(), CodeSize.BITS64);
        Op fused = Objects.requireNonNull(factory.fuse(first, second, SoftRig.LONG));
        Op compare = factory.bind(first, SoftRig.LONG, code, 0);
        Op branch = factory.bind(second, SoftRig.LONG, code, first.length());
        for (int round = 0; round < 500; round++) {
          long a = operand(random);
          long b = round % 4 == 0 ? a : operand(random);
          Processor one = processor(a, b, second.nextAddress());
          Processor two = processor(a, b, second.nextAddress());
          fused.execute(one);
          compare.execute(two);
          branch.execute(two);
          assertThat(one.rip).as("%s of %x, %x, condition %d", first, a, b, cc).isEqualTo(two.rip);
          assertThat(one.statusFlags()).isEqualTo(two.statusFlags());
        }
      }
    }
  }

  private static long operand(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(-5, 6);
      case 1 -> (1L << random.nextInt(64)) + random.nextInt(-1, 2);
      case 2 -> random.nextInt();
      default -> random.nextLong();
    };
  }

  private static Processor processor(long rcx, long rdx, long next) {
    Processor c = new Processor(0);
    c.mode = SoftRig.LONG;
    c.codeLimit = Long.MAX_VALUE;
    c.gpr[Processor.RCX] = rcx;
    c.gpr[Processor.RDX] = rdx;
    c.rip = next;
    return c;
  }
}

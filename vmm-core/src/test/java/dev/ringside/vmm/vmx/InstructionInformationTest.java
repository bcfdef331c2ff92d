package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.vmx.InstructionInformation.DescriptorTable;
import dev.ringside.vmm.vmx.InstructionInformation.DescriptorTable.TableInstruction;
import dev.ringside.vmm.vmx.InstructionInformation.FieldAccess;
import dev.ringside.vmm.vmx.InstructionInformation.Invalidation;
import dev.ringside.vmm.vmx.InstructionInformation.KeyLoad;
import dev.ringside.vmm.vmx.InstructionInformation.Memory;
import dev.ringside.vmm.vmx.InstructionInformation.MemoryOperand;
import dev.ringside.vmm.vmx.InstructionInformation.RandomNumber;
import dev.ringside.vmm.vmx.InstructionInformation.StringIo;
import dev.ringside.vmm.vmx.InstructionInformation.TaskOrLocalTable;
import dev.ringside.vmm.vmx.InstructionInformation.TaskOrLocalTable.SelectorInstruction;
import dev.ringside.vmm.vmx.InstructionInformation.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InstructionInformationTest {
  private record Golden(ExitReason reason, long value, InstructionInformation meaning) {}

  private static final Memory BASE_AND_INDEX = new Memory(8, 64, 3, 6, 12);
  private static final Memory DISPLACEMENT =
      new Memory(1, 32, 4, Memory.NO_REGISTER, Memory.NO_REGISTER);

  private static final List<Golden> GOLDEN =
      List.of(
          // rep outsb from FS with 32-bit addresses
          new Golden(ExitReason.IO_INSTRUCTION, 0x2_0080, new StringIo(32, 4)),
          // invpcid rdi, [r12 + rsi * 8]
          new Golden(ExitReason.INVPCID, 0x7619_8103L, new Invalidation(BASE_AND_INDEX, 7)),
          // lgdt fs:[disp32], 32-bit operand
          new Golden(
              ExitReason.GDTR_IDTR,
              0x2842_0880L,
              new DescriptorTable(DISPLACEMENT, 32, TableInstruction.LGDT)),
          // str r10
          new Golden(
              ExitReason.LDTR_TR,
              0x1000_0450L,
              new TaskOrLocalTable(null, 10, SelectorInstruction.STR)),
          new Golden(
              ExitReason.LDTR_TR,
              0x3842_0080L,
              new TaskOrLocalTable(DISPLACEMENT, 0, SelectorInstruction.LTR)),
          // rdrand r9; rdseed cx
          new Golden(ExitReason.RDRAND, 0x1048, new RandomNumber(9, 64)),
          new Golden(ExitReason.RDSEED, 0x0008, new RandomNumber(1, 16)),
          new Golden(ExitReason.TPAUSE, 0x18, new Wait(3)),
          new Golden(ExitReason.XSAVES, 0x0619_8103L, new MemoryOperand(BASE_AND_INDEX)),
          // vmread rax, rdx
          new Golden(ExitReason.VMREAD, 0x2000_0400L, new FieldAccess(null, 0, 2)),
          new Golden(ExitReason.VMWRITE, 0xF619_8103L, new FieldAccess(BASE_AND_INDEX, 0, 15)),
          new Golden(ExitReason.LOADIWKEY, 0x5000_0028L, new KeyLoad(5, 5)));

  @Test
  void encodesAndDecodesAsTheTablesSay() {
    for (Golden golden : GOLDEN) {
      assertThat(Long.toHexString(golden.meaning.encode()))
          .as("%s", golden)
          .isEqualTo(Long.toHexString(golden.value));
      assertThat(InstructionInformation.decode(golden.reason, golden.value))
          .contains(golden.meaning);
    }
  }

  @Test
  void isDefinedForSomeReasonsOnly() {
    assertThat(InstructionInformation.decode(ExitReason.CPUID, 0)).isEmpty();
    assertThat(InstructionInformation.decode(ExitReason.CR_ACCESS, 0)).isEmpty();
  }

  @Test
  void eventsEncodeAndDecode() {
    InterruptionInformation pageFault =
        new InterruptionInformation(14, EventType.HARDWARE_EXCEPTION, true);
    assertThat(pageFault.encode()).isEqualTo(0x8000_0B0EL);
    for (EventType type : EventType.values()) {
      for (int bits = 0; bits < 8; bits++) {
        InterruptionInformation event =
            new InterruptionInformation(
                255, type, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
        assertThat(InterruptionInformation.decode(event.encode())).contains(event);
      }
    }
    assertThat(InterruptionInformation.decode(0xB0E)).as("not valid").isEmpty();
    assertThat(InterruptionInformation.decode(0x8000_010EL)).as("reserved type").isEmpty();
  }

  @Test
  void reasonsAreNumberedUniquelyAndFailuresMarked() {
    for (ExitReason reason : ExitReason.values()) {
      assertThat(ExitReason.numbered(reason.number())).contains(reason);
      assertThat(ExitReason.ofFieldValue(reason.fieldValue())).contains(reason);
    }
    assertThat(ExitReason.numbered(35)).isEmpty();
    assertThat(ExitReason.numbered(999)).isEmpty();
    assertThat(ExitReason.INVALID_STATE.fieldValue()).isEqualTo(0x8000_0021L);
    assertThat(ExitReason.CPUID.fieldValue()).isEqualTo(10);
  }
}

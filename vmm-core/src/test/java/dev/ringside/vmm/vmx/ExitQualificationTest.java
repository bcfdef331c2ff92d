package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.vmm.vmx.ExitQualification.ControlRegisterAccess;
import dev.ringside.vmm.vmx.ExitQualification.DebugException;
import dev.ringside.vmm.vmx.ExitQualification.DebugRegisterAccess;
import dev.ringside.vmm.vmx.ExitQualification.EptViolation;
import dev.ringside.vmm.vmx.ExitQualification.IoInstruction;
import dev.ringside.vmm.vmx.ExitQualification.LinearAddress;
import dev.ringside.vmm.vmx.ExitQualification.TaskSwitch;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitQualificationTest {
  private record Golden(ExitReason reason, long value, ExitQualification meaning) {}

  private static final List<Golden> GOLDEN =
      List.of(
          // out dx, al with DX = 3F8H
          new Golden(
              ExitReason.IO_INSTRUCTION,
              0x03F8_0000,
              new IoInstruction(1, false, false, false, false, 0x3F8)),
          // in eax, 60H
          new Golden(
              ExitReason.IO_INSTRUCTION,
              0x0060_004B,
              new IoInstruction(4, true, false, false, true, 0x60)),
          // rep outsw with DX = FFFEH
          new Golden(
              ExitReason.IO_INSTRUCTION,
              0xFFFE_0031L,
              new IoInstruction(2, false, true, true, false, 0xFFFE)),
          // mov cr0, rax; mov rdx, cr3; mov cr8, r9; clts; lmsw word [mem] of 0007H
          new Golden(ExitReason.CR_ACCESS, 0, ControlRegisterAccess.mov(0, true, 0)),
          new Golden(ExitReason.CR_ACCESS, 0x213, ControlRegisterAccess.mov(3, false, 2)),
          new Golden(ExitReason.CR_ACCESS, 0x908, ControlRegisterAccess.mov(8, true, 9)),
          new Golden(ExitReason.CR_ACCESS, 0x20, ControlRegisterAccess.clts()),
          new Golden(ExitReason.CR_ACCESS, 0x7_0070, ControlRegisterAccess.lmsw(true, 7)),
          // mov dr7, rbx; mov r15, dr6
          new Golden(ExitReason.DR_ACCESS, 0x307, new DebugRegisterAccess(7, false, 3)),
          new Golden(ExitReason.DR_ACCESS, 0xF16, new DebugRegisterAccess(6, true, 15)),
          new Golden(
              ExitReason.TASK_SWITCH,
              0xC000_0028L,
              new TaskSwitch(0x28, TaskSwitch.Source.TASK_GATE)),
          // A write to a page without EPT permissions; a read for a page walk.
          new Golden(
              ExitReason.EPT_VIOLATION,
              0x182,
              new EptViolation(false, true, false, false, false, false, true, true, false)),
          new Golden(
              ExitReason.EPT_VIOLATION,
              0x1081 | 0x28,
              new EptViolation(true, false, false, true, false, true, true, false, true)),
          new Golden(ExitReason.MWAIT_INSTRUCTION, 1, new ExitQualification.Mwait(true)),
          new Golden(ExitReason.WBINVD, 1, new ExitQualification.Variant(true)),
          new Golden(
              ExitReason.APIC_ACCESS, 0x1300, new ExitQualification.ApicAccess(0x300, 1, false)),
          new Golden(ExitReason.APIC_WRITE, 0x0B0, new ExitQualification.ApicWrite(0xB0)),
          new Golden(ExitReason.SIPI_SIGNAL, 0x9A, new ExitQualification.Vector(0x9A)),
          new Golden(
              ExitReason.INVALID_STATE, 3, ExitQualification.EntryFailureCause.NMI_INJECTION),
          new Golden(ExitReason.MSR_LOAD_FAIL, 2, new ExitQualification.MsrLoadEntry(2)),
          new Golden(ExitReason.GDTR_IDTR, -8, new ExitQualification.Displacement(-8)),
          new Golden(ExitReason.INVLPG, 0x7F00_1000, new LinearAddress(0x7F00_1000)),
          new Golden(ExitReason.PML_FULL, 0x1000, new ExitQualification.Raw(0x1000)),
          new Golden(ExitReason.CPUID, 0, new ExitQualification.None()));

  @Test
  void encodesAndDecodesAsTheTablesSay() {
    for (Golden golden : GOLDEN) {
      assertThat(golden.meaning.encode()).as("%s", golden).isEqualTo(golden.value);
      assertThat(ExitQualification.decode(golden.reason, golden.value, 0))
          .isEqualTo(golden.meaning);
    }
  }

  @Test
  void exceptionsHaveOneByTheirVector() {
    DebugException step = new DebugException(2, false, true, true, false);
    assertThat(step.encode()).isEqualTo(0x6002);
    assertThat(ExitQualification.decode(ExitReason.EXCEPTION_NMI, 0x6002, 1)).isEqualTo(step);
    assertThat(ExitQualification.decode(ExitReason.EXCEPTION_NMI, 0xDEAD_0000L, 14))
        .isEqualTo(new LinearAddress(0xDEAD_0000L));
    assertThat(ExitQualification.decode(ExitReason.EXCEPTION_NMI, 0, 6))
        .isEqualTo(new ExitQualification.None());
  }

  @Test
  void everyReasonDecodesWithoutLosingDefinedBits() {
    for (ExitReason reason : ExitReason.values()) {
      for (long value : new long[] {0, 1}) {
        assertThat(ExitQualification.decode(reason, value, 0).encode())
            .as("%s %d", reason, value)
            .isEqualTo(value);
      }
    }
    assertThat(ExitQualification.decode(ExitReason.IO_INSTRUCTION, 2, 0))
        .as("a size that is not used")
        .isEqualTo(new ExitQualification.Raw(2));
  }

  @Test
  void rangesAreChecked() {
    assertThatThrownBy(() -> new IoInstruction(3, true, false, false, false, 0))
        .hasMessageContaining("1, 2 or 4 bytes");
    assertThatThrownBy(() -> new DebugRegisterAccess(8, true, 0)).hasMessageContaining("0 to 7");
  }

  @Test
  void fieldDecodesToNamedBitsByReason() {
    assertThat(
            VmcsField.EXIT_QUALIFICATION.decode(0x03F8_0000, ExitReason.IO_INSTRUCTION, 0).stream()
                .map(bits -> bits.name() + ": " + bits.meaning()))
        .containsExactly(
            "Size: 1 byte",
            "Direction: OUT",
            "String: no",
            "REP prefix: no",
            "Operand encoding: DX",
            "Port: 0x3f8");
    assertThat(VmcsField.EXIT_QUALIFICATION.decode(0x213, ExitReason.CR_ACCESS, 0))
        .contains(
            new NamedBits("Control register", 3, 0, 3, "CR3"),
            new NamedBits("Access type", 5, 4, 1, "MOV from CR"),
            new NamedBits("Register", 11, 8, 2, "RDX"));
    assertThat(VmcsField.EXIT_QUALIFICATION.decode(0x4000, ExitReason.EXCEPTION_NMI, 1))
        .contains(new NamedBits("BS", 14, 14, 1, "single step"));
    assertThat(VmcsField.EXIT_QUALIFICATION.decode(0x4000, ExitReason.EXCEPTION_NMI, 14)).isEmpty();
    assertThat(VmcsField.EXIT_QUALIFICATION.decode(0x4000)).isEmpty();
    for (ExitReason reason : ExitReason.values()) {
      assertThat(VmcsField.VM_EXIT_INSTRUCTION_INFORMATION.decode(0xFFFF_FFFFL, reason, 0))
          .as("%s: any value can be shown", reason)
          .doesNotContainNull();
      assertThat(VmcsField.EXIT_QUALIFICATION.decode(-1L, reason, 1)).doesNotContainNull();
    }
  }
}

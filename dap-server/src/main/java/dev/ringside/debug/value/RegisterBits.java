package dev.ringside.debug.value;

import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.NamedBits;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The named bits of registers, MSRs and VMCS fields. */
public final class RegisterBits {
  private RegisterBits() {}

  /** Empty for a register that is a plain number. */
  public static List<NamedBits> of(Register register, long value) {
    VmcsField field =
        switch (register) {
          case RFLAGS -> VmcsField.GUEST_RFLAGS;
          case CR0 -> VmcsField.GUEST_CR0;
          case CR4 -> VmcsField.GUEST_CR4;
          case DR7 -> VmcsField.GUEST_DR7;
          case RAX,
              RCX,
              RDX,
              RBX,
              RSP,
              RBP,
              RSI,
              RDI,
              R8,
              R9,
              R10,
              R11,
              R12,
              R13,
              R14,
              R15,
              RIP,
              CR2,
              CR3,
              CR8,
              XCR0,
              DR0,
              DR1,
              DR2,
              DR3,
              DR6 ->
              null;
        };
    return field == null ? List.of() : field.decode(value);
  }

  /** Empty for an MSR without a table of bits. */
  public static List<NamedBits> ofMsr(int index, long value) {
    return Msr.at(index).map(msr -> MsrBits.of(msr, value)).orElse(List.of());
  }

  /** The bits of a VMCS field, whose meaning may depend on the last exit's reason. */
  public static List<NamedBits> of(VmcsView vmcs, VmcsField field, long value) {
    OptionalLong reason = vmcs.read(VmcsField.EXIT_REASON);
    if (reason.isPresent()) {
      Optional<ExitReason> known = ExitReason.ofFieldValue(reason.getAsLong());
      if (known.isPresent()) {
        long event = vmcs.read(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION).orElse(0);
        return field.decode(value, known.get(), (int) event & 0xff);
      }
    }
    return field.decode(value);
  }
}

package dev.ringside.vmm.kvm;

import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.Optional;
import java.util.OptionalLong;

/** The guest-state area, rebuilt from KVM's registers; KVM does not show the rest of the VMCS. */
final class KvmVmcsView implements VmcsView {
  private final KvmVcpu vcpu;

  KvmVmcsView(KvmVcpu vcpu) {
    this.vcpu = vcpu;
  }

  @Override
  public OptionalLong read(VmcsField field) {
    String name = field.name();
    for (SegmentRegister r : SegmentRegister.values()) {
      if (name.startsWith("GUEST_" + r.name() + "_")) {
        return switch (name.substring(7 + r.name().length())) {
          case "SELECTOR" -> OptionalLong.of(vcpu.read(r).selector());
          case "BASE" -> OptionalLong.of(vcpu.read(r).base());
          case "LIMIT" -> OptionalLong.of(vcpu.read(r).limit() & 0xffff_ffffL);
          case "ACCESS_RIGHTS" -> OptionalLong.of(vcpu.read(r).accessRights());
          default -> OptionalLong.empty();
        };
      }
    }
    return switch (name) {
      case "GUEST_RIP" -> of(Register.RIP);
      case "GUEST_RSP" -> of(Register.RSP);
      case "GUEST_RFLAGS" -> of(Register.RFLAGS);
      case "GUEST_CR0" -> of(Register.CR0);
      case "GUEST_CR3" -> of(Register.CR3);
      case "GUEST_CR4" -> of(Register.CR4);
      case "GUEST_DR7" -> of(Register.DR7);
      case "GUEST_GDTR_BASE" -> OptionalLong.of(vcpu.gdtr().base());
      case "GUEST_GDTR_LIMIT" -> OptionalLong.of(vcpu.gdtr().limit());
      case "GUEST_IDTR_BASE" -> OptionalLong.of(vcpu.idtr().base());
      case "GUEST_IDTR_LIMIT" -> OptionalLong.of(vcpu.idtr().limit());
      case "GUEST_IA32_EFER" -> msr(Msr.IA32_EFER);
      case "GUEST_IA32_PAT" -> msr(Msr.IA32_PAT);
      case "GUEST_IA32_SYSENTER_CS" -> msr(Msr.IA32_SYSENTER_CS);
      case "GUEST_IA32_SYSENTER_ESP" -> msr(Msr.IA32_SYSENTER_ESP);
      case "GUEST_IA32_SYSENTER_EIP" -> msr(Msr.IA32_SYSENTER_EIP);
      default -> OptionalLong.empty();
    };
  }

  private OptionalLong of(Register r) {
    return OptionalLong.of(vcpu.read(r));
  }

  private OptionalLong msr(Msr m) {
    try {
      return OptionalLong.of(vcpu.readMsr(m.index()));
    } catch (UnavailableException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean isWritable(VmcsField field) {
    return register(field).isPresent();
  }

  private static Optional<Register> register(VmcsField field) {
    return switch (field.name()) {
      case "GUEST_RIP" -> Optional.of(Register.RIP);
      case "GUEST_RSP" -> Optional.of(Register.RSP);
      case "GUEST_RFLAGS" -> Optional.of(Register.RFLAGS);
      case "GUEST_CR0" -> Optional.of(Register.CR0);
      case "GUEST_CR3" -> Optional.of(Register.CR3);
      case "GUEST_CR4" -> Optional.of(Register.CR4);
      case "GUEST_DR7" -> Optional.of(Register.DR7);
      default -> Optional.empty();
    };
  }

  @Override
  public void write(VmcsField field, long value) {
    Register register =
        register(field)
            .orElseThrow(
                () ->
                    new UnavailableException(
                        field.name() + " cannot be written under KVM: it does not show its VMCS"));
    vcpu.write(register, value);
  }
}

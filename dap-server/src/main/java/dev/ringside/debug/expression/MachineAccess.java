package dev.ringside.debug.expression;

import dev.ringside.debug.value.LiveRegisters;
import dev.ringside.debug.value.MachineRegister;
import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.Value;
import dev.ringside.debug.value.ValueReader;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.model.Type.Dimension;
import dev.ringside.symbols.model.Type.Member;
import dev.ringside.vmm.vmx.UnknownVmcsFieldException;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What expressions name beside the program: registers, MSRs, VMCS fields, physical memory. */
public final class MachineAccess {
  private static final Type XMM = xmm();

  private MachineAccess() {}

  /** {@code $rax}: the frame's register, in the innermost frame the processor's own. */
  static Code register(Expression.RegisterName name) {
    Optional<MachineRegister> found = MachineRegister.named(name.name());
    if (found.isEmpty() && "sp".equals(name.name())) {
      found = MachineRegister.named("rsp");
    }
    if (found.isEmpty()) {
      Optional<Msr> msr = msrNamed(name.name());
      if (msr.isPresent()) {
        return msr(new Code.Constant(CTypes.word(4), msr.get().index()));
      }
      throw new ExpressionException.UnknownName(
          name.position(), "there is no register '$" + name.name() + "'");
    }
    MachineRegister register = found.get();
    Type type = typeOf(register);
    Code.ToValue value =
        e -> new Value(type, new Place.CpuRegister(register, e.innermost() ? null : e.frame()));
    if (!(register instanceof MachineRegister.Part part)) {
      return new Code.General(type, value);
    }
    Register whole = part.register();
    boolean full = part.bits() == 64 && part.shift() == 0;
    return new Code.Quick(
        type,
        e -> {
          if (!e.innermost()) {
            return ValueReader.number(e.view(), value.at(e));
          }
          return full ? e.view().cpu().read(whole) : LiveRegisters.number(e.view().cpu(), part);
        },
        value);
  }

  /** The type that a register shows with. */
  public static Type typeOf(MachineRegister register) {
    if (register instanceof MachineRegister.Saved saved) {
      if (saved.bits() == 128) {
        return XMM;
      }
      if (saved.bits() == 80) {
        return new Type.Base("long double", 10, Type.Encoding.FLOAT, 0);
      }
    }
    return CTypes.word((register.bits() + 7) / 8);
  }

  private static Type xmm() {
    Type.Base single = new Type.Base("float", 4, Type.Encoding.FLOAT, 0);
    Type.Base real = new Type.Base("double", 8, Type.Encoding.FLOAT, 0);
    List<Member> members = new ArrayList<>();
    members.add(lane("v4_float", single, 4));
    members.add(lane("v2_double", real, 2));
    members.add(lane("v16_int8", CTypes.word(1), 16));
    members.add(lane("v8_int16", CTypes.word(2), 8));
    members.add(lane("v4_int32", CTypes.word(4), 4));
    members.add(lane("v2_int64", CTypes.word(8), 2));
    return new Type.Structure(Type.StructureKind.UNION, "xmm", 16, true, members);
  }

  private static Member lane(String name, Type element, long count) {
    Type array =
        new Type.Array(() -> element, List.of(new Dimension(0, new Type.Count.Fixed(count))));
    return new Member(name, () -> array, 0, 0, 0, false);
  }

  /** {@code msr(index)}. */
  static Code msr(Code index) {
    return new Code.General(
        CTypes.word(8), e -> new Value(CTypes.word(8), new Place.Msr((int) index.number(e))));
  }

  /** An MSR by its SDM name, with or without {@code IA32_} or {@code MSR_}. */
  static Optional<Msr> msrNamed(String name) {
    String wanted = name.toUpperCase(Locale.ROOT);
    for (Msr msr : Msr.values()) {
      String full = msr.name();
      if (full.equals(wanted)
          || full.equals("IA32_" + wanted)
          || full.equals("MSR_" + wanted)
          || ("IA32_" + wanted.replaceFirst("^MSR_", "")).equals(full)) {
        return Optional.of(msr);
      }
    }
    return Optional.empty();
  }

  /** {@code vmcs.GUEST_RIP}. */
  static Code vmcs(String name, int position) {
    VmcsField field;
    try {
      field = VmcsField.named(name);
    } catch (UnknownVmcsFieldException e) {
      throw new ExpressionException.UnknownName(position, String.valueOf(e.getMessage()));
    }
    Type type = CTypes.word(field.width().bits() / 8);
    Value value = new Value(type, new Place.Vmcs(field));
    return new Code.General(type, e -> value);
  }

  /** {@code phys(gpa)}: eight bytes of RAM, to be cast to what is really there. */
  static Code physical(Code gpa) {
    Type type = CTypes.word(8);
    return new Code.General(type, e -> new Value(type, new Place.Physical(gpa.number(e))));
  }
}

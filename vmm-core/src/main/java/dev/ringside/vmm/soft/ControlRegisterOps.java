package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.CR0_ET;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.CR0_TS;
import static dev.ringside.vmm.x86.ControlBits.CR4_DE;

import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.DefaultControls;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;
import org.jspecify.annotations.Nullable;

/** Binds MOV to and from control and debug registers, CLTS, LMSW and SMSW (SDM vol. 3C, 26.1.3). */
final class ControlRegisterOps implements OpFactory.Binder {
  private static final int MOV_TO = 0;
  private static final int MOV_FROM = 1;
  private static final int CLTS = 2;
  private static final int LMSW = 3;

  private final Processor c;
  private final Units units;
  private final VmxOperation vmx;

  ControlRegisterOps(Units units) {
    this.c = units.c;
    this.units = units;
    this.vmx = units.vmx;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    Mnemonic mnemonic = i.mnemonic();
    if (mnemonic == Mnemonic.MOV) {
      return move(i);
    }
    if (mnemonic == Mnemonic.CLTS) {
      return new SystemOp(i, this::clearTaskSwitched);
    }
    if (mnemonic == Mnemonic.LMSW) {
      boolean memory = i.operandKind(0) == OperandKind.MEMORY;
      Operand source = Operand.of(i, 0, mode);
      return new SystemOp(i, op -> loadStatusWord(op, source, memory));
    }
    if (mnemonic == Mnemonic.SMSW) {
      Operand target = Operand.of(i, 0, mode);
      return new SystemOp(i, op -> target.store(c, target.placeToWrite(c), vmx.guestCr0()));
    }
    return null;
  }

  private @Nullable Op move(Instruction i) {
    for (int n = 0; n < 2; n++) {
      if (i.operandKind(n) != OperandKind.REGISTER) {
        continue;
      }
      int number = i.registerNumber(n);
      int general = i.registerNumber(1 - n);
      boolean to = n == 0;
      if (i.registerClass(n) == RegisterClass.CONTROL) {
        return to
            ? new SystemOp(i, op -> write(op, number, general))
            : new SystemOp(i, op -> read(op, number, general));
      }
      if (i.registerClass(n) == RegisterClass.DEBUG) {
        return new SystemOp(i, op -> debug(op, number, general, to));
      }
    }
    return null;
  }

  private void requireRing0() {
    if (c.cpl != 0) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private long general(int n) {
    return c.mode.isLong() ? c.gpr[n] : c.gpr[n] & 0xffff_ffffL;
  }

  private void setGeneral(int n, long value) {
    c.gpr[n] = c.mode.isLong() ? value : value & 0xffff_ffffL;
  }

  private ExitSignal exit(SystemOp op, int register, int access, int general, long value) {
    long qualification = register | access << 4 | general << 8;
    return vmx.exit(
        ExitReason.CR_ACCESS,
        qualification,
        op.length,
        at -> new VmExit.CrAccess(at, register, access, general, value));
  }

  private void write(SystemOp op, int register, int general) {
    requireRing0();
    long value = general(general);
    VmxControls controls = vmx.controls;
    boolean exits =
        switch (register) {
          case 0 -> ((value ^ controls.cr0Shadow) & controls.cr0Mask) != 0;
          case 3 -> controls.cr3Load && !controls.isCr3Target(value);
          case 4 -> ((value ^ controls.cr4Shadow) & controls.cr4Mask) != 0;
          case 8 -> controls.cr8Load;
          default -> false;
        };
    if (exits && !vmx.emulating) {
      throw exit(op, register, MOV_TO, general, value);
    }
    switch (register) {
      case 0 -> setCr0(value);
      case 2 -> c.cr2 = value;
      case 3 -> units.controlRegisters.cr3(value);
      case 4 -> setCr4(value);
      case 8 -> setCr8(value);
      default -> throw c.exception(Vector.UD);
    }
  }

  /**
   * CR0 as the instruction writes it: past the mask, or as the monitor that emulates it means it.
   */
  void setCr0(long value) {
    if (vmx.emulating) {
      units.controlRegisters.cr0(value, DefaultControls.hardwareCr0(value));
      vmx.set(VmcsField.CR0_READ_SHADOW, value | CR0_ET);
    } else {
      long mask = vmx.controls.cr0Mask;
      units.controlRegisters.cr0(value, (c.cr0 & mask) | (value & ~mask));
    }
  }

  private void setCr4(long value) {
    if (vmx.emulating) {
      units.controlRegisters.cr4(value, DefaultControls.hardwareCr4(value));
      vmx.set(VmcsField.CR4_READ_SHADOW, value);
    } else {
      long mask = vmx.controls.cr4Mask;
      units.controlRegisters.cr4(value, (c.cr4 & mask) | (value & ~mask));
    }
  }

  private void setCr8(long value) {
    units.controlRegisters.cr8(value);
    if (vmx.controls.tprShadow) {
      vmx.setVirtualTpr((int) value << 4);
      if (value < vmx.controls.tprThreshold && !vmx.emulating) {
        units.boundary.tprBelowThreshold();
      }
    }
  }

  private void read(SystemOp op, int register, int general) {
    requireRing0();
    boolean exits =
        (register == 3 && vmx.controls.cr3Store) || (register == 8 && vmx.controls.cr8Store);
    if (exits && !vmx.emulating) {
      throw exit(op, register, MOV_FROM, general, 0);
    }
    long value =
        switch (register) {
          case 0 -> vmx.guestCr0();
          case 2 -> c.cr2;
          case 3 -> c.cr3;
          case 4 -> vmx.guestCr4();
          case 8 -> vmx.controls.tprShadow ? vmx.virtualTpr() >> 4 : c.cr8;
          default -> throw c.exception(Vector.UD);
        };
    setGeneral(general, value);
  }

  private void clearTaskSwitched(SystemOp op) {
    requireRing0();
    VmxControls controls = vmx.controls;
    boolean owned = (controls.cr0Mask & CR0_TS) != 0;
    if (!vmx.emulating && owned && (controls.cr0Shadow & CR0_TS) != 0) {
      throw exit(op, 0, CLTS, 0, 0);
    }
    if (vmx.emulating) {
      setCr0(vmx.guestCr0() & ~CR0_TS);
    } else if (!owned) {
      c.cr0 &= ~CR0_TS;
    }
  }

  private void loadStatusWord(SystemOp op, Operand source, boolean memory) {
    requireRing0();
    long value = source.read(c) & 0xf;
    VmxControls controls = vmx.controls;
    long changed = (value ^ controls.cr0Shadow) & controls.cr0Mask & 0xf;
    boolean exits = (changed & 0xe) != 0 || ((changed & CR0_PE) != 0 && (value & CR0_PE) != 0);
    if (exits && !vmx.emulating) {
      long word = source.read(c) & 0xffff;
      long qualification = LMSW << 4 | (memory ? 1 << 6 : 0) | word << 16;
      throw vmx.exit(
          ExitReason.CR_ACCESS,
          qualification,
          op.length,
          at -> new VmExit.CrAccess(at, 0, LMSW, 0, word));
    }
    long before = vmx.guestCr0();
    setCr0((before & ~0xeL) | value | (before & CR0_PE));
  }

  private void debug(SystemOp op, int number, int general, boolean to) {
    int register = number;
    if (number == 4 || number == 5) {
      if ((c.cr4 & CR4_DE) != 0) {
        throw c.exception(Vector.UD);
      }
      register = number + 2;
    }
    requireRing0();
    if (vmx.controls.movDr && !vmx.emulating) {
      long qualification = number | (to ? 0 : 1 << 4) | general << 8;
      throw vmx.exit(
          ExitReason.DR_ACCESS,
          qualification,
          op.length,
          at -> new VmExit.DrAccess(at, number, to, general));
    }
    if ((c.dr[7] & DebugRegisters.DR7_GD) != 0) {
      throw units.debug.exception(DebugRegisters.DR6_BD);
    }
    if (!to) {
      setGeneral(general, c.dr[register]);
      return;
    }
    long value = general(general);
    if (register >= 6 && value >>> 32 != 0) {
      throw c.exception(Vector.GP, 0);
    }
    units.setDebugRegister(register, value);
  }
}

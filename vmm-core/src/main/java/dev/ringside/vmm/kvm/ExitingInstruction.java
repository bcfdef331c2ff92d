package dev.ringside.vmm.kvm;

import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.memory.UnbackedMemoryException;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.DecodeStatus;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Disassembler;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the instruction that an exit came from. KVM's RIP is past it for most OUT, IN, MMIO and HLT
 * exits and at it for the others: the bytes on both sides are decoded. Where they leave a doubt,
 * the exit is put at RIP − 1 and marked as not exact.
 */
final class ExitingInstruction {
  /** An I/O instruction. */
  record Io(ExitContext at, boolean string, boolean rep) {}

  private static final int MAX_LENGTH = 15;

  private final KvmVcpu vcpu;
  private final GuestMemory memory;

  ExitingInstruction(KvmVcpu vcpu, GuestMemory memory) {
    this.vcpu = vcpu;
    this.memory = memory;
  }

  /** For exits that no instruction caused. */
  ExitContext here() {
    return context(vcpu.rawRip(), 0, true);
  }

  ExitContext hlt() {
    Instruction found = find(i -> i.mnemonic() == Mnemonic.HLT);
    return found == null ? inexact() : context(found.address(), found.length(), true);
  }

  Io io(int port, int size, boolean in) {
    Instruction found = find(i -> isIo(i, port, size, in));
    if (found == null) {
      return new Io(inexact(), false, false);
    }
    boolean string = found.mnemonic() == Mnemonic.INS || found.mnemonic() == Mnemonic.OUTS;
    return new Io(
        context(found.address(), found.length(), true), string, found.hasRep() || found.hasRepne());
  }

  private boolean isIo(Instruction i, int port, int size, boolean in) {
    int dx = (int) vcpu.raw().read(Register.RDX) & 0xffff;
    return switch (i.mnemonic()) {
      case IN -> in && i.operandWidth(0) == size * 8 && portOf(i, 1, dx) == port;
      case OUT -> !in && i.operandWidth(1) == size * 8 && portOf(i, 0, dx) == port;
      case INS -> in && dx == port;
      case OUTS -> !in && dx == port;
      default -> false;
    };
  }

  private static int portOf(Instruction i, int operand, int dx) {
    return i.operandKind(operand) == OperandKind.IMMEDIATE ? (int) i.immediate() & 0xff : dx;
  }

  ExitContext memory(long gpa) {
    Instruction found = find(i -> touches(i, gpa));
    return found == null ? inexact() : context(found.address(), found.length(), true);
  }

  private boolean touches(Instruction i, long gpa) {
    for (int n = 0; n < i.operandCount(); n++) {
      if (i.operandKind(n) == OperandKind.MEMORY) {
        long linear = address(i);
        return linear >= 0 || mode64() ? pageMatches(linear, gpa) : false;
      }
    }
    return false;
  }

  private boolean pageMatches(long linear, long gpa) {
    long at = vcpu.translate(linear);
    return at >= 0 && (at == gpa || (at & -64) == (gpa & -64));
  }

  private long address(Instruction i) {
    long sum = i.displacement();
    if (i.memoryBase() == 16) {
      sum += i.nextAddress();
    } else if (i.memoryBase() >= 0) {
      sum += vcpu.raw().read(Register.general(i.memoryBase()));
    }
    if (i.memoryIndex() >= 0) {
      sum += vcpu.raw().read(Register.general(i.memoryIndex())) * i.memoryScale();
    }
    if (i.addressSize() == 32) {
      sum &= 0xffff_ffffL;
    } else if (i.addressSize() == 16) {
      sum &= 0xffff;
    }
    int segment = i.memorySegment();
    if (mode64() && segment < 4) {
      return sum;
    }
    return sum + vcpu.read(SegmentRegister.of(segment)).base();
  }

  private boolean mode64() {
    return vcpu.mode() == ProcessorMode.LONG;
  }

  /**
   * The one instruction that ends at RIP, or else starts there, for which the test holds; null if
   * none or several.
   */
  private @Nullable Instruction find(Predicate<Instruction> test) {
    long rip = vcpu.rawRip();
    Instruction found = null;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      Instruction i = decode(rip - length);
      if (i != null && i.length() == length && test.test(i)) {
        // A prefix byte in front decodes as the same instruction: the longer one is it only if the
        // shorter is not.
        if (found == null) {
          found = i;
        } else if (!isPrefixed(i, found)) {
          return null;
        } else {
          found = i;
        }
      }
    }
    if (found != null) {
      return found;
    }
    Instruction at = decode(rip);
    return at != null && test.test(at) ? at : null;
  }

  private static boolean isPrefixed(Instruction longer, Instruction shorter) {
    return longer.mnemonic() == shorter.mnemonic() && longer.length() == shorter.length() + 1;
  }

  private @Nullable Instruction decode(long rip) {
    byte[] bytes = new byte[MAX_LENGTH];
    long base = mode64() ? 0 : vcpu.read(SegmentRegister.CS).base();
    int n = 0;
    while (n < MAX_LENGTH) {
      long gpa = vcpu.translate(base + rip + n);
      if (gpa < 0 || !memory.isRam(gpa, 1)) {
        break;
      }
      int inPage = (int) Math.min(MAX_LENGTH - n, 4096 - (gpa & 0xfff));
      try {
        memory.read(gpa, bytes, n, inPage);
      } catch (UnbackedMemoryException e) {
        break;
      }
      n += inPage;
    }
    Instruction i = Decoder.decode(bytes, 0, n, rip, codeSize());
    return i.status() == DecodeStatus.OK ? i : null;
  }

  private CodeSize codeSize() {
    return switch (vcpu.mode().codeBits()) {
      case 16 -> CodeSize.BITS16;
      case 32 -> CodeSize.BITS32;
      default -> CodeSize.BITS64;
    };
  }

  /** The instruction at RIP, for messages. */
  String disassembly() {
    Instruction i = decode(vcpu.rawRip());
    return i == null ? "unreadable" : Disassembler.format(i);
  }

  private ExitContext inexact() {
    return context(vcpu.rawRip() - 1, 0, false);
  }

  private ExitContext context(long rip, int length, boolean exact) {
    long base = mode64() ? 0 : vcpu.read(SegmentRegister.CS).base();
    return new ExitContext(rip, base + rip, vcpu.cpl(), length, 0, exact);
  }
}

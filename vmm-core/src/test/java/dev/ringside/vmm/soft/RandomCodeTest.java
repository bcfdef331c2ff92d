package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import dev.ringside.vmm.x86.Vector;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random bytes as code, in every mode: whatever they do, the vCPU answers with one of its results,
 * and in time. The seed is in a failure's message; {@code -Dringside.seed} repeats it.
 */
final class RandomCodeTest {
  private static final int CASES = Integer.getInteger("ringside.cases", 400);
  private static final long CODE = 0x8000;
  private static final long TABLES = 0x10_0000;
  private static final long GDT = 0x1_1000;
  private static final long TSS = 0x1_2000;
  private static final long IDT = 0x1_3000;
  private static final int ROUNDS = 100;

  /** Where the code starts. */
  enum Start {
    REAL,
    VIRTUAL_8086,
    PROTECTED_16,
    PROTECTED_32,
    PAGED_32,
    COMPATIBILITY,
    LONG,
    LONG_RING3
  }

  @ParameterizedTest
  @EnumSource
  void nothingThrows(Start start) {
    long seed = Long.getLong("ringside.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int n = 0; n < CASES; n++) {
      try (Arena arena = Arena.ofConfined()) {
        runOne(start, random, arena);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(start + ", case " + n + " of seed " + seed, e);
      }
    }
  }

  @Test
  void aLoopEndsAtItsLimit() {
    try (LongModeGuest guest = new LongModeGuest(0xeb, 0xfe)) {
      assertThat(guest.run(100_000)).isInstanceOf(RunResult.LimitReached.class);
    }
  }

  private static void runOne(Start start, Random random, Arena arena) {
    GuestMemory ram = new GuestMemory(arena.allocate(2 << 20, 4096));
    byte[] noise = new byte[0x8000];
    random.nextBytes(noise);
    ram.write(CODE, noise);
    SoftVcpu vcpu = new SoftVcpu(0, ram);
    prepare(start, random, ram, vcpu);
    LongModeGuest.Bus bus = new LongModeGuest.Bus();
    for (int round = 0; round < ROUNDS; round++) {
      RunResult result =
          vcpu.run(new RunLimit(vcpu.instructions() + 40, random.nextBoolean(), false));
      switch (result) {
        case RunResult.Exited(VmExit exit) -> {
          if (!handle(exit, vcpu, bus, random)) {
            return;
          }
        }
        case RunResult.LimitReached() -> {}
        case RunResult.Stopped s -> throw new AssertionError("nobody asked for " + s);
        case RunResult.Kicked() -> throw new AssertionError("nobody kicked");
        case RunResult.Failed f -> {
          return;
        }
      }
    }
  }

  private static boolean handle(VmExit exit, SoftVcpu vcpu, LongModeGuest.Bus bus, Random random) {
    switch (exit) {
      case VmExit.TripleFault e -> {
        return false;
      }
      case VmExit.EntryFailure e -> {
        return false;
      }
      case VmExit.ExceptionNmi e ->
          vcpu.injectException(e.vector(), e.hasErrorCode(), e.errorCode());
      case VmExit.MsrRead e -> vcpu.finishMsrRead(random.nextLong());
      case VmExit.MsrWrite e -> vcpu.finishMsrWrite();
      case VmExit.Cpuid e -> vcpu.skipInstruction();
      case VmExit.Hlt e -> vcpu.skipInstruction();
      case VmExit.Vmcall e -> vcpu.injectException(Vector.UD, false, 0);
      case VmExit.ExternalInterrupt e -> {
        if (vcpu.canTakeInterrupt()) {
          vcpu.injectInterrupt(random.nextInt(256));
        }
      }
      case VmExit.InterruptWindow e -> vcpu.requestInterruptWindow(false);
      case VmExit.NmiWindow e -> {}
      case VmExit.Event e -> {}
      case VmExit.Instruction e -> vcpu.injectException(Vector.UD, false, 0);
      default -> vcpu.emulate(bus);
    }
    return true;
  }

  /** An IDT that leads back into the noise, through every kind of gate. */
  private static void gates(boolean longMode, Random random, GuestMemory ram) {
    for (int v = 0; v < 256; v++) {
      long target = CODE + random.nextInt(0x1000);
      long type =
          random.nextInt(20) == 0
              ? 5
              : random.nextInt(20) == 0 ? random.nextInt(32) : 14 + random.nextInt(2);
      long rights = 0x80 | type | (random.nextInt(4) == 0 ? 0x60 : 0);
      long selector = type == 5 ? 0x40 : random.nextInt(50) == 0 ? random.nextInt(0x100) : 8;
      long gate = target | selector << 16 | rights << 40;
      if (longMode) {
        ram.writeLong(IDT + 16L * v, gate);
        ram.writeLong(IDT + 16L * v + 8, 0);
      } else {
        ram.writeLong(IDT + 8L * v, gate);
      }
    }
  }

  private static void prepare(Start start, Random random, GuestMemory ram, SoftVcpu vcpu) {
    boolean longMode = start.ordinal() >= Start.COMPATIBILITY.ordinal();
    ram.writeLong(GDT + 0x08, longMode ? 0x00af9b000000ffffL : 0x00cf9b000000ffffL);
    ram.writeLong(GDT + 0x10, 0x00cf93000000ffffL);
    ram.writeLong(GDT + 0x18, 0x00cffb000000ffffL);
    ram.writeLong(GDT + 0x20, 0x00cff3000000ffffL);
    ram.writeLong(GDT + 0x28, 0x00affb000000ffffL);
    ram.writeLong(GDT + 0x30, 0x67L | TSS << 16 | 0x8bL << 40);
    ram.writeLong(GDT + 0x40, 0x67L | TSS + 0x200 << 16 | 0xe9L << 40);
    for (int i = 0x48; i < 0x100; i += 8) {
      ram.writeLong(GDT + i, random.nextLong());
    }
    for (int i = 0; i < 512; i++) {
      ram.writeLong(TABLES + 0x2000 + 8 * i, (long) i << 21 & 0x1fffff | 0x87);
    }
    ram.writeLong(TABLES, TABLES + 0x1000 | 7);
    ram.writeLong(TABLES + 0x1000, TABLES + 0x2000 | 7);
    ram.writeInt(TABLES + 0x3000, 0x87);
    vcpu.gdtr(new DescriptorTable(GDT, 0xff));
    if (start == Start.REAL) {
      vcpu.idtr(new DescriptorTable(CODE, 0x3ff));
    } else {
      gates(longMode, random, ram);
      vcpu.idtr(new DescriptorTable(IDT, 0xfff));
    }
    for (int i = 0; i < 0x68; i += 4) {
      ram.writeInt(
          TSS + i, i < 0x48 ? random.nextInt(0x1_0000) : 8 * random.nextInt(6) | random.nextInt(4));
      ram.writeInt(TSS + 0x200 + i, i < 0x48 ? random.nextInt(0x1_0000) : 8 * random.nextInt(6));
    }
    ram.writeLong(TSS + 4, 0x7800);
    ram.writeInt(TSS + 8, longMode ? 0 : 0x10);
    for (SegmentRegister r : SegmentRegister.values()) {
      vcpu.write(r, Segment.data32(0x10));
    }
    vcpu.write(SegmentRegister.LDTR, Segment.unusable(0));
    vcpu.write(SegmentRegister.TR, new Segment(0x30, TSS, 0x67, 0x8b));
    vcpu.write(Register.RFLAGS, 2 | (random.nextInt() & 0x300) & -random.nextInt(2));
    long paging = ControlBits.CR0_PE | ControlBits.CR0_PG;
    switch (start) {
      case REAL -> {
        vcpu.write(Register.CR0, 0);
        for (int n = 0; n < 6; n++) {
          vcpu.write(SegmentRegister.of(n), Segment.real(0));
        }
        vcpu.write(SegmentRegister.CS, new Segment(0, 0, 0xffff, 0x9b));
      }
      case VIRTUAL_8086 -> {
        vcpu.write(Register.CR0, ControlBits.CR0_PE);
        vcpu.write(Register.RFLAGS, 2 | ControlBits.FLAG_VM | (random.nextInt() & 0x3000));
        vcpu.write(Register.CR4, random.nextInt() & 3);
        for (int n = 0; n < 6; n++) {
          vcpu.write(SegmentRegister.of(n), new Segment(0, 0, 0xffff, 0xf3));
        }
      }
      case PROTECTED_16 -> {
        vcpu.write(SegmentRegister.CS, new Segment(8, 0, 0xffff, 0x9b));
        vcpu.write(SegmentRegister.DS, new Segment(0x10, 0x100, 0x7fff, 0x93));
        vcpu.write(Register.CR0, ControlBits.CR0_PE);
      }
      case PROTECTED_32 -> {
        vcpu.write(SegmentRegister.CS, Segment.code32(8));
        vcpu.write(Register.CR0, ControlBits.CR0_PE);
      }
      case PAGED_32 -> {
        vcpu.write(SegmentRegister.CS, Segment.code32(8));
        vcpu.write(Register.CR4, ControlBits.CR4_PSE);
        vcpu.write(Register.CR3, TABLES + 0x3000);
        vcpu.write(Register.CR0, paging);
      }
      case COMPATIBILITY, LONG, LONG_RING3 -> {
        Segment code =
            start == Start.COMPATIBILITY
                ? Segment.code32(8)
                : start == Start.LONG
                    ? Segment.code64(8)
                    : new Segment(0x2b, 0, -1, Segment.code64(0).accessRights() | 3 << 5);
        vcpu.write(SegmentRegister.CS, code);
        if (start == Start.LONG_RING3) {
          vcpu.write(SegmentRegister.SS, new Segment(0x23, 0, -1, 0xc0f3));
        }
        vcpu.write(Register.CR4, ControlBits.CR4_PAE | ControlBits.CR4_OSFXSR);
        vcpu.write(Register.CR3, TABLES);
        vcpu.writeMsr(Msr.IA32_EFER.index(), ControlBits.EFER_LME | ControlBits.EFER_SCE);
        vcpu.write(Register.CR0, paging);
      }
    }
    for (int n = 0; n < 16; n++) {
      int kind = random.nextInt(4);
      long value =
          kind == 0
              ? random.nextLong()
              : kind == 1 ? random.nextInt(0x20_0000) : random.nextInt(256);
      vcpu.write(Register.general(n), longMode ? value : value & 0xffff_ffffL);
    }
    vcpu.write(Register.RSP, 0x7f00);
    vcpu.write(Register.RIP, CODE + random.nextInt(0x1000));
  }
}

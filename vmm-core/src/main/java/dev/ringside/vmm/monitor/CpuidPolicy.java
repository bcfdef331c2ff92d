package dev.ringside.vmm.monitor;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.SoftClock;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What CPUID answers: the x86-64 baseline, no VMX, and a hypervisor leaf that names Ringside. One
 * policy for every processor; leaves and bits as in SDM vol. 2A, CPUID.
 */
public final class CpuidPolicy {
  /** EAX, EBX, ECX and EDX. */
  public record Answer(int eax, int ebx, int ecx, int edx) {}

  /** The vendor string of leaf 40000000h. */
  public static final String SIGNATURE = "Ringside\0\0\0\0";

  private static final int MAX_BASIC = 0x16;
  private static final int MAX_HYPERVISOR = 0x4000_0001;
  private static final int MAX_EXTENDED = 0x8000_0008;

  /**
   * Family 6, model 15, stepping 1: an early 64-bit processor, which is what the baseline amounts
   * to.
   */
  private static final int VERSION = 0x000006f1;

  private static final String BRAND = "Ringside software processor";

  // Leaf 1, EDX.
  private static final int FPU = 1;
  private static final int VME = 1 << 1;
  private static final int DE = 1 << 2;
  private static final int PSE = 1 << 3;
  private static final int TSC = 1 << 4;
  private static final int MSR = 1 << 5;
  private static final int PAE = 1 << 6;
  private static final int CX8 = 1 << 8;
  private static final int APIC = 1 << 9;
  private static final int SEP = 1 << 11;
  private static final int MTRR = 1 << 12;
  private static final int PGE = 1 << 13;
  private static final int CMOV = 1 << 15;
  private static final int PAT = 1 << 16;
  private static final int PSE36 = 1 << 17;
  private static final int CLFSH = 1 << 19;
  private static final int MMX = 1 << 23;
  private static final int FXSR = 1 << 24;
  private static final int SSE = 1 << 25;
  private static final int SSE2 = 1 << 26;

  // Leaf 1, ECX.
  private static final int CX16 = 1 << 13;
  private static final int TSC_DEADLINE = 1 << 24;
  private static final int XSAVE = 1 << 26;
  private static final int OSXSAVE = 1 << 27;
  private static final int HYPERVISOR = 1 << 31;

  // Leaf 7, EBX.
  private static final int SMEP = 1 << 7;
  private static final int SMAP = 1 << 20;

  // Leaf 80000001h.
  private static final int LAHF64 = 1;
  private static final int SYSCALL = 1 << 11;
  private static final int NX = 1 << 20;
  private static final int GIB_PAGES = 1 << 26;
  private static final int RDTSCP = 1 << 27;
  private static final int LONG_MODE = 1 << 29;
  private static final int INVARIANT_TSC = 1 << 8;

  /** The answer for the leaf and subleaf, given the processor's state and its APIC id. */
  public Answer answer(int leaf, int subleaf, CpuState state, int apicId) {
    return answer(leaf, subleaf, (state.read(Register.CR4) & ControlBits.CR4_OSXSAVE) != 0, apicId);
  }

  /** The answer, given whether CR4.OSXSAVE is set. */
  Answer answer(int leaf, int subleaf, boolean osxsave, int apicId) {
    if (Integer.compareUnsigned(leaf, MAX_BASIC) > 0
        && !(leaf >= 0x4000_0000 && leaf <= MAX_HYPERVISOR)
        && !(leaf < 0 && Integer.compareUnsigned(leaf, MAX_EXTENDED) <= 0)) {
      // Above the highest leaf an Intel processor answers as for the highest basic one.
      return basic(MAX_BASIC, 0, osxsave, apicId);
    }
    if (leaf < 0) {
      return extended(leaf);
    }
    return leaf >= 0x4000_0000 ? hypervisor(leaf) : basic(leaf, subleaf, osxsave, apicId);
  }

  private static Answer basic(int leaf, int subleaf, boolean osxsave, int apicId) {
    return switch (leaf) {
      case 0 -> vendor(MAX_BASIC, "GenuineIntel", true);
      case 1 -> {
        int ecx = CX16 | TSC_DEADLINE | XSAVE | HYPERVISOR;
        if (osxsave) {
          ecx |= OSXSAVE;
        }
        int edx =
            FPU | VME | DE | PSE | TSC | MSR | PAE | CX8 | APIC | SEP | MTRR | PGE | CMOV | PAT
                | PSE36 | CLFSH | MMX | FXSR | SSE | SSE2;
        yield new Answer(VERSION, apicId << 24 | 1 << 16 | 8 << 8, ecx, edx);
      }
      // Deterministic cache parameters: 32 KiB L1 data and code, 2 MiB L2; they decide nothing.
      case 4 ->
          switch (subleaf) {
            case 0 -> new Answer(0x121, 7 << 22 | 63, 63, 0);
            case 1 -> new Answer(0x122, 7 << 22 | 63, 63, 0);
            case 2 -> new Answer(0x143, 15 << 22 | 63, 2047, 0);
            default -> new Answer(0, 0, 0, 0);
          };
      case 7 -> subleaf == 0 ? new Answer(0, SMEP | SMAP, 0, 0) : new Answer(0, 0, 0, 0);
      case 0xd -> xsave(subleaf);
      // TSC / crystal: 1 GHz crystal, ratio 1.
      case 0x15 -> new Answer(1, 1, (int) SoftClock.TSC_HZ, 0);
      case 0x16 ->
          new Answer(
              (int) (SoftClock.TSC_HZ / 1_000_000), (int) (SoftClock.TSC_HZ / 1_000_000), 100, 0);
      default -> new Answer(0, 0, 0, 0);
    };
  }

  /** A leaf and, where the leaf has them, a subleaf. */
  record Leaf(int leaf, int subleaf, boolean hasSubleaf) {}

  /** All leaves there are, for processors that answer CPUID themselves. */
  static List<Leaf> leaves() {
    List<Leaf> all = new ArrayList<>();
    for (int leaf = 0; leaf <= MAX_BASIC; leaf++) {
      boolean hasSubleaf = leaf == 4 || leaf == 7 || leaf == 0xd;
      for (int subleaf = 0; subleaf < (hasSubleaf ? 4 : 1); subleaf++) {
        all.add(new Leaf(leaf, subleaf, hasSubleaf));
      }
    }
    for (int leaf = 0x4000_0000; leaf <= MAX_HYPERVISOR; leaf++) {
      all.add(new Leaf(leaf, 0, false));
    }
    for (int leaf = 0x8000_0000; leaf <= MAX_EXTENDED; leaf++) {
      all.add(new Leaf(leaf, 0, false));
    }
    return all;
  }

  /** x87 and SSE alone: 576 bytes, standard form. */
  private static Answer xsave(int subleaf) {
    return subleaf == 0 ? new Answer(3, 576, 576, 0) : new Answer(0, 0, 0, 0);
  }

  private static Answer hypervisor(int leaf) {
    return leaf == 0x4000_0000 ? vendor(MAX_HYPERVISOR, SIGNATURE, false) : new Answer(0, 0, 0, 0);
  }

  private static Answer extended(int leaf) {
    return switch (leaf) {
      case 0x8000_0000 -> new Answer(MAX_EXTENDED, 0, 0, 0);
      case 0x8000_0001 -> new Answer(0, 0, LAHF64, SYSCALL | NX | GIB_PAGES | RDTSCP | LONG_MODE);
      case 0x8000_0002, 0x8000_0003, 0x8000_0004 -> brand(leaf - 0x8000_0002);
      case 0x8000_0006 -> new Answer(0, 0, 2048 << 16 | 8 << 12 | 64, 0);
      case 0x8000_0007 -> new Answer(0, 0, 0, INVARIANT_TSC);
      // 48 linear address bits; 40 physical.
      case 0x8000_0008 -> new Answer(48 << 8 | 40, 0, 0, 0);
      default -> new Answer(0, 0, 0, 0);
    };
  }

  /** {@code intelOrder}: the string reads EBX, EDX, ECX; else EBX, ECX, EDX. */
  private static Answer vendor(int max, String name, boolean intelOrder) {
    byte[] b = name.getBytes(StandardCharsets.ISO_8859_1);
    return intelOrder
        ? new Answer(max, word(b, 0), word(b, 8), word(b, 4))
        : new Answer(max, word(b, 0), word(b, 4), word(b, 8));
  }

  private static Answer brand(int part) {
    byte[] b = new byte[48];
    byte[] name = BRAND.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(name, 0, b, 0, name.length);
    int at = part * 16;
    return new Answer(word(b, at), word(b, at + 4), word(b, at + 8), word(b, at + 12));
  }

  private static int word(byte[] b, int at) {
    return (b[at] & 0xff)
        | (b[at + 1] & 0xff) << 8
        | (b[at + 2] & 0xff) << 16
        | (b[at + 3] & 0xff) << 24;
  }
}

package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.semantics.Flags;
import dev.ringside.vmm.x86.semantics.Shifts;
import dev.ringside.vmm.x86.semantics.UndefinedFlags;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The ops against the host's processor: random cases of every form, compared in registers, flags
 * that are defined, memory, and how the instruction ended. {@code -Dringside.seed} repeats a run,
 * {@code -Dringside.forms} (a regular expression) narrows it down.
 */
class EquivalenceTest {
  private static final int BATCH = 512;

  @Test
  void userModeInstructionsDoWhatTheHostDoes() throws Exception {
    compare(SoftRig.LONG, Integer.getInteger("ringside.cases", 500_000));
  }

  @Test
  void programsOf32BitsDoWhatTheyDoOnTheHost() throws Exception {
    String reason = HostProcessor.refuses32();
    Assumptions.assumeTrue(reason.isEmpty(), "skipped: " + reason);
    compare(SoftRig.COMPATIBILITY, Integer.getInteger("ringside.cases", 60_000));
  }

  @Test
  void programsOf32BitsWithSegmentsDoWhatTheyDoOnTheHost() throws Exception {
    String reason = HostProcessor.refuses32();
    Assumptions.assumeTrue(reason.isEmpty(), "skipped: " + reason);
    compare(SoftRig.SEGMENTED, Integer.getInteger("ringside.cases", 40_000));
  }

  @Test
  @Tag("slow")
  void userModeInstructionsDoWhatTheHostDoesManyMoreTimes() throws Exception {
    compare(SoftRig.LONG, Integer.getInteger("ringside.cases", 5_000_000));
  }

  private static void compare(CodeMode mode, int wanted) throws Exception {
    String reason = HostProcessor.unavailable();
    Assumptions.assumeTrue(reason.isEmpty(), "skipped: " + reason);
    long seed = Long.getLong("ringside.seed", System.nanoTime());
    String only = System.getProperty("ringside.forms", ".*");
    SplittableRandom random = new SplittableRandom(seed);
    CaseGenerator generator = new CaseGenerator(random, mode);
    Map<String, Integer> tried = new TreeMap<>();
    Map<String, List<String>> differences = new TreeMap<>();
    try (HostProcessor host = HostProcessor.start(mode);
        Arena arena = Arena.ofShared()) {
      SoftRig soft = new SoftRig(arena, mode);
      Map<String, List<UserForms.Encoding>> forms = UserForms.find(soft.binders(), mode);
      forms.keySet().removeIf(f -> !f.matches(only));
      List<String> names = List.copyOf(forms.keySet());
      System.out.printf(
          "equivalence with the host, %s: seed %d, %d forms%n",
          HostProcessor.nameOf(mode), seed, names.size());
      HostState[] cases = new HostState[BATCH];
      HostState[] expected = new HostState[BATCH];
      HostState actual = new HostState();
      for (int n = 0; n < BATCH; n++) {
        expected[n] = new HostState();
      }
      int done = 0;
      int next = 0;
      int faults = 0;
      while (done < wanted) {
        for (int n = 0; n < BATCH; ) {
          String form = names.get(next++ % names.size());
          HostState s = generator.make(form, forms.getOrDefault(form, List.of()));
          if (s != null) {
            cases[n++] = s;
          }
        }
        host.run(cases, expected);
        for (int n = 0; n < BATCH; n++) {
          Instruction i = SoftRig.decode(cases[n], mode);
          tried.merge(i.mnemonic().name(), 1, Integer::sum);
          faults += expected[n].vector() == 3 ? 0 : 1;
          soft.run(cases[n], actual);
          String difference = difference(mode, cases[n], i, expected[n], actual);
          if (!difference.isEmpty()) {
            differences
                .computeIfAbsent(UserForms.name(i), f -> new ArrayList<>())
                .add(HexFormat.of().formatHex(cases[n].code()) + difference);
          }
        }
        done += BATCH;
      }
      print(tried, done, faults);
    }
    List<String> first =
        differences.entrySet().stream()
            .map(e -> e.getKey() + " (" + e.getValue().size() + "): " + e.getValue().getFirst())
            .toList();
    assertThat(first).as("seed %d", seed).isEmpty();
  }

  private static void print(Map<String, Integer> tried, int done, int faults) {
    StringBuilder table = new StringBuilder();
    int column = 0;
    for (Map.Entry<String, Integer> e : tried.entrySet()) {
      table.append(
          String.format("%-12s%7d%s", e.getKey(), e.getValue(), ++column % 6 == 0 ? "\n" : "  "));
    }
    System.out.printf(
        "%d cases of %d mnemonics agree or are listed below; exceptions ended %d%n%s%n",
        done, tried.size(), faults, table);
  }

  /** What differs, for a person; empty if nothing does. */
  private static String difference(
      CodeMode mode, HostState before, Instruction i, HostState host, HostState soft) {
    boolean completed = host.vector() == 3 || host.rip() != before.rip();
    if (undefinedResult(before, i) || (!completed && masked(i))) {
      return "";
    }
    if (!mode.isLong() && !completed && beyondLimit(mode, before, i, host, soft)) {
      return "";
    }
    int width = i.memoryOperand() < 0 ? 0 : i.operandWidth(i.memoryOperand());
    if (!completed && soft.vector() != 3 && (width == 112 || width > 128)) {
      // Of a larger area, which of its bytes faults first is the processor's choice.
      return "";
    }
    boolean twoFaults =
        i.mnemonic() == Mnemonic.CALL && !completed && soft.vector() != host.vector();
    if ((twoFaults && soft.vector() != 3) || (word(host, 24) & 1 << 17) != 0) {
      // The order of the push and the check of the target, and MXCSR's bit 17, are AMD's own.
      return "";
    }
    StringBuilder d = new StringBuilder();
    // INTO is a trap: it is over when it raises #OF.
    int vector = host.vector() == 4 ? 4 : completed ? 3 : host.vector();
    if (vector != soft.vector()) {
      d.append(" vector ").append(vector).append(" but ").append(soft.vector());
    }
    if (vector == 14) {
      differ(d, "cr2", host.cr2(), soft.cr2());
      // Bit 0 aside: Linux sets it for all addresses of the kernel's.
      differ(d, "error code", host.error() | 1, soft.error() | 1);
    }
    long rip = host.vector() == 3 ? host.rip() - 1 : host.rip();
    differ(d, "rip", rip, soft.rip());
    // Outside 64-bit mode the rest of the registers is undefined.
    int registers = mode.isLong() ? 16 : 8;
    long bits = mode.isLong() ? -1 : 0xFFFF_FFFFL;
    for (int n = 0; n < registers; n++) {
      differ(d, "r" + n, host.gpr(n) & bits, soft.gpr(n) & bits);
    }
    int size =
        i.operandCount() == 0 ? 0 : Math.max(0, Operand.sizeOf(Math.max(8, i.operandWidth(0))));
    int count = i.operandCount() == 0 ? 0 : Shifts.count(count(before, i), size);
    long flags =
        (Flags.STATUS | Flags.DF)
            & ~(completed ? UndefinedFlags.of(i.mnemonic().name(), size, count) : 0)
            & ~(undefinedX87(i, host) == Fpu.C1 && unmasked(host) ? Flags.STATUS : 0);
    differ(d, "flags", host.rflags() & flags, soft.rflags() & flags);
    hideVendors(mode, before, i, host, soft);
    for (int at = 0; at < HostState.WINDOW; at += 8) {
      differ(
          d,
          "memory+" + at,
          host.bytes.getLong(HostState.MEMORY + at),
          soft.bytes.getLong(HostState.MEMORY + at));
    }
    for (int n = 0; n < 32; n++) {
      int at = HostState.FXSAVE + 160 + 8 * n;
      differ(
          d,
          "xmm" + n / 2 + (n % 2 == 0 ? ".low" : ".high"),
          host.bytes.getLong(at),
          soft.bytes.getLong(at));
    }
    differ(d, "mxcsr", word(host, 24), word(soft, 24));
    differ(d, "fcw", word(host, 0) & 0xFFFF, word(soft, 0) & 0xFFFF);
    int x87 = ~undefinedX87(i, host);
    differ(d, "fsw", word(host, 0) >>> 16 & x87, word(soft, 0) >>> 16 & x87);
    differ(d, "ftw", word(host, 4) & 0xFF, word(soft, 4) & 0xFF);
    for (int n = 0; n < 8; n++) {
      int at = HostState.FXSAVE + 32 + 16 * n;
      differ(d, "st" + n, host.bytes.getLong(at), soft.bytes.getLong(at));
      differ(d, "st" + n + ".se", host.bytes.getShort(at + 8), soft.bytes.getShort(at + 8));
    }
    differ(d, "outside", host.outside() ? 1 : 0, soft.outside() ? 1 : 0);
    return d.toString();
  }

  /**
   * Which bytes a masked store may fault on, and what it has done by then, is the processor's
   * choice.
   */
  private static boolean masked(Instruction i) {
    return i.mnemonic() == Mnemonic.MASKMOVQ || i.mnemonic() == Mnemonic.MASKMOVDQU;
  }

  /**
   * Two choices of the processor's. Whether an access that begins below 4 GiB and ends beyond
   * exceeds a limit of 4 GiB (SDM volume 3A, section 5.3): ours looks for the page. And whether
   * bytes that are beyond the stack's limit and not aligned are #SS or #GP (faults of one class in
   * section 6.9): ours are #SS.
   */
  private static boolean beyondLimit(
      CodeMode mode, HostState before, Instruction i, HostState host, HostState soft) {
    int operand = i.memoryOperand();
    int bytes = operand < 0 ? 4 : Math.max(i.operandWidth(operand) / 8, 1);
    if (bytes == 16 && host.vector() == 13 && soft.vector() == 12) {
      return (linear(mode, before, i) & 15) != 0;
    }
    boolean limit = host.vector() == 12 || host.vector() == 13;
    return limit && soft.vector() == 14 && soft.cr2() > (1L << 32) - bytes;
  }

  /** The address of the memory operand, for what does not change its own registers. */
  private static long linear(CodeMode mode, HostState before, Instruction i) {
    int base = i.memoryBase();
    int index = i.memoryIndex();
    long at = base == 16 ? i.nextAddress() : base < 0 ? 0 : before.gpr(base);
    at += i.displacement() + (index < 0 ? 0 : before.gpr(index) * i.memoryScale());
    return (at & Address.mask(i.addressSize())) + SoftRig.segmentBase(i.memorySegment(), mode);
  }

  /**
   * Condition codes that the manual leaves undefined, or that AMD's processors treat in another
   * way.
   */
  private static int undefinedX87(Instruction i, HostState host) {
    int all = Fpu.C0 | Fpu.C1 | Fpu.C2 | Fpu.C3;
    return switch (i.mnemonic()) {
      case FFREE, FFREEP -> all;
      case FCOMI, FCOMIP, FUCOMI, FUCOMIP -> Fpu.C1;
      case FCOM, FCOMP, FCOMPP, FUCOM, FUCOMP, FUCOMPP, FICOM, FICOMP, FTST ->
          unmasked(host) ? all : 0;
      default -> 0;
    };
  }

  /** An x87 exception is pending. */
  private static boolean unmasked(HostState s) {
    return (word(s, 0) >>> 16 & Fpu.SUMMARY) != 0;
  }

  /** Clears what AMD's processors save in another way: x87 pointers, and MXCSR's mask. */
  private static void hideVendors(
      CodeMode mode, HostState before, Instruction i, HostState host, HostState soft) {
    boolean narrow = i.operandSize() == 16;
    switch (i.mnemonic()) {
      case FXSAVE -> {
        hide(mode, before, i, 5, 24, host, soft);
        hide(mode, before, i, 28, 32, host, soft);
      }
      case FNSTENV, FNSAVE -> hide(mode, before, i, narrow ? 6 : 12, narrow ? 14 : 28, host, soft);
      default -> {}
    }
  }

  /** Clears bytes of the memory operand in both results. */
  private static void hide(
      CodeMode mode,
      HostState before,
      Instruction i,
      int from,
      int to,
      HostState host,
      HostState soft) {
    long offset = linear(mode, before, i) - HostState.WINDOW_AT;
    for (int n = from; n < to; n++) {
      if (offset + n >= 0 && offset + n < HostState.WINDOW) {
        host.bytes.put((int) (HostState.MEMORY + offset) + n, (byte) 0);
        soft.bytes.put((int) (HostState.MEMORY + offset) + n, (byte) 0);
      }
    }
  }

  private static int word(HostState s, int at) {
    return s.bytes.getInt(HostState.FXSAVE + at);
  }

  /**
   * SHLD and SHRD of 16 bits by more than 16, BSWAP of 16 bits, and approximations, which every
   * processor has its own of.
   */
  private static boolean undefinedResult(HostState before, Instruction i) {
    return switch (i.mnemonic()) {
      case SHLD, SHRD -> i.operandWidth(0) == 16 && Shifts.count(count(before, i), 1) > 16;
      case BSWAP -> i.operandWidth(0) == 16;
      case RCPPS, RCPSS, RSQRTPS, RSQRTSS -> true;
      default -> false;
    };
  }

  private static void differ(StringBuilder d, String what, long host, long soft) {
    if (host != soft) {
      d.append(String.format(" %s %x but %x", what, host, soft));
    }
  }

  /** The count of a shift: its last operand. */
  private static long count(HostState s, Instruction i) {
    int last = i.operandCount() - 1;
    return switch (i.operandKind(last)) {
      case IMMEDIATE -> i.immediate();
      case REGISTER -> s.gpr(1);
      case MEMORY, RELATIVE, FAR_POINTER -> 0;
    };
  }
}

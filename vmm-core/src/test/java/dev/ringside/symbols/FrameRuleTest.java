package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.SampleGuests;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.FrameRule;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.symbols.unwind.UnwindResult;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A rule that is worked out once says what the unwinder says every time. */
class FrameRuleTest {
  private static final Architecture A = Architecture.X86_64;
  private static final long SP = 0x7000_1000;
  private static final long FP = 0x7000_1800;

  /** Every word of memory says where it is. */
  private static final MemoryReader MEMORY =
      (address, length) -> {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) (wordAt(address) >>> 8 * i);
        }
        return bytes;
      };

  private static long wordAt(long address) {
    return address + 0x1234_0000_0000L;
  }

  @Test
  void agreesWithTheUnwinderAtEveryAddressOfASample() throws Exception {
    try (SymbolFile file = SymbolFile.open(SampleGuests.elf("rings"))) {
      Agreement all = new Agreement(file);
      for (Symbol symbol : file.symbolsStartingWith("", Integer.MAX_VALUE)) {
        for (long at = symbol.address(); at < symbol.address() + symbol.size(); at++) {
          all.check(at);
        }
      }

      assertThat(all.saved).isGreaterThan(1000);
      assertThat(all.complex).isLessThan(all.saved / 100);
    }
  }

  @Test
  void agreesWithTheUnwinderInAKernel() throws Exception {
    String vmlinux = System.getenv("RINGSIDE_VMLINUX");
    Assumptions.assumeTrue(vmlinux != null, "RINGSIDE_VMLINUX is not set");
    try (SymbolFile file = SymbolFile.open(Path.of(vmlinux))) {
      Agreement all = new Agreement(file);
      List<Symbol> symbols = file.symbolsStartingWith("", Integer.MAX_VALUE);
      for (int i = 0; i < symbols.size(); i += 16) {
        all.check(symbols.get(i).address());
        all.check(symbols.get(i).address() + symbols.get(i).size() / 2);
      }

      assertThat(all.saved).isGreaterThan(1000);
    }
  }

  @Test
  void theEntryIsOutermostAndUnknownCodeIsGuessed() throws Exception {
    try (SymbolFile file = SymbolFile.open(SampleGuests.elf("hello"))) {
      SymbolFiles files = new SymbolFiles(List.of(file));

      assertThat(files.frameRule(file.entryPoint())).isEqualTo(new FrameRule.Outermost());
      assertThat(files.frameRule(0x6666_0000)).isEqualTo(new FrameRule.Guessed());
    }
  }

  private static final class Agreement {
    private final SymbolFile file;
    int saved;
    int complex;

    Agreement(SymbolFile file) {
      this.file = file;
    }

    void check(long at) {
      UnwindResult wanted = file.unwinder().unwind(frame(at), at, MEMORY);
      switch (file.unwinder().frameRule(at)) {
        case FrameRule.Saved rule -> {
          saved++;
          long cfa = (rule.byFramePointer() ? FP : SP) + rule.cfa();
          assertThat(wanted).as("at 0x%x", at).isInstanceOf(UnwindResult.Caller.class);
          UnwindResult.Caller caller = (UnwindResult.Caller) wanted;
          assertThat(caller.cfa()).as("CFA at 0x%x", at).isEqualTo(cfa);
          assertThat(caller.interrupted()).isEqualTo(rule.interrupted());
          assertThat(caller.registers().pc()).hasValue(wordAt(cfa + rule.returnAddress()));
          assertThat(caller.registers().get(A.framePointer()))
              .as("frame pointer at 0x%x", at)
              .hasValue(value(rule.framePointer(), cfa, FP));
          assertThat(caller.registers().stackPointer())
              .as("stack pointer at 0x%x", at)
              .isEqualTo(OptionalLong.of(value(rule.stackPointer(), cfa, cfa)));
        }
        case FrameRule.Outermost o ->
            assertThat(wanted).as("at 0x%x", at).isInstanceOf(UnwindResult.EndOfStack.class);
        case FrameRule.Guessed g -> assertThat(file.unwinder().covers(at)).isFalse();
        case FrameRule.Complex c -> complex++;
      }
    }

    private static long value(long offset, long cfa, long same) {
      return offset == FrameRule.Saved.SAME ? same : wordAt(cfa + offset);
    }

    private static FrameRegisters frame(long pc) {
      FrameRegisters.Builder all = FrameRegisters.builder(A);
      for (int i = 0; i < A.programCounter(); i++) {
        all.set(i, 0x5000 + i);
      }
      return all.set(A.programCounter(), pc)
          .set(A.stackPointer(), SP)
          .set(A.framePointer(), FP)
          .build();
    }
  }
}

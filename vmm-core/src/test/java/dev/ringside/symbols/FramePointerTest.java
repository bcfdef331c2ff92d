package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import dev.ringside.symbols.unwind.FramePointers;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.symbols.unwind.UnwindResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Callers where no call frame information is: the marked guess, and where a stack ends. */
class FramePointerTest {
  private static final Architecture X86 = Architecture.X86_64;

  /** Words at addresses; everything else is not mapped. */
  private static MemoryReader memory(NavigableMap<Long, Long> words) {
    return (address, length) -> {
      ByteBuffer bytes = ByteBuffer.allocate(length + 8).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < length; i++) {
        Map.Entry<Long, Long> word = words.floorEntry(address + i);
        if (word == null || address + i - word.getKey() >= 8) {
          throw new MemoryReadException("0x%x is not mapped".formatted(address + i));
        }
        bytes.put(i, (byte) (word.getValue() >> 8 * (address + i - word.getKey())));
      }
      return java.util.Arrays.copyOf(bytes.array(), length);
    };
  }

  private static FrameRegisters registers(long pc, long sp, long fp) {
    return FrameRegisters.builder(X86).set(16, pc).set(7, sp).set(6, fp).build();
  }

  private static SymbolFile bare() throws Exception {
    return SymbolFile.open(Fixtures.compile("bare", "-nostdlib -static -no-pie", "bare.S"));
  }

  private static long address(SymbolFile file, String name) {
    return file.symbolsNamed(name).getFirst().address();
  }

  @Test
  void theChainLeadsFromTheLeafToTheEntryWhereItEnds() throws Exception {
    try (SymbolFile file = bare()) {
      TreeMap<Long, Long> words = new TreeMap<>();
      words.put(0x7f00L, 0x7f40L); // leaf's saved frame pointer, and its return address
      words.put(0x7f08L, address(file, "after_leaf"));
      words.put(0x7f40L, 0L);
      words.put(0x7f48L, address(file, "_start") + 7);
      FrameRegisters leaf = registers(address(file, "inside_leaf"), 0x7f00, 0x7f00);

      var first =
          (UnwindResult.Caller)
              file.unwinder().unwind(leaf, address(file, "inside_leaf"), memory(words));
      assertThat(first.method()).isEqualTo(UnwindResult.Method.FRAME_POINTER);
      assertThat(first.cfa()).isEqualTo(0x7f10);
      assertThat(first.registers().pc()).hasValue(address(file, "after_leaf"));
      assertThat(first.registers().stackPointer()).hasValue(0x7f10);
      assertThat(first.registers().get(6)).hasValue(0x7f40);
      assertThat(first.registers().get(0)).isEmpty();

      var second =
          (UnwindResult.Caller)
              file.unwinder().unwind(first.registers(), first.lookupPc(), memory(words));
      assertThat(second.registers().pc()).hasValue(address(file, "_start") + 7);
      assertThat(file.unwinder().unwind(second.registers(), second.lookupPc(), memory(words)))
          .isEqualTo(new UnwindResult.EndOfStack("it is the program's entry, _start"));
    }
  }

  @Test
  void atAFunctionsFirstInstructionsTheReturnAddressIsOnTopOfTheStack() throws Exception {
    try (SymbolFile file = bare()) {
      long start = address(file, "with_frame");
      TreeMap<Long, Long> words = new TreeMap<>();
      words.put(start, 0xec8348e5894855L);
      words.put(0x7f38L, 0x9999L);
      words.put(0x7f40L, 0x1234L);
      words.put(0x7f48L, 0x5678L);
      var entry =
          (UnwindResult.Caller)
              file.unwinder().unwind(registers(start, 0x7f40, 0x9999), start, memory(words));
      assertThat(entry.registers().pc()).hasValue(0x1234);
      assertThat(entry.registers().get(6)).hasValue(0x9999);
      var pushed =
          (UnwindResult.Caller)
              file.unwinder().unwind(registers(start + 1, 0x7f38, 0xbad), start + 1, memory(words));
      assertThat(pushed.registers().pc()).hasValue(0x1234);
      assertThat(pushed.registers().get(6)).hasValue(0x9999);
    }
  }

  @Test
  void aBrokenChainIsSaidToBeOne() {
    TreeMap<Long, Long> words = new TreeMap<>();
    words.put(0x7f00L, 0x7f40L);
    words.put(0x7f08L, 0L);
    assertThat(FramePointers.unwind(registers(5, 0x7f00, 0), OptionalLong.empty(), memory(words)))
        .isEqualTo(new UnwindResult.EndOfStack("its frame pointer is 0"));
    assertThat(
            FramePointers.unwind(registers(5, 0x7f00, 0x7f00), OptionalLong.empty(), memory(words)))
        .isEqualTo(new UnwindResult.EndOfStack("its return address is 0"));
    assertThat(
            FramePointers.unwind(registers(5, 0x7f00, 0x7001), OptionalLong.empty(), memory(words)))
        .isInstanceOf(UnwindResult.Failed.class)
        .extracting(r -> ((UnwindResult.Failed) r).reason())
        .isEqualTo("no call frame information, and 0x7001 in rbp is no frame on this stack");
    assertThat(
            FramePointers.unwind(registers(5, 0x7f00, 0x8000), OptionalLong.empty(), memory(words)))
        .extracting(r -> ((UnwindResult.Failed) r).reason())
        .isEqualTo("the return address at 0x8008 cannot be read");
  }
}

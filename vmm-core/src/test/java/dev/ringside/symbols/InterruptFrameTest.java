package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.symbols.unwind.UnwindResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From an interrupt handler to what it interrupted, by a stub's own call frame information. */
class InterruptFrameTest {
  @ParameterizedTest
  @ValueSource(strings = {".debug_frame", ".eh_frame"})
  void theInterruptedFrameIsLookedUpWhereItStands(String section) throws Exception {
    var program =
        Fixtures.compile(
            "handler" + section, "-nostdlib -static -no-pie -DSECTIONS=" + section, "handler.S");
    try (SymbolFile file = SymbolFile.open(program)) {
      long inside = address(file, "inside_handler");
      long interrupted = address(file, "first_of_interrupted");
      ByteBuffer stack = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
      stack.putLong(0x1111).putLong(interrupted).putLong(8).putLong(2).putLong(0x8000).putLong(16);
      MemoryReader memory =
          (at, length) ->
              at == 0x8000
                  ? ByteBuffer.allocate(8)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .putLong(address(file, "_start") + 5)
                      .array()
                  : java.util.Arrays.copyOfRange(
                      stack.array(), (int) at - 0x7000, (int) at - 0x7000 + length);
      FrameRegisters registers =
          FrameRegisters.builder(Architecture.X86_64)
              .set(16, inside)
              .set(7, 0x7000)
              .set(3, 77)
              .build();

      var caller = (UnwindResult.Caller) file.unwinder().unwind(registers, inside, memory);
      assertThat(caller.interrupted()).isTrue();
      assertThat(caller.lookupPc()).isEqualTo(interrupted);
      assertThat(caller.registers().stackPointer()).hasValue(0x8000);
      assertThat(caller.registers().get(0)).hasValue(0x1111);
      assertThat(caller.registers().get(3)).hasValue(77);
      assertThat(caller.registers().isAssumed(0)).isFalse();

      var outer =
          (UnwindResult.Caller)
              file.unwinder().unwind(caller.registers(), caller.lookupPc(), memory);
      assertThat(outer.interrupted()).isFalse();
      assertThat(outer.lookupPc()).isEqualTo(address(file, "_start") + 4);
      assertThat(file.unwinder().unwind(outer.registers(), outer.lookupPc(), memory))
          .isEqualTo(
              new UnwindResult.EndOfStack("its call frame information says it has no caller"));
      assertThat(file.problems()).isEmpty();
    }
  }

  private static long address(SymbolFile file, String name) {
    return file.symbolsNamed(name).getFirst().address();
  }
}

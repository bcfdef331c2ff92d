package dev.ringside.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.Fixtures;
import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Progress;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations of location expressions as DWARF 5, 2.5 and 2.6, defines them, one by one. */
class ExpressionTest {
  /** rax is 100, rcx 0xffff…ff00, nothing else known; memory holds its own addresses' low bytes. */
  private static final class TestFrame implements EvaluationContext {
    @Override
    public long pc() {
      return 0x1000;
    }

    @Override
    public OptionalLong register(int number) {
      return switch (number) {
        case 0 -> OptionalLong.of(100);
        case 2 -> OptionalLong.of(-256);
        default -> OptionalLong.empty();
      };
    }

    @Override
    public byte[] readMemory(long address, int length) throws MemoryReadException {
      if (address < 0x100) {
        throw new MemoryReadException("0x%x is not mapped".formatted(address));
      }
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (address + i);
      }
      return bytes;
    }

    @Override
    public OptionalLong cfa() {
      return OptionalLong.of(0x7000);
    }

    @Override
    public Optional<EvaluationContext> caller() {
      return Optional.empty();
    }
  }

  private static final Map<Architecture, Expressions> EXPRESSIONS =
      new EnumMap<>(Architecture.class);

  @BeforeAll
  static void open() throws Exception {
    for (String flags : List.of("-O0 -gdwarf-5", "-m32 -O0 -gdwarf-5")) {
      try (ElfImage image = ElfImage.open(Fixtures.program(flags), Map.of())) {
        EXPRESSIONS.put(
            image.architecture(), new DwarfReader(image, 0x10_0000, Progress.NONE).expressions);
      }
    }
  }

  private static ExpressionMachine machine(Architecture architecture) {
    Expressions expressions = Objects.requireNonNull(EXPRESSIONS.get(architecture));
    return new ExpressionMachine(expressions, null, new TestFrame(), architecture.addressSize(), 0);
  }

  private static Location locate(String hex) {
    return machine(Architecture.X86_64).location(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @ParameterizedTest
  @CsvSource({
    "const1u 255,             08 ff,                            255",
    "const1s -1,              09 ff,                            -1",
    "const2u,                 0a 34 12,                         4660",
    "const2s,                 0b fe ff,                         -2",
    "const4u,                 0c ff ff ff ff,                   4294967295",
    "const4s,                 0d ff ff ff ff,                   -1",
    "const8u,                 0e 01 00 00 00 00 00 00 80,       -9223372036854775807",
    "constu,                  10 e5 8e 26,                      624485",
    "consts,                  11 c0 bb 78,                      -123456",
    "addr with bias,          03 00 10 00 00 00 00 00 00,       1052672",
    "lit31,                   4f,                               31",
    "breg0+5,                 70 05,                            105",
    "bregx 2 -16,             92 02 70,                         -272",
    "call_frame_cfa,          9c,                               28672",
    "dup plus,                35 12 22,                         10",
    "drop,                    31 32 13,                         1",
    "over,                    31 32 14,                         1",
    "pick 2,                  31 32 33 15 02,                   1",
    "swap minus,              31 33 16 1c,                      2",
    "rot keeps the second,    31 32 33 17,                      2",
    "rot twice below top,     31 32 33 17 13 13,                3",
    "abs -7,                  09 f9 19,                         7",
    "and,                     08 0f 08 3c 1a,                   12",
    "div signed,              09 f9 32 1b,                      -3",
    "minus,                   35 38 1c,                         -3",
    "mod,                     3a 33 1d,                         1",
    "mul,                     36 37 1e,                         42",
    "neg,                     35 1f,                            -5",
    "not,                     30 20,                            -1",
    "or,                      31 34 21,                         5",
    "plus_uconst 300,         31 23 ac 02,                      301",
    "shl,                     31 38 24,                         256",
    "shl by 64,               31 08 40 24,                      0",
    "shr,                     09 ff 08 3f 25,                   1",
    "shra,                    09 80 33 26,                      -16",
    "shra by 200,             09 80 08 c8 26,                   -1",
    "xor,                     35 33 27,                         6",
    "lt signed,               09 ff 31 2d,                      1",
    "ge,                      31 31 2a,                         1",
    "ne,                      31 31 2e,                         0",
    "skip,                    31 2f 01 00 32,                   1",
    "bra taken,               35 31 28 01 00 33,                5",
    "bra not taken,           35 30 28 01 00 33,                3",
    "deref,                   0a 00 02 06,                      506097522914230528",
    "deref_size 2,            0a 34 12 94 02,                   13620",
    "nop,                     31 96,                            1",
    "plus wraps,              09 ff 32 22,                      1"
  })
  void theStackEndsWith(String what, String expression, String expected) {
    Location location = locate(expression);
    assertThat(location).as(what).isEqualTo(new Location.Memory(Long.parseLong(expected)));
  }

  @Test
  void thirtyTwoBitArithmeticWrapsAtThirtyTwoBits() {
    Location location = machine(Architecture.I386).location(HexFormat.of().parseHex("09ff3222"));
    assertThat(location).isEqualTo(new Location.Memory(1));
    assertThat(machine(Architecture.I386).location(HexFormat.of().parseHex("09ff")))
        .isEqualTo(new Location.Memory(0xffff_ffffL));
  }

  @Test
  void aRegisterIsAPlaceAndAValueIsNone() {
    assertThat(locate("53")).isEqualTo(new Location.Register(3));
    assertThat(locate("90 21")).isEqualTo(new Location.Register(33));
    Location.Value value = (Location.Value) locate("70 00 9f");
    assertThat(value.bytes()).containsExactly(100, 0, 0, 0, 0, 0, 0, 0);
    Location.Value implicit = (Location.Value) locate("9e 03 01 02 03");
    assertThat(implicit.bytes()).containsExactly(1, 2, 3);
    assertThat(locate("")).isEqualTo(new Location.OptimizedOut());
  }

  @Test
  void piecesComeInOrderAndMayBeMissing() {
    // rbx, 4 bytes; nothing, 4 bytes; memory at the CFA - 8, 8 bytes; the value 7, 3 bits from bit
    // 1
    Location.Composite composite =
        (Location.Composite) locate("53 93 04 93 04 9c 38 1c 93 08 37 9f 9d 03 01");
    assertThat(composite.pieces()).hasSize(4);
    assertThat(composite.pieces().get(0))
        .isEqualTo(new Location.Piece(new Location.Register(3), 32, 0));
    assertThat(composite.pieces().get(1))
        .isEqualTo(new Location.Piece(new Location.OptimizedOut(), 32, 0));
    assertThat(composite.pieces().get(2))
        .isEqualTo(new Location.Piece(new Location.Memory(0x6ff8), 64, 0));
    assertThat(composite.pieces().get(3).bitSize()).isEqualTo(3);
    assertThat(composite.pieces().get(3).bitOffset()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "register,         71 00,         register rdx of this frame is not known",
    "memory,           31 06,         0x1 is not mapped",
    "division,         31 30 1b,      the location expression divides by zero",
    "endless loop,     2f fd ff,      the location expression does not end",
    "TLS,              31 9b,         thread-local storage",
    "no caller,        a3 01 50 9f,   the caller is not known",
    "unknown,          ff,            operation 0xff of location expressions is unknown",
    "address space,    31 31 18,      operation 0x18 of location expressions is not supported"
  })
  void whatCannotBeHadHasAReason(String what, String expression, String reason) {
    EvaluationFailure failure =
        Assertions.assertThrows(EvaluationFailure.class, () -> locate(expression), what);
    assertThat(failure.reason()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "nothing to add,       22",
    "half an operand,      0c 01",
    "pick too deep,        31 15 05",
    "branch far away,      2f 00 70",
    "nothing to drop,      13"
  })
  void damageIsNoticed(String what, String expression) {
    Assertions.assertThrows(MalformedDataException.class, () -> locate(expression), what);
  }

  @Test
  void typedValuesConvertAsNumbers() {
    var int4 = new StackValue.BaseType(4, false, true);
    var unsigned8 = new StackValue.BaseType(8, false, false);
    var real4 = new StackValue.BaseType(4, true, true);
    var real8 = new StackValue.BaseType(8, true, true);
    StackValue minusTwo = new StackValue(0xffff_fffeL, int4);
    assertThat(minusTwo.convertTo(real8, 8).asDouble()).isEqualTo(-2.0);
    assertThat(minusTwo.convertTo(null, 8).bits()).isEqualTo(-2L);
    assertThat(minusTwo.convertTo(real4, 8).convertTo(int4, 8)).isEqualTo(minusTwo);
    assertThat(new StackValue(-1, unsigned8).convertTo(real8, 8).asDouble()).isEqualTo(0x1p64);
    assertThat(new StackValue(0, real4).withDouble(2.5).convertTo(real8, 8).asDouble())
        .isEqualTo(2.5);
  }
}

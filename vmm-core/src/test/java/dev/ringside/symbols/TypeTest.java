package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.model.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Types against GDB's {@code whatis}, {@code sizeof} and addresses of members. */
class TypeTest {
  static List<String> variants() {
    List<String> all = new ArrayList<>(Fixtures.variants());
    all.add("-O0 -gdwarf-4 -fdebug-types-section");
    all.add("-O2 -gdwarf-5 -fdebug-types-section");
    return all;
  }

  private static Type.Structure struct(SymbolFile file, String name) {
    return (Type.Structure) file.typeNamed(name, OptionalLong.empty()).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void membersAreWhereGdbFindsThem(String flags) throws Exception {
    var program = Fixtures.program(flags);
    try (SymbolFile file = SymbolFile.open(program)) {
      Type.Structure outer = struct(file, "struct outer");
      List<String> names =
          List.of("name", "x", "y", "u", "matrix", "pointer", "call", "head", "ready", "tail");
      List<String> commands = new ArrayList<>();
      for (String name : names) {
        commands.add("output (long)&((struct outer *)0)->" + name);
        commands.add("output sizeof(((struct outer *)0)->" + name + ")");
        commands.add("whatis ((struct outer *)0)->" + name);
      }
      List<String> theirs = Gdb.ask(program, commands);
      for (int i = 0; i < names.size(); i++) {
        Type.MemberPath path = outer.member(names.get(i)).orElseThrow();
        Type type = path.member().type().get();
        assertThat(path.offset()).as(names.get(i)).isEqualTo(Long.parseLong(theirs.get(i * 3)));
        assertThat(type.size()).as(names.get(i)).isEqualTo(Long.parseLong(theirs.get(i * 3 + 1)));
        String whatis = theirs.get(i * 3 + 2).replace("type = ", "").replace("{...}", "{...}");
        assertThat(type.displayName()).isEqualTo(whatis);
      }
      assertThat(outer.complete()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitFieldsAreWhereGccPutsThem(String flags) throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program(flags))) {
      Type.Structure struct = struct(file, "struct flags");
      List<String> described =
          struct.members().stream()
              .map(m -> "%s %d:%d".formatted(m.name(), m.bitOffset(), m.bitSize()))
              .toList();
      // The x86 ABI: a field starts a new storage unit rather than straddle one of its type.
      assertThat(described).startsWith("a 0:3", "b 3:5", "c 8:7");
      assertThat(described.get(3)).matches("wide (15|32|64):40");
      assertThat(described.get(4)).matches("color (64|96|128):0");
    }
  }

  @Test
  void bitFieldsOfDwarf3CountFromTheTopOfTheirStorage() throws Exception {
    var old = Fixtures.program("-O0 -gdwarf-3 -gstrict-dwarf");
    var recent = Fixtures.program("-O0 -gdwarf-5");
    try (SymbolFile a = SymbolFile.open(old);
        SymbolFile b = SymbolFile.open(recent)) {
      for (int i = 0; i < 5; i++) {
        Type.Member x = struct(a, "struct flags").members().get(i);
        Type.Member y = struct(b, "struct flags").members().get(i);
        assertThat(x.bitOffset()).as(x.name()).isEqualTo(y.bitOffset());
        assertThat(x.bitSize()).isEqualTo(y.bitSize());
      }
    }
  }

  @Test
  void everyKindOfTypeIsRead() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program("-O0 -gdwarf-5"))) {
      Type.Enumeration color =
          (Type.Enumeration) file.typeNamed("enum color", OptionalLong.empty()).orElseThrow();
      assertThat(color.enumerators())
          .containsExactly(
              new Type.Enumerator("RED", 0),
              new Type.Enumerator("GREEN", 5),
              new Type.Enumerator("BLUE", 6),
              new Type.Enumerator("NEGATIVE", -3));
      assertThat(color.signed()).isTrue();
      assertThat(color.named(5)).contains(new Type.Enumerator("GREEN", 5));
      assertThat(file.typeNamed("unsigned long", OptionalLong.empty()).orElseThrow())
          .isEqualTo(new Type.Base("long unsigned int", 8, Type.Encoding.UNSIGNED, 0));
      Type word = file.typeNamed("word", OptionalLong.empty()).orElseThrow();
      assertThat(word).isInstanceOf(Type.Typedef.class);
      assertThat(word.stripped().displayName()).isEqualTo("long unsigned int");
      Type.Structure list = struct(file, "struct list");
      Type.Pointer next = (Type.Pointer) list.members().getFirst().type().get();
      assertThat(next.target().get()).isEqualTo(list);
      Type.Array matrix =
          (Type.Array)
              struct(file, "struct outer").member("matrix").orElseThrow().member().type().get();
      assertThat(matrix.dimensions())
          .containsExactly(
              new Type.Dimension(0, new Type.Count.Fixed(3)),
              new Type.Dimension(0, new Type.Count.Fixed(4)));
      Type.Array tail =
          (Type.Array)
              struct(file, "struct outer").member("tail").orElseThrow().member().type().get();
      assertThat(tail.dimensions().getFirst().count()).isEqualTo(new Type.Count.Open());
      assertThat(struct(file, "union number").kind()).isEqualTo(Type.StructureKind.UNION);
      assertThat(file.typeNamed("struct nonesuch", OptionalLong.empty())).isEmpty();
      Type.Structure opaque =
          (Type.Structure)
              ((Type.Pointer)
                      file.variablesNamed("opaque_pointer", OptionalLong.empty()).getFirst().type())
                  .target()
                  .get();
      assertThat(opaque.complete()).isFalse();
      assertThat(file.complete(opaque)).isEmpty();
    }
  }
}

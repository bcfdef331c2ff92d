package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.SymbolFileException;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.unwind.Frame;
import dev.ringside.symbols.unwind.FrameRegisters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are none, and files that are damaged: one clear message, or what can be had. */
class BadInputTest {
  @TempDir Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("guest"), bytes);
  }

  private static byte[] good() throws IOException {
    return Files.readAllBytes(Fixtures.program("-O2 -gdwarf-5"));
  }

  @Test
  void whatIsNotAFileIsSaidSo() {
    assertThatThrownBy(() -> SymbolFile.open(folder.resolve("absent")))
        .isInstanceOf(SymbolFileException.Unreadable.class)
        .hasMessageEndingWith("absent: no such file");
    assertThatThrownBy(() -> SymbolFile.open(folder))
        .isInstanceOf(SymbolFileException.Unreadable.class)
        .hasMessageEndingWith("not a regular file");
  }

  @Test
  void anEmptyFileIsSaidSo() throws Exception {
    Path file = write(new byte[0]);
    assertThatThrownBy(() -> SymbolFile.open(file))
        .isInstanceOf(SymbolFileException.Empty.class)
        .hasMessageEndingWith("the file is empty");
  }

  @Test
  void whatIsNotElfIsSaidSo() throws Exception {
    Path file = write("#!/bin/sh\necho\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThatThrownBy(() -> SymbolFile.open(file))
        .isInstanceOf(SymbolFileException.NotElf.class)
        .hasMessageContaining("not an ELF file (it begins with 23212f62)");
    Path short2 = write(new byte[] {0x7f, 'E'});
    assertThatThrownBy(() -> SymbolFile.open(short2))
        .isInstanceOf(SymbolFileException.NotElf.class);
  }

  @Test
  void anotherMachineIsSaidSo() throws Exception {
    byte[] bytes = good();
    bytes[18] = (byte) 183;
    assertThatThrownBy(() -> SymbolFile.open(write(bytes)))
        .isInstanceOf(SymbolFileException.WrongArchitecture.class)
        .hasMessageContaining("ELF64 file for machine 183");
    bytes[5] = 2;
    assertThatThrownBy(() -> SymbolFile.open(write(bytes)))
        .isInstanceOf(SymbolFileException.WrongArchitecture.class)
        .hasMessageContaining("big-endian");
  }

  @Test
  void aTruncatedFileIsSaidSoWhereverItEnds() throws Exception {
    byte[] bytes = good();
    for (int length = 5; length < bytes.length; length += 97) {
      Path file = write(java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> SymbolFile.open(file))
          .isInstanceOf(SymbolFileException.Truncated.class)
          .hasMessageContaining("truncated: ");
    }
  }

  @Test
  void compressedSectionsAreInflated() throws Exception {
    Path plain = Fixtures.program("-O2 -gdwarf-5");
    Path packed = Fixtures.program("-O2 -gdwarf-5 -gz=zlib");
    try (SymbolFile a = SymbolFile.open(plain);
        SymbolFile b = SymbolFile.open(packed)) {
      long address = a.symbolsNamed("use_inline").getFirst().address();
      assertThat(b.activationsAt(address + 20))
          .hasToString(a.activationsAt(address + 20).toString());
      assertThat(b.activationsAt(address + 20)).hasSizeGreaterThan(1);
    }
  }

  @Test
  void zstdIsSaidToBeUnsupported() throws Exception {
    byte[] bytes = Files.readAllBytes(Fixtures.program("-O2 -gdwarf-5 -gz=zlib"));
    int header = sectionOf(bytes, ".debug_info");
    assertThat(bytes[header]).isEqualTo((byte) 1);
    bytes[header] = 2;
    assertThatThrownBy(() -> SymbolFile.open(write(bytes)))
        .isInstanceOf(SymbolFileException.Compressed.class)
        .hasMessageContaining(".debug_info is compressed with zstd")
        .hasMessageContaining("objcopy --decompress-debug-sections");
    bytes[header] = 1;
    bytes[header + 40] ^= 0x55;
    bytes[header + 60] ^= 0x55;
    assertThatThrownBy(() -> SymbolFile.open(write(bytes)))
        .isInstanceOf(SymbolFileException.Malformed.class)
        .hasMessageContaining("does not inflate");
  }

  private int sectionOf(byte[] bytes, String name) throws IOException {
    for (String line : Fixtures.run("readelf", "-SW", write(bytes).toString())) {
      if (line.contains(" " + name + " ")) {
        List<String> words = List.of(line.substring(line.indexOf(']') + 1).trim().split(" +", -1));
        return Integer.parseInt(words.get(3), 16);
      }
    }
    throw new AssertionError("no section " + name);
  }

  @Test
  void aFileWithoutDebugInformationStillHasItsSymbols() throws Exception {
    Path plain = Fixtures.program("-O2 -gdwarf-5");
    Path stripped = folder.resolve("stripped");
    Fixtures.run("strip", "--strip-debug", "-o", stripped.toString(), plain.toString());
    try (SymbolFile file = SymbolFile.open(stripped)) {
      long address = file.symbolsNamed("operate").getFirst().address();
      assertThat(file.hasDebugInfo()).isFalse();
      assertThat(file.symbolAt(address + 2)).hasToString("Optional[operate+0x2]");
      assertThat(file.lineAt(address)).isEmpty();
      assertThat(file.activationsAt(address)).isEmpty();
      assertThat(file.typeNamed("int", OptionalLong.empty())).isEmpty();
      assertThat(file.unwinder().covers(address)).isTrue();
      assertThat(file.problems()).isEmpty();
    }
    Fixtures.run("strip", "--strip-all", "-o", stripped.toString(), plain.toString());
    try (SymbolFile file = SymbolFile.open(stripped)) {
      assertThat(file.symbolCount()).isZero();
      assertThat(file.symbolAt(file.entryPoint())).isEmpty();
    }
  }

  /** Bytes changed at random, all over or in the debug sections alone; the seed is the argument. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void damageNeverThrowsAnythingElseAndNeverLoops(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] bytes =
        Files.readAllBytes(Fixtures.program(seed % 2 == 0 ? "-O2 -gdwarf-5" : "-O0 -gdwarf-4"));
    int debug = sectionOf(bytes, ".debug_aranges");
    int debugEnd = sectionOf(bytes, ".symtab");
    int eh = sectionOf(bytes, ".eh_frame");
    int refused = 0;
    int partial = 0;
    for (int round = 0; round < 100; round++) {
      byte[] damaged = bytes.clone();
      int changes = 1 + random.nextInt(round % 3 == 0 ? 200 : 3);
      for (int i = 0; i < changes; i++) {
        int at =
            switch (round % 4) {
              case 0 -> random.nextInt(damaged.length);
              case 1 -> eh + random.nextInt(300);
              default -> debug + random.nextInt(debugEnd - debug);
            };
        damaged[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) 0xff;
      }
      Path file = write(damaged);
      int[] outcome = {0};
      String where = "seed " + seed + ", round " + round;
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> outcome[0] = useEverything(file), where);
      refused += outcome[0] < 0 ? 1 : 0;
      partial += outcome[0] > 0 ? 1 : 0;
    }
    assertThat(partial).isGreaterThan(20);
    assertThat(refused).isLessThan(80);
  }

  /** Asks for everything; −1 if the file was refused, else how many problems were told. */
  private static int useEverything(Path path) {
    try (SymbolFile file = SymbolFile.open(path)) {
      for (Symbol symbol : file.symbolsStartingWith("", 100)) {
        for (int offset = 0; offset < 60; offset += 7) {
          long address = symbol.address() + offset;
          file.symbolAt(address);
          assertThat(file.lineAt(address).map(Object::toString)).isNotNull();
          FrameRegisters.Builder registers = FrameRegisters.builder(file.architecture());
          for (int i = 0; i < 17; i++) {
            registers.set(i, 0x1000L * i);
          }
          Frame frame = frame(registers.build(), address);
          file.unwinder().unwind(frame.registers(), address, frame.memory());
          file.unwinder().cfa(frame.registers(), address, frame.memory());
          for (Activation activation : file.activationsAt(address)) {
            activation.declarationFile();
            activation.beginsAt(address);
            List<Variable> variables = new ArrayList<>(activation.arguments());
            variables.addAll(activation.locals());
            variables.forEach(v -> show(v, frame));
          }
          file.fileVariables(address).forEach(v -> show(v, frame));
        }
        file.functionsNamed(symbol.name()).forEach(Function::breakpointAddress);
      }
      file.findLine("program.c", 60);
      file.linesWithCode("program.h", 1, 20);
      file.sourceFiles();
      file.buildIndex();
      file.inlinedCopies("square");
      for (String type : List.of("struct outer", "enum color", "word", "union number", "int")) {
        file.typeNamed(type, OptionalLong.empty()).ifPresent(t -> walk(t, 0));
      }
      return file.problems().size();
    } catch (SymbolFileException e) {
      assertThat(e.getMessage()).isNotBlank();
      return -1;
    }
  }

  private static void show(Variable variable, Frame frame) {
    variable.name();
    variable.locate(frame);
    walk(variable.type(), 0);
  }

  private static void walk(Type type, int depth) {
    type.displayName();
    type.size();
    if (depth > 6) {
      return;
    }
    switch (type.stripped()) {
      case Type.Structure s -> {
        s.member("no_such_member");
        s.members().stream().limit(30).forEach(m -> walk(m.type().get(), depth + 1));
      }
      case Type.Pointer p -> walk(p.target().get(), depth + 1);
      case Type.Array a -> walk(a.element().get(), depth + 1);
      case Type.Function f -> walk(f.returns().get(), depth + 1);
      case Type.Reference r -> walk(r.target().get(), depth + 1);
      case Type.Enumeration e -> e.named(5);
      case Type.Base b -> b.encoding();
      case Type.Typedef t -> throw new AssertionError(t);
      case Type.Qualified q -> throw new AssertionError(q);
      case Type.VoidType v -> v.name();
      case Type.Unknown u -> assertThat(u.reason()).isNotBlank();
    }
  }

  private static Frame frame(FrameRegisters registers, long pc) {
    return new Frame(
        registers,
        pc,
        OptionalLong.of(0x7000),
        (address, length) -> {
          if (length > 64) {
            throw new EvaluationContext.MemoryReadException("too much");
          }
          return new byte[length];
        },
        Optional::empty);
  }
}

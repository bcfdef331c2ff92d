package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.unwind.Frame;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.symbols.unwind.UnwindResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Call stacks and variables of a real process, stopped by GDB at many places: what we make of its
 * registers and memory against GDB's {@code bt full}.
 */
class LiveProcessTest {
  private static final int STOPS = 120;
  private static final Pattern FRAME =
      Pattern.compile("^#\\d+ +(?:0x[0-9a-f]+ in )?(\\S+) \\((.*)\\) at (.*):(\\d+)$");

  static List<String> variants() {
    return List.of(
        "-O0 -gdwarf-4",
        "-O0 -gdwarf-5",
        "-O1 -gdwarf-5",
        "-O2 -gdwarf-4",
        "-O2 -gdwarf-5",
        "-O2 -gdwarf-5 -fno-omit-frame-pointer",
        "-O2 -gdwarf-5 -fno-asynchronous-unwind-tables",
        "-m32 -O0 -gdwarf-5",
        "-m32 -O2 -gdwarf-4");
  }

  /** What GDB says of one frame. */
  private record Theirs(String function, int line, List<String> variables) {}

  @ParameterizedTest
  @MethodSource("variants")
  void stacksAndVariablesAreThoseThatGdbShows(String flags) throws Exception {
    Path program = Fixtures.program(flags);
    Path folder = Files.createDirectories(Path.of("target/fixtures/live").toAbsolutePath());
    int values = 0;
    try (SymbolFile file = SymbolFile.open(program)) {
      long low = file.symbolsNamed("sink").getFirst().address() & -0x1000;
      long high = file.symbolsNamed("_end").getFirst().address();
      List<String> output = runUnderGdb(program, folder, low, high);
      List<List<String>> stops = new ArrayList<>();
      for (String line : output) {
        if (line.equals("=====STOP")) {
          stops.add(new ArrayList<>());
        } else if (!stops.isEmpty()) {
          stops.getLast().add(line);
        }
      }
      Assumptions.assumeTrue(stops.size() > 20, "GDB cannot run programs here");
      for (int i = 0; i < stops.size(); i++) {
        Memory memory =
            new Memory(
                low,
                Files.readAllBytes(folder.resolve(i + ".data")),
                Files.readAllBytes(folder.resolve(i + ".stack")));
        values +=
            compare(file, registers(file, stops.get(i), memory), memory, theirs(stops.get(i)));
      }
    }
    System.out.println(flags + ": " + values + " values compared");
    assertThat(values).isGreaterThan(flags.contains("-O0") ? 300 : 100);
  }

  private static List<String> runUnderGdb(Path program, Path folder, long low, long high)
      throws Exception {
    Path script = folder.resolve("script.gdb");
    Files.writeString(
        script,
        """
        set width 0
        set print entry-values no
        set print frame-arguments all
        set print elements 4
        break _start
        run
        set $n = 0
        while $n < %d
          stepi 3
          echo \\n=====STOP\\n
          info registers
          bt full
          eval "dump binary memory %s/%%d.stack %%lu %%lu", $n, (unsigned long)$sp-512, (unsigned long)$sp+1024
          eval "dump binary memory %s/%%d.data %%lu %%lu", $n, %dUL, %dUL
          set $n = $n + 1
        end
        kill
        """
            .formatted(STOPS, folder, folder, low, high));
    return Fixtures.tryToRun("gdb", "-nx", "-batch", "-x", script.toString(), program.toString());
  }

  /** The dumps of one stop. */
  private static final class Memory implements MemoryReader {
    private final long dataAt;
    private final byte[] data;
    private final byte[] stack;
    private long stackAt;

    Memory(long dataAt, byte[] data, byte[] stack) {
      this.dataAt = dataAt;
      this.data = data;
      this.stack = stack;
    }

    @Override
    public byte[] read(long address, int length) throws MemoryReadException {
      if (address >= dataAt && address + length <= dataAt + data.length) {
        int at = (int) (address - dataAt);
        return java.util.Arrays.copyOfRange(data, at, at + length);
      }
      if (address >= stackAt && address + length <= stackAt + stack.length) {
        int at = (int) (address - stackAt);
        return java.util.Arrays.copyOfRange(stack, at, at + length);
      }
      throw new MemoryReadException("0x%x is not dumped".formatted(address));
    }
  }

  private static FrameRegisters registers(SymbolFile file, List<String> stop, Memory memory) {
    FrameRegisters.Builder registers = FrameRegisters.builder(file.architecture());
    for (String line : stop) {
      List<String> words = List.of(line.split(" +", -1));
      OptionalLong number =
          file.architecture().registerNumber(words.getFirst()).stream().asLongStream().findFirst();
      if (number.isPresent() && words.size() > 1 && words.get(1).startsWith("0x")) {
        registers.set(
            (int) number.getAsLong(), Long.parseUnsignedLong(words.get(1).substring(2), 16));
      }
    }
    FrameRegisters built = registers.build();
    memory.stackAt = built.stackPointer().orElseThrow() - 512;
    return built;
  }

  private static List<Theirs> theirs(List<String> stop) {
    List<Theirs> frames = new ArrayList<>();
    for (String line : stop) {
      Matcher m = FRAME.matcher(line);
      if (m.matches()) {
        frames.add(new Theirs(m.group(1), Integer.parseInt(m.group(4)), new ArrayList<>()));
        for (String argument : m.group(2).split(", (?=\\w+=)", -1)) {
          frames.getLast().variables.add(argument.replaceFirst("=", " = "));
        }
      } else if (line.startsWith("        ") && line.contains(" = ") && !frames.isEmpty()) {
        frames.getLast().variables.add(line.trim());
      }
    }
    return frames;
  }

  private static int compare(
      SymbolFile file, FrameRegisters innermost, Memory memory, List<Theirs> theirs) {
    int values = 0;
    int at = 0;
    FrameRegisters registers = innermost;
    long lookup = registers.pc().orElseThrow();
    boolean first = true;
    while (true) {
      Frame frame = frame(file, registers, lookup, memory);
      String where = "at 0x" + Long.toHexString(lookup);
      List<Activation> activations = file.activationsAt(lookup);
      assertThat(activations).as(where).isNotEmpty();
      for (Activation activation : activations) {
        if (first
            && activation.beginsAt(lookup)
            && !activation.name().equals(theirs.get(at).function)) {
          continue; // GDB shows the call site at the first address of an inlined body
        }
        Theirs expected = theirs.get(at++);
        assertThat(activation.name()).as(where).isEqualTo(expected.function);
        if (!first || !activations.getFirst().beginsAt(lookup)) {
          assertThat(activation.line()).as(where + " " + activation).isEqualTo(expected.line);
        }
        values += compare(activation, frame, expected, where);
      }
      first = false;
      UnwindResult result = file.unwinder().unwind(registers, lookup, memory);
      if (result instanceof UnwindResult.Caller caller && at < theirs.size()) {
        assertThat(caller.method()).isEqualTo(UnwindResult.Method.CALL_FRAME_INFORMATION);
        registers = caller.registers();
        lookup = caller.lookupPc();
      } else {
        assertThat(at).as(where + " " + result).isEqualTo(theirs.size());
        return values;
      }
    }
  }

  private static Frame frame(
      SymbolFile file, FrameRegisters registers, long lookup, MemoryReader memory) {
    return new Frame(
        registers,
        lookup,
        file.unwinder().cfa(registers, lookup, memory),
        memory,
        () ->
            file.unwinder().unwind(registers, lookup, memory) instanceof UnwindResult.Caller caller
                ? Optional.<EvaluationContext>of(
                    frame(file, caller.registers(), caller.lookupPc(), memory))
                : Optional.empty());
  }

  private static int compare(Activation activation, Frame frame, Theirs expected, String where) {
    List<Variable> all = new ArrayList<>(activation.arguments());
    all.addAll(activation.locals());
    List<String> seen = new ArrayList<>();
    int values = 0;
    for (Variable variable : all) {
      if (seen.contains(variable.name())) {
        continue;
      }
      seen.add(variable.name());
      String ours = show(variable, frame);
      if (ours == null) {
        continue;
      }
      String prefix = variable.name() + " = ";
      Optional<String> theirs =
          expected.variables.stream().filter(v -> v.startsWith(prefix)).findFirst();
      assertThat(theirs).as(where + " " + variable.name() + " of " + expected).isPresent();
      String value = theirs.get().substring(prefix.length());
      assertThat(value.replaceAll("^(-?\\w+) .*$", "$1"))
          .as("%s %s in %s", where, variable.name(), activation)
          .isEqualTo(ours);
      values++;
    }
    return values;
  }

  /** A scalar as GDB shows it; null for what this test does not compare. */
  private static @org.jspecify.annotations.Nullable String show(Variable variable, Frame frame) {
    Type type = variable.type().stripped();
    boolean pointer = type instanceof Type.Pointer;
    boolean integer = type instanceof Type.Base base && base.encoding().isInteger();
    if (!pointer && !integer) {
      return null;
    }
    Location location = variable.locate(frame);
    byte[] bytes = bytes(location, (int) type.size(), frame);
    if (bytes == null) {
      return "<optimized out>";
    }
    long value = 0;
    for (int i = (int) type.size() - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    if (pointer) {
      return "0x" + Long.toHexString(value);
    }
    int unused = 64 - (int) type.size() * 8;
    return ((Type.Base) type).encoding().isSigned()
        ? Long.toString(value << unused >> unused)
        : Long.toUnsignedString(value);
  }

  private static byte @org.jspecify.annotations.Nullable [] bytes(
      Location location, int size, Frame frame) {
    return switch (location) {
      case Location.Memory memory -> {
        try {
          yield frame.readMemory(memory.address(), size);
        } catch (MemoryReadException e) {
          throw new AssertionError(e);
        }
      }
      case Location.Register register -> {
        OptionalLong value = frame.register(register.number());
        if (value.isEmpty()) {
          yield null;
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
          bytes[i] = (byte) (value.getAsLong() >> 8 * i);
        }
        yield bytes;
      }
      case Location.Value value -> java.util.Arrays.copyOf(value.bytes(), Math.max(size, 8));
      case Location.OptimizedOut o -> null;
      case Location.Unavailable u -> null;
      case Location.Composite c -> throw new AssertionError(c);
      case Location.ImplicitPointer p -> throw new AssertionError(p);
    };
  }
}

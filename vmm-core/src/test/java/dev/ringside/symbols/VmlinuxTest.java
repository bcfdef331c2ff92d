package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A whole kernel with debug information, named by {@code RINGSIDE_VMLINUX}, against GDB and
 * binutils. Prints how long things took.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VmlinuxTest {
  private static final int ADDRESSES = 1000;
  private static Path vmlinux = Path.of("unset");

  @BeforeAll
  static void locate() {
    String path = System.getenv("RINGSIDE_VMLINUX");
    Assumptions.assumeTrue(path != null, "RINGSIDE_VMLINUX is not set");
    vmlinux = Path.of(path);
  }

  private static long since(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Test
  @Order(1)
  void startKernelIsWhereGdbStopsInIt() throws Exception {
    long start = System.nanoTime();
    long address;
    int line;
    try (SymbolFile file = SymbolFile.open(vmlinux)) {
      long opened = since(start);
      Function function = file.functionsNamed("start_kernel").getFirst();
      address = function.breakpointAddress();
      var row = file.lineAt(address).orElseThrow();
      line = row.line();
      System.out.printf(
          "vmlinux: open %d ms, start_kernel found at %s after %d ms%n", opened, row, since(start));
      assertThat(row.file().name()).isEqualTo("init/main.c");
    }
    Fixtures.requireTool("gdb");
    assertThat(Gdb.ask(vmlinux, List.of("break start_kernel")).getFirst())
        .isEqualTo("Breakpoint 1 at 0x%x: file init/main.c, line %d.".formatted(address, line));
  }

  @Test
  @Order(2)
  void taskStructIsAsGdbHasIt() throws Exception {
    long start = System.nanoTime();
    try (SymbolFile file = SymbolFile.open(vmlinux)) {
      Type.Structure task =
          (Type.Structure) file.typeNamed("struct task_struct", OptionalLong.empty()).orElseThrow();
      System.out.printf(
          "vmlinux: struct task_struct, %d members, after %d ms%n",
          task.members().size(), since(start));
      long near = file.symbolsNamed("start_kernel").getFirst().address();
      List<String> commands = new ArrayList<>(List.of("list start_kernel"));
      commands.add("output sizeof(struct task_struct)");
      List<Type.Member> members = new ArrayList<>();
      for (Type.Member member : task.members()) {
        if (member.name() != null && !member.isBitField()) {
          members.add(member);
          commands.add("output (long)&((struct task_struct *)0)->" + member.name());
          commands.add("output sizeof(((struct task_struct *)0)->" + member.name() + ")");
        }
      }
      List<String> theirs = Gdb.ask(vmlinux, commands);
      assertThat(task.size()).isEqualTo(Long.parseLong(theirs.get(1)));
      for (int i = 0; i < members.size(); i++) {
        Type.Member member = members.get(i);
        assertThat(member.offset())
            .as(member.name())
            .isEqualTo(Long.parseLong(theirs.get(2 + 2 * i)));
        assertThat(member.type().get().size())
            .as(member.name())
            .isEqualTo(Long.parseLong(theirs.get(3 + 2 * i)));
      }
      assertThat(members).hasSizeGreaterThan(200);
      assertThat(file.typeNamed("struct task_struct", OptionalLong.of(near)).orElseThrow().size())
          .isEqualTo(task.size());
    }
  }

  @Test
  @Order(3)
  void inlinedChainsAreThoseOfAddr2line() throws Exception {
    Random random = new Random(6192);
    try (SymbolFile file = SymbolFile.open(vmlinux)) {
      long low = file.symbolsNamed("_text").getFirst().address();
      long high = file.symbolsNamed("_etext").getFirst().address();
      List<String> command = new ArrayList<>(List.of("addr2line", "-ai", "-f", "-e"));
      command.add(vmlinux.toString());
      List<Long> addresses = new ArrayList<>();
      while (addresses.size() < ADDRESSES) {
        long address = low + random.nextLong(high - low);
        if (file.functionAt(address).isPresent()) {
          addresses.add(address);
          command.add("0x" + Long.toHexString(address));
        }
      }
      long start = System.nanoTime();
      List<List<String>> ours = new ArrayList<>();
      for (long address : addresses) {
        List<String> chain = new ArrayList<>();
        for (Activation a : file.activationsAt(address)) {
          chain.add(a.name() + ":" + a.line());
        }
        ours.add(chain);
      }
      long took = since(start);
      List<List<String>> theirs = chains(Fixtures.run(command.toArray(new String[0])));
      assertThat(theirs).hasSize(ADDRESSES);
      int inlined = 0;
      List<String> commands = new ArrayList<>();
      List<Integer> lines = new ArrayList<>();
      List<String> different = new ArrayList<>();
      for (int i = 0; i < ADDRESSES; i++) {
        inlined += ours.get(i).size() > 1 ? 1 : 0;
        if (!ours.get(i).equals(theirs.get(i))) {
          // addr2line takes the last row of an address, GDB and we the statement's.
          if (withoutFirstLine(ours.get(i)).equals(withoutFirstLine(theirs.get(i)))) {
            commands.add("info line *0x" + Long.toHexString(addresses.get(i)));
            lines.add(Integer.parseInt(ours.get(i).getFirst().replaceAll(".*:", "")));
          } else {
            different.add(
                "0x%x: %s, addr2line %s".formatted(addresses.get(i), ours.get(i), theirs.get(i)));
          }
        }
      }
      System.out.printf(
          "vmlinux: %d addresses in %d ms, %d in inlined code, %d with another row of the same"
              + " address, different: %s%n",
          ADDRESSES, took, inlined, lines.size(), different);
      assertThat(different).isEmpty();
      assertThat(lines).hasSizeLessThan(ADDRESSES / 8);
      List<String> gdb = Gdb.ask(vmlinux, commands);
      for (int i = 0; i < lines.size(); i++) {
        assertThat(gdb.get(i)).as(commands.get(i)).startsWith("Line " + lines.get(i) + " of ");
      }
    }
  }

  private static List<String> withoutFirstLine(List<String> chain) {
    List<String> copy = new ArrayList<>(chain);
    copy.set(0, copy.getFirst().replaceAll(":.*", ""));
    return copy;
  }

  private static List<List<String>> chains(List<String> output) {
    List<List<String>> chains = new ArrayList<>();
    for (int i = 0; i < output.size(); i++) {
      if (output.get(i).startsWith("0x")) {
        chains.add(new ArrayList<>());
      } else {
        String place = output.get(i + 1).replaceAll(" \\(discriminator.*", "");
        String line = place.substring(place.lastIndexOf(':') + 1);
        chains.getLast().add(output.get(i) + ":" + line.replace("?", "0"));
        i++;
      }
    }
    return chains;
  }

  @Test
  @Order(4)
  void everyFunctionSymbolHasItsDwarfFunctionOrComesFromAssembly() throws Exception {
    long start = System.nanoTime();
    int found = 0;
    int checked = 0;
    try (SymbolFile file = SymbolFile.open(vmlinux)) {
      file.buildIndex();
      System.out.printf("vmlinux: name index after %d ms%n", since(start));
      start = System.nanoTime();
      for (Symbol symbol : file.symbolsStartingWith("sys", 500)) {
        if (symbol.kind() == Symbol.Kind.FUNCTION) {
          checked++;
          found += file.functionAt(symbol.address()).isPresent() ? 1 : 0;
        }
      }
      System.out.printf("vmlinux: %d of %d functions in %d ms%n", found, checked, since(start));
      assertThat(found).isGreaterThan(checked * 9 / 10);
      start = System.nanoTime();
      assertThat(file.variablesNamed("init_task", OptionalLong.empty())).hasSize(1);
      assertThat(file.inlinedCopies("list_add")).hasSizeGreaterThan(100);
      assertThat(file.findLine("include/linux/list.h", 70).orElseThrow().rows())
          .hasSizeGreaterThan(100);
      System.out.printf("vmlinux: look-ups in %d ms%n", since(start));
      assertThat(file.problems()).isEmpty();
    }
  }
}

package dev.ringside.vmm.x86.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decoder against {@code objdump}, over code that compilers made and over code that nobody
 * would write. Each length must agree, and with binutils 2.40 each text, but for what {@code
 * objdump-deviations.txt} lists.
 */
class ObjdumpConformanceTest {
  private static boolean textIsComparable;

  @BeforeAll
  static void objdump() throws IOException {
    assumeTrue(ObjdumpListing.isInstalled(), "objdump is not installed (Debian: binutils)");
    textIsComparable = ObjdumpListing.version().contains("2.40");
    if (!textIsComparable) {
      System.out.println(
          "objdump is " + ObjdumpListing.version() + ", not 2.40: only lengths are compared");
    }
  }

  private static void check(ObjdumpComparison comparison) {
    assertThat(comparison.instructions).isPositive();
    assertThat(comparison.lengths).as(comparison.report(40)).isZero();
    if (textIsComparable) {
      assertThat(comparison.texts).as(comparison.report(40)).isZero();
    }
  }

  private static ObjdumpComparison compare(Path file, CodeSize size, long start, long limit)
      throws IOException, InterruptedException {
    ObjdumpComparison comparison = new ObjdumpComparison(size, limit);
    for (ObjdumpListing.Section section : ObjdumpListing.codeSections(file)) {
      long first = section.name().equals(".text") ? start : 0;
      ObjdumpListing.section(file, section, section.address() + first, size, comparison);
    }
    return comparison;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/lib/x86_64-linux-gnu/libc.so.6",
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/usr/bin/bash",
        "/usr/lib/gcc/x86_64-linux-gnu/12/cc1"
      })
  void binariesOfThisMachine(String name) throws IOException, InterruptedException {
    Path file = Path.of(name);
    assumeTrue(Files.isReadable(file), name + " is not on this machine");
    long start = Files.size(file) > 20_000_000 ? 4_000_000 : 0;
    check(compare(file, CodeSize.BITS64, start, 500_000));
  }

  /** All of a Linux kernel, 6.8 million instructions. */
  @Test
  void kernel() throws IOException, InterruptedException {
    String name = System.getenv("RINGSIDE_VMLINUX");
    assumeTrue(name != null, "RINGSIDE_VMLINUX is not set: it names a kernel with symbols");
    check(compare(Path.of(name), CodeSize.BITS64, 0, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-m32 -O2",
        "-m32 -O0 -mno-sse -mfpmath=387",
        "-m32 -O3 -mavx2",
        "-m16 -O2 -mno-sse",
        "-m16 -Os -mno-sse"
      })
  void compiledFor32And16Bits(String options, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path source = Path.of("src/test/resources/dev/ringside/vmm/x86/decode/sample.c");
    Path object = folder.resolve("sample.o");
    assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "gcc is not installed");
    ProcessBuilder gcc = new ProcessBuilder("/usr/bin/gcc", "-c", "-ffreestanding", "-fno-pic");
    gcc.command().addAll(List.of(options.split(" ", -1)));
    gcc.command().addAll(List.of("-o", object.toString(), source.toString()));
    assertThat(gcc.inheritIO().start().waitFor()).as("gcc " + options).isZero();
    CodeSize size = options.startsWith("-m16") ? CodeSize.BITS16 : CodeSize.BITS32;
    check(compare(object, size, 0, Long.MAX_VALUE));
  }

  /** Prefixes and opcodes in any combination, each in a slot of its own, ended by NOPs. */
  @ParameterizedTest
  @EnumSource(CodeSize.class)
  void codeThatNobodyWrites(CodeSize size, @TempDir Path folder)
      throws IOException, InterruptedException {
    Random random = new Random(size.name().length() * 31L + size.name().charAt(4));
    int rounds = size == CodeSize.BITS16 ? 1 : 12;
    ObjdumpComparison comparison = new ObjdumpComparison(size, Long.MAX_VALUE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < rounds * 2000; i++) {
      out.writeBytes(RandomCode.slot(random, size));
    }
    Path file = folder.resolve("code.bin");
    Files.write(file, out.toByteArray());
    ObjdumpListing.raw(
        file,
        size,
        (code, offset, address, length, text) ->
            offset % RandomCode.SLOT != 0 || comparison.visit(code, offset, address, length, text));
    check(comparison);
  }
}

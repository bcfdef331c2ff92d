package dev.ringside.vmm.x86.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Runs objdump, and hands over what it says of each instruction together with the code itself. */
final class ObjdumpListing {
  /** Gets each line of the listing; returns false to end. */
  @FunctionalInterface
  interface Visitor {
    /**
     * One instruction.
     *
     * @param code bytes of the section
     * @param offset of the instruction in it
     * @param address its address
     * @param length bytes that objdump shows
     * @param text objdump's text, symbols removed, single spaces
     */
    boolean visit(byte[] code, int offset, long address, int length, String text);
  }

  /** A section that holds code. */
  record Section(String name, long address, long offset, int size) {}

  private ObjdumpListing() {}

  static boolean isInstalled() {
    for (String dir : System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1)) {
      if (Files.isExecutable(Path.of(dir, "objdump"))) {
        return true;
      }
    }
    return false;
  }

  static List<Section> codeSections(Path file) throws IOException, InterruptedException {
    List<Section> sections = new ArrayList<>();
    Process process = start(List.of("objdump", "-h", "-w", file.toString()));
    try (BufferedReader in = reader(process)) {
      String line;
      while ((line = in.readLine()) != null) {
        String[] f = line.trim().split("\\s+", 8);
        if (f.length == 8 && f[7].contains("CODE") && f[7].contains("CONTENTS")) {
          sections.add(
              new Section(
                  f[1],
                  Long.parseUnsignedLong(f[3], 16),
                  Long.parseLong(f[5], 16),
                  Integer.parseInt(f[2], 16)));
        }
      }
    }
    process.waitFor();
    return sections;
  }

  /** Lists one section of a file that objdump knows; from {@code start} on. */
  static void section(Path file, Section section, long start, CodeSize size, Visitor visitor)
      throws IOException, InterruptedException {
    byte[] code = new byte[section.size()];
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(section.offset());
      in.readFully(code);
    }
    run(
        List.of(
            "objdump",
            "-d",
            "-z",
            "-w",
            "-M",
            "intel,intel64",
            "-m",
            machine(size),
            "-j",
            section.name(),
            "--start-address=0x" + Long.toHexString(start),
            file.toString()),
        code,
        section.address(),
        visitor);
  }

  /** Lists raw code. */
  static void raw(Path file, CodeSize size, Visitor visitor)
      throws IOException, InterruptedException {
    run(
        List.of(
            "objdump",
            "-D",
            "-z",
            "-w",
            "-b",
            "binary",
            "-m",
            machine(size),
            "-M",
            "intel,intel64",
            file.toString()),
        Files.readAllBytes(file),
        0,
        visitor);
  }

  private static String machine(CodeSize size) {
    return switch (size) {
      case BITS16 -> "i8086";
      case BITS32 -> "i386";
      case BITS64 -> "i386:x86-64";
    };
  }

  /** First line of {@code objdump --version}. */
  static String version() throws IOException {
    try (BufferedReader in = reader(start(List.of("objdump", "--version")))) {
      String line = in.readLine();
      return line == null ? "" : line;
    }
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1), 1 << 16);
  }

  private static void run(List<String> command, byte[] code, long base, Visitor visitor)
      throws IOException, InterruptedException {
    Process process = start(command);
    try (BufferedReader in = reader(process)) {
      String line;
      while ((line = in.readLine()) != null) {
        int colon = line.indexOf(":\t");
        int tab = line.indexOf('\t', colon + 2);
        if (colon < 0 || tab < 0) {
          continue;
        }
        long address = HexFormat.fromHexDigitsToLong(line.substring(0, colon).trim());
        int length = 0;
        for (int i = colon + 2; i + 1 < tab && line.charAt(i) != ' '; i += 3) {
          length++;
        }
        int offset = (int) (address - base);
        if (!visitor.visit(code, offset, address, length, normal(line.substring(tab + 1)))) {
          process.destroy();
          break;
        }
      }
    }
    process.waitFor();
  }

  /** Single spaces, addresses with 0x, no symbols. */
  static String normal(String text) {
    int symbol = text.indexOf(" <");
    if (symbol >= 0) {
      int start = text.lastIndexOf(' ', symbol - 1) + 1;
      String address = text.substring(start, symbol);
      text = text.substring(0, start) + (address.startsWith("0x") ? "" : "0x") + address;
    }
    StringBuilder out = new StringBuilder(text.length());
    boolean space = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || c == '\t') {
        space = true;
      } else {
        if (space && !out.isEmpty()) {
          out.append(' ');
        }
        space = false;
        out.append(c);
      }
    }
    return out.toString().toLowerCase(Locale.ROOT);
  }
}

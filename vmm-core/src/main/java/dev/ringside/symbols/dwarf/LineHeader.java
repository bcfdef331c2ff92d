package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.SourceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a line number program (6.2.4): its parameters, directories and files. Names stay
 * where they are until asked for.
 */
final class LineHeader {
  private static final int MAX_ENTRIES = 1 << 20;

  private final Unit unit;
  final int version;
  final int minimumInstructionLength;
  final int maximumOperations;
  final boolean defaultIsStatement;
  final int lineBase;
  final int lineRange;
  final int opcodeBase;
  final int[] operandCounts;
  final int addressSize;

  /** The program behind the header. */
  final ByteCursor program;

  private final Names directories = new Names();
  private final Names files = new Names();
  private final @Nullable SourceFile[] resolved;

  private LineHeader(Unit unit, ByteCursor in, int offsetSize) {
    this.unit = unit;
    version = in.u16();
    if (version < 2 || version > 5) {
      throw new MalformedDataException("a line table of version " + version);
    }
    if (version >= 5) {
      addressSize = in.u8();
      in.skip(1);
    } else {
      addressSize = unit.addressSize;
    }
    long headerLength = in.unsigned(offsetSize);
    long programStart = in.position() + headerLength;
    minimumInstructionLength = in.u8();
    maximumOperations = version >= 4 ? in.u8() : 1;
    defaultIsStatement = in.u8() != 0;
    lineBase = in.s8();
    lineRange = in.u8();
    opcodeBase = in.u8();
    if (lineRange == 0 || opcodeBase == 0) {
      throw new MalformedDataException("a line table without special opcodes");
    }
    operandCounts = new int[opcodeBase];
    for (int i = 1; i < opcodeBase; i++) {
      operandCounts[i] = in.u8();
    }
    if (version >= 5) {
      readEntries(in, directories, offsetSize);
      readEntries(in, files, offsetSize);
    } else {
      readOldEntries(in);
    }
    in.seek(programStart);
    program = in;
    resolved = new SourceFile[files.count];
  }

  /** Reads the header of a unit's line table; null if the unit has none. */
  static @Nullable LineHeader read(Unit unit) {
    Die root = unit.root();
    int i = root.index(Dw.AT_stmt_list);
    return i < 0 ? null : read(unit, root.value(i));
  }

  private static LineHeader read(Unit unit, long offset) {
    var section = unit.sections().line;
    ByteCursor start = new ByteCursor(section.read(offset, Math.min(12, section.size() - offset)));
    long length = start.u32();
    int offsetSize = 4;
    if (length == 0xffff_ffffL) {
      length = start.u64();
      offsetSize = 8;
    }
    return new LineHeader(
        unit, new ByteCursor(section.read(offset + start.position(), length)), offsetSize);
  }

  /** Version 5 (6.2.4.1): entries in a format that the header describes. */
  private void readEntries(ByteCursor in, Names names, int offsetSize) {
    int formatCount = in.u8();
    int[] types = new int[formatCount];
    int[] forms = new int[formatCount];
    for (int i = 0; i < formatCount; i++) {
      types[i] = in.ulebInt();
      forms[i] = in.ulebInt();
    }
    int count = in.ulebInt();
    if (count > MAX_ENTRIES || formatCount == 0 && count > 0) {
      throw new MalformedDataException("a line table with " + count + " names");
    }
    for (int n = 0; n < count; n++) {
      int form = Dw.FORM_string;
      long value = -1;
      long directory = 0;
      for (int i = 0; i < formatCount; i++) {
        if (types[i] == Dw.LNCT_path) {
          form = forms[i];
          value = form == Dw.FORM_string ? inlineName(in) : Forms.read(in, form, unit);
        } else if (types[i] == Dw.LNCT_directory_index) {
          directory = Forms.read(in, forms[i], unit);
        } else {
          Forms.skip(in, forms[i], addressSize, offsetSize, 5);
        }
      }
      names.add(form, value, (int) directory, in);
    }
  }

  private static long inlineName(ByteCursor in) {
    int at = in.position();
    in.skipString();
    return at;
  }

  /** Versions 2 to 4: directory 0 is the compilation directory, files count from 1. */
  private void readOldEntries(ByteCursor in) {
    directories.add(Dw.FORM_string, -1, 0, in);
    while (in.hasRemaining()) {
      int at = in.position();
      in.skipString();
      if (in.position() == at + 1) {
        break;
      }
      directories.add(Dw.FORM_string, at, 0, in);
    }
    files.add(Dw.FORM_string, -1, 0, in);
    while (in.hasRemaining()) {
      int at = in.position();
      in.skipString();
      if (in.position() == at + 1) {
        break;
      }
      long directory = in.uleb();
      in.skipLeb();
      in.skipLeb();
      files.add(Dw.FORM_string, at, (int) directory, in);
    }
  }

  int fileCount() {
    return files.count;
  }

  /** The files whose names end in a component, without resolving their paths. */
  List<SourceFile> filesEndingIn(FileNames lastComponent) {
    List<SourceFile> found = new ArrayList<>();
    for (int i = 0; i < files.count; i++) {
      long offset = files.values[i];
      boolean matches =
          switch (files.forms[i]) {
            case Dw.FORM_line_strp -> lastComponent.lineString(offset);
            case Dw.FORM_strp -> lastComponent.string(offset);
            default -> lastComponent.matches(files.get(i));
          };
      if (matches) {
        found.add(file(i));
      }
    }
    return found;
  }

  /** A file by the number that rows and DW_AT_decl_file use. */
  SourceFile file(int index) {
    if (index < 0 || index >= files.count) {
      return new SourceFile("<file " + index + ">", "<file " + index + ">", "");
    }
    SourceFile known = resolved[index];
    if (known == null) {
      known = resolve(index);
      resolved[index] = known;
    }
    return known;
  }

  private SourceFile resolve(int index) {
    String compilationDirectory = unit.compilationDirectory();
    String name = files.get(index);
    if (version < 5 && index == 0) {
      name = java.util.Objects.requireNonNullElse(unit.root().string(Dw.AT_name), "");
    }
    int d = files.directories[index];
    String directory = d > 0 && d < directories.count ? directories.get(d) : "";
    if (version >= 5 && d == 0 && directories.count > 0) {
      directory = directories.get(0);
    }
    String full = join(compilationDirectory, join(directory, name));
    if (directory.equals(compilationDirectory) && !directory.startsWith("/")) {
      full = join(directory, name); // directory 0 of version 5 is the compilation directory itself
    }
    String path = SourceFile.normalize(full);
    String base = SourceFile.normalize(compilationDirectory);
    String relative =
        !base.isEmpty() && path.startsWith(base + "/") ? path.substring(base.length() + 1) : path;
    return new SourceFile(path, relative, compilationDirectory);
  }

  private static String join(String directory, String name) {
    boolean absolute = name.startsWith("/") || directory.isEmpty();
    return absolute ? name : name.isEmpty() ? directory : directory + "/" + name;
  }

  /** Names and directory indexes, grown as they are read. */
  private final class Names {
    private int[] forms = new int[16];
    private long[] values = new long[16];
    private int[] directories = new int[16];
    private int count;
    private byte[] inline = new byte[0];

    void add(int form, long value, int directory, ByteCursor in) {
      if (count == forms.length) {
        forms = Arrays.copyOf(forms, count * 2);
        values = Arrays.copyOf(values, count * 2);
        directories = Arrays.copyOf(directories, count * 2);
      }
      forms[count] = form;
      values[count] = value;
      directories[count++] = directory;
      inline = in.array();
    }

    String get(int i) {
      if (values[i] < 0) {
        return "";
      }
      if (forms[i] == Dw.FORM_string) {
        return new ByteCursor(inline, (int) values[i], inline.length).string();
      }
      String found = unit.string(forms[i], values[i]);
      return found == null ? "" : found;
    }
  }

  /** All files, in the order of their numbers. */
  List<SourceFile> allFiles() {
    List<SourceFile> found = new ArrayList<>();
    for (int i = version >= 5 ? 0 : 1; i < files.count; i++) {
      found.add(file(i));
    }
    return found;
  }
}

package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ElfSection;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.LineRow;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a function's prologue ends, as GDB decides it for x86 (amd64_skip_prologue and
 * skip_prologue_sal): a unit with location lists needs no skipping; code that sets up no frame has
 * none to skip; else it ends with the line that holds the frame's setup.
 */
final class Prologue {
  private Prologue() {}

  static long breakpointAddress(DwarfReader reader, Function function) {
    Unit unit = function.die().unit;
    long entry = function.entryPc();
    if (isGcc(unit) && hasLocationLists(unit)) {
      return entry;
    }
    LineTable table = reader.lines.of(unit);
    if (table == null) {
      return entry;
    }
    OptionalLong marked = table.prologueEnd(entry, endOf(function, entry));
    if (marked.isPresent()) {
      return marked.getAsLong();
    }
    if (isLlvm(unit)) {
      LineRow first = table.at(entry);
      return first != null && function.contains(first.endAddress()) ? first.endAddress() : entry;
    }
    long pc = afterFrameSetup(reader, entry);
    LineRow row = pc == entry ? null : table.at(pc);
    return row != null && row.address() != pc && function.contains(row.endAddress())
        ? row.endAddress()
        : pc;
  }

  private static long endOf(Function function, long entry) {
    return function.ranges().stream()
        .filter(range -> range.contains(entry))
        .findFirst()
        .map(range -> range.high())
        .orElse(entry);
  }

  private static boolean isGcc(Unit unit) {
    String producer = unit.root().string(Dw.AT_producer);
    return producer != null && producer.startsWith("GNU ") && !producer.startsWith("GNU AS");
  }

  /** LLVM writes a line note where the body begins, without optimisation too. */
  private static boolean isLlvm(Unit unit) {
    String producer = unit.root().string(Dw.AT_producer);
    return producer != null && (producer.contains("clang") || producer.contains("LLVM"));
  }

  /** Compilers write abbreviations for what a unit has: one for a list means there is a list. */
  private static boolean hasLocationLists(Unit unit) {
    return unit.abbrevs()
        .anyMatch(
            abbrev ->
                (abbrev.tag() == Dw.TAG_variable || abbrev.tag() == Dw.TAG_formal_parameter)
                    && isList(abbrev, unit.version));
  }

  private static boolean isList(Abbrev abbrev, int version) {
    int i = abbrev.indexOf(Dw.AT_location);
    return i >= 0
        && (abbrev.forms()[i] == Dw.FORM_loclistx
            || Forms.isSectionOffset(abbrev.forms()[i], version));
  }

  /**
   * The address after {@code [endbr] push bp; mov bp, sp}; the entry where the code begins in
   * another way.
   */
  private static long afterFrameSetup(DwarfReader reader, long entry) {
    byte[] code = code(reader, entry - reader.bias);
    if (code == null) {
      return entry;
    }
    boolean wide = reader.image.architecture() == Architecture.X86_64;
    if (wide && matches(code, 0, 0x4c, 0x8d, 0x54, 0x24)) {
      return entry + 5; // realigns the stack: lea 8(%rsp), %r10
    }
    if (!wide && matches(code, 0, 0x8d, 0x4c, 0x24)) {
      return entry + 4; // the same in 32 bits: lea 4(%esp), %ecx
    }
    int at = matches(code, 0, 0xf3, 0x0f, 0x1e, wide ? 0xfa : 0xfb) ? 4 : 0;
    if (!matches(code, at, 0x55)) {
      return entry;
    }
    at++;
    if (wide && (matches(code, at, 0x48, 0x89, 0xe5) || matches(code, at, 0x48, 0x8b, 0xec))) {
      return entry + at + 3;
    }
    if (!wide && (matches(code, at, 0x89, 0xe5) || matches(code, at, 0x8b, 0xec))) {
      return entry + at + 2;
    }
    return entry; // the register is saved, but is no frame pointer
  }

  private static byte @Nullable [] code(DwarfReader reader, long address) {
    Optional<ElfSection> section = reader.image.sectionAt(address);
    if (section.isEmpty()) {
      return null;
    }
    long offset = address - section.get().address();
    long length = Math.min(16, section.get().size() - offset);
    return length <= 0 ? null : section.get().read(offset, length);
  }

  private static boolean matches(byte[] code, int at, int... wanted) {
    if (at + wanted.length > code.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if ((code[at + i] & 0xff) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}

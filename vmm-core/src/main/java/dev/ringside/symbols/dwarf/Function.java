package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.model.AddressRange;
import dev.ringside.symbols.model.SourceFile;
import dev.ringside.symbols.model.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A function with code of its own. Addresses have the load bias applied. Thread-safe. */
public final class Function {
  private final DwarfReader reader;
  private final Die die;
  private final List<AddressRange> ranges;
  private final String name;

  Function(DwarfReader reader, Die die) {
    this.reader = reader;
    this.die = die;
    this.ranges = rangesOf(reader, die);
    this.name = nameOf(reader, die);
  }

  static List<AddressRange> rangesOf(DwarfReader reader, Die die) {
    return reader.guarded(
        List.of(),
        () ->
            Ranges.of(die).stream()
                .map(r -> new AddressRange(r.low() + reader.bias, r.high() + reader.bias))
                .toList());
  }

  static String nameOf(DwarfReader reader, Die die) {
    String name = reader.guarded(null, die::name);
    return name == null ? "<unnamed function>" : name;
  }

  Die die() {
    return die;
  }

  /** The name in the source. */
  public String name() {
    return name;
  }

  /** The name for the linker where it differs (C++). */
  public Optional<String> linkageName() {
    return reader.guarded(
        Optional.empty(),
        () -> {
          for (int attribute : new int[] {Dw.AT_linkage_name, Dw.AT_MIPS_linkage_name}) {
            Die named = die.having(attribute);
            if (named != null) {
              return Optional.ofNullable(named.string(attribute));
            }
          }
          return Optional.empty();
        });
  }

  /** Where its code is; several ranges where the compiler moved cold parts away. */
  public List<AddressRange> ranges() {
    return ranges;
  }

  /** Whether an address is in its code. */
  public boolean contains(long address) {
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** Where it begins to run. */
  public long entryPc() {
    return entryOf(reader, die);
  }

  static long entryOf(DwarfReader reader, Die die) {
    return reader.guarded(0L, () -> Functions.entryOf(die).orElse(0)) + reader.bias;
  }

  /** The file that declares it. */
  public Optional<SourceFile> declarationFile() {
    return declarationFile(reader, die);
  }

  static Optional<SourceFile> declarationFile(DwarfReader reader, Die die) {
    return reader.guarded(
        Optional.empty(),
        () -> {
          Die declared = die.having(Dw.AT_decl_file);
          return declared == null
              ? Optional.empty()
              : Optional.of(reader.file(declared.unit, declared.intConstant(Dw.AT_decl_file, 0)));
        });
  }

  /** The line that declares it, 0 if unknown. */
  public int declarationLine() {
    return declarationLine(reader, die);
  }

  static int declarationLine(DwarfReader reader, Die die) {
    return reader.guarded(
        0,
        () -> {
          Die declared = die.having(Dw.AT_decl_line);
          return declared == null ? 0 : declared.intConstant(Dw.AT_decl_line, 0);
        });
  }

  /** Whether other units see it. */
  public boolean isExternal() {
    return reader.guarded(
        false,
        () -> {
          Die external = die.having(Dw.AT_external);
          return external != null && external.flag(Dw.AT_external);
        });
  }

  /** The name of the compilation unit as the compiler was given it. */
  public String unitName() {
    String unitName = reader.guarded(null, () -> die.unit.root().string(Dw.AT_name));
    return unitName == null ? "" : unitName;
  }

  /** Its type: what it returns and takes. */
  public Type.Function type() {
    return reader.types.functionType(die);
  }

  /**
   * Where a breakpoint on the function goes, by GDB's rule: its entry if it was compiled with
   * optimisation by GCC (variables of its unit have location lists, which hold from the first
   * instruction on), otherwise behind its prologue.
   */
  public long breakpointAddress() {
    return reader.guarded(entryPc(), () -> Prologue.breakpointAddress(reader, this));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Function f && f.reader == reader && f.die.offset == die.offset;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(die.offset);
  }

  @Override
  public String toString() {
    return name;
  }
}

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
    this.ranges =
        Ranges.of(die).stream()
            .map(r -> new AddressRange(r.low() + reader.bias, r.high() + reader.bias))
            .toList();
    this.name = nameOf(die);
  }

  static String nameOf(Die die) {
    String name = die.name();
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
    Die named = die.having(Dw.AT_linkage_name);
    if (named == null) {
      named = die.having(Dw.AT_MIPS_linkage_name);
      return named == null
          ? Optional.empty()
          : Optional.ofNullable(named.string(Dw.AT_MIPS_linkage_name));
    }
    return Optional.ofNullable(named.string(Dw.AT_linkage_name));
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
    return Functions.entryOf(die).orElse(0) + reader.bias;
  }

  /** The file that declares it. */
  public Optional<SourceFile> declarationFile() {
    return declarationFile(reader, die);
  }

  static Optional<SourceFile> declarationFile(DwarfReader reader, Die die) {
    Die declared = die.having(Dw.AT_decl_file);
    return declared == null
        ? Optional.empty()
        : Optional.of(reader.file(declared.unit, declared.intConstant(Dw.AT_decl_file, 0)));
  }

  /** The line that declares it, 0 if unknown. */
  public int declarationLine() {
    return declarationLine(die);
  }

  static int declarationLine(Die die) {
    Die declared = die.having(Dw.AT_decl_line);
    return declared == null ? 0 : declared.intConstant(Dw.AT_decl_line, 0);
  }

  /** Whether other units see it. */
  public boolean isExternal() {
    Die external = die.having(Dw.AT_external);
    return external != null && external.flag(Dw.AT_external);
  }

  /** The name of the compilation unit as the compiler was given it. */
  public String unitName() {
    String unitName = die.unit.root().string(Dw.AT_name);
    return unitName == null ? "" : unitName;
  }

  /** Its type: what it returns and takes. */
  public Type.Function type() {
    return (Type.Function) reader.types.read(die);
  }

  /**
   * Where a breakpoint on the function goes, by GDB's rule: its entry if it was compiled with
   * optimisation by GCC (variables of its unit have location lists, which hold from the first
   * instruction on), otherwise behind its prologue.
   */
  public long breakpointAddress() {
    return Prologue.breakpointAddress(reader, this);
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

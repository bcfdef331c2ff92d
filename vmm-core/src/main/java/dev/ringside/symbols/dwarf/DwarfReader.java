package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.Progress;
import dev.ringside.symbols.model.SourceFile;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of the reader of one file, wired together. */
final class DwarfReader {
  final ElfImage image;
  final long bias;
  final Problems problems = new Problems();
  final Units units;
  final Lines lines;
  final Functions functions;
  final Expressions expressions;
  final Types types;
  final NameIndex index;
  final Activations activations;

  DwarfReader(ElfImage image, long bias, Progress progress) {
    this.image = image;
    this.bias = bias;
    units = new Units(new DwarfSections(image), problems);
    lines = new Lines(units, bias);
    functions = new Functions(units);
    expressions = new Expressions(functions, bias, image.architecture());
    types = new Types(units, expressions);
    index = new NameIndex(units, progress);
    activations = new Activations(this);
  }

  /** Does some reading; where it meets damage, notes that and gives the other answer. */
  <T extends @Nullable Object> T guarded(T otherwise, Supplier<? extends T> work) {
    try {
      return work.get();
    } catch (MalformedDataException e) {
      problems.add("debug information is damaged: " + e.getMessage());
      return otherwise;
    }
  }

  /** The file that DW_AT_decl_file or DW_AT_call_file names in a unit. */
  SourceFile file(Unit unit, int number) {
    LineTable table = lines.of(unit);
    return table == null
        ? new SourceFile("<unknown>", "<unknown>", "")
        : table.header().file(number);
  }
}

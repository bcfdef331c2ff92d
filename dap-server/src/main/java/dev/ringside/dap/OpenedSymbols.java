package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.program.SourceMap;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.ElfSection;
import dev.ringside.symbols.model.Progress;
import dev.ringside.symbols.model.SymbolFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Opens symbol files; a failure closes what was opened and says which file is at fault. */
final class OpenedSymbols {
  private OpenedSymbols() {}

  static Program open(List<SymbolSource> sources, SourceMap map, Progress progress) {
    List<SymbolFile> files = new ArrayList<>();
    try {
      for (SymbolSource source : sources) {
        files.add(
            SymbolFile.open(
                source.file(), new SymbolFile.Options(bias(source), Map.of(), progress)));
      }
      return new Program(files, map);
    } catch (SymbolFileException e) {
      files.forEach(SymbolFile::close);
      throw new ProtocolError.CannotStart(
          "symbols cannot be read: " + String.valueOf(e.getMessage()));
    }
  }

  /** How far the file's text was moved. */
  private static long bias(SymbolSource source) throws SymbolFileException {
    OptionalLong address = source.address();
    if (address.isEmpty()) {
      return 0;
    }
    try (ElfImage image = ElfImage.open(source.file(), Map.of())) {
      return address.getAsLong() - image.section(".text").map(ElfSection::address).orElse(0L);
    }
  }
}

package dev.ringside.symbols;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.unwind.FramePointers;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.FrameRule;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.symbols.unwind.UnwindResult;
import dev.ringside.symbols.unwind.Unwinder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The symbol files of one guest, and the unwinding of stacks whose frames may be in any of them.
 * Does not own the files. Immutable; callable from any thread.
 *
 * @param files the first goes before the others
 */
public record SymbolFiles(List<SymbolFile> files) {
  public SymbolFiles {
    files = List.copyOf(files);
  }

  /** What the first file was compiled for; x86-64 without any. */
  public Architecture architecture() {
    return files.isEmpty() ? Architecture.X86_64 : files.getFirst().architecture();
  }

  /** What the file with code at an address was compiled for. */
  public Architecture architectureAt(long address) {
    return fileAt(address).map(SymbolFile::architecture).orElseGet(this::architecture);
  }

  /** The file that knows an address. */
  public Optional<SymbolFile> fileAt(long address) {
    for (SymbolFile file : files) {
      if (file.functionAt(address).isPresent() || file.lineAt(address).isPresent()) {
        return Optional.of(file);
      }
    }
    return named(address);
  }

  private Optional<SymbolFile> named(long address) {
    return files.stream().filter(f -> f.symbolAt(address).isPresent()).findFirst();
  }

  /** Finds the caller of a frame; as {@link Unwinder#unwind}. */
  public UnwindResult unwind(FrameRegisters frame, long lookupPc, MemoryReader memory) {
    for (SymbolFile file : files) {
      if (file.unwinder().covers(lookupPc)) {
        return file.unwinder().unwind(frame, lookupPc, memory);
      }
    }
    Optional<SymbolFile> owner = named(lookupPc);
    if (owner.isPresent()) {
      return owner.get().unwinder().unwind(frame, lookupPc, memory);
    }
    return FramePointers.unwind(frame, OptionalLong.empty(), memory);
  }

  /**
   * How a frame at an address is unwound whenever the guest is there, where that is simple; see
   * {@link FrameRule}.
   */
  public FrameRule frameRule(long address) {
    for (SymbolFile file : files) {
      if (file.unwinder().covers(address)) {
        return file.unwinder().frameRule(address);
      }
    }
    return named(address)
        .map(file -> file.unwinder().frameRule(address))
        .orElseGet(FrameRule.Guessed::new);
  }

  /** The rule for the canonical frame address at an address, if it is a simple one. */
  public Optional<Unwinder.CfaRule> cfaRule(long address) {
    for (SymbolFile file : files) {
      Optional<Unwinder.CfaRule> rule = file.unwinder().cfaRule(address);
      if (rule.isPresent()) {
        return rule;
      }
    }
    return Optional.empty();
  }

  /** The canonical frame address of a frame; empty where it is not known. */
  public OptionalLong cfa(FrameRegisters frame, long lookupPc, MemoryReader memory) {
    for (SymbolFile file : files) {
      if (file.unwinder().covers(lookupPc)) {
        return file.unwinder().cfa(frame, lookupPc, memory);
      }
    }
    return unwind(frame, lookupPc, memory) instanceof UnwindResult.Caller caller
        ? OptionalLong.of(caller.cfa())
        : OptionalLong.empty();
  }
}

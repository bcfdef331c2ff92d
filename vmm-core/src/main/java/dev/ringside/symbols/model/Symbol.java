package dev.ringside.symbols.model;

/**
 * One entry of a symbol table.
 *
 * @param name as the table has it, not demangled
 * @param address guest-virtual address, load bias applied
 * @param size in bytes; 0 where the table does not say, as for labels in assembly
 * @param kind what it names
 * @param binding who sees it
 * @param section the section's name ({@code .text}); empty for an absolute symbol
 */
public record Symbol(
    String name, long address, long size, Kind kind, Binding binding, String section) {

  /** What a symbol names. */
  public enum Kind {
    FUNCTION,
    OBJECT,
    /** No type given: mostly labels in assembly and linker scripts. */
    LABEL,
    /** An offset in thread-local storage, not an address. */
    THREAD_LOCAL
  }

  /** Who sees a symbol. */
  public enum Binding {
    LOCAL,
    WEAK,
    GLOBAL
  }

  /** A symbol and how far behind its start an address lies. */
  public record At(Symbol symbol, long offset) {
    /** {@code name+0x1f}, or the name alone at its start. */
    @Override
    public String toString() {
      return offset == 0 ? symbol.name : symbol.name + "+0x" + Long.toHexString(offset);
    }
  }
}

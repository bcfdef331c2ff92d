package dev.ringside.symbols.model;

/**
 * One row of a line table (DWARF 5, 6.2.2) with the addresses it covers.
 *
 * @param address the first address, load bias applied
 * @param endAddress the address of the next row with another address; the row covers up to here
 * @param file the source file
 * @param line from 1; 0 is code of no line
 * @param column from 1; 0 if the table does not say
 * @param isStatement a recommended place for a breakpoint
 * @param prologueEnd the row after the function's prologue
 */
public record LineRow(
    long address,
    long endAddress,
    SourceFile file,
    int line,
    int column,
    boolean isStatement,
    boolean prologueEnd) {

  /** {@code init/main.c:913}. */
  @Override
  public String toString() {
    return file.name() + ":" + line;
  }
}

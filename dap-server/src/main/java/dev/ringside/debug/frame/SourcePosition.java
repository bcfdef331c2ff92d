package dev.ringside.debug.frame;

/**
 * A place in a source file.
 *
 * @param path DWARF's path after the session's source map, whether the file is there or not
 * @param name the path relative to the compilation directory, for people
 * @param line from 1
 * @param column from 1; 0 if unknown
 */
public record SourcePosition(String path, String name, int line, int column) {
  @Override
  public String toString() {
    return name + ":" + line;
  }
}

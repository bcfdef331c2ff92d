package dev.ringside.symbols.model;

/**
 * A source file that a line table names.
 *
 * @param path as DWARF says: name joined to its directory, joined to the compilation directory,
 *     {@code .} and {@code ..} resolved; absolute unless the compiler was told to map prefixes away
 * @param name the same relative to the compilation directory where it lies below it, else {@code
 *     path}
 * @param compilationDirectory DW_AT_comp_dir, or empty
 */
public record SourceFile(String path, String name, String compilationDirectory) {

  /**
   * Whether a client's path means this file: the paths are equal, or one ends in the other's whole
   * components. Backslashes count as slashes.
   */
  public boolean matches(String clientPath) {
    String wanted = normalize(clientPath);
    return endsWith(path, wanted) || endsWith(wanted, path) || endsWith(wanted, name);
  }

  private static boolean endsWith(String longer, String shorter) {
    int at = longer.length() - shorter.length();
    return !shorter.isEmpty()
        && at >= 0
        && longer.endsWith(shorter)
        && (at == 0 || shorter.startsWith("/") || longer.charAt(at - 1) == '/');
  }

  /** Resolves {@code .}, {@code ..} and doubled slashes; turns backslashes into slashes. */
  public static String normalize(String path) {
    String slashes = path.replace('\\', '/');
    if (!slashes.contains("//") && !slashes.contains("./") && !slashes.endsWith("/.")) {
      return slashes.endsWith("/..") ? resolve(slashes) : slashes;
    }
    return resolve(slashes);
  }

  private static String resolve(String path) {
    boolean absolute = path.startsWith("/");
    java.util.ArrayDeque<String> parts = new java.util.ArrayDeque<>();
    int start = 0;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      String part = path.substring(start, end);
      if (part.equals("..")) {
        if (!parts.isEmpty() && !parts.getLast().equals("..")) {
          parts.removeLast();
        } else if (!absolute) {
          parts.addLast(part);
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
      start = end + 1;
    }
    return (absolute ? "/" : "") + String.join("/", parts);
  }

  @Override
  public String toString() {
    return name;
  }
}

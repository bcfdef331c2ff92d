package dev.ringside.symbols.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A symbol file could not be opened. The message is one sentence for the user: which file, what is
 * wrong with it, and what to do where that is known.
 */
public abstract sealed class SymbolFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private SymbolFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /** The file does not exist, is no regular file, or reading it failed. */
  public static final class Unreadable extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public Unreadable(Path file, String problem, @Nullable Throwable cause) {
      super(file, problem, cause);
    }
  }

  /** The file has no bytes. */
  public static final class Empty extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public Empty(Path file) {
      super(file, "the file is empty", null);
    }
  }

  /** Headers point behind the end of the file. */
  public static final class Truncated extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public Truncated(Path file, String problem) {
      super(file, problem, null);
    }
  }

  /** The file does not begin with ELF's magic number. */
  public static final class NotElf extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public NotElf(Path file, String problem) {
      super(file, problem, null);
    }
  }

  /** An ELF file, but not for x86-64 or i386. */
  public static final class WrongArchitecture extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public WrongArchitecture(Path file, String problem) {
      super(file, problem, null);
    }
  }

  /** Debug sections are compressed in a way that cannot be undone here. */
  public static final class Compressed extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public Compressed(Path file, String problem) {
      super(file, problem, null);
    }
  }

  /** Headers contradict themselves. */
  public static final class Malformed extends SymbolFileException {
    private static final long serialVersionUID = 1L;

    public Malformed(Path file, String problem) {
      super(file, problem, null);
    }
  }
}

package dev.ringside.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** What is at the other end of the standard streams. */
final class Terminal {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  private Terminal() {}

  /**
   * Whether standard error may have colour: it is a terminal, and NO_COLOR (no-color.org) unset.
   */
  static boolean colourOnStandardError() {
    return colour(STANDARD_ERROR);
  }

  /** Whether standard output may have colour. */
  static boolean colourOnStandardOutput() {
    return colour(STANDARD_OUTPUT);
  }

  private static boolean colour(int descriptor) {
    return System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(System.getenv("TERM"))
        && isTerminal(descriptor);
  }

  /** The C library's isatty, which Windows' calls _isatty; false where there is neither. */
  @SuppressWarnings("restricted") // The jar's manifest enables native access.
  private static boolean isTerminal(int descriptor) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> function =
        linker.defaultLookup().find("isatty").or(() -> linker.defaultLookup().find("_isatty"));
    if (function.isEmpty()) {
      return false;
    }
    try {
      int answer =
          (int)
              linker
                  .downcallHandle(
                      function.get(),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                  .invokeExact(descriptor);
      return answer != 0;
    } catch (Throwable e) {
      throw new IllegalStateException("isatty cannot be called", e);
    }
  }
}

package dev.ringside.symbols.model;

/**
 * Told how far a long read has come. Called from whichever threads do the work, several at once: an
 * implementation must be thread-safe and quick.
 */
@FunctionalInterface
public interface Progress {
  /** Nobody is listening. */
  Progress NONE = (task, done, total) -> {};

  /**
   * @param task what is being read, for people ("Indexing vmlinux")
   * @param done units of work done, 0 to {@code total}
   * @param total units of work in all
   */
  void report(String task, long done, long total);
}

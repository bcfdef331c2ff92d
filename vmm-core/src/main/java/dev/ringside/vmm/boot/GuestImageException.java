package dev.ringside.vmm.boot;

/**
 * A guest image, or its initrd, that cannot be booted. The message is one line that starts with the
 * file's name.
 */
public final class GuestImageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ImageProblem problem;

  GuestImageException(String name, ImageProblem problem) {
    super(name + ": " + problem.message());
    this.problem = problem;
  }

  /** What is wrong. */
  public ImageProblem problem() {
    return problem;
  }
}

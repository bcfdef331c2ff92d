package dev.ringside.vmm.soft;

/** Placeholder until the page walker lands: linear = physical. */
final class PageWalker {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int FETCH = 2;

  private final Processor c;

  PageWalker(Processor c) {
    this.c = c;
  }

  long translate(long linear, int access, int privilege) {
    return linear;
  }

  long wrap(long linear) {
    return c.mode.isLong() ? linear : linear & 0xffff_ffffL;
  }

  ExitSignal mmioExit(long gpa, long linear, boolean write, int size, long value) {
    throw new StopSignal(String.format("no RAM at 0x%x", gpa));
  }
}

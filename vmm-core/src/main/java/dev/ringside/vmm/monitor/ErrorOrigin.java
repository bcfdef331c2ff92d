package dev.ringside.vmm.monitor;

/** Where an error of our own happened, in one line: a stack trace never reaches a user. */
final class ErrorOrigin {
  private ErrorOrigin() {}

  static String where(Throwable t) {
    StackTraceElement[] trace = t.getStackTrace();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(4, trace.length); i++) {
      text.append(i == 0 ? " at " : " < ").append(trace[i]);
    }
    return text.toString();
  }
}

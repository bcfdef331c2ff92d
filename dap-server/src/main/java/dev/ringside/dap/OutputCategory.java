package dev.ringside.dap;

import java.util.Locale;

/** DAP's categories of output events, as far as they are used. */
enum OutputCategory {
  CONSOLE,
  STDOUT,
  STDERR;

  String dapName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

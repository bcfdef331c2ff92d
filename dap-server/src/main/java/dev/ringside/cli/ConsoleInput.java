package dev.ringside.cli;

import dev.ringside.vmm.VirtualMachine;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Standard input as the guest's COM1 input. Owns a daemon thread that reads it until its end. */
final class ConsoleInput {
  private ConsoleInput() {}

  /** Whether a person sits at standard input. */
  @SuppressWarnings("SystemConsoleNull") // Some platforms still have none.
  static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  static void feed(VirtualMachine vm) {
    vm.serialInputAttached(true);
    Thread reader = new Thread(() -> read(vm, System.in), "ringside-console");
    reader.setDaemon(true);
    reader.start();
  }

  private static void read(VirtualMachine vm, InputStream in) {
    byte[] buffer = new byte[4096];
    try {
      int n;
      while ((n = in.read(buffer)) >= 0) {
        vm.serialInput(Arrays.copyOf(buffer, n));
      }
    } catch (IOException e) {
      System.err.println("ringside: standard input cannot be read: " + e.getMessage());
    }
    vm.serialInputAttached(false);
  }
}

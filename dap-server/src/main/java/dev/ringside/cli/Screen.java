package dev.ringside.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The terminal's second screen, and its keys one by one where there is an {@code stty}. Closing it,
 * and the process's end, give the terminal back as it was. Owns a daemon thread that reads keys.
 */
final class Screen implements AutoCloseable {
  private static final int USUAL_ROWS = 24;
  private static final File TERMINAL = new File("/dev/tty");

  /** How often an end that no key announces is looked for. */
  private static final long LOOK_MILLIS = 100;

  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  private final CountDownLatch left = new CountDownLatch(1);
  private final Thread restorer = new Thread(this::restore, "ringside-screen");
  private final @Nullable String before = stty("-g");
  private int rows = USUAL_ROWS;
  private boolean restored;

  private Screen() {
    Runtime.getRuntime().addShutdownHook(restorer);
    stty("-icanon", "-echo", "min", "1");
    out.print("\033[?1049h\033[?25l");
    Thread keys = new Thread(this::readKeys, "ringside-keys");
    keys.setDaemon(true);
    keys.start();
  }

  /** Whether people sit at both ends: at standard input and at standard output. */
  @SuppressWarnings("SystemConsoleNull") // Some platforms still have none.
  static boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal() && Terminal.colourOnStandardOutput();
  }

  /** Takes the terminal. */
  static Screen open() {
    return new Screen();
  }

  /** How many lines there is room for now. */
  int rows() {
    String size = stty("size");
    String[] numbers = size == null ? new String[0] : size.strip().split(" ", -1);
    if (numbers.length == 2 && numbers[0].matches("[1-9]\\d{0,3}")) {
      rows = Integer.parseInt(numbers[0]);
    }
    return rows;
  }

  /** Shows lines instead of what was there; what is too wide is cut off. */
  void show(List<String> lines) {
    out.print("\033[H");
    for (int i = 0; i < lines.size(); i++) {
      // The terminal cuts off while wrapping is off; escape sequences stay whole.
      out.print(i == 0 ? "\033[?7l" : "\n");
      out.print(lines.get(i));
      out.print("\033[0m\033[K");
    }
    out.print("\033[J\033[?7h");
    out.flush();
  }

  /** Waits; true as soon as somebody wants to leave or the condition holds. */
  boolean isLeft(long millis, BooleanSupplier over) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (!over.getAsBoolean() && System.nanoTime() < until) {
        if (left.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void readKeys() {
    InputStream in = System.in;
    try {
      int key;
      while ((key = in.read()) >= 0) {
        if (key == 'q' || key == 'Q') {
          break;
        }
      }
    } catch (IOException e) {
      // No keys any more: there is nobody to wait for.
    }
    left.countDown();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(restorer);
    } catch (IllegalStateException e) {
      // The process ends: whoever comes first restores.
    }
    restore();
  }

  private synchronized void restore() {
    if (!restored) {
      restored = true;
      out.print("\033[?25h\033[?1049l");
      out.flush();
      if (before != null) {
        stty(before.strip());
      }
    }
  }

  /** What stty says; null where there is none. */
  private static @Nullable String stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? said : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}

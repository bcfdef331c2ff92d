package dev.ringside.dap;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;

/**
 * Prints how long a client waits: line steps, instruction steps, everything a client asks after a
 * stop, and 4 KiB of memory, in milliseconds. The peer's figures are lldb-vscode-14's with QEMU.
 */
public final class Latencies {
  private static final int ROUNDS = 400;

  private Latencies() {}

  /** Measures twice, and prints the second time. */
  public static void main(String[] args) {
    measure(false);
    measure(true);
  }

  private static void measure(boolean print) {
    try (TestSession session = new TestSession()) {
      session.launch("compute", "cmdline", "scale=1");
      session.breakIn("kmain");
      session.configured();
      session.stopped();
      session.breakIn("sieve", "quicksort", "sort");
      session.client.ok("continue", "threadId", 1);
      session.stopped();
      session.breakIn();
      double[] lines = new double[ROUNDS];
      double[] looks = new double[ROUNDS];
      double[] instructions = new double[ROUNDS];
      double[] memory = new double[ROUNDS];
      int variables = 0;
      for (int i = 0; i < ROUNDS; i++) {
        lines[i] = timed(() -> step(session, "line"));
        instructions[i] = timed(() -> step(session, "instruction"));
        int[] seen = new int[1];
        looks[i] = timed(() -> seen[0] = look(session));
        variables = seen[0];
        memory[i] =
            timed(
                () ->
                    session.client.ok("readMemory", "memoryReference", "0x100000", "count", 4096));
      }
      if (print) {
        show("line step, request to stopped", lines, "2.1/3.3");
        show("instruction step", instructions, "0.9/1.1");
        show("stackTrace + scopes + " + variables + " variables", looks, "10/15 (135)");
        show("4 KiB of memory", memory, "0.9/1.2");
      }
    }
  }

  private static void step(TestSession session, String granularity) {
    session.client.ok("next", "threadId", 1, "granularity", granularity);
    session.stopped();
  }

  /** What VS Code asks for, with every register and local expanded. */
  private static int look(TestSession session) {
    JsonArray frames = session.client.ok("stackTrace", "threadId", 1).getAsJsonArray("stackFrames");
    int frame = frames.get(0).getAsJsonObject().get("id").getAsInt();
    int count = 0;
    for (JsonElement scope :
        session.client.ok("scopes", "frameId", frame).getAsJsonArray("scopes")) {
      JsonObject s = scope.getAsJsonObject();
      for (JsonElement child : children(session, s)) {
        count++;
        JsonObject c = child.getAsJsonObject();
        boolean registers = s.get("name").getAsString().equals("Registers");
        if (registers && c.get("variablesReference").getAsInt() > 0) {
          count += children(session, c).size();
        }
      }
    }
    return count;
  }

  private static JsonArray children(TestSession session, JsonObject parent) {
    return session
        .client
        .ok("variables", "variablesReference", parent.get("variablesReference").getAsInt())
        .getAsJsonArray("variables");
  }

  private static double timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static void show(String what, double[] millis, String peer) {
    Arrays.sort(millis);
    System.out.printf(
        "%-55s p50 %6.2f ms  p95 %6.2f ms   (lldb-vscode-14: %s ms)%n",
        what, millis[ROUNDS / 2], millis[ROUNDS * 95 / 100], peer);
  }
}

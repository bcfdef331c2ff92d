package dev.ringside.debug;

import dev.ringside.debug.breakpoint.BreakpointState;
import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.samples.SampleGuests;

/**
 * Prints how many conditions a second are evaluated beside the trap, by the time that a loop of
 * {@code rings} takes to a given count of hits. Run by hand; asserts nothing.
 */
final class ConditionRate {
  private static final int HITS = 400_000;

  private ConditionRate() {}

  public static void main(String[] arguments) {
    measure("no condition", Modifiers.NONE.condition());
    measure("register", "$rax != 0x123456789");
    measure("two registers", "$rax != 0x123456789 && ($r15 & 0xff) != 0x100");
    measure("local variable", "i != 123456789");
    measure("two locals", "i != 123456789 && loops > 5");
    measure("global", "expected_id != 123456789");
  }

  private static void measure(String name, String condition) {
    try (Rig rig = Rig.on("rings", "loops=100000000")) {
      var file = SampleGuests.directory().resolve("rings/user.c");
      BreakpointState state =
          rig.breakOn(
              file, "sum += syscall2(SYS_GET_ID", new Modifiers(condition, "% " + HITS, ""));
      rig.resume();
      long start = System.nanoTime();
      rig.resume();
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%-16s %-44s %,10.0f hits/s (%d location)%n",
          name, condition, HITS / seconds, state.locations());
    }
  }
}

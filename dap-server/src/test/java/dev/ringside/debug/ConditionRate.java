package dev.ringside.debug;

import dev.ringside.debug.breakpoint.BreakpointListener;
import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.Breakpoints;
import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.debug.target.Target;
import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.control.Condition;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prints how many conditions a second are evaluated beside the trap: alone, and with the loop of
 * {@code rings} around them, which makes a system call for each hit. Run by hand; asserts nothing.
 */
final class ConditionRate {
  private static final int HITS = 200_000;
  private static final int ALONE = 1_000_000;

  private ConditionRate() {}

  public static void main(String[] arguments) {
    for (String condition :
        List.of(
            "$rax == 5",
            "$rax == 5 && ($r15 & 0xff) == 0x100",
            "number == 123456789",
            "number == 123456789 || first + 5 < 2",
            "*(unsigned char *)$rsp == 256")) {
      System.out.printf(
          "%-40s alone %,12.0f/s   in a loop %,10.0f/s%n",
          condition, alone(condition), inLoop("!(" + condition + ")"));
    }
  }

  private static Path file() {
    return SampleGuests.directory().resolve("rings/user.c");
  }

  private static double inLoop(String condition) {
    try (Rig rig = Rig.on("rings", "loops=100000000")) {
      rig.breakOn(file(), "uint64_t result;", new Modifiers(condition, "% " + HITS, ""));
      rig.resume();
      long start = System.nanoTime();
      rig.resume();
      return HITS / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static double alone(String condition) {
    try (Rig rig = Rig.on("rings")) {
      rig.breakOn(file(), "uint64_t result;");
      rig.resume();
      Condition compiled = compile(rig, condition);
      return rig.session
          .target()
          .onVcpu(
              0,
              view -> {
                long start = 0;
                for (int i = 0; i < 2 * ALONE; i++) {
                  if (i == ALONE) {
                    start = System.nanoTime();
                  }
                  if (compiled.stopsAt(view.cpu())) {
                    throw new AssertionError(condition + " holds");
                  }
                }
                return ALONE / ((System.nanoTime() - start) / 1e9);
              });
    }
  }

  /** What a breakpoint with that condition hands to its target. */
  private static Condition compile(Rig rig, String condition) {
    List<BreakpointSet> handed = new ArrayList<>();
    Target real = rig.session.target();
    Target spy =
        (Target)
            Proxy.newProxyInstance(
                Target.class.getClassLoader(),
                new Class<?>[] {Target.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("setBreakpoints")) {
                    handed.add((BreakpointSet) arguments[0]);
                    return null;
                  }
                  return method.invoke(real, arguments);
                });
    BreakpointListener silent =
        new BreakpointListener() {
          @Override
          public void logged(int id, String text, Optional<SourcePosition> position) {}

          @Override
          public void conditionFailed(int id, String message) {
            throw new AssertionError(message);
          }
        };
    Breakpoints breakpoints = new Breakpoints(spy, rig.session.program(), silent);
    breakpoints.add(
        new BreakpointSpec.Source(
            file().toString(),
            Sources.lineOf(file(), "uint64_t result;"),
            0,
            new Modifiers(condition, "", "")));
    return handed.getLast().byAddress().values().iterator().next().getFirst().condition();
  }
}

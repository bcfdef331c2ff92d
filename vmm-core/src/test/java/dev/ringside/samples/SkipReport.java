package dev.ringside.samples;

import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints at the end of a test run which tests were skipped, and why; registered for every module.
 */
public final class SkipReport implements TestExecutionListener {
  private final Map<String, String> reasons = new TreeMap<>();

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    reasons.put(name(test), reason);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.ABORTED) {
      reasons.put(
          name(test),
          result.getThrowable().map(t -> String.valueOf(t.getMessage())).orElse("no reason given"));
    }
  }

  @Override
  public synchronized void testPlanExecutionFinished(TestPlan plan) {
    reasons.forEach(
        (test, reason) ->
            System.out.println(
                "SKIPPED " + test + ": " + reason.replaceFirst("^Assumption failed: ", "")));
    reasons.clear();
  }

  private static String name(TestIdentifier test) {
    String[] parts = test.getUniqueId().split("\\[class:", 2);
    String container =
        parts.length < 2 ? "" : parts[1].replaceFirst("].*", "").replaceFirst(".*\\.", "");
    return container.isEmpty() ? test.getDisplayName() : container + "." + test.getDisplayName();
  }
}

package dev.ringside.profiler.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** {@code ringside.Run}: the machine was not stopped for a debugger. */
@Name("ringside.Run")
@Label("Run")
@Category("Ringside")
@Description("The machine ran, from when a debugger let it go to when it stopped")
@StackTrace(false)
@Threshold("0 ns")
final class RunEvent extends Event {
  @Label("Ring")
  @Description("Privilege level at its beginning")
  int ring;
}

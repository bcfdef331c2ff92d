package dev.ringside.profiler.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code ringside.Summary}: the last event of a recording; what it should hold. */
@Name("ringside.Summary")
@Label("Summary")
@Category("Ringside")
@Description("How many events the recording should hold: any that are not there were lost")
@StackTrace(false)
final class SummaryEvent extends Event {
  @Label("Guest")
  String guest = "";

  @Label("Backend")
  String backend = "";

  @Label("VM Exits")
  long exits;

  @Label("Ring Transitions")
  long ringTransitions;

  @Label("Guest Instructions")
  @Description("Completed by the guest since power-on; -1 where nobody counts")
  long instructions;
}

package dev.ringside.profiler.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** {@code ringside.RingTransition}: the guest changed its privilege level. An instant. */
@Name("ringside.RingTransition")
@Label("Ring Transition")
@Category("Ringside")
@Description("The guest changed its privilege level")
@StackTrace(false)
final class RingTransitionEvent extends Event {
  @Label("From Ring")
  int from;

  @Label("To Ring")
  int to;

  @Label("Mechanism")
  String mechanism = "";

  @Label("Vector")
  @Description("Of an exception, interrupt or INT n; -1 for the other mechanisms")
  int vector;

  @Label("From Address")
  @Description("Linear address of the instruction that left, or that was interrupted")
  @MemoryAddress
  long fromRip;

  @Label("To Address")
  @Description("Linear address of the first instruction in the new ring")
  @MemoryAddress
  long toRip;

  @Label("Handler")
  @Description("Where a more privileged ring was entered")
  @Nullable String handler;

  @Label("vCPU")
  int vcpu;

  @Label("Guest Instructions")
  @Description("Completed by the vCPU so far; -1 where nobody counts")
  long instructions;
}

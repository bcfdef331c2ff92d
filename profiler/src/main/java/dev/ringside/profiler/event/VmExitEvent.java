package dev.ringside.profiler.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** {@code ringside.VmExit}: from an exit to the next entry. */
@Name("ringside.VmExit")
@Label("VM Exit")
@Category("Ringside")
@Description("A VM exit, from the exit to the next VM entry")
@StackTrace(false)
@Threshold("0 ns")
final class VmExitEvent extends Event {
  /** A cost that is none: what JFR's readers show as not available. */
  static final long NO_ENTRY = Long.MIN_VALUE;

  @Label("Exit Reason")
  @Description("Linux's EXIT_REASON_* without the prefix")
  String reason = "";

  @Label("Exit Reason Number")
  @Description("The SDM's basic exit reason")
  int number;

  @Label("Detail")
  @Description("What tells this exit from others of its reason")
  String detail = "";

  @Label("Instruction Pointer")
  @Description("Linear address of the exiting instruction")
  @MemoryAddress
  long rip;

  @Label("Symbol")
  @Nullable String symbol;

  @Label("Source")
  @Description("File relative to the compilation directory, and line")
  @Nullable String source;

  @Label("Approximate")
  @Description("The processor could not tell the instruction: the one before the next was taken")
  boolean approximate;

  @Label("Call Path")
  @Description(
      "Calls that led to the exit, outermost first; of exits that are many, not every one has it")
  @Nullable String path;

  @Label("Ring")
  @Description("Privilege level that the guest ran at")
  int cpl;

  @Label("vCPU")
  int vcpu;

  @Label("Cost")
  @Description(
      "Host time from exit to entry, without debugger stops and sleep in HLT; none where no entry"
          + " followed")
  @Timespan(Timespan.NANOSECONDS)
  long cost = NO_ENTRY;

  @Label("Overhead")
  @Description("What taking the call path took, before the exit was handled")
  @Timespan(Timespan.NANOSECONDS)
  long overhead;

  @Label("Idle")
  @Description("Sleep in HLT")
  @Timespan(Timespan.NANOSECONDS)
  long idle;
}

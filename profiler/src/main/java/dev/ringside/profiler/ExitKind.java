package dev.ringside.profiler;

import dev.ringside.vmm.VmExit;
import org.jspecify.annotations.Nullable;

/**
 * VM exits of one reason and detail from one address and ring, counted. Confined to the vCPU's
 * thread; {@link #copy} is for handing over.
 */
final class ExitKind {
  private final VmExit example;
  private final int index;
  private final boolean collective;
  private final ExitTally tally;

  /** What {@link ExitNames} has found out about it. */
  ExitNames.@Nullable Named named;

  /** How many of its exits had their call path taken, and what was counted up to the last such. */
  long taken;

  long countTaken;
  long totalTaken;

  ExitKind(VmExit example, int index, boolean collective) {
    this(example, index, collective, new ExitTally());
  }

  private ExitKind(VmExit example, int index, boolean collective, ExitTally tally) {
    this.example = example;
    this.index = index;
    this.collective = collective;
    this.tally = tally;
  }

  /**
   * A number that differs between exits of one reason whose {@link VmExit#detail} differs, but for
   * exits whose detail is text of their own: those need {@link #isOf} too.
   */
  static long detailOf(VmExit exit) {
    return switch (exit) {
      case VmExit.ExceptionNmi e -> e.vector();
      case VmExit.ExternalInterrupt e -> e.vector();
      case VmExit.TripleFault e -> 0;
      case VmExit.InterruptWindow e -> 0;
      case VmExit.NmiWindow e -> 0;
      case VmExit.TaskSwitch e -> e.selector();
      case VmExit.Cpuid e -> e.leaf();
      case VmExit.Hlt e -> 0;
      case VmExit.Vmcall e -> e.number();
      case VmExit.CrAccess e -> e.register() << 2 | e.access();
      case VmExit.DrAccess e -> e.register() << 1 | bit(e.write());
      case VmExit.IoInstruction e ->
          (long) e.port() << 16 | e.size() << 8 | bit(e.in()) << 1 | bit(e.string());
      case VmExit.MsrRead e -> e.msr();
      case VmExit.MsrWrite e -> e.msr();
      case VmExit.EptViolation e -> e.gpa() << 2 | bit(e.write()) << 1 | bit(e.fetch());
      case VmExit.EptMisconfig e -> e.gpa() << 2 | bit(e.write()) << 1;
      case VmExit.Wbinvd e -> 0;
      case VmExit.Xsetbv e -> e.register();
      case VmExit.Instruction e -> e.detail().hashCode();
      case VmExit.Event e -> e.detail().hashCode();
      case VmExit.EntryFailure e -> e.check().hashCode();
    };
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  /** Whether the exit, of this kind's reason, detail number, address and ring, is of this kind. */
  boolean isOf(VmExit exit) {
    return switch (exit) {
      case VmExit.Instruction e -> e.detail().equals(example.detail());
      case VmExit.Event e -> e.detail().equals(example.detail());
      case VmExit.EntryFailure e -> e.check().equals(example.detail());
      case VmExit.ExceptionNmi e -> true;
      case VmExit.ExternalInterrupt e -> true;
      case VmExit.TripleFault e -> true;
      case VmExit.InterruptWindow e -> true;
      case VmExit.NmiWindow e -> true;
      case VmExit.TaskSwitch e -> true;
      case VmExit.Cpuid e -> true;
      case VmExit.Hlt e -> true;
      case VmExit.Vmcall e -> true;
      case VmExit.CrAccess e -> true;
      case VmExit.DrAccess e -> true;
      case VmExit.IoInstruction e -> true;
      case VmExit.MsrRead e -> true;
      case VmExit.MsrWrite e -> true;
      case VmExit.EptViolation e -> true;
      case VmExit.EptMisconfig e -> true;
      case VmExit.Wbinvd e -> true;
      case VmExit.Xsetbv e -> true;
    };
  }

  void exited() {
    tally.exited();
  }

  /** The next entry followed after that many nanoseconds. */
  void entered(long nanos) {
    tally.entered(nanos);
  }

  ExitKind copy() {
    ExitKind copy = new ExitKind(example, index, collective, tally.copy());
    copy.taken = taken;
    copy.countTaken = countTaken;
    copy.totalTaken = totalTaken;
    return copy;
  }

  /** Adds what another kind counted; for rows that several addresses share. */
  void add(ExitKind other) {
    tally.add(other.tally);
  }

  ExitTally tally() {
    return tally;
  }

  /** Its number among all kinds, from 0. */
  int index() {
    return index;
  }

  long count() {
    return tally.count();
  }

  long total() {
    return tally.total();
  }

  VmExit example() {
    return example;
  }

  /** Whether it stands for all further details and places of its reason and ring. */
  boolean isCollective() {
    return collective;
  }

  /** The detail, as a row shows it. */
  String detail() {
    return collective ? "others" : example.detail();
  }

  TrapRow row(Place place, int vcpu) {
    return tally.row(example.reason(), detail(), place, example.at().cpl(), vcpu);
  }
}

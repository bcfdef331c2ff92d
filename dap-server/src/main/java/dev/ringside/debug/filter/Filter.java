package dev.ringside.debug.filter;

import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A kind of event to stop at, by the id that clients use. */
public sealed interface Filter {
  /** {@code exit:CPUID}. */
  String id();

  /** For people: {@code VM exit: CPUID}. */
  String label();

  /** What it is about, in a sentence. */
  String description();

  /** Whether it is on unless the user turns it off. */
  default boolean isDefault() {
    return false;
  }

  /** Every VM exit. */
  record AnyExit() implements Filter {
    @Override
    public String id() {
      return "exit:any";
    }

    @Override
    public String label() {
      return "VM exit: any";
    }

    @Override
    public String description() {
      return "Stops before any VM exit is handled";
    }
  }

  /** VM exits of one reason. */
  record Exit(ExitReason reason) implements Filter {
    @Override
    public String id() {
      return "exit:" + reason.name();
    }

    @Override
    public String label() {
      return "VM exit: " + reason.name();
    }

    @Override
    public String description() {
      return "Exit reason " + reason.number() + ": " + reason.meaning();
    }
  }

  /** Every change of ring. */
  record AnyRing() implements Filter {
    @Override
    public String id() {
      return "ring:any";
    }

    @Override
    public String label() {
      return "Ring transition: any";
    }

    @Override
    public String description() {
      return "Stops at the first instruction after any change of ring";
    }
  }

  /** Changes from one ring to another. */
  record Ring(int from, int to) implements Filter {
    @Override
    public String id() {
      return "ring:" + from + "-" + to;
    }

    @Override
    public String label() {
      return "Ring transition: " + from + " → " + to;
    }

    @Override
    public String description() {
      return "Stops at the first instruction in ring " + to + " after ring " + from;
    }
  }

  /** One exception vector. */
  record AtVector(int vector) implements Filter {
    @Override
    public String id() {
      return "exception:" + vector;
    }

    @Override
    public String label() {
      return Vector.name(vector);
    }

    @Override
    public String description() {
      return "Stops before vector " + vector + " is delivered to the guest";
    }
  }

  /** The end of the guest by a triple fault. */
  record TripleFault() implements Filter {
    @Override
    public String id() {
      return "triple-fault";
    }

    @Override
    public String label() {
      return "Triple fault";
    }

    @Override
    public String description() {
      return "Stops before a triple fault ends the guest";
    }

    @Override
    public boolean isDefault() {
      return true;
    }
  }

  /** The reasons that the default controls can cause, those first that are looked for most. */
  List<ExitReason> USUAL_REASONS =
      List.of(
          ExitReason.CPUID,
          ExitReason.IO_INSTRUCTION,
          ExitReason.MSR_READ,
          ExitReason.MSR_WRITE,
          ExitReason.CR_ACCESS,
          ExitReason.DR_ACCESS,
          ExitReason.HLT,
          ExitReason.EPT_MISCONFIG,
          ExitReason.EPT_VIOLATION,
          ExitReason.EXTERNAL_INTERRUPT,
          ExitReason.INTERRUPT_WINDOW,
          ExitReason.NMI_WINDOW,
          ExitReason.EXCEPTION_NMI,
          ExitReason.VMCALL,
          ExitReason.XSETBV,
          ExitReason.WBINVD,
          ExitReason.INVD,
          ExitReason.RDPMC,
          ExitReason.MONITOR_INSTRUCTION,
          ExitReason.MWAIT_INSTRUCTION,
          ExitReason.TASK_SWITCH,
          ExitReason.TRIPLE_FAULT,
          ExitReason.GETSEC,
          ExitReason.VMCLEAR,
          ExitReason.VMLAUNCH,
          ExitReason.VMPTRLD,
          ExitReason.VMPTRST,
          ExitReason.VMREAD,
          ExitReason.VMRESUME,
          ExitReason.VMWRITE,
          ExitReason.VMOFF,
          ExitReason.VMON,
          ExitReason.INVEPT,
          ExitReason.INVVPID);

  /** All that a client is offered, in the order to show them. */
  static List<Filter> offered() {
    List<Filter> all = new ArrayList<>();
    all.add(new TripleFault());
    all.add(new AnyRing());
    all.add(new Ring(3, 0));
    all.add(new Ring(0, 3));
    all.add(new AnyExit());
    USUAL_REASONS.forEach(r -> all.add(new Exit(r)));
    for (int vector = 0; vector <= 21; vector++) {
      all.add(new AtVector(vector));
    }
    return all;
  }

  /** The filter of an id: any exit reason, ring pair and vector, offered or not. */
  static Optional<Filter> parse(String id) {
    if (id.equals("triple-fault")) {
      return Optional.of(new TripleFault());
    }
    int colon = id.indexOf(':');
    String rest = id.substring(colon + 1);
    return switch (colon < 0 ? "" : id.substring(0, colon)) {
      case "exit" -> exit(rest);
      case "ring" -> ring(rest);
      case "exception" -> exception(rest);
      default -> Optional.empty();
    };
  }

  private static Optional<Filter> exit(String rest) {
    if (rest.equals("any")) {
      return Optional.of(new AnyExit());
    }
    for (ExitReason reason : ExitReason.values()) {
      if (reason.name().equals(rest.toUpperCase(Locale.ROOT))
          || Integer.toString(reason.number()).equals(rest)) {
        return Optional.of(new Exit(reason));
      }
    }
    return Optional.empty();
  }

  private static Optional<Filter> ring(String rest) {
    if (rest.equals("any")) {
      return Optional.of(new AnyRing());
    }
    if (rest.matches("[0-3]-[0-3]")) {
      return Optional.of(new Ring(rest.charAt(0) - '0', rest.charAt(2) - '0'));
    }
    return Optional.empty();
  }

  private static Optional<Filter> exception(String rest) {
    if (rest.matches("\\d{1,3}") && Integer.parseInt(rest) < 256) {
      return Optional.of(new AtVector(Integer.parseInt(rest)));
    }
    for (int vector = 0; vector < 32; vector++) {
      String name = Vector.name(vector);
      if (name.equalsIgnoreCase(rest) || name.equalsIgnoreCase("#" + rest)) {
        return Optional.of(new AtVector(vector));
      }
    }
    return Optional.empty();
  }
}

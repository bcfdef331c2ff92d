package dev.ringside.vmm;

/** How a guest's life ended. */
public sealed interface GuestEnd {
  /** The exit status of {@code ringside run} (CONTRACTS.md, "Command line"). */
  int exitStatus();

  /** One line for a person. */
  String message();

  /** ACPI power-off, or the machine was told to power off. */
  record PowerOff() implements GuestEnd {
    @Override
    public int exitStatus() {
      return 0;
    }

    @Override
    public String message() {
      return "the guest powered off";
    }
  }

  /** A reset that the machine was configured not to carry out. */
  record Reset(String how) implements GuestEnd {
    @Override
    public int exitStatus() {
      return 0;
    }

    @Override
    public String message() {
      return "the guest reset the machine (" + how + ")";
    }
  }

  /** A byte written to isa-debug-exit at port 0xF4. */
  record DebugExit(int value) implements GuestEnd {
    @Override
    public int exitStatus() {
      return (value << 1 | 1) & 0xff;
    }

    @Override
    public String message() {
      return String.format("the guest wrote 0x%x to isa-debug-exit", value);
    }
  }

  /** A triple fault; the report has registers, last exits and last exceptions. */
  record TripleFault(String report) implements GuestEnd {
    @Override
    public int exitStatus() {
      return 70;
    }

    @Override
    public String message() {
      return "triple fault";
    }
  }

  /** The machine cannot go on; the message says why. */
  record CannotContinue(String message) implements GuestEnd {
    @Override
    public int exitStatus() {
      return 72;
    }
  }
}

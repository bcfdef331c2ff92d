package dev.ringside.vmm;

import java.io.OutputStream;

/**
 * How a virtual machine is built.
 *
 * @param memory bytes of RAM, a multiple of 4 KiB, at least 1 MiB
 * @param backend which processor runs it
 * @param clock where guest time comes from
 * @param rebootEnds whether a reset ends the guest rather than restarting it
 * @param waitsWhenIdle whether an idle guest waits in real time (a console is attached) rather than
 *     skipping ahead
 * @param epochSeconds what the real-time clock shows at power-on, in Unix seconds
 * @param serialOutput where COM1's bytes go, written on the machine's thread
 * @param debugOutput where port 0xE9's bytes go
 */
public record MachineConfiguration(
    long memory,
    Backend backend,
    Clock clock,
    boolean rebootEnds,
    boolean waitsWhenIdle,
    long epochSeconds,
    OutputStream serialOutput,
    OutputStream debugOutput) {

  /** The processors. */
  public enum Backend {
    SOFT,
    KVM
  }

  /** Where guest time comes from. */
  public enum Clock {
    /** A function of the instruction count: same inputs, same run. */
    DETERMINISTIC,
    /** The host's clock. */
    REAL
  }

  /** 2026-01-01T00:00:00Z: what a deterministic machine's real-time clock starts at. */
  public static final long DEFAULT_EPOCH = 1_767_225_600L;

  /** 512 MiB, soft, deterministic, output to nowhere. */
  public static MachineConfiguration defaults() {
    return new MachineConfiguration(
        512L << 20,
        Backend.SOFT,
        Clock.DETERMINISTIC,
        false,
        false,
        DEFAULT_EPOCH,
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream());
  }

  /** This, with another memory size in bytes. */
  public MachineConfiguration withMemory(long bytes) {
    return new MachineConfiguration(
        bytes, backend, clock, rebootEnds, waitsWhenIdle, epochSeconds, serialOutput, debugOutput);
  }

  /** This, on another processor. */
  public MachineConfiguration withBackend(Backend value) {
    return new MachineConfiguration(
        memory, value, clock, rebootEnds, waitsWhenIdle, epochSeconds, serialOutput, debugOutput);
  }

  /** This, with another clock. */
  public MachineConfiguration withClock(Clock value) {
    return new MachineConfiguration(
        memory, backend, value, rebootEnds, waitsWhenIdle, epochSeconds, serialOutput, debugOutput);
  }

  /** This, with resets ending the guest or not. */
  public MachineConfiguration withRebootEnds(boolean value) {
    return new MachineConfiguration(
        memory, backend, clock, value, waitsWhenIdle, epochSeconds, serialOutput, debugOutput);
  }

  /** This, with an idle guest waiting in real time or not. */
  public MachineConfiguration withWaitsWhenIdle(boolean value) {
    return new MachineConfiguration(
        memory, backend, clock, rebootEnds, value, epochSeconds, serialOutput, debugOutput);
  }

  /** This, with COM1 going to another stream. */
  public MachineConfiguration withSerialOutput(OutputStream value) {
    return new MachineConfiguration(
        memory, backend, clock, rebootEnds, waitsWhenIdle, epochSeconds, value, debugOutput);
  }

  /** This, with port 0xE9 going to another stream. */
  public MachineConfiguration withDebugOutput(OutputStream value) {
    return new MachineConfiguration(
        memory, backend, clock, rebootEnds, waitsWhenIdle, epochSeconds, serialOutput, value);
  }

  /** This, with the real-time clock starting elsewhere, in Unix seconds. */
  public MachineConfiguration withEpoch(long value) {
    return new MachineConfiguration(
        memory, backend, clock, rebootEnds, waitsWhenIdle, value, serialOutput, debugOutput);
  }
}

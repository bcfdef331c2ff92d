package dev.ringside.profiler.event;

import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.path.GuestBytes;
import dev.ringside.profiler.path.GuestStack;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.Hooks;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * A JFR recording of a machine's VM exits and, where the processor shows them, ring transitions:
 * {@code ringside.*} events and nothing else. Methods may be called from any thread; the events are
 * the machine thread's.
 */
public final class ProfileRecording implements AutoCloseable {
  private static final List<Class<? extends Event>> EVENTS =
      List.of(VmExitEvent.class, RingTransitionEvent.class, RunEvent.class, SummaryEvent.class);

  private final VirtualMachine vm;
  private final EventHooks hooks;
  private final Recording recording = new Recording();
  private final List<Hooks.Installed> installed = new ArrayList<>();
  private boolean finished;

  private final MachineListener follower = new Follower();

  private ProfileRecording(VirtualMachine vm, GuestSymbols symbols, SymbolFiles files) {
    this.vm = vm;
    this.hooks = new EventHooks(symbols, new GuestStack(files, new GuestBytes(vm.memory())));
  }

  /**
   * Begins to record.
   *
   * @param symbols asked on the machine's thread, once for each place where something happens
   * @param files tell how the guest's stack is unwound; they stay open until this is closed
   */
  public static ProfileRecording start(VirtualMachine vm, GuestSymbols symbols, SymbolFiles files) {
    ProfileRecording recording = new ProfileRecording(vm, symbols, files);
    recording.begin();
    return recording;
  }

  private void begin() {
    recording.setName("ringside");
    for (EventType type : FlightRecorder.getFlightRecorder().getEventTypes()) {
      recording.disable(type.getName());
    }
    for (Class<? extends Event> event : EVENTS) {
      recording.enable(event).withoutStackTrace().withThreshold(Duration.ZERO);
    }
    recording.start();
    vm.onVcpuThread(
        vcpu -> {
          vm.addListener(follower);
          if (vm.isRunning()) {
            hooks.resumed(vcpu);
          }
          return installed.add(vm.hooks().onExit(hooks, hooks));
        });
    boolean showsRings =
        switch (vm.configuration().backend()) {
          case SOFT -> true;
          case KVM -> false;
        };
    if (showsRings) {
      installed.add(vm.hooks().onRingTransition(hooks, hooks));
    }
  }

  /**
   * Ends recording and writes it.
   *
   * @param guest what ran, for people
   * @throws IOException if the file cannot be written
   */
  public void finish(Path file, String guest) throws IOException {
    uninstall();
    vm.onVcpuThread(
        vcpu -> {
          hooks.finish();
          hooks.stopped();
          SummaryEvent summary = new SummaryEvent();
          summary.guest = guest;
          summary.backend = vm.configuration().backend().name().toLowerCase(Locale.ROOT);
          summary.exits = hooks.exits();
          summary.ringTransitions = hooks.ringTransitions();
          summary.instructions = vcpu.instructions();
          summary.commit();
          return true;
        });
    finished = true;
    recording.stop();
    recording.dump(file);
  }

  /** Frees what recording holds; a recording that is not finished is thrown away. */
  @Override
  public void close() {
    if (!finished) {
      uninstall();
    }
    recording.close();
  }

  private void uninstall() {
    installed.forEach(Hooks.Installed::close);
    vm.removeListener(follower);
  }

  /** Tells when the machine runs; on the machine's thread. */
  private final class Follower implements MachineListener {
    @Override
    public void resumed() {
      vm.onVcpuThread(
          vcpu -> {
            hooks.resumed(vcpu);
            return true;
          });
    }

    @Override
    public void stopped(MachineStop stop) {
      hooks.stopped();
    }

    @Override
    public void ended(GuestEnd end) {
      hooks.finish();
      hooks.stopped();
    }
  }

  /**
   * How many events of a recording JFR lost, because its buffers were full: what its summary counts
   * and it does not hold. Reads the whole file.
   *
   * @throws IOException if the file cannot be read, or has no summary
   */
  public static long lostEvents(Path file) throws IOException {
    long held = 0;
    long counted = -1;
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        switch (event.getEventType().getName()) {
          case "ringside.VmExit", "ringside.RingTransition" -> held++;
          case "ringside.Summary" ->
              counted = event.getLong("exits") + event.getLong("ringTransitions");
          default -> {}
        }
      }
    }
    if (counted < 0) {
      throw new IOException(file + " has no ringside.Summary: its recording was cut short");
    }
    return Math.max(0, counted - held);
  }
}

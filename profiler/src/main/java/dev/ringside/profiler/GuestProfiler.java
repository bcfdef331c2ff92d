package dev.ringside.profiler;

import dev.ringside.profiler.path.GuestBytes;
import dev.ringside.profiler.path.GuestStack;
import dev.ringside.profiler.timeline.RunClock;
import dev.ringside.profiler.timeline.Timeline;
import dev.ringside.profiler.timeline.TimelineRecorder;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.Hooks;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmExitHook;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Profiles a machine from the moment it is installed: a {@link TrapProfile} with {@link CallPaths}
 * and {@link Timeline} and, where the processor shows ring transitions, a {@link RingProfile}. May
 * come and go while the guest runs.
 *
 * <p>All methods from any thread. Counting happens on the machine's thread; a snapshot is copied
 * there, between two instructions, and named by the caller's.
 */
public final class GuestProfiler implements AutoCloseable {
  private final VirtualMachine vm;
  private final boolean showsRings;
  private final TrapProfile traps = new TrapProfile(0);
  private final RunClock time = new RunClock(System::nanoTime);
  private final TimelineRecorder timeline = new TimelineRecorder();
  private final RingProfile rings =
      new RingProfile(
          System::nanoTime,
          (ring, from, to, nanos) -> timeline.stayed(ring, time.at(from), time.at(to), nanos));
  private final CallPathRecorder paths;
  private final MachineListener follower = new Follower();
  private final List<Hooks.Installed> installed;

  private GuestProfiler(VirtualMachine vm, SymbolFiles files) {
    this.vm = vm;
    this.showsRings =
        switch (vm.configuration().backend()) {
          case SOFT -> true;
          case KVM -> false;
        };
    this.paths =
        new CallPathRecorder(new GuestStack(files, new GuestBytes(vm.memory())), System::nanoTime);
    this.installed = vm.onVcpuThread(this::begin);
  }

  /** Begins to profile, without symbols: call paths are the exiting instructions alone. */
  public static GuestProfiler install(VirtualMachine vm) {
    return install(vm, new SymbolFiles(List.of()));
  }

  /**
   * Begins to profile.
   *
   * @param files tell how the guest's stack is unwound; they stay open until this is closed
   */
  public static GuestProfiler install(VirtualMachine vm, SymbolFiles files) {
    return new GuestProfiler(vm, files);
  }

  private List<Hooks.Installed> begin(Vcpu vcpu) {
    vm.addListener(follower);
    if (vm.isRunning()) {
      time.resumed();
      rings.resumed(vcpu);
    }
    Hooks hooks = vm.hooks();
    ExitHook exits = new ExitHook();
    Hooks.Installed exitHook = hooks.onExit(exits, exits);
    return showsRings ? List.of(exitHook, hooks.onRingTransition(rings, rings)) : List.of(exitHook);
  }

  private record Counted(
      TrapProfile.Counts traps,
      RingProfile.Counts rings,
      long instructions,
      Optional<CallPathRecorder.Counts> paths,
      Optional<Timeline> timeline) {}

  /**
   * What has been counted so far.
   *
   * @param guest what runs, for people
   * @param symbols asked on this thread
   */
  public Profile snapshot(String guest, GuestSymbols symbols) {
    return profile(guest, symbols, vm.onVcpuThread(vcpu -> counted(vcpu, true)));
  }

  /** What has been counted so far, without call paths and timeline. */
  public Profile tables(String guest, GuestSymbols symbols) {
    return profile(guest, symbols, vm.onVcpuThread(vcpu -> counted(vcpu, false)));
  }

  private Counted counted(Vcpu vcpu, boolean all) {
    RingProfile.Counts inRings = rings.counts(vcpu);
    TrapProfile.Counts kinds = traps.counts();
    return new Counted(
        kinds,
        inRings,
        vcpu.instructions(),
        all ? Optional.of(paths.counts(kinds)) : Optional.empty(),
        all ? Optional.of(timeline.timeline(time.now(), showsRings)) : Optional.empty());
  }

  private Profile profile(String guest, GuestSymbols symbols, Counted c) {
    Residency all = c.rings.residency();
    return new Profile(
        guest,
        vm.configuration().backend().name().toLowerCase(Locale.ROOT),
        1,
        c.instructions,
        c.rings.lost(),
        c.traps.rows(symbols),
        showsRings ? Optional.of(c.rings.rows(symbols)) : Optional.empty(),
        showsRings ? all : new Residency(List.of(), all.host(), all.idle()),
        c.paths.map(counts -> counts.paths(symbols)),
        c.timeline);
  }

  /** Ends profiling; the machine goes on as if nobody had looked. */
  @Override
  public void close() {
    installed.forEach(Hooks.Installed::close);
    vm.removeListener(follower);
  }

  /** Sees every exit, and tells whom it concerns; on the machine's thread. */
  private final class ExitHook implements VmExitHook {
    private long exitAt;

    @Override
    public HookAction exit(Vcpu vcpu, VmExit exit) {
      rings.exit(vcpu, exit);
      traps.exit(vcpu, exit);
      long now = time.about(vcpu.instructions());
      exitAt = now;
      timeline.exited(exit.reason(), now);
      ExitKind kind = traps.openKind();
      if (kind != null) {
        long took = paths.exited(vcpu, exit, kind, now);
        if (took > 0) {
          rings.exclude(took);
          time.exclude(took);
        }
      }
      return HookAction.CONTINUE;
    }

    @Override
    public void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
      ExitKind kind = traps.openKind();
      traps.entry(vcpu, exit, hostNanos, idleNanos);
      rings.entry(vcpu, exit, hostNanos, idleNanos);
      if (kind != null) {
        time.passed(hostNanos + idleNanos);
        timeline.entered(exit.reason(), exitAt, hostNanos, idleNanos);
        paths.entered(kind);
      }
    }
  }

  /** Tells the ring profile when the machine runs; on the machine's thread. */
  private final class Follower implements MachineListener {
    @Override
    public void resumed() {
      vm.onVcpuThread(
          vcpu -> {
            time.resumed();
            rings.resumed(vcpu);
            return true;
          });
    }

    @Override
    public void stopped(MachineStop stop) {
      stop();
    }

    @Override
    public void ended(GuestEnd end) {
      stop();
    }

    private void stop() {
      vm.onVcpuThread(
          vcpu -> {
            rings.stopped(vcpu);
            time.stopped();
            return true;
          });
    }
  }
}

package dev.ringside.profiler;

import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.Hooks;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Profiles a machine from the moment it is installed: a {@link TrapProfile} and, where the
 * processor shows ring transitions, a {@link RingProfile}. May come and go while the guest runs.
 *
 * <p>All methods from any thread. Counting happens on the machine's thread; a snapshot is copied
 * there, between two instructions, and named by the caller's.
 */
public final class GuestProfiler implements AutoCloseable {
  private final VirtualMachine vm;
  private final boolean showsRings;
  private final TrapProfile traps = new TrapProfile(0);
  private final RingProfile rings = new RingProfile();
  private final MachineListener follower = new Follower();
  private final List<Hooks.Installed> installed;

  private GuestProfiler(VirtualMachine vm) {
    this.vm = vm;
    this.showsRings =
        switch (vm.configuration().backend()) {
          case SOFT -> true;
          case KVM -> false;
        };
    this.installed = vm.onVcpuThread(this::begin);
  }

  /** Begins to profile. */
  public static GuestProfiler install(VirtualMachine vm) {
    return new GuestProfiler(vm);
  }

  private List<Hooks.Installed> begin(Vcpu vcpu) {
    vm.addListener(follower);
    if (vm.isRunning()) {
      rings.resumed(vcpu);
    }
    Hooks hooks = vm.hooks();
    Hooks.Installed trapHook = hooks.onExit(traps, traps);
    Hooks.Installed timeHook = hooks.onExit(rings, rings);
    return showsRings
        ? List.of(trapHook, timeHook, hooks.onRingTransition(rings, rings))
        : List.of(trapHook, timeHook);
  }

  private record Counted(TrapProfile.Counts traps, RingProfile.Counts rings, long instructions) {}

  /**
   * What has been counted so far.
   *
   * @param guest what runs, for people
   * @param symbols asked on this thread
   */
  public Profile snapshot(String guest, GuestSymbols symbols) {
    Counted c =
        vm.onVcpuThread(
            vcpu -> new Counted(traps.counts(), rings.counts(vcpu), vcpu.instructions()));
    Residency all = c.rings.residency();
    return new Profile(
        guest,
        vm.configuration().backend().name().toLowerCase(Locale.ROOT),
        1,
        c.instructions,
        c.rings.lost(),
        c.traps.rows(symbols),
        showsRings ? Optional.of(c.rings.rows(symbols)) : Optional.empty(),
        showsRings ? all : new Residency(List.of(), all.host(), all.idle()));
  }

  /** Ends profiling; the machine goes on as if nobody had looked. */
  @Override
  public void close() {
    installed.forEach(Hooks.Installed::close);
    vm.removeListener(follower);
  }

  /** Tells the ring profile when the machine runs; on the machine's thread. */
  private final class Follower implements MachineListener {
    @Override
    public void resumed() {
      vm.onVcpuThread(
          vcpu -> {
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
            return true;
          });
    }
  }
}

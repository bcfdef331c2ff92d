package dev.ringside.profiler;

import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmExitHook;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts one vCPU's VM exits and what each costs. A hook: install it with {@code Hooks.onExit}, or
 * let {@link GuestProfiler} do it.
 *
 * <p>Counting and {@link #counts} belong to the vCPU's thread; the {@link Counts} may then go to
 * any thread, where names are looked up. An exit of a known kind allocates nothing and takes two
 * look-ups in arrays; a new kind some kilobytes, of {@value ExitKinds#MOST} at most.
 */
public final class TrapProfile implements VmExitHook {
  private final int vcpu;
  private final ExitKinds kinds = new ExitKinds();
  private @Nullable VmExit open;
  private @Nullable ExitKind openKind;

  /** For the vCPU of that number. */
  public TrapProfile(int vcpu) {
    this.vcpu = vcpu;
  }

  @Override
  public HookAction exit(Vcpu on, VmExit exit) {
    ExitKind kind = kinds.of(exit);
    kind.exited();
    open = exit;
    openKind = kind;
    return HookAction.CONTINUE;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // The very exit, not one like it.
  public void entry(Vcpu on, VmExit exit, long hostNanos, long idleNanos) {
    ExitKind kind = openKind;
    if (kind != null && exit == open) {
      kind.entered(hostNanos);
    }
    open = null;
    openKind = null;
  }

  /** The kind of the exit that no entry has followed yet; null if there is none. */
  @Nullable ExitKind openKind() {
    return openKind;
  }

  /** What has been counted so far; on the vCPU's thread. */
  public Counts counts() {
    return new Counts(vcpu, kinds.copies());
  }

  /** What was counted up to a moment, before names are looked up. Of no thread. */
  public static final class Counts {
    private final int vcpu;
    private final List<ExitKind> kinds;

    private Counts(int vcpu, List<ExitKind> kinds) {
      this.vcpu = vcpu;
      this.kinds = kinds;
    }

    /** Each with its index, as they were counted. */
    List<ExitKind> kinds() {
      return kinds;
    }

    private record Key(ExitReason reason, String detail, Place place, int cpl) {}

    /** The rows, the costliest first. Calls {@code symbols} once for each address. */
    public List<TrapRow> rows(GuestSymbols symbols) {
      Map<Key, ExitKind> merged = new LinkedHashMap<>();
      Map<Long, Place> places = new LinkedHashMap<>();
      for (ExitKind kind : kinds) {
        VmExit e = kind.example();
        Place place =
            kind.isCollective()
                ? new Place(null, null, 0, false)
                : places
                    .computeIfAbsent(e.at().linearRip(), symbols::at)
                    .withExact(e.at().ripIsExact());
        Key key = new Key(e.reason(), kind.detail(), place, e.at().cpl());
        ExitKind all = merged.get(key);
        if (all == null) {
          merged.put(key, kind.copy());
        } else {
          all.add(kind);
        }
      }
      List<TrapRow> rows = new ArrayList<>();
      merged.forEach((key, kind) -> rows.add(kind.row(key.place, vcpu)));
      rows.sort(TrapRow.BY_COST);
      return rows;
    }
  }
}

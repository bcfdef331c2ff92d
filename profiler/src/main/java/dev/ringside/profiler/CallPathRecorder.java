package dev.ringside.profiler;

import dev.ringside.profiler.path.GuestStack;
import dev.ringside.profiler.path.PathTree;
import dev.ringside.profiler.path.SampleGap;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Takes the guest's call paths at exits and counts by them. Belongs to the vCPU's thread; the
 * {@link Counts} may go to any.
 *
 * <p>A path that is taken stands for all exits of its kind since the last one taken of that kind;
 * so by each kind counts and totals are exact, and how they are shared among its paths is as right
 * as the sample.
 */
final class CallPathRecorder {
  private static final int NONE = -1;

  private final GuestStack stack;
  private final LongSupplier clock;
  private final SampleGap gap = new SampleGap();
  private final PathTree tree = new PathTree();
  private int open = NONE;

  CallPathRecorder(GuestStack stack, LongSupplier clock) {
    this.stack = stack;
    this.clock = clock;
  }

  /**
   * An exit, already counted by its kind.
   *
   * @param now the run's time, about
   * @return how long this took, in nanoseconds
   */
  long exited(Vcpu vcpu, VmExit exit, ExitKind kind, long now) {
    open = NONE;
    if (!gap.takes(kind.taken, now)) {
      return 0;
    }
    long started = clock.getAsLong();
    int path = take(vcpu, exit);
    open = tree.cell(path, kind.index());
    tree.count(open, kind.count() - kind.countTaken, 0);
    kind.countTaken = kind.count();
    kind.taken++;
    long took = clock.getAsLong() - started;
    gap.took(now, took);
    return took;
  }

  private int take(Vcpu vcpu, VmExit exit) {
    int depth = stack.walk(vcpu, exit.at().linearRip());
    int path = PathTree.ROOT;
    for (int i = 0; i < depth; i++) {
      path = tree.child(path, stack.address(i));
    }
    return path;
  }

  /** The entry after the last exit; its time has been counted by its kind. */
  void entered(ExitKind kind) {
    if (open != NONE) {
      tree.count(open, 0, kind.total() - kind.totalTaken);
      kind.totalTaken = kind.total();
      open = NONE;
    }
  }

  /** What has been counted so far, with the kinds' counts at the same moment. */
  Counts counts(TrapProfile.Counts kinds) {
    return new Counts(tree.copy(), kinds.kinds());
  }

  /** What was counted up to a moment, before names are looked up. Of no thread. */
  record Counts(PathTree tree, List<ExitKind> kinds) {
    private record Cell(int path, long count, long total) {}

    CallPaths paths(GuestSymbols symbols) {
      Map<Integer, List<Cell>> cells = new HashMap<>();
      tree.visit(
          (path, kind, count, total) ->
              cells
                  .computeIfAbsent(kind, k -> new ArrayList<>())
                  .add(new Cell(path, count, total)));
      CallPathBuilder paths = new CallPathBuilder(symbols);
      for (ExitKind kind : kinds) {
        add(paths, kind, cells.getOrDefault(kind.index(), List.of()));
      }
      return paths.build();
    }

    private void add(CallPathBuilder paths, ExitKind kind, List<Cell> cells) {
      List<List<Integer>> of =
          cells.isEmpty()
              // No path was taken, but where it was is known.
              ? List.of(paths.named(own(kind), kind.isCollective()))
              : cells.stream().map(cell -> frames(paths, kind, cell.path)).toList();
      paths.kind(
          of,
          kind.example().reason(),
          kind.detail(),
          kind.tally(),
          kind.taken,
          cells.stream().mapToLong(Cell::count).toArray(),
          cells.stream().mapToLong(Cell::total).toArray());
    }

    private List<Integer> frames(CallPathBuilder paths, ExitKind kind, int path) {
      return path == PathTree.OTHERS
          ? paths.named(own(kind), true)
          : paths.named(tree.addresses(path), false);
    }

    /** Where exits of the kind are; nowhere in particular for a collective one. */
    private static long[] own(ExitKind kind) {
      return kind.isCollective() ? new long[0] : new long[] {kind.example().at().linearRip()};
    }
  }
}

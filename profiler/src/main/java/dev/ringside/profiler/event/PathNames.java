package dev.ringside.profiler.event;

import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.Place;
import dev.ringside.profiler.path.GuestStack;
import dev.ringside.profiler.path.PathTree;
import dev.ringside.profiler.path.SampleGap;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Call paths of exits as text, each put together once. Belongs to the vCPU's thread; bounded as
 * {@link PathTree} is.
 */
final class PathNames {
  private final GuestSymbols symbols;
  private final GuestStack stack;
  private final SampleGap gap = new SampleGap();
  private final PathTree tree = new PathTree();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Long, Place> places = new HashMap<>();
  private long took;

  PathNames(GuestSymbols symbols, GuestStack stack) {
    this.symbols = symbols;
    this.stack = stack;
  }

  /**
   * The exit's call path; null where it is not its turn to have it taken.
   *
   * @param seenOfKind exits of its kind before it
   */
  @Nullable String take(Vcpu vcpu, VmExit exit, long seenOfKind) {
    long now = System.nanoTime();
    took = 0;
    if (!gap.takes(seenOfKind, now)) {
      return null;
    }
    int depth = stack.walk(vcpu, exit.at().linearRip());
    int path = PathTree.ROOT;
    for (int i = 0; i < depth; i++) {
      path = tree.child(path, stack.address(i));
    }
    String name = path == PathTree.OTHERS ? others(exit) : names.get(path);
    if (name == null) {
      name = name(tree.addresses(path));
      names.put(path, name);
    }
    took = System.nanoTime() - now;
    gap.took(now, took);
    return name;
  }

  /** How long the last call of {@link #take} took, in nanoseconds; 0 if it took none. */
  long took() {
    return took;
  }

  private String others(VmExit exit) {
    return PathText.of(
        List.of(new Place("others", null, 0, true), symbols.at(exit.at().linearRip())));
  }

  private String name(long[] addresses) {
    List<Place> frames = new ArrayList<>();
    for (long address : addresses) {
      frames.add(places.computeIfAbsent(address, symbols::at));
    }
    return PathText.of(frames);
  }
}

package dev.ringside.profiler.path;

import java.util.Arrays;

/**
 * Paths of addresses, innermost first, and counts of what happened by them. A path is a node of a
 * tree; nodes are found in an open-addressing table over primitive keys, so that a path known
 * already allocates nothing. Of one thread, and of bounded size.
 */
public final class PathTree {
  /** The path of no addresses. */
  public static final int ROOT = 0;

  /** The path that stands for those there is no room for. */
  public static final int OTHERS = 1;

  /** Nodes and counts together; past this many there are only {@link #OTHERS}. */
  static final int MOST = 1 << 15;

  private static final int FIRST_SIZE = 256;

  private int[] parents = new int[FIRST_SIZE];
  private long[] keys = new long[FIRST_SIZE];
  private long[] counts = new long[FIRST_SIZE];
  private long[] totals = new long[FIRST_SIZE];
  private int used = 2;
  private int[] slots = new int[2 * FIRST_SIZE];

  /** The path with one address more; {@link #OTHERS} if there is no room. */
  public int child(int path, long address) {
    if (path == OTHERS) {
      return OTHERS;
    }
    int node = find(path, address);
    return node > 0 ? node : used >= MOST ? OTHERS : add(path, address);
  }

  /** Where to count what happened by a path; for {@link #count}. */
  public int cell(int path, int kind) {
    int cell = find(-1 - path, kind);
    if (cell > 0) {
      return cell;
    }
    return path != OTHERS && used >= MOST ? cell(OTHERS, kind) : add(-1 - path, kind);
  }

  /** Adds to a cell. */
  public void count(int cell, long count, long total) {
    counts[cell] += count;
    totals[cell] += total;
  }

  private int find(int parent, long key) {
    int mask = slots.length - 1;
    int slot = slot(parent, key) & mask;
    int node;
    while ((node = slots[slot]) != 0) {
      if (parents[node] == parent && keys[node] == key) {
        return node;
      }
      slot = slot + 1 & mask;
    }
    return 0;
  }

  private int add(int parent, long key) {
    if (used == parents.length) {
      int size = used * 2;
      parents = Arrays.copyOf(parents, size);
      keys = Arrays.copyOf(keys, size);
      counts = Arrays.copyOf(counts, size);
      totals = Arrays.copyOf(totals, size);
      slots = new int[2 * size];
      for (int node = 2; node < used; node++) {
        put(node);
      }
    }
    int node = used++;
    parents[node] = parent;
    keys[node] = key;
    put(node);
    return node;
  }

  private void put(int node) {
    int mask = slots.length - 1;
    int slot = slot(parents[node], keys[node]) & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = node;
  }

  private static int slot(int parent, long key) {
    long mixed = (key ^ (long) parent << 40) * 0x9e37_79b9_7f4a_7c15L;
    return (int) (mixed >>> 32);
  }

  /** As it is now, for another thread. */
  public PathTree copy() {
    PathTree copy = new PathTree();
    copy.parents = Arrays.copyOf(parents, used);
    copy.keys = Arrays.copyOf(keys, used);
    copy.counts = Arrays.copyOf(counts, used);
    copy.totals = Arrays.copyOf(totals, used);
    copy.slots = new int[0];
    copy.used = used;
    return copy;
  }

  /** Told of what was counted. */
  @FunctionalInterface
  public interface Visitor {
    /** So much of that kind happened by that path. */
    void counted(int path, int kind, long count, long total);
  }

  /** Tells of every cell. */
  public void visit(Visitor visitor) {
    for (int node = 2; node < used; node++) {
      if (parents[node] < 0) {
        visitor.counted(-1 - parents[node], (int) keys[node], counts[node], totals[node]);
      }
    }
  }

  /** A path's addresses, the outermost first; of {@link #OTHERS} and {@link #ROOT} none. */
  public long[] addresses(int path) {
    int length = 0;
    for (int node = path; node > OTHERS; node = parents[node]) {
      length++;
    }
    long[] addresses = new long[length];
    int i = 0;
    for (int node = path; node > OTHERS; node = parents[node]) {
      addresses[i++] = keys[node];
    }
    return addresses;
  }
}

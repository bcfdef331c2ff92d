package dev.ringside.profiler;

import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.VmExit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link ExitKind} of an exit: an open-addressing table over primitive keys, so that an
 * exit whose kind is known allocates nothing. Confined to the vCPU's thread.
 *
 * <p>A guest decides how many kinds there are (it may call hypercalls of any number from any
 * address), so they are bounded: from {@value #MOST} on, one kind a reason and ring takes the rest.
 */
final class ExitKinds {
  static final int MOST = 8192;

  private static final int FIRST_SIZE = 256;
  private static final int OTHERS_SIZE = 128 * 4;

  private final @Nullable ExitKind[] others = new @Nullable ExitKind[OTHERS_SIZE];
  private long[] places = new long[FIRST_SIZE];
  private long[] details = new long[FIRST_SIZE];
  private @Nullable ExitKind[] kinds = new @Nullable ExitKind[FIRST_SIZE];
  private int used;
  private int next;

  /** The kind of an exit; a new one if it is the first of its kind. */
  ExitKind of(VmExit exit) {
    ExitContext at = exit.at();
    int cpl = at.cpl();
    long place = at.linearRip();
    long detail = ExitKind.detailOf(exit);
    int mask = kinds.length - 1;
    int slot = slot(place, detail, cpl, exit.reason().number()) & mask;
    ExitKind kind;
    while ((kind = kinds[slot]) != null) {
      if (places[slot] == place
          && details[slot] == detail
          && kind.example().reason() == exit.reason()
          && kind.example().at().cpl() == cpl
          && kind.isOf(exit)) {
        return kind;
      }
      slot = slot + 1 & mask;
    }
    if (used == MOST) {
      return other(exit);
    }
    ExitKind added = new ExitKind(exit, next++, false);
    places[slot] = place;
    details[slot] = detail;
    kinds[slot] = added;
    used++;
    if (used * 2 > kinds.length) {
      grow();
    }
    return added;
  }

  /** Copies of all kinds, in no order. */
  List<ExitKind> copies() {
    List<ExitKind> all = new ArrayList<>();
    for (ExitKind kind : kinds) {
      if (kind != null) {
        all.add(kind.copy());
      }
    }
    for (ExitKind kind : others) {
      if (kind != null) {
        all.add(kind.copy());
      }
    }
    return all;
  }

  private ExitKind other(VmExit exit) {
    int index = exit.reason().number() << 2 | exit.at().cpl();
    ExitKind kind = others[index];
    if (kind == null) {
      kind = new ExitKind(exit, next++, true);
      others[index] = kind;
    }
    return kind;
  }

  private static int slot(long place, long detail, int cpl, int reason) {
    long mixed =
        (place ^ Long.rotateLeft(detail, 32) ^ (long) (reason << 2 | cpl) << 48)
            * 0x9e37_79b9_7f4a_7c15L;
    return (int) (mixed >>> 32);
  }

  private void grow() {
    long[] oldPlaces = places;
    long[] oldDetails = details;
    @Nullable ExitKind[] oldKinds = kinds;
    int size = oldKinds.length * 2;
    places = new long[size];
    details = new long[size];
    kinds = new @Nullable ExitKind[size];
    for (int i = 0; i < oldKinds.length; i++) {
      ExitKind kind = oldKinds[i];
      if (kind != null) {
        VmExit e = kind.example();
        int slot = slot(oldPlaces[i], oldDetails[i], e.at().cpl(), e.reason().number()) & size - 1;
        while (kinds[slot] != null) {
          slot = slot + 1 & size - 1;
        }
        places[slot] = oldPlaces[i];
        details[slot] = oldDetails[i];
        kinds[slot] = kind;
      }
    }
  }
}

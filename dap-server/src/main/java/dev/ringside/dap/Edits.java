package dev.ringside.dap;

import dev.ringside.debug.Shown;
import dev.ringside.debug.breakpoint.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.debug.InvalidatedAreas;
import org.eclipse.lsp4j.debug.InvalidatedEventArguments;
import org.eclipse.lsp4j.debug.MemoryEventArguments;

/**
 * Tells the client what an edit has changed: {@code memory} events for each memory reference that
 * it has read and that the edit may touch (clients compare references as they are), then {@code
 * invalidated}. Confined to the session's thread.
 */
final class Edits {
  /** Memory views open at once; older ones are forgotten. */
  private static final int MOST_REFERENCES = 64;

  private record Range(long low, long high) {
    Range with(long from, long to) {
      return new Range(Math.min(low, from), Math.max(high, to));
    }
  }

  private final Session session;

  /** What has been read of each reference, as offsets from it. */
  private final Map<String, Range> read =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Range> eldest) {
          return size() > MOST_REFERENCES;
        }
      };

  Edits(Session session) {
    this.session = session;
  }

  /** The client has read memory. */
  void noteRead(String reference, long offset, int count) {
    Range range = new Range(offset, offset + count);
    read.merge(reference, range, (a, b) -> a.with(b.low, b.high));
  }

  /** Right behind the response: an edit of a value. */
  void afterEdit(Shown shown) {
    session.connection().afterResponse(() -> changed(shown.extent(), true));
  }

  /**
   * Right behind the response: an assignment in a watch expression, which a client told of
   * invalidated variables would evaluate again, and so for ever.
   */
  void afterQuietEdit(Shown shown) {
    session.connection().afterResponse(() -> changed(shown.extent(), false));
  }

  /** Right behind the response: an edit of memory. */
  void afterWrite(String reference, long offset, int count) {
    boolean physical = reference.startsWith("phys:");
    Addresses.parse(physical ? reference.substring(5) : reference)
        .ifPresent(
            address -> {
              noteRead(reference, offset, count);
              Shown.Extent extent = new Shown.Extent(physical, address + offset, count);
              session.connection().afterResponse(() -> changed(Optional.of(extent), true));
            });
  }

  private void changed(Optional<Shown.Extent> extent, boolean invalidates) {
    boolean stacks = session.debug().edited();
    if (session.features().memoryEvent() && extent.isPresent()) {
      List<MemoryEventArguments> events = new ArrayList<>();
      read.forEach((reference, range) -> touched(events, reference, range, extent.get()));
      if (events.isEmpty()) {
        Shown.Extent e = extent.get();
        events.add(event((e.physical() ? "phys:" : "") + Hex.of(e.address()), 0, e.size()));
      }
      events.forEach(session.events().client()::memory);
    }
    if (session.features().invalidatedEvent() && invalidates) {
      InvalidatedEventArguments event = new InvalidatedEventArguments();
      event.setAreas(
          stacks
              ? new String[] {InvalidatedAreas.STACKS, InvalidatedAreas.VARIABLES}
              : new String[] {InvalidatedAreas.VARIABLES});
      session.events().client().invalidated(event);
    }
  }

  private static void touched(
      List<MemoryEventArguments> events, String reference, Range range, Shown.Extent extent) {
    boolean physical = reference.startsWith("phys:");
    if (physical != extent.physical()) {
      // One of them may be mapped to the other: all that was read may have changed.
      events.add(event(reference, range.low, (int) (range.high - range.low)));
      return;
    }
    Optional<Long> base = Addresses.parse(physical ? reference.substring(5) : reference);
    if (base.isPresent()) {
      long from = Math.max(range.low, extent.address() - base.get());
      long to = Math.min(range.high, extent.address() - base.get() + extent.size());
      if (from < to) {
        events.add(event(reference, from, (int) (to - from)));
      }
    }
  }

  private static MemoryEventArguments event(String reference, long offset, int count) {
    MemoryEventArguments event = new MemoryEventArguments();
    event.setMemoryReference(reference);
    event.setOffset((int) offset);
    event.setCount(count);
    return event;
  }
}

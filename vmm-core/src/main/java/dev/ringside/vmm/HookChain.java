package dev.ringside.vmm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of one kind. They come and go from any thread; the vCPU's thread walks the links from
 * {@link #first}, which takes no lock and allocates nothing.
 */
final class HookChain<H> {
  /** A hook, the token that comes back in the stop it asks for, and the hook after it. */
  record Link<H>(H hook, Object token, @Nullable Link<H> next) {}

  /** An installation; not a record, since the same hook may be installed twice. */
  private static final class Installation<H> {
    final H hook;
    final Object token;

    Installation(H hook, Object token) {
      this.hook = hook;
      this.token = token;
    }
  }

  private final List<Installation<H>> installations = new ArrayList<>();
  private volatile @Nullable Link<H> first;

  /** The first hook; null if there is none. */
  @Nullable Link<H> first() {
    return first;
  }

  /** Adds a hook; running the answer removes it. */
  synchronized Runnable add(H hook, Object token) {
    Installation<H> added = new Installation<>(hook, token);
    installations.add(added);
    relink();
    return () -> remove(added);
  }

  private synchronized void remove(Installation<H> installation) {
    installations.remove(installation);
    relink();
  }

  private void relink() {
    Link<H> next = null;
    for (Installation<H> i : installations.reversed()) {
      next = new Link<>(i.hook, i.token, next);
    }
    first = next;
  }
}

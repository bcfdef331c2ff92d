package dev.ringside.profiler;

import dev.ringside.vmm.VmExit;

/**
 * Details and places of exits as text, each put together once: {@link VmExit#detail} and the symbol
 * tables cost more than most exits. Confined to one thread.
 */
public final class ExitNames {
  /**
   * An exit in words.
   *
   * @param detail as {@link TrapRow#detail}
   */
  public record Named(String detail, Place place) {}

  private final ExitKinds kinds = new ExitKinds();
  private final GuestSymbols symbols;

  /** With these symbols. */
  public ExitNames(GuestSymbols symbols) {
    this.symbols = symbols;
  }

  /** The exit's detail and place. */
  public Named of(VmExit exit) {
    ExitKind kind = kinds.of(exit);
    if (kind.isCollective()) {
      return name(exit);
    }
    Named known = kind.named;
    if (known == null) {
      known = name(exit);
      kind.named = known;
    }
    return known;
  }

  /** How many exits of this one's kind this was asked for before. */
  public long seen(VmExit exit) {
    return kinds.of(exit).taken++;
  }

  private Named name(VmExit exit) {
    Place place = symbols.at(exit.at().linearRip()).withExact(exit.at().ripIsExact());
    return new Named(exit.detail(), place);
  }
}

package dev.ringside.debug.breakpoint;

import dev.ringside.debug.expression.NameScope;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Type;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A scope at one instruction. A variable whose location there depends on nothing, or on the
 * canonical frame address alone, is located once; its DWARF expression does not run again at every
 * hit.
 */
final class FixedPlaceScope implements NameScope {
  private final NameScope scope;
  private final long address;

  FixedPlaceScope(NameScope scope, long address) {
    this.scope = scope;
    this.address = address;
  }

  @Override
  public Optional<Meaning> resolve(String name) {
    return scope
        .resolve(name)
        .map(
            m ->
                m instanceof Meaning.Variable v
                    ? new Meaning.Variable(v.name(), v.type(), fixed(v.locator()))
                    : m);
  }

  private Locator fixed(Locator locator) {
    Probe low = new Probe(address, 0x1000_0000L);
    Probe high = new Probe(address, 0x2000_0000L);
    if (!(locator.locate(low) instanceof Location.Memory a)
        || !(locator.locate(high) instanceof Location.Memory b)
        || low.read
        || high.read) {
      return locator;
    }
    if (a.address() == b.address()) {
      return frame -> a;
    }
    if (b.address() - a.address() != high.frameAddress - low.frameAddress) {
      return locator;
    }
    long offset = a.address() - low.frameAddress;
    return frame -> {
      OptionalLong cfa = frame.cfa();
      return cfa.isPresent()
          ? new Location.Memory(cfa.getAsLong() + offset)
          : locator.locate(frame);
    };
  }

  @Override
  public Optional<Type> type(TypeKind kind, String name) {
    return scope.type(kind, name);
  }

  @Override
  public Architecture architecture() {
    return scope.architecture();
  }

  /** A frame that has nothing but its address, and notices who asks for more. */
  private static final class Probe implements EvaluationContext {
    private final long pc;
    private final long frameAddress;
    private boolean read;

    Probe(long pc, long frameAddress) {
      this.pc = pc;
      this.frameAddress = frameAddress;
    }

    @Override
    public long pc() {
      return pc;
    }

    @Override
    public OptionalLong register(int number) {
      read = true;
      return OptionalLong.empty();
    }

    @Override
    public byte[] readMemory(long at, int length) throws MemoryReadException {
      read = true;
      throw new MemoryReadException("a probe has no memory");
    }

    @Override
    public OptionalLong cfa() {
      return OptionalLong.of(frameAddress);
    }

    @Override
    public Optional<EvaluationContext> caller() {
      read = true;
      return Optional.empty();
    }
  }
}

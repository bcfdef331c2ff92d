package dev.ringside.symbols.unwind;

import dev.ringside.symbols.model.Architecture;
import java.util.BitSet;
import java.util.OptionalLong;

/**
 * The registers of one frame by DWARF's numbers, as far as they are known. Immutable once built.
 */
public final class FrameRegisters {
  private final Architecture architecture;
  private final long[] values;
  private final BitSet known;
  private final BitSet assumed;

  private FrameRegisters(Architecture architecture, long[] values, BitSet known, BitSet assumed) {
    this.architecture = architecture;
    this.values = values;
    this.known = known;
    this.assumed = assumed;
  }

  /** Starts with no register known. */
  public static Builder builder(Architecture architecture) {
    return new Builder(architecture);
  }

  public Architecture architecture() {
    return architecture;
  }

  /** A register's value; empty if it was not recovered. */
  public OptionalLong get(int number) {
    return number >= 0 && known.get(number)
        ? OptionalLong.of(values[number])
        : OptionalLong.empty();
  }

  /**
   * Whether a register's value is the callee's, which had leave to change it. A compiler that says
   * a variable lives in such a register during a call knows that this callee does not change it;
   * otherwise the value means nothing.
   */
  public boolean isAssumed(int number) {
    return number >= 0 && assumed.get(number);
  }

  /** RIP or EIP; empty if it was not recovered. */
  public OptionalLong pc() {
    return get(architecture.programCounter());
  }

  /** RSP or ESP. */
  public OptionalLong stackPointer() {
    return get(architecture.stackPointer());
  }

  /** {@code rip=0x401000 rsp=0x7ff0}, known ones only. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    known.stream()
        .forEach(
            i ->
                text.append(text.isEmpty() ? "" : " ")
                    .append(architecture.registerName(i))
                    .append("=0x")
                    .append(Long.toHexString(values[i])));
    return text.toString();
  }

  /** Collects registers. Not thread-safe. */
  public static final class Builder {
    private final Architecture architecture;
    private final long[] values;
    private final BitSet known = new BitSet();
    private final BitSet assumed = new BitSet();

    private Builder(Architecture architecture) {
      this.architecture = architecture;
      this.values = new long[architecture.registerCount()];
    }

    /** Sets a register; numbers that the architecture does not have are ignored. */
    public Builder set(int number, long value) {
      if (number >= 0 && number < values.length) {
        values[number] = architecture.truncate(value);
        known.set(number);
      }
      return this;
    }

    /** Sets a register that the callee may have changed. */
    public Builder assume(int number, long value) {
      assumed.set(number);
      return set(number, value);
    }

    public FrameRegisters build() {
      return new FrameRegisters(
          architecture, values.clone(), (BitSet) known.clone(), (BitSet) assumed.clone());
    }
  }
}

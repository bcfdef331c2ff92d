package dev.ringside.vmm.vmx;

import java.util.Arrays;

/**
 * A virtual-machine control structure: the value of every field, and the launch state (SDM 27.1).
 *
 * <p>Confined to the thread of the vCPU it belongs to; nothing here synchronizes. Another thread
 * works on a {@link #copy} that the vCPU's thread made. Reading and writing a field is an array
 * access and a mask.
 */
@SuppressWarnings("EnumOrdinal") // fields and areas index arrays here, and are stored nowhere else
public final class Vmcs {
  /** Which instruction may enter with this VMCS (SDM 27.1). */
  public enum LaunchState {
    /** VMLAUNCH. */
    CLEAR,
    /** VMRESUME. */
    LAUNCHED
  }

  private static final VmcsField.Area[] AREAS = VmcsField.Area.values();
  private static final int FIELDS = VmcsField.values().length;

  private final long[] values;
  private final int[] changes;
  private LaunchState launchState;

  /** A VMCS whose fields are all zero and whose launch state is clear, as VMCLEAR leaves one. */
  public Vmcs() {
    this(new long[FIELDS], new int[AREAS.length], LaunchState.CLEAR);
  }

  private Vmcs(long[] values, int[] changes, LaunchState launchState) {
    this.values = values;
    this.changes = changes;
    this.launchState = launchState;
  }

  /** The value of a field, zero-extended. */
  public long get(VmcsField field) {
    return values[field.ordinal()];
  }

  /**
   * Sets a field. Bits beyond the field's width are dropped, as VMWRITE drops them (SDM 27.11.2).
   * The exit-information fields can be written too.
   */
  public void set(VmcsField field, long value) {
    long truncated = value & field.mask;
    int index = field.ordinal();
    if (values[index] != truncated) {
      values[index] = truncated;
      changes[field.area().ordinal()]++;
    }
  }

  /**
   * How often a field of this area has changed its value, modulo 2^32. A processor that caches what
   * it derives from an area (the checks of its controls, say) compares this number.
   */
  public int changes(VmcsField.Area area) {
    return changes[area.ordinal()];
  }

  /** Which instruction may enter with this VMCS. */
  public LaunchState launchState() {
    return launchState;
  }

  /** Sets the launch state: a successful VMLAUNCH, or VMCLEAR. */
  public void setLaunchState(LaunchState launchState) {
    this.launchState = launchState;
  }

  /** An independent VMCS with the same contents. */
  public Vmcs copy() {
    return new Vmcs(values.clone(), changes.clone(), launchState);
  }

  /** Takes over every field and the launch state of another VMCS. */
  public void copyFrom(Vmcs other) {
    for (VmcsField.Area area : AREAS) {
      changes[area.ordinal()]++;
    }
    System.arraycopy(other.values, 0, values, 0, FIELDS);
    launchState = other.launchState;
  }

  /** Whether the other VMCS has the same contents. */
  public boolean sameAs(Vmcs other) {
    return Arrays.equals(values, other.values) && launchState == other.launchState;
  }
}

package dev.ringside.vmm.vmx;

import java.util.Optional;

/** The activity states of a logical processor (SDM 27.4.2); the ordinal is the field's value. */
public enum ActivityState {
  /** It executes instructions. */
  ACTIVE("active"),
  /** It executed HLT. */
  HLT("HLT"),
  /** It met a triple fault or another severe error. */
  SHUTDOWN("shutdown"),
  /** It waits for a start-up IPI. */
  WAIT_FOR_SIPI("wait-for-SIPI");

  private static final ActivityState[] ALL = values();

  private final String sdmName;

  ActivityState(String sdmName) {
    this.sdmName = sdmName;
  }

  /** The value of the activity-state field: 0 to 3. */
  public int number() {
    return ordinal();
  }

  /** The SDM's name. */
  public String sdmName() {
    return sdmName;
  }

  /** The state of this number, if it is defined. */
  public static Optional<ActivityState> numbered(long number) {
    return number >= 0 && number < ALL.length ? Optional.of(ALL[(int) number]) : Optional.empty();
  }
}

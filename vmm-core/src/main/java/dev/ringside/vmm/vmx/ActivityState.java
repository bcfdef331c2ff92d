package dev.ringside.vmm.vmx;

import java.util.Optional;

/** The activity states of a logical processor (SDM 27.4.2). */
public enum ActivityState {
  /** It executes instructions. */
  ACTIVE(0, "active"),
  /** It executed HLT. */
  HLT(1, "HLT"),
  /** It met a triple fault or another severe error. */
  SHUTDOWN(2, "shutdown"),
  /** It waits for a start-up IPI. */
  WAIT_FOR_SIPI(3, "wait-for-SIPI");

  private static final ActivityState[] ALL = values();

  private final int number;
  private final String sdmName;

  ActivityState(int number, String sdmName) {
    this.number = number;
    this.sdmName = sdmName;
  }

  /** The value of the activity-state field: 0 to 3. */
  public int number() {
    return number;
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

package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Body of the event {@code ringside/status} and of the response to the request of that name. What
 * is absent was not asked of the machine at that moment.
 *
 * @param state {@code running}, {@code stopped} or {@code ended}
 * @param description why it stands or how it ended; empty while it runs
 * @param backend {@code soft} or {@code kvm}
 * @param mode the first vCPU's: {@code long mode}
 * @param ring the first vCPU's, 0 to 3
 * @param vcpus how many there are
 * @param instructions completed since power-on; absent also where they are not counted
 * @param exits VM exits since power-on
 */
public record StatusEvent(
    String state,
    String description,
    String backend,
    @Nullable String mode,
    @Nullable Integer ring,
    @Nullable Integer vcpus,
    @Nullable Long instructions,
    @Nullable Long exits) {

  /** Without anything that the machine must be asked for. */
  public static StatusEvent plain(String state, String description, String backend) {
    return new StatusEvent(state, description, backend, null, null, null, null, null);
  }
}

package dev.ringside.dap.message;

/**
 * Body of the event {@code ringside/status}.
 *
 * @param state {@code running}, {@code stopped} or {@code ended}
 * @param description why it stands or how it ended; empty while it runs
 * @param backend {@code soft} or {@code kvm}
 */
public record StatusEvent(String state, String description, String backend) {}

package dev.ringside.dap.message;

/**
 * Body of the event {@code ringside/serialOutput}.
 *
 * @param data the bytes in base64
 */
public record SerialOutputEvent(String data) {}

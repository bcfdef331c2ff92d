package dev.ringside.dap.message;

import com.google.gson.JsonElement;

/**
 * Body of the event {@code ringside/profile}.
 *
 * @param profile the JSON form of CONTRACTS.md, "Profiles", with the rows that have changed since
 *     the last event; counts and times are totals, not differences
 */
public record ProfileEvent(JsonElement profile) {}

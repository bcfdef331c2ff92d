package dev.ringside.debug.filter;

/**
 * A filter to turn on.
 *
 * @param id see {@link Filter#parse}
 * @param condition a C expression over {@link dev.ringside.debug.expression.EventFact} and all that
 *     expressions can name; empty for none
 */
public record FilterRequest(String id, String condition) {}

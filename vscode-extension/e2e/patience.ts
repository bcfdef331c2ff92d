/** How long a person is expected to wait; RINGSIDE_E2E_PATIENCE=3 makes it three times that. */
const FACTOR = Number(process.env['RINGSIDE_E2E_PATIENCE'] ?? 1);

/** For anything at all, in milliseconds. */
export const PATIENCE = 20_000 * FACTOR;

/** For one attempt at something that is tried again. */
export const SHORT_PATIENCE = 8_000 * FACTOR;

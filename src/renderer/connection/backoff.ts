/** Milliseconds to wait before attempt `attempt` (1 is the first after a loss): 0.25 s up to 8 s. */
export const backoff = (attempt: number): number => Math.min(8_000, 250 * 2 ** (attempt - 1))

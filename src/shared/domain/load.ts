/**
 * How much the app leaves out because the machine is pressed. Each level has those before it in force:
 * 0 nothing, 1 the screen is drawn less often, 2 derived views are made less often, 3 the tape on screen
 * has no rows, 4 trades are not stored (they become gaps with cause `overload`).
 */
export type LoadLevel = 0 | 1 | 2 | 3 | 4

/** What each level adds, in the order in which it is left out. */
export const LOAD_STEPS = ['paint', 'views', 'rows', 'trades'] as const
export type LoadStep = (typeof LOAD_STEPS)[number]

/**
 * cpu, memory: more than the user allows. loop: the ingest thread is late. queue: trades wait for the
 * store faster than it takes them.
 */
export const LOAD_REASONS = ['cpu', 'memory', 'loop', 'queue'] as const
export type LoadReason = (typeof LOAD_REASONS)[number]

/** Below this the tape is simply young, and the figures come from the venue's own bars. */
const MOST_OF_A_DAY = 0.5
/** Of the 1,440 minutes that end now, the first and the last are not whole: one is not counted. */
const WHOLE_DAY = 1_439 / 1_440

/** Whether a day's tape has holes worth a mark. */
export const hasHoles = (coverage: number): boolean =>
  coverage >= MOST_OF_A_DAY && coverage < WHOLE_DAY

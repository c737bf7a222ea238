/** How patient a feed is. Milliseconds throughout. */
export interface FeedTiming {
  /** A handshake that takes longer is given up. */
  readonly connectMs: number
  readonly backoffBaseMs: number
  readonly backoffCapMs: number
  /** A connection that lasted this long proves the venue well: the backoff starts afresh. */
  readonly livedMs: number
  /** How often the watchdog looks. */
  readonly lookMs: number
  /** What a probe may take to bring any sign of life. */
  readonly probeMs: number
  /** Subscribed and without a trade for this long: quiet. */
  readonly quietMs: number
  /**
   * A market whose habits are not known yet is in doubt after this long without a trade. Doubles each
   * time that a new socket did not help, up to the cap (or what is usual for the market, if longer).
   */
  readonly noTradeMs: number
  readonly noTradeCapMs: number
  /** However busy a market is, shorter pauses than this are no reason for doubt. */
  readonly noTradeFloorMs: number
  /** A request to subscribe is answered within this, or asked again. */
  readonly answerMs: number
  /** What a successor socket may take to take over. */
  readonly handoverMs: number
  /** How long the socket that was replaced is still listened to, so that nothing on its way is lost. */
  readonly overlapMs: number
  /** A venue that acknowledges nothing is taken to have subscribed after this long. */
  readonly silentMs: number
  /** After a wake or a change of the network a socket must answer within this … */
  readonly wakeProbeMs: number
  /** … and for this long attempts follow each other quickly, and count for nothing. */
  readonly wakeMs: number
  /** One REST request, from sending to the last byte. */
  readonly restMs: number
  /** The instrument list, which is long. */
  readonly listMs: number
  /** `resolve` waits this long for the list before it answers with the usual spelling. */
  readonly resolveMs: number
  readonly listRetryBaseMs: number
  readonly listRetryCapMs: number
  /** A symbol that is missing from a list older than this is looked up in a new one. */
  readonly listFreshMs: number
  /** Pause between two measurements of the venue's clock. */
  readonly clockEveryMs: number
  /** Samples older than this no longer count. */
  readonly clockWindowMs: number
}

export const DEFAULT_TIMING: FeedTiming = {
  connectMs: 15_000,
  backoffBaseMs: 1_000,
  backoffCapMs: 30_000,
  livedMs: 30_000,
  lookMs: 1_000,
  probeMs: 5_000,
  quietMs: 15_000,
  noTradeMs: 60_000,
  noTradeCapMs: 3_600_000,
  noTradeFloorMs: 4_000,
  answerMs: 10_000,
  handoverMs: 20_000,
  overlapMs: 2_000,
  silentMs: 3_000,
  wakeProbeMs: 2_000,
  wakeMs: 15_000,
  restMs: 15_000,
  listMs: 45_000,
  resolveMs: 3_000,
  listRetryBaseMs: 5_000,
  listRetryCapMs: 300_000,
  listFreshMs: 300_000,
  clockEveryMs: 180_000,
  clockWindowMs: 900_000,
}

/** Samples of one clock measurement; the one with the shortest round trip counts. */
export const CLOCK_SAMPLES = 3

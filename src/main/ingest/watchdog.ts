import type { FeedTiming } from './timing.ts'

/**
 * What to do about a socket. probe: send something that must be answered. dead: nothing at all
 * came, replace it. tradeless: it answers, but brings no trades; replace it too.
 */
export type Verdict = 'fine' | 'probe' | 'dead' | 'tradeless'

/** How an open and subscribed socket looks. */
export type Activity = 'live' | 'quiet' | 'stale'

type WatchdogTiming = Pick<FeedTiming, 'probeMs' | 'quietMs'>

/** From this share of the patience on, a tradeless socket is called stale. */
const STALE_SHARE = 0.75

/** Watches one socket. Knows no clock: each call says when it is, in monotonic milliseconds. */
export class Watchdog {
  readonly #silenceMs: number
  readonly #timing: WatchdogTiming
  readonly #patience: TradePatience
  #trafficAt: number
  #probedAt: number | null = null
  #tradeAt: number | null = null

  constructor(silenceMs: number, timing: WatchdogTiming, patience: TradePatience, now: number) {
    this.#silenceMs = silenceMs
    this.#timing = timing
    this.#patience = patience
    this.#trafficAt = now
  }

  /** Any sign of life: a frame, a ping, a pong. */
  traffic(now: number): void {
    this.#trafficAt = now
    this.#probedAt = null
  }

  /** The first subscription stands: from now on trades are expected. */
  subscribed(now: number): void {
    this.#tradeAt ??= now
  }

  /** A live trade (not one replayed on subscribe). */
  trade(now: number): void {
    this.#tradeAt = now
    this.#patience.traded()
  }

  look(now: number): Verdict {
    if (this.#probedAt !== null)
      return now - this.#probedAt >= this.#timing.probeMs ? 'dead' : 'fine'
    if (now - this.#trafficAt >= this.#silenceMs) {
      this.#probedAt = now
      return 'probe'
    }
    if (this.#tradeless(now) < this.#patience.limitMs) return 'fine'
    this.#patience.gaveUp()
    return 'tradeless'
  }

  activity(now: number): Activity {
    if (this.#probedAt !== null) return 'stale'
    const tradeless = this.#tradeless(now)
    if (tradeless >= this.#patience.limitMs * STALE_SHARE) return 'stale'
    return tradeless >= this.#timing.quietMs ? 'quiet' : 'live'
  }

  #tradeless(now: number): number {
    return this.#tradeAt === null ? 0 : now - this.#tradeAt
  }
}

/**
 * How long a venue may bring no trade before its socket is replaced. A market that really is quiet
 * would be reconnected for ever; so each replacement that brought no trade doubles the patience,
 * and a trade makes it short again. Outlives the sockets.
 */
export class TradePatience {
  readonly #timing: Pick<FeedTiming, 'noTradeMs' | 'noTradeCapMs'>
  #limitMs: number

  constructor(timing: Pick<FeedTiming, 'noTradeMs' | 'noTradeCapMs'>) {
    this.#timing = timing
    this.#limitMs = timing.noTradeMs
  }

  get limitMs(): number {
    return this.#limitMs
  }

  traded(): void {
    this.#limitMs = this.#timing.noTradeMs
  }

  gaveUp(): void {
    this.#limitMs = Math.min(this.#timing.noTradeCapMs, this.#limitMs * 2)
  }
}

import type { PaceBook } from './pace.ts'
import type { FeedTiming } from './timing.ts'

/**
 * What to do about a socket. probe: send something that must be answered. dead: nothing at all
 * came, end it.
 */
export type Verdict = 'fine' | 'probe' | 'dead'

/** How an open and subscribed socket looks. */
export type Activity = 'live' | 'quiet' | 'stale'

type WatchdogTiming = Pick<FeedTiming, 'probeMs' | 'quietMs'>

/** From this share of its patience on, a silent market is in doubt. */
const STALE_SHARE = 0.75

/** Watches one socket. Knows no clock: each call says when it is, in monotonic milliseconds. */
export class Watchdog {
  readonly #silenceMs: number
  readonly #timing: WatchdogTiming
  readonly #paces: PaceBook
  /** When each subscribed market last traded here, or was subscribed. */
  readonly #tradeAt = new Map<string, number>()
  /** Newest match that came of each market, where the venue tells which is its newest. */
  #seqs: Map<string, number> | null = null
  #trafficAt: number
  #newestAt = 0
  #probe: { readonly at: number; readonly withinMs: number } | null = null

  constructor(silenceMs: number, timing: WatchdogTiming, paces: PaceBook, now: number) {
    this.#silenceMs = silenceMs
    this.#timing = timing
    this.#paces = paces
    this.#trafficAt = now
  }

  /** Any sign of life: a frame, a ping, a pong. */
  traffic(now: number): void {
    this.#trafficAt = now
    this.#probe = null
  }

  /** When the last sign of life came. */
  get trafficAt(): number {
    return this.#trafficAt
  }

  /** Something came after `since`. */
  heardSince(since: number): boolean {
    return this.#trafficAt > since
  }

  /** A subscription stands: from now on its trades are expected. */
  subscribed(symbol: string, now: number): void {
    if (this.#tradeAt.has(symbol)) return
    this.#tradeAt.set(symbol, now)
    this.#newestAt = Math.max(this.#newestAt, now)
    this.#paces.of(symbol).began(now)
  }

  unsubscribed(symbol: string): void {
    this.#tradeAt.delete(symbol)
  }

  /** A live trade (not one replayed on subscribe). */
  trade(symbol: string, now: number, seq: () => number | undefined): void {
    if (this.#tradeAt.has(symbol)) this.#tradeAt.set(symbol, now)
    this.#newestAt = now
    this.#paces.of(symbol).traded(now)
    this.#seqs?.set(symbol, seq() ?? Number.NaN)
  }

  /** The venue names a market's newest match: one that we have proves that its silence is no loss. */
  newest(symbol: string, seq: number, now: number): void {
    this.#seqs ??= new Map()
    const known = this.#seqs.get(symbol)
    // The first one is taken at its word: what it counts may be from before this socket.
    if (known === undefined) this.#seqs.set(symbol, seq)
    else if (!(known >= seq)) return
    if (this.#tradeAt.has(symbol)) this.#tradeAt.set(symbol, now)
  }

  /** Something was sent that must be answered within `withinMs`. */
  probed(now: number, withinMs = this.#timing.probeMs): void {
    if (this.#probe !== null && this.#probe.at + this.#probe.withinMs <= now + withinMs) return
    this.#probe = { at: now, withinMs }
  }

  look(now: number): Verdict {
    if (this.#probe !== null) return now - this.#probe.at >= this.#probe.withinMs ? 'dead' : 'fine'
    if (now - this.#trafficAt < this.#silenceMs) return 'fine'
    this.probed(now)
    return 'probe'
  }

  /** Markets that are silent for longer than they ever are; naming them makes the next time later. */
  overdue(now: number): readonly string[] {
    const silent = [...this.#tradeAt].filter(([symbol, at]) => now - at >= this.#limit(symbol))
    for (const [symbol] of silent) this.#paces.of(symbol).gaveUp(now)
    return silent.map(([symbol]) => symbol)
  }

  /** The market itself has been silent for longer than is usual for it. */
  isDoubtful(symbol: string, now: number): boolean {
    const at = this.#tradeAt.get(symbol)
    return at !== undefined && now - at >= this.#limit(symbol) * STALE_SHARE
  }

  /** stale: some market is in doubt, and no other one traded for as long. */
  activity(now: number): Activity {
    if (this.#probe !== null) return 'stale'
    if (this.#tradeAt.size === 0) return 'live'
    const tradeless = now - this.#newestAt
    if (tradeless < this.#timing.quietMs && tradeless < 1_000) return 'live'
    for (const [symbol, at] of this.#tradeAt)
      if (Math.min(tradeless, now - at) >= this.#limit(symbol) * STALE_SHARE) return 'stale'
    return tradeless >= this.#timing.quietMs ? 'quiet' : 'live'
  }

  #limit(symbol: string): number {
    return this.#paces.of(symbol).limitMs
  }
}

import type { FeedTiming } from './timing.ts'

export type PaceTiming = Pick<FeedTiming, 'noTradeMs' | 'noTradeCapMs' | 'noTradeFloorMs'>

/** Trades that come closer together than this are one burst and say nothing of the pace. */
const BURST_MS = 100
/** The quantile of the gaps that is followed, and how quickly (in powers of e a step). */
const QUANTILE = 0.99
const STEP = 0.5
/** Weight of a new gap in the mean. */
const WEIGHT = 0.05
/** The longest gap is forgotten by half within some 700 gaps. */
const FADE = 0.999
/** So many gaps are a habit; with fewer the patience stays what it is for a market nobody knows. */
const HABIT = 20
/**
 * So many already tell a busy market from a quiet one: a silence this many times as long as it took them to
 * come is one in a million for trades that come at random, with room for those that come in bursts.
 */
const FIRST_IDEA = 8
const BEYOND_FIRST = 4
/** After so many gaps without a false alarm, patience that had grown is halved. */
const GOOD_RUN = 50
/** A silence is unusual when it is this many times the mean, the quantile, the longest gap. */
const BEYOND = { mean: 8, quantile: 4, longest: 2 }

/**
 * What one market usually does: how long its pauses between trades are, and from when on a pause is
 * a reason for doubt. Learned from the live trades, never stored. Outlives the sockets.
 *
 * A market that really is quiet would be subscribed anew for ever; so each time that it was and brought
 * nothing doubles the patience, and the pause that ended at last counts as usual from then on.
 */
export class MarketPace {
  readonly #timing: PaceTiming
  #gaps = 0
  /** How long all gaps took together. */
  #heard = 0
  #mean = 0
  #logQuantile = Number.NaN
  #longest = 0
  #lastAt: number | null = null
  #doublings = 0
  #goodGaps = 0
  /** Times it was subscribed anew since its last trade, and when last. */
  #alarms = 0
  #alarmAt = 0

  constructor(timing: PaceTiming) {
    this.#timing = timing
  }

  /** Without a trade for this long, the stream of the market is in doubt, milliseconds. */
  get limitMs(): number {
    const { noTradeCapMs, noTradeFloorMs } = this.#timing
    const usual = Math.max(
      this.#mean * BEYOND.mean,
      Math.exp(this.#logQuantile || 0) * BEYOND.quantile,
      this.#longest * BEYOND.longest,
    )
    const least = this.#gaps < HABIT ? this.#firstPatience() : noTradeFloorMs
    const patient = Math.max(least, usual) * 2 ** this.#doublings
    // A market slower than the cap is not in doubt before it is slower than ever.
    return Math.min(patient, Math.max(noTradeCapMs, least, usual))
  }

  /** A live trade, monotonic milliseconds. */
  traded(now: number): void {
    const last = this.#lastAt
    if (last !== null && now - last < BURST_MS) return
    this.#lastAt = now
    if (this.#wasStalled(now)) this.#doublings = Math.max(0, this.#doublings - 1)
    else if (last !== null) this.#learn(now - last)
    this.#alarms = 0
  }

  /** The stream stands (again): what comes before this is no pause of the market's. */
  began(now: number): void {
    this.#lastAt ??= now
  }

  /** The stream broke off for a known reason: the pause that ends with the next trade says nothing. */
  broke(): void {
    this.#lastAt = null
    this.#alarms = 0
  }

  /** Its stream is replaced because the market was silent for too long. */
  gaveUp(now: number): void {
    this.#alarms += 1
    this.#alarmAt = now
    this.#doublings = Math.min(this.#doublings + 1, 20)
    this.#goodGaps = 0
  }

  /** The first thing that a new socket brought was a trade, soon: the old one had been dead. */
  #wasStalled(now: number): boolean {
    if (this.#alarms !== 1) return false
    const soon = Math.max(5_000, this.#mean * BEYOND.quantile)
    return this.#gaps >= HABIT && now - this.#alarmAt <= soon
  }

  #firstPatience(): number {
    const { noTradeMs, noTradeFloorMs } = this.#timing
    if (this.#gaps < FIRST_IDEA) return noTradeMs
    return Math.min(noTradeMs, Math.max(noTradeFloorMs, this.#heard * BEYOND_FIRST))
  }

  #learn(gap: number): void {
    this.#heard += gap
    const log = Math.log(Math.max(gap, 1))
    this.#mean = this.#gaps === 0 ? gap : this.#mean + (gap - this.#mean) * WEIGHT
    this.#logQuantile = Number.isNaN(this.#logQuantile)
      ? log
      : this.#logQuantile + STEP * (log > this.#logQuantile ? QUANTILE : QUANTILE - 1)
    this.#longest = Math.max(gap, this.#longest * FADE)
    this.#gaps += 1
    this.#goodGaps += 1
    if (this.#goodGaps < GOOD_RUN || this.#doublings === 0) return
    this.#doublings -= 1
    this.#goodGaps = 0
  }
}

/** The paces of one venue's markets, by the venue's own symbol. */
export class PaceBook {
  readonly #timing: PaceTiming
  readonly #paces = new Map<string, MarketPace>()

  constructor(timing: PaceTiming) {
    this.#timing = timing
  }

  of(symbol: string): MarketPace {
    let pace = this.#paces.get(symbol)
    if (pace === undefined) {
      pace = new MarketPace(this.#timing)
      this.#paces.set(symbol, pace)
    }
    return pace
  }

  forget(symbol: string): void {
    this.#paces.delete(symbol)
  }
}

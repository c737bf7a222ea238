import type { MarketId } from '../../../shared/domain/market.ts'

/** Most that a trade's times may be moved apart, milliseconds. */
export const MOST_SKEW_MS = 600_000

/**
 * What is done to the tape on its way, to see what would have come of it. Which trades it strikes is decided by the
 * seed and the trade alone: the same in every run, wherever it begins.
 */
export interface Faults {
  readonly seed: number
  /** Only these; absent: all. */
  readonly markets?: readonly MarketId[]
  /** Only trades with match times in [from, to); absent: all. */
  readonly from?: number
  readonly to?: number
  /** Share of the trades that never come, 0–1. */
  readonly drop?: number
  /** Trades come later by up to this, evenly spread, milliseconds. */
  readonly delayMs?: number
  /** The venue's clock is off by this, milliseconds; at most MOST_SKEW_MS either way. */
  readonly skewMs?: number
}

/** Faults of one market; null when none strike it. */
export function faultsOf(faults: Faults | undefined, market: MarketId): MarketFaults | null {
  if (faults === undefined || faults.markets?.includes(market) === false) return null
  return new MarketFaults(faults, market)
}

export class MarketFaults {
  readonly #faults: Faults
  readonly #seed: number

  constructor(faults: Faults, market: MarketId) {
    this.#faults = faults
    let seed = mix(faults.seed | 0)
    for (let i = 0; i < market.length; i += 1) seed = mix(seed ^ market.charCodeAt(i))
    this.#seed = seed
  }

  strikes(time: number): boolean {
    const { from, to } = this.#faults
    return (from === undefined || time >= from) && (to === undefined || time < to)
  }

  drops(time: number, id: number): boolean {
    return this.#chance(time, id, 1) < (this.#faults.drop ?? 0)
  }

  /** Whole milliseconds. */
  delay(time: number, id: number): number {
    const most = this.#faults.delayMs ?? 0
    return most === 0 ? 0 : Math.floor(this.#chance(time, id, 2) * (most + 1))
  }

  get skew(): number {
    const skew = Math.trunc(this.#faults.skewMs ?? 0)
    return Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, skew))
  }

  /** In [0, 1). */
  #chance(time: number, id: number, salt: number): number {
    let bits = mix(this.#seed ^ salt)
    for (const number of [time, id]) {
      bits = mix(bits ^ (number % 2 ** 32))
      bits = mix(bits ^ Math.floor(number / 2 ** 32))
    }
    return (bits >>> 0) / 2 ** 32
  }
}

function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return mixed ^ (mixed >>> 16)
}

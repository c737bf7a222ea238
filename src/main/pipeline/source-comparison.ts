import type { LatencyFigures } from '../../shared/domain/latency.ts'
import { LatencyWindow } from './latency-window.ts'

/** Everything since the start: one window that never ends. */
const FOR_EVER = Number.MAX_SAFE_INTEGER

/** Lower edges of the buckets that show by how much one way was earlier than another, milliseconds. */
export const LEAD_EDGES: readonly number[] = [
  -1e9, -5_000, -1_000, -500, -200, -100, -50, -20, -10, -5, 0, 5, 10, 20, 50, 100, 200, 500, 1_000,
  5_000,
]

export interface WayResult {
  /** Trades of the union that this way saw, and those it never did. */
  readonly seen: number
  readonly missed: number
  /** Match → seen here by our clock plus the offset that was known then, milliseconds. */
  readonly delay: LatencyFigures
}

export interface LeadResult {
  readonly ahead: number
  readonly behind: number
  readonly lead: LatencyFigures
  /** One count for each of LEAD_EDGES. */
  readonly counts: readonly number[]
}

interface Sighting {
  readonly matchTime: number
  /** When each way saw it first; NaN while it has not. */
  readonly at: Float64Array
}

/**
 * Compares ways to get the same trades, matched by id. A trade counts once every way has had the time
 * to see it: it was made after all of them were running, and `settleMs` ago. Holds only the trades that
 * are not settled, so it can run for as long as one likes.
 */
export class SourceComparison {
  readonly #ways: number
  readonly #settleMs: number
  readonly #open = new Map<string, Sighting>()
  readonly #delays: readonly LatencyWindow[]
  readonly #seen: number[]
  readonly #leads: readonly {
    readonly ahead: number
    readonly behind: number
    readonly figures: LatencyWindow
    readonly counts: number[]
  }[]
  #from = Number.POSITIVE_INFINITY
  /** Trades made until then have been counted, epoch ms by the venue's clock. */
  #settled = Number.NEGATIVE_INFINITY
  #union = 0

  constructor(ways: number, settleMs: number) {
    this.#ways = ways
    this.#settleMs = settleMs
    this.#delays = Array.from({ length: ways }, () => new LatencyWindow(FOR_EVER))
    this.#seen = new Array<number>(ways).fill(0)
    this.#leads = pairs(ways).map(([ahead, behind]) => ({
      ahead,
      behind,
      figures: new LatencyWindow(FOR_EVER),
      counts: LEAD_EDGES.map(() => 0),
    }))
  }

  /** Trades of the union that are settled. */
  get union(): number {
    return this.#union
  }

  /** All ways run: trades made from `matchTime` (by the venue's clock, epoch ms) on count. */
  begin(matchTime: number): void {
    this.#from = matchTime
  }

  get running(): boolean {
    return Number.isFinite(this.#from)
  }

  /** A way saw a match. `seenAt` and `matchTime`: epoch ms by the venue's clock, as well as we know it. */
  saw(way: number, key: string, matchTime: number, seenAt: number): void {
    // What is settled is counted; polls show it again and again.
    if (matchTime < this.#from || matchTime <= this.#settled) return
    const known = this.#open.get(key)
    if (known !== undefined) {
      if (Number.isNaN(known.at[way] ?? 0)) known.at[way] = seenAt
      return
    }
    const at = new Float64Array(this.#ways).fill(Number.NaN)
    at[way] = seenAt
    this.#open.set(key, { matchTime, at })
  }

  /** Closes what every way has had its time for; `now` by the venue's clock, epoch ms. */
  settle(now: number): void {
    this.#settled = now - this.#settleMs
    for (const [key, sighting] of this.#open) {
      if (sighting.matchTime > this.#settled) continue
      this.#open.delete(key)
      this.#count(sighting)
    }
  }

  results(): readonly WayResult[] {
    return this.#delays.map((delay, way) => ({
      seen: this.#seen[way] ?? 0,
      missed: this.#union - (this.#seen[way] ?? 0),
      delay: delay.figures(0),
    }))
  }

  leads(): readonly LeadResult[] {
    return this.#leads.map(({ ahead, behind, figures, counts }) => ({
      ahead,
      behind,
      lead: figures.figures(0),
      counts: [...counts],
    }))
  }

  #count({ matchTime, at }: Sighting): void {
    this.#union += 1
    for (let way = 0; way < this.#ways; way += 1) {
      const seenAt = at[way] ?? Number.NaN
      if (Number.isNaN(seenAt)) continue
      this.#seen[way] = (this.#seen[way] ?? 0) + 1
      this.#delays[way]?.record(0, seenAt - matchTime)
    }
    for (const pair of this.#leads) {
      const lead = (at[pair.behind] ?? Number.NaN) - (at[pair.ahead] ?? Number.NaN)
      if (Number.isNaN(lead)) continue
      pair.figures.record(0, lead)
      const bucket = bucketOf(lead)
      pair.counts[bucket] = (pair.counts[bucket] ?? 0) + 1
    }
  }
}

function pairs(ways: number): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  for (let one = 0; one < ways; one += 1)
    for (let other = one + 1; other < ways; other += 1) found.push([one, other])
  return found
}

/** Index of the last edge that is not above `lead`. */
function bucketOf(lead: number): number {
  let bucket = 0
  while (bucket + 1 < LEAD_EDGES.length && lead >= (LEAD_EDGES[bucket + 1] ?? 0)) bucket += 1
  return bucket
}

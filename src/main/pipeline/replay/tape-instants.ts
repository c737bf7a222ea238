import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import { type Faults, faultsOf } from './faults.ts'
import { firstFrom, marketOrder } from './market-order.ts'
import type { ReplayColumns, ReplayOrder, ReplayRows } from './replay-rows.ts'

/** What a replay reads from: the reader of the store has it. */
export interface ReplayReader {
  /** Pages of the named markets' tapes, in order; match times in [from, to). */
  batches(filter: {
    readonly markets: readonly MarketId[]
    readonly from: EpochMs
    readonly to: EpochMs
    /** Rows of the first page; each of the next has twice as many. */
    readonly firstRows?: number
  }): Iterable<{ readonly columns: ReplayColumns }>
  /** Markets whose quantities are in quote units. */
  inverse(): readonly MarketId[]
}

export interface InstantOptions {
  readonly markets: readonly MarketId[]
  /** Match times, epoch ms: `from` included, `to` not. */
  readonly from: number
  readonly to: number
  /** Where a market's rows begin if not at `from`. */
  readonly begins?: ReadonlyMap<MarketId, number>
  readonly order: ReplayOrder
  readonly faults?: Faults
}

/** Who gets the rows. `market`: its index among the names in order. */
export interface InstantSink {
  /** An instant begins. Not called for stretches, as `close`. */
  begin(at: number): void
  /** Rows [from, to) of one market, in order. */
  rows(market: number, rows: ReplayRows, from: number, to: number): void
  /** The instant is over: all rows played at `at` were given. */
  close(at: number): void
}

/** The trades of several markets, merged into instants. */
export function tapeInstants(reader: ReplayReader, options: InstantOptions): TapeInstants {
  const { from, to, begins, order, faults } = options
  const inverse = new Set<MarketId>(reader.inverse())
  const names = [...new Set(options.markets)].sort()
  return new TapeInstants(
    names,
    names.map((market) =>
      marketOrder(
        columnsOf(
          reader.batches({
            ...{ markets: [market], from: epochMs(begins?.get(market) ?? from), to: epochMs(to) },
            firstRows: FIRST_ROWS,
          }),
        ),
        { order, inverse: inverse.has(market), faults: faultsOf(faults, market) },
      ),
    ),
  )
}

/** The first look before a time, ms, and how much further each of the next goes. */
const FIRST_LOOK_MS = 1_000
const FURTHER = 16
const MOST_LOOKS = 7

/**
 * Match time of each market's last trade before `at`; markets that have none (or none in half a year) are left out. What a
 * window says at `at` depends on it: without it the window would not be known to be full.
 */
export function lastBefore(
  reader: ReplayReader,
  markets: readonly MarketId[],
  at: number,
): ReadonlyMap<MarketId, number> {
  const found = new Map<MarketId, number>()
  for (const market of markets) {
    let to = at
    let back = FIRST_LOOK_MS
    for (let look = 0; look < MOST_LOOKS && to > 0 && !found.has(market); look += 1) {
      const from = Math.max(0, at - back)
      const span = { from: epochMs(from), to: epochMs(to) }
      for (const { columns } of reader.batches({ markets: [market], ...span }))
        for (const time of columns.exchangeTime.subarray(0, columns.count))
          found.set(market, Math.max(time, found.get(market) ?? 0))
      to = from
      back *= FURTHER
    }
  }
  return found
}

function* columnsOf(
  batches: Iterable<{ readonly columns: ReplayColumns }>,
): Generator<ReplayColumns> {
  for (const { columns } of batches) yield columns
}

/** A seek shows one moment; most of a segment would be read in vain. */
const FIRST_ROWS = 1_024

/** The end of a market's tape. */
const ENDED = Number.POSITIVE_INFINITY

/**
 * Walks several markets in step. An instant is all rows with one `at`: those of the markets one after the other, by
 * name, each in the order of its tape.
 */
export class TapeInstants {
  readonly markets: readonly MarketId[]
  readonly #tapes: readonly Iterator<ReplayRows>[]
  readonly #rows: (ReplayRows | null)[]
  readonly #place: Uint32Array
  /** When the next row of each market is played. */
  readonly #heads: Float64Array
  /** The instant that is under way; NaN between two. */
  #open = Number.NaN

  /** `markets` in order of their names, and the rows of each. */
  constructor(markets: readonly MarketId[], tapes: readonly Iterator<ReplayRows>[]) {
    this.markets = markets
    this.#tapes = tapes
    this.#rows = markets.map(() => null)
    this.#place = new Uint32Array(markets.length)
    this.#heads = new Float64Array(markets.length)
    for (let market = 0; market < markets.length; market += 1) this.#turn(market)
  }

  /** When the next row is played; Infinity when there is none. */
  get next(): number {
    const first = this.#first()
    return first < 0 ? ENDED : (this.#heads[first] ?? ENDED)
  }

  /**
   * Gives the rows that are played before `until`, instant by instant, until about `most` were given. Answers with
   * how many were.
   */
  run(sink: InstantSink, until: number, most = Number.POSITIVE_INFINITY): number {
    let given = 0
    const heads = this.#heads
    for (let at = this.next; at < until && given < most; at = this.next) {
      this.#begin(at, sink)
      for (let market = 0; market < heads.length; market += 1)
        while (heads[market] === at) given += this.#give(market, at, sink)
      this.#close(at, sink)
    }
    return given
  }

  /**
   * The same for who needs no instants: rows come in stretches as long as they lie in memory, a market after the
   * other; within a market in order. Nothing is closed.
   */
  runStretches(sink: InstantSink, until: number, most = Number.POSITIVE_INFINITY): number {
    let given = 0
    for (let first = this.#first(); first >= 0 && given < most; first = this.#first()) {
      if (!((this.#heads[first] ?? ENDED) < until)) break
      given += this.#give(first, until, sink, true)
    }
    return given
  }

  /** Gives the next row alone, and closes its instant when it was the last of it. False at the end. */
  step(sink: InstantSink): boolean {
    const first = this.#first()
    const rows = this.#rows[first]
    if (rows === undefined || rows === null) return false
    const place = this.#place[first] ?? 0
    const at = this.#heads[first] ?? ENDED
    this.#begin(at, sink)
    sink.rows(first, rows, place, place + 1)
    this.#moveTo(first, place + 1)
    if (this.next !== at) this.#close(at, sink)
    return true
  }

  #begin(at: number, sink: InstantSink): void {
    if (this.#open === at) return
    this.#open = at
    sink.begin(at)
  }

  #close(at: number, sink: InstantSink): void {
    this.#open = Number.NaN
    sink.close(at)
  }

  /** Rows of a market that are played at `at` (or, with `before`, before it), as far as they lie in memory. */
  #give(market: number, at: number, sink: InstantSink, before = false): number {
    const rows = this.#rows[market]
    if (rows === undefined || rows === null) return 0
    const place = this.#place[market] ?? 0
    let end = place + 1
    if (before) end = firstFrom(rows, at, place)
    else while (end < rows.count && rows.at[end] === at) end += 1
    sink.rows(market, rows, place, end)
    this.#moveTo(market, end)
    return end - place
  }

  #moveTo(market: number, place: number): void {
    const rows = this.#rows[market]
    if (rows === undefined || rows === null || place >= rows.count) this.#turn(market)
    else {
      this.#place[market] = place
      this.#heads[market] = rows.at[place] ?? ENDED
    }
  }

  #turn(market: number): void {
    const next = this.#tapes[market]?.next()
    const rows = next === undefined || next.done === true ? null : next.value
    this.#rows[market] = rows
    this.#place[market] = 0
    this.#heads[market] = rows?.at[0] ?? ENDED
  }

  /** The market whose next row comes first; of several the first by name; -1 at the end. */
  #first(): number {
    let first = -1
    let least = ENDED
    for (let market = 0; market < this.#heads.length; market += 1) {
      const head = this.#heads[market] ?? ENDED
      if (head >= least) continue
      least = head
      first = market
    }
    return first
  }
}

import type { MarketId } from '../../shared/domain/market.ts'
import type { TradeBatch } from '../../shared/domain/trade.ts'
import type { OpenStore } from '../store/store-server.ts'
import { TapePages } from '../store/tape-pages.ts'

/** Numbers of the first and the last match of prints, by number; prints of a tape never overlap. */
interface Prints {
  readonly first: number[]
  readonly last: number[]
}

/** Files and the recorder may time one match a little apart, ms. */
const SLACK_MS = 2_000
/** More prints around a batch mean that the file is not in order of time. */
const MANY = 131_072

/**
 * Finds trades whose matches are on the tape in other prints: an aggregate of matches that are there one by
 * one, or the other way about. To the tape those are different trades, and their volume would count
 * twice. For markets whose ids are the number of a print's last match.
 */
export class PrintOverlaps {
  readonly #store: OpenStore
  readonly #pages: TapePages
  /** Markets with prints of several matches; false: looked for, and there are none. */
  readonly #joined = new Map<MarketId, boolean>()

  constructor(store: OpenStore) {
    this.#store = store
    this.#pages = new TapePages(store.db)
  }

  /** The rows of a batch that overlap, ascending. */
  find(batch: TradeBatch, concerned: (market: MarketId) => boolean): readonly number[] {
    return batch.markets
      .flatMap((market, at) => (concerned(market) ? this.#ofMarket(batch, market, at) : []))
      .sort((a, b) => a - b)
  }

  #ofMarket(batch: TradeBatch, market: MarketId, at: number): readonly number[] {
    const rows: number[] = []
    let [from, to, joins] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false]
    for (let row = 0; row < batch.count; row += 1) {
      if (batch.market[row] !== at || Number.isNaN(batch.id.number[row])) continue
      rows.push(row)
      from = Math.min(from, batch.exchangeTime[row] ?? from)
      to = Math.max(to, batch.exchangeTime[row] ?? to)
      joins ||= (batch.matches[row] ?? 1) > 1
    }
    const there = this.#prints(market, from - SLACK_MS, to + SLACK_MS, joins)
    if (joins) this.#joined.set(market, true)
    return there === null ? [] : rows.filter((row) => overlaps(there, batch, row))
  }

  /** What is on the tape in that time; null when nothing of it can overlap. */
  #prints(market: MarketId, from: number, to: number, joins: boolean): Prints | null {
    const id = this.#store.log.markets.find(market)?.id
    if (id === undefined || (!joins && !this.#joinsWithin(market, id, from, to))) return null
    const found: { first: number; last: number }[] = []
    for (const { count, id: ids, matches } of this.#pages.pages(id, from, to))
      for (let row = 0; row < count; row += 1) {
        const last = ids.number[row] ?? Number.NaN
        if (!Number.isNaN(last)) found.push({ first: last - (matches[row] ?? 1) + 1, last })
      }
    found.sort((a, b) => a.last - b.last)
    return { first: found.map(({ first }) => first), last: found.map(({ last }) => last) }
  }

  /** Whether there are prints of several matches in that time; may say so when they are elsewhere. */
  #joinsWithin(market: MarketId, id: number, from: number, to: number): boolean {
    let seen = 0
    for (const { count, matches } of this.#pages.pages(id, from, to)) {
      if (matches.subarray(0, count).some((size) => size > 1)) return true
      seen += count
      if (seen > MANY) return this.#isJoined(market, id)
    }
    return false
  }

  #isJoined(market: MarketId, id: number): boolean {
    const known = this.#joined.get(market)
    if (known !== undefined) return known
    let joined = false
    for (const { count, matches } of this.#pages.pages(id, 0, Number.MAX_SAFE_INTEGER)) {
      joined = matches.subarray(0, count).some((size) => size > 1)
      if (joined) break
    }
    this.#joined.set(market, joined)
    return joined
  }
}

/** Whether a match of the row is in a print of another last match; one with the same is a duplicate. */
function overlaps({ first, last }: Prints, batch: TradeBatch, row: number): boolean {
  const end = batch.id.number[row] ?? Number.NaN
  const begin = end - (batch.matches[row] ?? 1) + 1
  let at = 0
  for (let high = last.length; at < high; ) {
    const middle = (at + high) >> 1
    if ((last[middle] ?? 0) < begin) at = middle + 1
    else high = middle
  }
  for (; (first[at] ?? Number.POSITIVE_INFINITY) <= end; at += 1) if (last[at] !== end) return true
  return false
}

import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { TakerSide, Trade, TradeOrigin } from '../../shared/domain/trade.ts'
import { Ring } from './ring.ts'

/** One line of the tape on screen. */
export type TapeEntry = PrintEntry | SkippedEntry

export interface PrintEntry {
  readonly kind: 'print'
  /** Counts up; a stable key for the list. */
  readonly serial: number
  readonly id: string
  /** Decimal text of the venue; what is shown comes from this, not from a double. */
  readonly price: string
  readonly qty: string
  /** price × qty in the quote currency, as a double: for size bars, filters and a rounded column. */
  readonly notional: number
  readonly side: TakerSide
  readonly exchangeTime: EpochMs
  readonly exchangeMicros: number | undefined
  readonly receiveTime: EpochMs
  readonly origin: TradeOrigin
  readonly matches: number
}

/** Trades that were stored but came too fast to be shown. */
export interface SkippedEntry {
  readonly kind: 'skipped'
  readonly serial: number
  readonly count: number
}

export const TAPE_LENGTH = 2_000

/** What is on screen of one market's tape: a window onto the end, each trade at most once. */
export class Tape {
  readonly market: MarketId
  readonly #ring = new Ring<TapeEntry>(TAPE_LENGTH)
  readonly #ids = new Set<string>()
  #serial = 0

  constructor(market: MarketId) {
    this.market = market
  }

  get size(): number {
    return this.#ring.size
  }

  newestFirst(): readonly TapeEntry[] {
    return this.#ring.toNewestFirst()
  }

  /** Adds a frame, oldest first. `skipped` trades happened before the ones in it. */
  add(trades: readonly Trade[], skipped: number): void {
    if (skipped > 0) this.#skip(skipped)
    for (const trade of trades)
      if (!this.#ids.has(trade.id)) this.#push(toEntry(trade, ++this.#serial))
  }

  /** Frames without rows, one after another, make one line. */
  #skip(count: number): void {
    const newest = this.#ring.newest(0)
    if (newest?.kind === 'skipped')
      this.#ring.replaceNewest({ ...newest, count: newest.count + count })
    else this.#push({ kind: 'skipped', serial: ++this.#serial, count })
  }

  /** Puts stored trades, oldest first, below what has come in live meanwhile. */
  seed(stored: readonly Trade[]): void {
    const live = this.#ring.toNewestFirst().reverse()
    const known = new Set(this.#ids)
    this.clear()
    for (const trade of stored) if (!known.has(trade.id)) this.#push(toEntry(trade, ++this.#serial))
    for (const entry of live) this.#push({ ...entry, serial: ++this.#serial })
  }

  clear(): void {
    this.#ring.clear()
    this.#ids.clear()
  }

  #push(entry: TapeEntry): void {
    if (entry.kind === 'print') this.#ids.add(entry.id)
    const gone = this.#ring.push(entry)
    if (gone?.kind === 'print') this.#ids.delete(gone.id)
  }
}

const toEntry = (trade: Trade, serial: number): PrintEntry => ({
  kind: 'print',
  serial,
  id: trade.id,
  price: trade.price,
  qty: trade.qty,
  notional: Number(trade.price) * Number(trade.qty),
  side: trade.side,
  exchangeTime: trade.exchangeTime,
  exchangeMicros: trade.exchangeMicros,
  receiveTime: trade.receiveTime,
  origin: trade.origin,
  matches: trade.matches,
})

import type { Database, Statement } from 'better-sqlite3'
import type { MarketId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { DamagedSegment } from './compaction.ts'
import { foldRows } from './fold-rows.ts'
import { TapePages } from './tape-pages.ts'
import { type TapeFault, TapeVerifier } from './tape-verifier.ts'
import type { TradeLog } from './trade-log.ts'

/** Numbers of gaps that are found here: above those of lost batches, exact in a double. */
const FIRST_GAP = 2 ** 52 + 2 ** 51
const MINUTE = 60_000

interface Concerned {
  readonly id: number
  readonly name: MarketId
  readonly inverse: number
}

/**
 * Puts aside what of the tape cannot be read: its bytes go to the table `damaged`, an open gap with cause
 * `disk` says what is missing, so that the venue is asked for it (when the market is recorded next), and
 * the bars of those minutes are folded anew from what is left.
 */
export class Quarantine {
  readonly #db: Database
  readonly #log: TradeLog
  readonly #pages: TapePages
  readonly #concerned: Statement<[number, number], Concerned>
  readonly #named: Statement<[string], Concerned>
  readonly #nameOf: Statement<[number], MarketId>
  readonly #lastGap: Statement<[number], number | null>

  constructor(db: Database, log: TradeLog) {
    this.#db = db
    this.#log = log
    this.#pages = new TapePages(db)
    // Bars are written with their trades: whoever has none in those minutes has no trade there.
    this.#concerned = db.prepare(
      `SELECT id, name, inverse FROM market WHERE EXISTS (SELECT 1 FROM candle
         WHERE candle.market = market.id AND open_time BETWEEN ? AND ? AND trades > 0)`,
    )
    this.#named = db.prepare('SELECT id, name, inverse FROM market WHERE name = ?')
    this.#nameOf = db.prepare<[number], MarketId>('SELECT name FROM market WHERE id = ?').pluck()
    this.#lastGap = db
      .prepare<[number], number | null>('SELECT max(id) FROM gap WHERE id >= ?')
      .pluck()
  }

  /** Reads the whole tape and puts aside what cannot be read. Answers with all that was found. */
  repair(now: EpochMs): readonly TapeFault[] {
    const faults = [...new TapeVerifier(this.#db).faults()]
    const lost = faults.filter((fault) => fault.lost)
    if (lost.length > 0) this.putAside(lost, now)
    return faults
  }

  /** Puts aside a segment that compaction could not open. */
  segment({ market, entry, message }: DamagedSegment, now: EpochMs): TapeFault | undefined {
    const name = this.#nameOf.get(market)
    if (name === undefined) return undefined
    const fault: TapeFault = {
      in: 'segment',
      id: entry.id,
      market: name,
      from: epochMs(entry.from),
      to: epochMs(entry.to),
      trades: entry.trades,
      lost: true,
      reason: message,
    }
    this.putAside([fault], now)
    return fault
  }

  /** One transaction. */
  putAside(faults: readonly TapeFault[], now: EpochMs): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (const fault of faults) this.#move(fault, now)
      for (const fault of faults) this.#account(fault, now)
      this.#db.exec('COMMIT')
    } finally {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      this.#log.forget()
    }
  }

  #move({ in: place, id, market, from, to, trades, reason }: TapeFault, now: EpochMs): void {
    const table = place === 'segment' ? 'segment' : 'tape_log'
    this.#db
      .prepare(
        `INSERT INTO damaged (market, from_ts, to_ts, trades, found_at, reason, data)
         SELECT (SELECT id FROM market WHERE name = ?), ?, ?, ?, ?, ?, data FROM ${table} WHERE id = ?`,
      )
      .run(market, from, to, trades, now, reason, id)
    this.#db.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id)
  }

  #account(fault: TapeFault, now: EpochMs): void {
    const first = Math.floor(fault.from / MINUTE) * MINUTE
    const markets =
      fault.market === null ? this.#concerned.all(first, fault.to) : this.#named.all(fault.market)
    for (const market of markets) {
      this.#openGap(fault, market, now)
      this.#foldAnew(market, first, fault.to)
    }
  }

  #openGap(
    { from, to, trades, market: known, reason }: TapeFault,
    market: Concerned,
    now: EpochMs,
  ) {
    const last = this.#lastGap.get(FIRST_GAP) ?? 0
    const gap = {
      id: Math.max(last + 1, FIRST_GAP + now),
      market: market.name,
      cause: 'disk' as const,
      state: 'open' as const,
      from,
      to,
      firstSeq: null,
      lastSeq: null,
      missing: known === null ? null : trades,
      recovered: 0,
      openedAt: now,
      closedAt: null,
      reason: `What was stored cannot be read: ${reason}`,
    }
    const packed = { name: market.name, priceScale: 0, qtyScale: 0, inverse: market.inverse === 1 }
    this.#log.ledger.write([{ market: packed, change: { t: 'gap', gap } }])
  }

  /** Minutes of which trades have rolled off keep the bars that they have. */
  #foldAnew(market: Concerned, from: number, to: number): void {
    const { keptFrom } = this.#log.tape.rolledOff(market.id)
    const first = Math.max(from, Math.ceil(keptFrom / MINUTE) * MINUTE)
    const last = Math.floor(to / MINUTE) * MINUTE + MINUTE - 1
    this.#log.candles.clear(market.id, first, last)
    const bars = this.#log.candles.changes()
    for (const columns of this.#pages.pages(market.id, first, last))
      foldRows({ columns, rows: null, count: columns.count }, market, bars)
    bars.save()
  }
}

/** The present, for those who have no clock. */
export const wallTime = (): EpochMs => epochMs(Date.now())

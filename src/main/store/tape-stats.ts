import type { Database } from 'better-sqlite3'
import type { MarketId } from '../../shared/domain/market.ts'
import { bytesInDay, type SizedStretch } from '../../shared/domain/storage.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { MarketStats } from './store.ts'
import { readLogRecord } from './tape-block.ts'

interface Figures {
  trades: number
  first: number
  last: number
  /** Of its blobs. */
  bytes: number
}

interface LogFigures {
  readonly id: number
  readonly trades: number
  readonly bytes: number
  readonly data: Uint8Array
}

/** Counts what is on the tape, market by market, without opening a segment. */
export class TapeStats {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  all(markets: readonly { readonly id: number; readonly name: MarketId }[]): MarketStats[] {
    const read = this.#db.transaction(() => this.#figures())
    const figures = read()
    const pages = this.#db
      .prepare<[], number>('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size')
      .pluck()
    let total = 0
    for (const { bytes } of figures.values()) total += bytes
    const file = pages.get() ?? 0
    const keptFrom = this.#db
      .prepare<[number], number | null>('SELECT kept_from FROM market WHERE id = ?')
      .pluck()
    return markets.map(({ id, name }) => {
      const of = figures.get(id)
      const kept = keptFrom.get(id) ?? null
      return {
        market: name,
        trades: of?.trades ?? 0,
        first: of === undefined ? null : epochMs(of.first),
        last: of === undefined ? null : epochMs(of.last),
        bytes: of === undefined ? 0 : Math.round((file * of.bytes) / total),
        bytesPerDay: this.#bytesPerDay(id),
        keptFrom: kept === null ? null : epochMs(kept),
      }
    })
  }

  #bytesPerDay(market: number): number | null {
    const stretches = this.#db.prepare<[number], SizedStretch>(
      'SELECT from_ts AS "from", to_ts AS "to", bytes FROM segment WHERE market = ? ORDER BY to_ts',
    )
    const bytes = bytesInDay(stretches.all(market))
    return bytes === null ? null : Math.round(bytes)
  }

  #figures(): ReadonlyMap<number, Figures> {
    const figures = new Map<number, Figures>()
    const segments = this.#db.prepare<[], Figures & { readonly market: number }>(
      `SELECT market, sum(trades) AS trades, min(from_ts) AS first, max(to_ts) AS last,
         sum(bytes) AS bytes FROM segment GROUP BY market`,
    )
    for (const { market, ...row } of segments.all()) figures.set(market, row)
    const sealed = new Map(
      this.#db.prepare<[], [number, number]>('SELECT id, sealed_through FROM market').raw().all(),
    )
    const log = this.#db.prepare<[], LogFigures>(
      'SELECT id, trades, length(data) AS bytes, data FROM tape_log',
    )
    for (const record of log.iterate()) addRecord(figures, record, sealed)
    return figures
  }
}

function addRecord(
  figures: Map<number, Figures>,
  { id, trades, bytes, data }: LogFigures,
  sealed: ReadonlyMap<number, number>,
): void {
  for (const { market, columns } of readLogRecord(data, null)) {
    if (id <= (sealed.get(market) ?? 0)) continue
    const none = { trades: 0, first: Number.MAX_SAFE_INTEGER, last: Number.MIN_SAFE_INTEGER }
    const of = figures.get(market) ?? { ...none, bytes: 0 }
    for (let row = 0; row < columns.count; row += 1) {
      const time = columns.exchangeTime[row] ?? 0
      of.first = Math.min(of.first, time)
      of.last = Math.max(of.last, time)
    }
    of.trades += columns.count
    of.bytes += (bytes * columns.count) / Math.max(trades, 1)
    figures.set(market, of)
  }
}

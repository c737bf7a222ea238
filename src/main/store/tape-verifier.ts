import type { Database } from 'better-sqlite3'
import type { MarketId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { IdSet } from './id-set.ts'
import { KnownIds } from './known-ids.ts'
import { LogTable } from './log-table.ts'
import { idRange } from './seal.ts'
import { RISING, type SegmentEntry, SegmentIndex } from './segment-index.ts'
import { SegmentTable } from './segment-table.ts'
import { BlockError, openSegment, readLogRecord } from './tape-block.ts'
import type { TapeColumns } from './tape-columns.ts'
import { compareRows } from './tape-rows.ts'

/** Something that is wrong with the tape. */
export interface TapeFault {
  readonly in: 'segment' | 'log'
  /** Its row in that table. */
  readonly id: number
  /** Null where it cannot be told: a log record holds several markets. */
  readonly market: MarketId | null
  readonly from: EpochMs
  readonly to: EpochMs
  readonly trades: number
  /** Its trades cannot be read. Otherwise they can, but are not as they should be. */
  readonly lost: boolean
  readonly reason: string
}

interface Named {
  readonly id: number
  readonly name: MarketId
}

/**
 * Reads the whole tape: every checksum, every value, the order of each segment, what the index says of
 * it, and whether an id is there twice. One segment in memory at a time.
 */
export class TapeVerifier {
  readonly #segments: SegmentTable
  readonly #log: LogTable
  readonly #markets: readonly Named[]

  constructor(db: Database) {
    this.#segments = new SegmentTable(db)
    this.#log = new LogTable(db)
    this.#markets = db.prepare<[], Named>('SELECT id, name FROM market ORDER BY name').all()
  }

  *faults(): IterableIterator<TapeFault> {
    const known = new Map<number, KnownIds>()
    for (const market of this.#markets) {
      const index = new SegmentIndex([])
      const ids = new KnownIds(index, (entry) => this.#idsOf(entry))
      known.set(market.id, ids)
      for (const entry of this.#segments.entries(market.id)) {
        const found = this.#inSegment(market, entry, ids, index)
        if (found !== undefined) yield found
      }
    }
    for (const id of this.#log.ids()) {
      const found = this.#inRecord(id, known)
      if (found !== undefined) yield found
    }
  }

  #inSegment(
    market: Named,
    entry: SegmentEntry,
    ids: KnownIds,
    index: SegmentIndex,
  ): TapeFault | undefined {
    const fault = (lost: boolean, reason: string): TapeFault => ({
      in: 'segment',
      id: entry.id,
      market: market.name,
      from: epochMs(entry.from),
      to: epochMs(entry.to),
      trades: entry.trades,
      lost,
      reason,
    })
    try {
      const columns = openSegment(this.#segments.data(entry.id) ?? new Uint8Array(0))
      const before = index.reach
      const again = countAgain(columns, ids)
      index.replace(new Set(), [entry])
      ids.sealed(before)
      if (entry.from <= before) return fault(false, 'It overlaps the segment before it.')
      const wrong = wrongOf(columns, entry)
      if (wrong !== undefined) return fault(false, wrong)
      return again === 0
        ? undefined
        : fault(false, `${again} of its trades are on the tape already.`)
    } catch (error) {
      if (error instanceof BlockError) return fault(true, error.message)
      throw error
    }
  }

  #inRecord(id: number, known: ReadonlyMap<number, KnownIds>): TapeFault | undefined {
    const row = this.#log.row(id)
    // Sealed and dropped meanwhile.
    if (row === undefined) return undefined
    const fault = (lost: boolean, reason: string): TapeFault => ({
      in: 'log',
      id,
      market: null,
      from: epochMs(row.from),
      to: epochMs(row.to),
      trades: row.trades,
      lost,
      reason,
    })
    try {
      let [trades, again] = [0, 0]
      for (const { market, columns } of readLogRecord(row.data, null)) {
        trades += columns.count
        const ids = known.get(market)
        if (ids === undefined) return fault(false, `It names market ${market}, which is not there.`)
        if (id > this.#log.sealedThrough(market)) again += countAgain(columns, ids)
      }
      if (trades !== row.trades) return fault(false, `It holds ${trades} trades.`)
      return again === 0
        ? undefined
        : fault(false, `${again} of its trades are on the tape already.`)
    } catch (error) {
      if (error instanceof BlockError) return fault(true, error.message)
      throw error
    }
  }

  #idsOf({ id, ordered }: SegmentEntry): IdSet | undefined {
    try {
      const columns = openSegment(this.#segments.data(id) ?? new Uint8Array(0))
      return new IdSet(columns.id, columns.count, ordered === RISING)
    } catch (error) {
      // Named where it is met itself.
      if (error instanceof BlockError) return undefined
      throw error
    }
  }
}

function countAgain({ id, exchangeTime, count }: TapeColumns, ids: KnownIds): number {
  let again = 0
  for (let row = 0; row < count; row += 1) if (!ids.add(id, row, exchangeTime[row] ?? 0)) again += 1
  return again
}

/** What the index says of a segment and is not so. */
function wrongOf(columns: TapeColumns, entry: SegmentEntry): string | undefined {
  const { count, exchangeTime, id } = columns
  if (count !== entry.trades) return `It holds ${count} trades.`
  if (exchangeTime[0] !== entry.from || exchangeTime[count - 1] !== entry.to)
    return 'Its match times are not those of the index.'
  for (let row = 1; row < count; row += 1)
    if (compareRows(columns, row - 1, row) > 0) return 'Its trades are out of order.'
  const { least, greatest, ordered } = idRange(
    id,
    Uint32Array.from(columns.side, (_, row) => row),
  )
  return least === entry.firstId && greatest === entry.lastId && ordered === entry.ordered
    ? undefined
    : 'Its ids are not those of the index.'
}

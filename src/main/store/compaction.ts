import type { Database } from 'better-sqlite3'
import { giveBackPages } from './free-space.ts'
import type { LiveMarket, LiveTape } from './live-tape.ts'
import type { TailRows } from './log-tail.ts'
import { FULL_SEGMENT, type SealedSegment, sealTrades } from './seal.ts'
import { planSeal } from './seal-plan.ts'
import type { SegmentEntry } from './segment-index.ts'
import { BlockError, openSegment, writeLogRecord } from './tape-block.ts'
import type { TapeColumns } from './tape-columns.ts'
import { allRows, ColumnJoiner, type ColumnPart, joinColumns, tapeOrder } from './tape-rows.ts'

/** A step takes markets until it has sealed half a segment's trades, or has taken so long, ms. */
const STEP_MS = 8

/** What a step did to one market, to be remembered once it is on the disk. */
interface Sealed {
  readonly market: number
  readonly live: LiveMarket
  readonly taken: TailRows
  readonly gone: ReadonlySet<number>
  readonly made: readonly SegmentEntry[]
  /** Rows that went back into the log, and the number of their record. */
  readonly again: { readonly id: number; readonly columns: TapeColumns } | null
}

/** What was done since the beginning, in trades. */
export interface CompactionWork {
  /** Taken out of the log. */
  readonly sealed: number
  /** Written into segments: more, where segments were joined or late trades fell into one. */
  readonly written: number
}

export interface CompactionOptions {
  /** Trades that a segment is meant to have. */
  readonly full?: number
  /** Milliseconds of a clock that never steps back. */
  readonly now?: () => number
  /** Takes a segment that cannot be read out of the way; absent: the step fails. */
  readonly putAside?: (damaged: DamagedSegment) => void
}

/** A segment that late trades belong into and that cannot be read. */
export class DamagedSegment extends Error {
  readonly market: number
  readonly entry: SegmentEntry

  constructor(market: number, entry: SegmentEntry, reason: string) {
    super(reason)
    this.market = market
    this.entry = entry
  }
}

function canOpen(data: Uint8Array | undefined): boolean {
  try {
    openSegment(data ?? new Uint8Array(0))
    return true
  } catch (error) {
    if (error instanceof BlockError) return false
    throw error
  }
}

/**
 * Seals what lies in the log into segments: one market each, in order, small ones joined. Each step is
 * one transaction that writes segments and says in the market's row up to which record its trades are
 * sealed; so a kill at any moment loses nothing and doubles nothing. Records of which nothing is left
 * are dropped.
 */
export class Compaction {
  readonly #db: Database
  readonly #tape: LiveTape
  readonly #full: number
  readonly #now: () => number
  readonly #putAside: CompactionOptions['putAside']
  readonly #joiner = new ColumnJoiner()
  /** Markets of the round under way. */
  #markets: readonly number[] = []
  #sealed = 0
  #written = 0

  constructor(db: Database, tape: LiveTape, options: CompactionOptions = {}) {
    this.#db = db
    this.#tape = tape
    this.#full = options.full ?? FULL_SEGMENT
    this.#now = options.now ?? (() => performance.now())
    this.#putAside = options.putAside
  }

  /** Trades in the log that are not sealed. */
  get waiting(): number {
    return this.#tape.tail.trades
  }

  get work(): CompactionWork {
    return { sealed: this.#sealed, written: this.#written }
  }

  /** Begins a round over everything that is in the log now. */
  begin(): void {
    this.#markets = this.#tape.tail.markets()
  }

  /**
   * One bounded step. False when the round is at its end. Throws what the disk says; nothing is changed
   * then, and the next step tries the same again.
   */
  step(): boolean {
    try {
      return this.#step()
    } catch (error) {
      if (!(error instanceof DamagedSegment) || this.#putAside === undefined) throw error
      this.#putAside(error)
      return true
    }
  }

  #step(): boolean {
    const last = this.#markets.length === 0
    const dropped = this.#tape.tail.empty
    const done = this.#write(dropped)
    this.#tape.tail.dropped(dropped)
    for (const sealed of done) this.#remember(sealed)
    this.#markets = this.#markets.filter((market) => this.#tape.tail.has(market))
    return !last || giveBackPages(this.#db)
  }

  /** Gives up to so many ms to handing free pages back to the disk: nothing is written next. */
  shrink(ms: number): void {
    const end = this.#now() + ms
    while (this.#now() < end && giveBackPages(this.#db, 0));
  }

  /** Seals everything that is in the log; for tests and for a store that nobody waits for. */
  run(): void {
    this.begin()
    while (this.step());
  }

  #write(dropped: readonly number[]): readonly Sealed[] {
    // Nothing new is written here, only what is on the disk already: no need to wait for the disk.
    this.#db.pragma('synchronous = NORMAL')
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (const id of dropped) this.#tape.log.remove(id)
      const done = this.#sealSome()
      this.#db.exec('COMMIT')
      return done
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      this.#tape.forget()
      throw error
    } finally {
      this.#db.pragma('synchronous = FULL')
    }
  }

  #sealSome(): readonly Sealed[] {
    const began = this.#now()
    const done: Sealed[] = []
    let trades = 0
    for (const market of this.#markets) {
      const sealed = this.#seal(market)
      if (sealed === undefined) continue
      done.push(sealed)
      trades += sealed.taken.count
      if (trades >= this.#full / 2 || this.#now() - began >= STEP_MS) break
    }
    return done
  }

  #seal(market: number): Sealed | undefined {
    const taken = this.#tape.tail.take(market, this.#full)
    if (taken === undefined) return undefined
    const live = this.#tape.market(market)
    const columns = this.#joiner.join(taken.parts)
    const order = tapeOrder(columns) ?? allRows(columns.count)
    const { groups, putOff } = planSeal(
      live.segments.entries,
      columns.exchangeTime,
      order,
      this.#full,
    )
    const gone = new Set<number>()
    const made: SegmentEntry[] = []
    for (const { segments, rows } of groups) {
      const opened = segments.map(({ id }) => this.#data(id))
      for (const { id } of segments) {
        gone.add(id)
        this.#tape.segments.remove(id)
      }
      const fresh = rows.length === 0 ? [] : [{ columns, rows, count: rows.length }]
      for (const sealed of this.#sealedOf(market, segments, opened, fresh))
        made.push(this.#tape.segments.insert(market, sealed))
    }
    const again = putOff.length === 0 ? null : this.#logAgain(market, columns, putOff)
    this.#tape.log.seal(market, taken.through)
    return { market, live, taken, gone, made, again }
  }

  #sealedOf(
    market: number,
    segments: readonly SegmentEntry[],
    opened: readonly Uint8Array[],
    fresh: readonly ColumnPart[],
  ): readonly SealedSegment[] {
    try {
      return sealTrades(opened, fresh, this.#full)
    } catch (error) {
      if (!(error instanceof BlockError)) throw error
      const damaged = segments.find((_, at) => !canOpen(opened[at]))
      throw damaged === undefined ? error : new DamagedSegment(market, damaged, error.message)
    }
  }

  #data(id: number): Uint8Array {
    const data = this.#tape.segments.data(id)
    if (data === undefined) throw new Error(`segment ${id} is not there`)
    return data
  }

  /** Late rows that would open too many segments at once go back into the log. */
  #logAgain(market: number, from: TapeColumns, rows: Uint32Array): Sealed['again'] {
    const columns = joinColumns([{ columns: from, rows, count: rows.length }])
    const id = this.#tape.nextLogId()
    this.#tape.log.insert({
      id,
      trades: rows.length,
      from: columns.exchangeTime[0] ?? 0,
      to: columns.exchangeTime[rows.length - 1] ?? 0,
      data: writeLogRecord(columns, [{ market, rows: allRows(rows.length), count: rows.length }]),
    })
    return { id, columns }
  }

  #remember({ market, live, taken, gone, made, again }: Sealed): void {
    const { reach } = live.segments
    live.segments.replace(gone, made)
    this.#tape.tail.sealed(market, taken.through)
    this.#sealed += taken.count - (again?.columns.count ?? 0)
    this.#written += made.reduce((sum, { trades }) => sum + trades, 0)
    if (again !== null)
      this.#tape.tail.push(again.id, [
        { market, columns: again.columns, rows: null, count: again.columns.count },
      ])
    else if (taken.all) live.ids.sealed(reach)
  }
}

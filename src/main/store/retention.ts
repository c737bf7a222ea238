import type { Database, Statement } from 'better-sqlite3'
import type { MarketStorage, RollOffPreview } from '../../shared/contract/storage.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { bytesInDay, keepMsOf, NO_LIMITS, type StorageLimits } from '../../shared/domain/storage.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { fileUse, giveBackPages, KEPT_PAGES } from './free-space.ts'
import { GrowthTable, SAMPLE_EVERY_MS } from './growth-table.ts'
import type { LiveTape } from './live-tape.ts'
import { type KeptTape, planRollOff, type RollOff, type RollOffRule } from './roll-off-plan.ts'
import { RISING } from './segment-index.ts'
import type { TapeUse } from './store-protocol.ts'

/** A step removes so many segments at most, and fewer when they take so long, ms. */
const MOST_A_STEP = 16
const STEP_MS = 8

interface Named {
  readonly id: number
  readonly name: MarketId
}

export interface RetentionClock {
  /** Epoch ms. */
  readonly now: () => number
  /** Milliseconds of a clock that never steps back. */
  readonly monotonic: () => number
}

/**
 * Lets the oldest raw trades roll off, segment by segment, and gives their space back to the file system;
 * candles and the ledger stay. Each step is one short transaction that removes segments and says in the
 * market's row from when on trades are kept, so that a kill at any moment leaves a sound tape.
 */
export class Retention {
  readonly #db: Database
  readonly #tape: LiveTape
  readonly #clock: RetentionClock
  readonly #growth: GrowthTable
  readonly #all: Statement<[], Named>
  readonly #keep: Statement<{ from: number; id: number; market: number }>
  #limits: StorageLimits = NO_LIMITS
  #markets: readonly Named[] = []
  #sampledAt = Number.NEGATIVE_INFINITY
  #gaveBack = false

  constructor(db: Database, tape: LiveTape, clock: RetentionClock) {
    this.#db = db
    this.#tape = tape
    this.#clock = clock
    this.#growth = new GrowthTable(db)
    this.#all = db.prepare('SELECT id, name FROM market ORDER BY name')
    this.#keep = db.prepare(
      `UPDATE market SET kept_from = max(coalesce(kept_from, :from), :from),
         rolled_id = nullif(max(coalesce(rolled_id, -1), :id), -1) WHERE id = :market`,
    )
  }

  /** Hold from the next step on. */
  limit(limits: StorageLimits): void {
    this.#limits = limits
  }

  /** Begins a round over what is on the tape now. */
  begin(): void {
    this.#markets = this.#all.all()
  }

  /**
   * One bounded step. False when the round is at its end. Throws what the disk says; nothing is changed
   * then, and the next step tries the same again.
   */
  step(): boolean {
    if (!this.#known()) return true
    const going = this.#next()
    if (going.length > 0) {
      this.#remove(going)
      return true
    }
    if (this.#giveBack()) return true
    // The file is cut only when the log is copied into it.
    if (this.#gaveBack) this.#db.pragma('wal_checkpoint(PASSIVE)')
    this.#gaveBack = false
    this.#sample()
    return false
  }

  /** Removes all that has to go; for tests and for a store that nobody waits for. */
  run(): void {
    this.begin()
    while (this.step());
  }

  /** What other limits would remove now. */
  preview(limits: StorageLimits): RollOffPreview {
    let [trades, bytes] = [0, 0]
    const markets = new Set<number>()
    for (const going of planRollOff(this.#tapes(limits, this.#all.all()), this.#rule(limits))) {
      trades += going.entry.trades
      bytes += going.bytes
      markets.add(going.market)
    }
    return { trades, bytes, markets: markets.size }
  }

  /** How the tape uses its file, market by market. */
  use(): TapeUse {
    const { file, used } = fileUse(this.#db)
    const markets = this.#all.all().map(({ id, name }): MarketStorage => {
      const { segments } = this.#tape.market(id)
      const { keptFrom } = this.#tape.rolledOff(id)
      const first = segments.entries[0]?.from
      return {
        market: name,
        bytes: segments.bytes,
        bytesPerDay: bytesInDay(segments.entries),
        first: first === undefined ? null : epochMs(first),
        keptFrom: Number.isFinite(keptFrom) ? epochMs(keptFrom) : null,
      }
    })
    return {
      at: epochMs(this.#clock.now()),
      limits: this.#limits,
      fileBytes: file,
      usedBytes: used,
      ...this.#growth.growth(),
      markets,
      rolledOff: this.#growth.lastRollOff,
    }
  }

  /** Reads where segments lie, a few markets a step. */
  #known(): boolean {
    const began = this.#clock.monotonic()
    for (const { id } of this.#markets) {
      this.#tape.market(id)
      if (this.#clock.monotonic() - began > STEP_MS) return false
    }
    return true
  }

  #tapes(limits: StorageLimits, markets: readonly Named[]): readonly KeptTape[] {
    return markets.map(({ id, name }) => ({
      market: id,
      entries: this.#tape.market(id).segments.entries,
      keepMs: keepMsOf(limits, name),
    }))
  }

  #rule({ budgetBytes }: StorageLimits): RollOffRule {
    const { pageBytes, used } = fileUse(this.#db)
    return { now: this.#clock.now(), used, budget: budgetBytes, pageBytes }
  }

  #next(): readonly RollOff[] {
    const going: RollOff[] = []
    const tapes = this.#tapes(this.#limits, this.#markets)
    for (const one of planRollOff(tapes, this.#rule(this.#limits))) {
      going.push(one)
      if (going.length === MOST_A_STEP) break
    }
    return going
  }

  #remove(going: readonly RollOff[]): void {
    // What is not on the disk at loss of power is removed again: no need to wait for it.
    this.#db.pragma('synchronous = NORMAL')
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      const gone = this.#removeSome(going)
      this.#db.exec('COMMIT')
      this.#remember(gone)
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      this.#tape.forget()
      throw error
    } finally {
      this.#db.pragma('synchronous = FULL')
    }
  }

  #removeSome(going: readonly RollOff[]): readonly RollOff[] {
    const began = this.#clock.monotonic()
    const before = fileUse(this.#db).used
    const gone: RollOff[] = []
    let trades = 0
    for (const one of going) {
      const { market, entry } = one
      this.#tape.segments.remove(entry.id)
      this.#keep.run({ from: entry.to + 1, id: greatestRising(one), market })
      trades += entry.trades
      gone.push(one)
      if (this.#clock.monotonic() - began > STEP_MS) break
    }
    this.#growth.rolledOff(this.#clock.now(), trades, before - fileUse(this.#db).used)
    return gone
  }

  #remember(gone: readonly RollOff[]): void {
    for (const market of new Set(gone.map((one) => one.market))) {
      const { ids, segments } = this.#tape.market(market)
      const mine = gone.filter((one) => one.market === market)
      segments.replace(new Set(mine.map(({ entry }) => entry.id)), [])
      for (const one of mine) ids.rolledOff({ keptFrom: one.entry.to + 1, id: greatestRising(one) })
    }
  }

  /** Under a budget the file itself is kept within it; true when there is more to give back. */
  #giveBack(): boolean {
    const { budgetBytes } = this.#limits
    const { pageBytes, used } = fileUse(this.#db)
    const room = budgetBytes === null ? KEPT_PAGES : Math.floor((budgetBytes - used) / pageBytes)
    const more = giveBackPages(this.#db, Math.min(KEPT_PAGES, Math.max(0, room)))
    this.#gaveBack ||= more
    return more
  }

  #sample(): void {
    const now = this.#clock.now()
    // Either side of now: the clock may have been set back.
    if (Math.abs(now - this.#sampledAt) < SAMPLE_EVERY_MS) return
    this.#growth.sample(now, fileUse(this.#db).used)
    this.#sampledAt = now
  }
}

const greatestRising = ({ entry }: RollOff): number =>
  entry.ordered === RISING ? (entry.lastId ?? -1) : -1

import type { Database, Statement } from 'better-sqlite3'
import {
  DAY_MS,
  type Growth,
  type GrowthSample,
  growthOf,
  type RolledOffDay,
} from '../../shared/domain/storage.ts'

const KEPT_MS = 7 * DAY_MS
export const SAMPLE_EVERY_MS = 600_000

/** The tables `growth` and `roll_off`: what the tape has grown by, and what was removed from it. */
export class GrowthTable {
  readonly #samples: Statement<[], GrowthSample>
  readonly #last: Statement<[], RolledOffDay>
  readonly #rolled: Statement<[], number>
  readonly #sample: Statement<[number, number]>
  readonly #forget: Statement<[number, number]>
  readonly #roll: Statement<[number, number, number, number]>

  constructor(db: Database) {
    this.#samples = db.prepare('SELECT at, bytes FROM growth ORDER BY at')
    this.#last = db.prepare('SELECT at, trades, bytes FROM roll_off ORDER BY day DESC LIMIT 1')
    this.#rolled = db.prepare<[], number>('SELECT coalesce(sum(bytes), 0) FROM roll_off').pluck()
    this.#sample = db.prepare('INSERT OR REPLACE INTO growth (at, bytes) VALUES (?, ?)')
    // Later ones, too: the clock was set back.
    this.#forget = db.prepare('DELETE FROM growth WHERE at < ? OR at > ?')
    this.#roll = db.prepare(
      `INSERT INTO roll_off (day, at, trades, bytes) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET at = excluded.at, trades = trades + excluded.trades,
         bytes = bytes + excluded.bytes`,
    )
  }

  growth(): Growth {
    return growthOf(this.#samples.all())
  }

  /** What was removed on the last day on which anything was. */
  get lastRollOff(): RolledOffDay | null {
    return this.#last.get() ?? null
  }

  /** Takes down how much is in use, in a transaction of its own. */
  sample(now: number, used: number): void {
    this.#sample.run(now, used + (this.#rolled.get() ?? 0))
    this.#forget.run(now - KEPT_MS, now)
  }

  /** Part of the transaction under way. */
  rolledOff(now: number, trades: number, bytes: number): void {
    this.#roll.run(Math.floor(now / DAY_MS), now, trades, bytes)
  }
}

import type { LogTable } from './log-table.ts'
import { logParts, type OpenLog, openLogRecord } from './tape-block.ts'
import type { TapeColumns } from './tape-columns.ts'

/** Records are held expanded up to about so many bytes: some 10 a trade. */
const BYTES_HELD = 2 ** 24
/** Rows are held decoded up to about so many trades. */
const TRADES_HELD = 200_000

/**
 * The records of the log as a reader of many pages needs them: each is expanded once for all of its markets,
 * and of it only those sections are decoded that are asked for. Records never change, and their numbers
 * are never used again.
 */
export class LogRecords {
  readonly #log: LogTable
  readonly #open = new Map<number, OpenLog>()
  #bytes = 0
  /** By record, then by market. */
  readonly #decoded = new Map<number, Map<number, readonly TapeColumns[]>>()
  #trades = 0

  constructor(log: LogTable) {
    this.#log = log
  }

  /** The rows of a market in a record, in order of arrival. Throws BlockError for one that is damaged. */
  parts(id: number, market: number): readonly TapeColumns[] {
    const held = this.#decoded.get(id)?.get(market)
    if (held !== undefined) return held
    const record = this.#record(id)
    const parts = record === undefined ? [] : logParts(record, market)
    if (this.#trades > TRADES_HELD) {
      this.#decoded.clear()
      this.#trades = 0
    }
    const ofRecord = this.#decoded.get(id) ?? new Map<number, readonly TapeColumns[]>()
    this.#decoded.set(id, ofRecord.set(market, parts))
    for (const { count } of parts) this.#trades += count
    return parts
  }

  #record(id: number): OpenLog | undefined {
    const held = this.#open.get(id)
    if (held !== undefined) return held
    const data = this.#log.data(id)
    if (data === undefined) return undefined
    const record = openLogRecord(data)
    // The oldest go first: they are the next to be sealed.
    for (const [oldest, { plain }] of this.#open) {
      if (this.#bytes + record.plain.length <= BYTES_HELD) break
      this.#open.delete(oldest)
      this.#bytes -= plain.length
    }
    this.#open.set(id, record)
    this.#bytes += record.plain.length
    return record
  }
}

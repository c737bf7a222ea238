import type { TapeColumns } from './tape-columns.ts'
import type { ColumnPart } from './tape-rows.ts'

/** Rows of one market in a log record. */
export interface TailSection {
  readonly market: number
  readonly rows: Uint32Array | null
  readonly count: number
  readonly columns: TapeColumns
}

interface TailRecord {
  readonly id: number
  /** Those of its markets that are not sealed yet. */
  readonly sections: Map<number, ColumnPart[]>
}

/** What `take` gives: the oldest unsealed rows of a market. */
export interface TailRows {
  readonly parts: readonly ColumnPart[]
  readonly count: number
  /** The last log record of which they are. */
  readonly through: number
  /** Nothing of the market is left in the log behind them. */
  readonly all: boolean
}

/** The log records that are not sealed yet, as columns in memory. */
export class LogTail {
  #records: TailRecord[] = []
  #trades = 0
  /** The last record with unsealed rows of a market. */
  readonly #lastOf = new Map<number, number>()
  #empty: number[] = []

  /** Trades that are not sealed. */
  get trades(): number {
    return this.#trades
  }

  /** Records of which nothing is left: they may be dropped. */
  get empty(): readonly number[] {
    return this.#empty
  }

  /** Markets with unsealed trades. */
  markets(): readonly number[] {
    return [...this.#lastOf.keys()]
  }

  has(market: number): boolean {
    return this.#lastOf.has(market)
  }

  push(id: number, sections: readonly TailSection[]): void {
    const record: TailRecord = { id, sections: new Map() }
    for (const { market, ...part } of sections) {
      const parts = record.sections.get(market) ?? []
      parts.push(part)
      record.sections.set(market, parts)
      this.#trades += part.count
      this.#lastOf.set(market, id)
    }
    if (sections.length === 0) this.#empty.push(id)
    else this.#records.push(record)
  }

  /** Records that were dropped. */
  dropped(records: readonly number[]): void {
    const gone = new Set(records)
    this.#empty = this.#empty.filter((id) => !gone.has(id))
  }

  /** The oldest unsealed rows of a market in order of arrival: whole records, about `most` rows. */
  take(market: number, most: number): TailRows | undefined {
    const parts: ColumnPart[] = []
    let count = 0
    let through = 0
    for (const { id, sections } of this.#records) {
      const found = sections.get(market)
      if (found === undefined) continue
      const more = found.reduce((sum, part) => sum + part.count, 0)
      if (count > 0 && count + more > most) break
      parts.push(...found)
      count += more
      through = id
    }
    if (count === 0) return undefined
    return { parts, count, through, all: this.#lastOf.get(market) === through }
  }

  /** Rows of a market up to a record are sealed. */
  sealed(market: number, through: number): void {
    for (const { id, sections } of this.#records) {
      if (id > through) break
      for (const { count } of sections.get(market) ?? []) this.#trades -= count
      sections.delete(market)
    }
    if (this.#lastOf.get(market) === through) this.#lastOf.delete(market)
    const left = this.#records.filter(({ sections }) => sections.size > 0)
    if (left.length === this.#records.length) return
    for (const { id, sections } of this.#records) if (sections.size === 0) this.#empty.push(id)
    this.#records = left
  }
}

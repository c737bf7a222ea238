import type { LedgerMinute } from '../../shared/domain/ledger.ts'
import type { TimeRange } from '../../shared/domain/time.ts'

const MINUTE = 60_000

/** The rows of one market's ledger that the screen holds, by minute. */
export class MinuteLedger {
  readonly #rows = new Map<number, LedgerMinute>()
  #version = 0

  /** Rises with each change. */
  get version(): number {
    return this.#version
  }

  at(minute: number): LedgerMinute | undefined {
    return this.#rows.get(minute)
  }

  all(): Iterable<LedgerMinute> {
    return this.#rows.values()
  }

  /** What the engine says of a stretch; what it does not mention any more is forgotten. */
  replace({ from, to }: TimeRange, rows: readonly LedgerMinute[]): void {
    const first = Math.ceil(from / MINUTE) * MINUTE
    for (let minute = first; minute < to; minute += MINUTE) this.#rows.delete(minute)
    for (const row of rows) this.#rows.set(row.minute, row)
    this.#version += 1
  }

  clear(): void {
    this.#rows.clear()
    this.#version += 1
  }
}

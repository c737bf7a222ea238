import type { FailureCode } from '../../shared/domain/outcome.ts'
import type { PackedBatch } from './packed-batch.ts'
import type { PartialMark, StoreWrite } from './store-protocol.ts'

/** Waiting batches are joined into transactions of about this many trades. */
const WRITE_TRADES = 8_192
/** A batch that fails for no reason of the disk (a bug) is tried this often, then given up. */
const TRIES_OF_A_BAD_BATCH = 5
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** Marks are one per market and minute; this bounds what a disk that is full for weeks can collect. */
const MOST_MARKS = 50_000

interface Waiting {
  readonly batch: PackedBatch
  readonly seq: number
}

interface WaitingMark {
  readonly mark: PartialMark
  readonly seq: number
}

/** What came of a failed write. */
export interface Retry {
  readonly pauseMs: number
  /** Trades given up with this failure. */
  readonly givenUp: number
}

/**
 * What waits to be written, in order, within bounds. No clock and no disk: the owner takes a write,
 * tries it, and says how it went. A write stays here until it is done.
 */
export class WriteQueue {
  readonly #maxTrades: number
  #batches: Waiting[] = []
  readonly #marks = new Map<string, WaitingMark>()
  #seq = 0
  #takenBatches = 0
  #takenThrough = 0
  #failures = 0
  #headFailures = 0
  #trades = 0
  #bytes = 0
  #lost = 0

  constructor(maxTrades: number) {
    this.#maxTrades = maxTrades
  }

  get waitingTrades(): number {
    return this.#trades
  }
  get waitingBytes(): number {
    return this.#bytes
  }
  /** Trades refused or given up since the beginning. */
  get lostTrades(): number {
    return this.#lost
  }
  /** The number of the last thing that was put in. */
  get lastSeq(): number {
    return this.#seq
  }
  /** Everything put in up to this number is done or lost. */
  get settledSeq(): number {
    const batch = this.#batches[0]?.seq ?? Number.POSITIVE_INFINITY
    let mark = Number.POSITIVE_INFINITY
    for (const { seq } of this.#marks.values()) mark = Math.min(mark, seq)
    return Math.min(batch - 1, mark - 1, this.#seq)
  }
  get empty(): boolean {
    return this.#batches.length === 0 && this.#marks.size === 0
  }

  /** False when there is no room: the batch is counted as lost. */
  push(batch: PackedBatch): boolean {
    if (this.#trades + batch.count > this.#maxTrades) {
      this.refuse(batch.count)
      return false
    }
    this.#seq += 1
    this.#batches.push({ batch, seq: this.#seq })
    this.#trades += batch.count
    this.#bytes += batch.bytes
    return true
  }

  /** Counts trades that came when nothing could be taken any more. */
  refuse(trades: number): void {
    this.#lost += trades
  }

  /** False when there is no room for another market and minute. `key` tells the two. */
  mark(key: string, mark: PartialMark): boolean {
    if (!this.#marks.has(key) && this.#marks.size >= MOST_MARKS) return false
    this.#seq += 1
    this.#marks.set(key, { mark, seq: this.#seq })
    return true
  }

  /** The next transaction, or undefined when nothing waits. Must be settled before the next take. */
  take(): StoreWrite | undefined {
    if (this.empty) return undefined
    const batches: PackedBatch[] = []
    let trades = 0
    for (const { batch } of this.#batches) {
      if (batches.length > 0 && (trades + batch.count > WRITE_TRADES || this.#headFailures > 0))
        break
      batches.push(batch)
      trades += batch.count
    }
    this.#takenBatches = batches.length
    this.#takenThrough = this.#seq
    return { batches, partials: [...this.#marks.values()].map(({ mark }) => mark) }
  }

  /** The write that was taken is on the disk. */
  done(): void {
    this.#drop(this.#takenBatches)
    for (const [key, { seq }] of this.#marks) if (seq <= this.#takenThrough) this.#marks.delete(key)
    this.#failures = 0
  }

  /**
   * The write that was taken failed, or the store died over it; it stays. Trouble of the disk is
   * waited out for ever. Only a batch that fails for another reason is tried alone and given up
   * after a few times, so that one bad batch cannot hold back all others.
   */
  failed(code: FailureCode): Retry {
    this.#failures += 1
    let givenUp = 0
    if (code === 'internal' && this.#takenBatches > 0) {
      this.#headFailures += 1
      if (this.#headFailures >= TRIES_OF_A_BAD_BATCH && this.#takenBatches === 1) {
        givenUp = this.#batches[0]?.batch.count ?? 0
        this.#lost += givenUp
        this.#drop(1)
      }
    }
    this.#takenBatches = 0
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS)
    return { pauseMs, givenUp }
  }

  #drop(count: number): void {
    if (count > 0) this.#headFailures = 0
    for (const { batch } of this.#batches.slice(0, count)) {
      this.#trades -= batch.count
      this.#bytes -= batch.bytes
    }
    this.#batches = this.#batches.slice(count)
    this.#takenBatches = 0
  }
}

import type { FailureCode } from '../../shared/domain/outcome.ts'
import type { AlertChange } from './alert-changes.ts'
import type { PackedBatch } from './packed-batch.ts'
import { type PackedChange, PackedLedger } from './packed-ledger.ts'
import type { PartialMark, StoreWrite } from './store-protocol.ts'

/** Waiting batches are joined into transactions of about this many trades. */
const WRITE_TRADES = 16_384
/** A batch that fails for no reason of the disk (a bug) is tried this often, then given up. */
const TRIES_OF_A_BAD_BATCH = 5
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** Marks are one per market and minute; this bounds what a disk that is full for weeks can collect. */
const MOST_MARKS = 50_000

/** A batch with the ledger entries and alerts that came with it, or these alone. */
interface Waiting {
  readonly batch: PackedBatch | null
  readonly ledger: PackedLedger
  readonly alerts: AlertChange[]
  readonly seq: number
}

interface WaitingMark {
  readonly mark: PartialMark
  readonly seq: number
}

/** What came of a failed write. */
export interface Retry {
  readonly pauseMs: number
  /** The batch given up with this failure. */
  readonly givenUp?: PackedBatch
  /** The ledger entries given up with it: they could not be written alone either. */
  readonly ledgerGivenUp?: readonly PackedChange[]
  /** What alerts had to say, given up with it. */
  readonly alertsGivenUp?: number
}

/**
 * What waits to be written, in order, within bounds. No clock and no disk: the owner takes a write,
 * tries it, and says how it went. A write stays here until it is done. Ledger entries keep their place
 * behind the trades they speak of: they are never written before those.
 */
export class WriteQueue {
  readonly #maxTrades: number
  #items: Waiting[] = []
  readonly #marks = new Map<string, WaitingMark>()
  #seq = 0
  #takenItems = 0
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
    const item = this.#items[0]?.seq ?? Number.POSITIVE_INFINITY
    let mark = Number.POSITIVE_INFINITY
    for (const { seq } of this.#marks.values()) mark = Math.min(mark, seq)
    return Math.min(item - 1, mark - 1, this.#seq)
  }
  get empty(): boolean {
    return this.#items.length === 0 && this.#marks.size === 0
  }
  /** Ledger entries that wait, with their trades or alone. */
  get waitingLedger(): number {
    return this.#items.reduce((sum, { ledger }) => sum + ledger.size, 0)
  }

  /** False when there is no room: the batch is counted as lost, its ledger entries wait on. */
  push(
    batch: PackedBatch,
    ledger: readonly PackedChange[] = [],
    alerts: readonly AlertChange[] = [],
  ): boolean {
    if (this.#trades + batch.count > this.#maxTrades) {
      this.refuse(batch.count)
      this.note(ledger, alerts)
      return false
    }
    this.#add(batch, ledger, alerts)
    this.#trades += batch.count
    this.#bytes += batch.bytes
    return true
  }

  /** Ledger entries and alerts without trades: they join those that wait at the end already. */
  note(ledger: readonly PackedChange[], alerts: readonly AlertChange[] = []): void {
    if (ledger.length + alerts.length === 0) return
    const last = this.#items.length > this.#takenItems ? this.#items.at(-1) : undefined
    if (last?.batch !== null || last === undefined) this.#add(null, ledger, alerts)
    else {
      last.ledger.add(ledger)
      last.alerts.push(...alerts)
    }
  }

  #add(
    batch: PackedBatch | null,
    entries: readonly PackedChange[],
    alerts: readonly AlertChange[],
  ): void {
    this.#seq += 1
    const ledger = new PackedLedger()
    ledger.add(entries)
    this.#items.push({ batch, ledger, alerts: [...alerts], seq: this.#seq })
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
    const ledger: PackedChange[] = []
    const alerts: AlertChange[] = []
    let items = 0
    let trades = 0
    for (const { batch, ledger: entries, alerts: said } of this.#items) {
      const count = batch?.count ?? 0
      if (items > 0 && (trades + count > WRITE_TRADES || this.#headFailures > 0)) break
      items += 1
      trades += count
      if (batch !== null) batches.push(batch)
      for (const entry of entries.all()) ledger.push(entry)
      for (const change of said) alerts.push(change)
    }
    this.#takenItems = items
    this.#takenThrough = this.#seq
    const partials = [...this.#marks.values()].map(({ mark }) => mark)
    return { batches, partials, ledger, ...(alerts.length > 0 && { alerts }) }
  }

  /** The write that was taken is on the disk. */
  done(): void {
    this.#drop(this.#takenItems)
    for (const [key, { seq }] of this.#marks) if (seq <= this.#takenThrough) this.#marks.delete(key)
    this.#failures = 0
  }

  /**
   * The write that was taken failed, or the store died over it; it stays. Trouble of the disk is
   * waited out for ever. Only a batch that fails for another reason is tried alone and given up
   * after a few times, so that one bad batch cannot hold back all others. Its ledger entries are tried
   * apart from it first: trades are not lost for what is said of them.
   */
  failed(code: FailureCode): Retry {
    this.#failures += 1
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS)
    const items = this.#takenItems
    this.#takenItems = 0
    if (code !== 'internal' || items === 0) return { pauseMs }
    this.#headFailures += 1
    if (this.#headFailures < TRIES_OF_A_BAD_BATCH || items > 1) return { pauseMs }
    return { pauseMs, ...this.#giveUpHead() }
  }

  #giveUpHead(): Omit<Retry, 'pauseMs'> {
    const head = this.#items[0]
    if (head === undefined) return {}
    const { batch, ledger, alerts, seq } = head
    if (batch !== null && ledger.size + alerts.length > 0) {
      this.#headFailures = 1
      const bare = { batch, ledger: new PackedLedger(), alerts: [], seq }
      this.#items.splice(0, 1, bare, { batch: null, ledger, alerts, seq })
      return {}
    }
    this.#lost += batch?.count ?? 0
    this.#drop(1)
    return batch === null
      ? { ledgerGivenUp: ledger.all(), alertsGivenUp: alerts.length }
      : { givenUp: batch }
  }

  #drop(count: number): void {
    if (count > 0) this.#headFailures = 0
    for (const { batch } of this.#items.slice(0, count)) {
      this.#trades -= batch?.count ?? 0
      this.#bytes -= batch?.bytes ?? 0
    }
    this.#items = this.#items.slice(count)
    this.#takenItems = 0
  }
}

import type { StoreHealth } from '../../shared/contract/status.ts'
import type { RollOffPreview, StorageReport } from '../../shared/contract/storage.ts'
import { INTERVALS } from '../../shared/domain/candle.ts'
import type { LedgerChange } from '../../shared/domain/ledger.ts'
import type { Market, MarketId } from '../../shared/domain/market.ts'
import { type Failure, fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { daysUntilFull, type StorageLimits } from '../../shared/domain/storage.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { TradeBatch } from '../../shared/domain/trade.ts'
import type { Clock, Logger } from '../ports.ts'
import type { AlertChange } from './alert-changes.ts'
import type { AnalysisChange } from './analysis-store.ts'
import { type DiskSpace, DiskWatch, diskSpace } from './disk-space.ts'
import { FlushWaiters } from './flush-waiters.ts'
import { HealthBoard } from './health-board.ts'
import { LostBatches } from './lost-batch.ts'
import { MarketScales } from './market-scales.ts'
import { packBatch } from './packed-batch.ts'
import { packLedger } from './packed-ledger.ts'
import { NOT_RUNNING, PendingReads } from './pending-reads.ts'
import type { StoreOptions, TradeStore } from './store.ts'
import type { FromStore, Question, ToStore, WriteResult } from './store-protocol.ts'
import { type StartStoreThread, type StoreThread, startStoreThread } from './store-thread.ts'
import { type Ask, TapeQuestions } from './tape-questions.ts'
import { WriteQueue } from './write-queue.ts'

export interface StoreDeps {
  readonly clock: Clock
  readonly log: Logger
}

/** What tests put in place of the thread and the disk. */
export interface StoreParts {
  readonly startThread: StartStoreThread
  readonly diskSpace: (path: string) => Promise<DiskSpace>
}

/** Least pause between two log lines about lost trades; the count is in every one. */
const LOSS_LOG_EVERY_MS = 10_000
const CLOSED = fail('unavailable', 'The store was closed before this was written.')

/**
 * Opens (or creates) the database at `options.path` in a thread of its own and becomes its only
 * writer. Fails with `busy` when another process is, `storage-corrupt`, `storage-full`,
 * `storage-read-only`, `invalid` (newer version or another program's file); nothing runs then.
 */
export function openStore(
  options: StoreOptions,
  deps: StoreDeps,
  parts: StoreParts = { startThread: startStoreThread, diskSpace },
): Promise<Outcome<TradeStore>> {
  const client = new StoreClient(options, deps, parts)
  return client.open()
}

/**
 * opening → ready ⇄ (pausing after a failed write) ; a thread that dies is started again after a
 * pause (down → opening). closing: one attempt each, no pauses. closed.
 */
type Phase = 'opening' | 'ready' | 'down' | 'closed'

class StoreClient extends TapeQuestions implements TradeStore {
  readonly #options: StoreOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #parts: StoreParts
  readonly #queue: WriteQueue
  readonly #scales = new MarketScales()
  readonly #reads = new PendingReads()
  readonly #lostBatches = new LostBatches()
  readonly #board: HealthBoard
  readonly #waiters = new FlushWaiters()
  #limits: StorageLimits | undefined
  #thread: StoreThread | undefined
  #phase: Phase = 'opening'
  #everOpened = false
  #writing = false
  #cancelPause: (() => void) | undefined
  #closing: Promise<{ readonly unwritten: number }> | undefined
  #lastWords: Failure | undefined
  readonly #disk: DiskWatch
  #lossLoggedAt = Number.NEGATIVE_INFINITY
  #onOpened: ((outcome: Outcome<TradeStore>) => void) | undefined
  #onClosed: (() => void) | undefined

  constructor(options: StoreOptions, { clock, log }: StoreDeps, parts: StoreParts) {
    super(clock, (q, request) => this.#ask(q, request))
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.#parts = parts
    this.#queue = new WriteQueue(options.maxWaitingTrades)
    this.#disk = new DiskWatch(() => parts.diskSpace(options.path))
    this.#board = new HealthBoard(() => ({
      waitingTrades: this.#queue.waitingTrades,
      waitingBytes: this.#queue.waitingBytes,
      lostTrades: this.#queue.lostTrades,
      ...this.#disk.seen,
      path: options.path,
    }))
  }

  async open(): Promise<Outcome<TradeStore>> {
    const outcome = await new Promise<Outcome<TradeStore>>((resolve) => {
      this.#onOpened = resolve
      this.#start()
    })
    if (!outcome.ok) return outcome
    await this.#disk.start(this.#clock)
    return outcome
  }

  append(
    batch: TradeBatch,
    ledger: readonly LedgerChange[] = [],
    alerts: readonly AlertChange[] = [],
  ): boolean {
    if (batch.count === 0) {
      this.note(ledger, alerts)
      return true
    }
    if (this.#closing !== undefined) {
      this.#queue.refuse(batch.count)
      this.#lost(batch.count)
      this.note(ledger, alerts)
      return false
    }
    const packed = packBatch(batch, (name) => this.#scales.of(name))
    const taken = this.#queue.push(packed, this.#packLedger(ledger), alerts)
    if (taken) this.#pump()
    else {
      this.#lost(packed.count)
      // Not before the caller had its turn: the gap that it notes at the refusal goes into the same
      // transaction as what the refused batch said.
      queueMicrotask(() => this.#pump())
    }
    return taken
  }

  note(ledger: readonly LedgerChange[], alerts: readonly AlertChange[] = []): void {
    if (ledger.length + alerts.length === 0) return
    if (this.#closing !== undefined) {
      this.#log.error('store.ledger-lost', { entries: ledger.length, alerts: alerts.length })
      return
    }
    this.#queue.note(this.#packLedger(ledger), alerts)
    this.#pump()
  }

  #packLedger(ledger: readonly LedgerChange[]) {
    return packLedger(ledger, (name) => this.#scales.of(name))
  }

  describe(market: Market): void {
    this.#scales.describe(market)
  }

  markPartial(market: MarketId, at: EpochMs): void {
    if (this.#closing !== undefined) return
    const key = `${Math.floor(at / INTERVALS['1m'])} ${market}`
    if (!this.#queue.mark(key, { market: this.#scales.of(market), at }))
      this.#log.error('store.mark-lost', { market, at })
    this.#pump()
  }

  flushed(): Promise<Outcome<null>> {
    const written = this.#waiters.wait(this.#queue.lastSeq)
    this.#settleWaiters()
    if (this.#phase === 'closed') this.#waiters.fail(CLOSED)
    return written
  }

  keepAnalyses(changes: readonly AnalysisChange[]): Promise<Outcome<null>> {
    return this.#send((id) => ({ t: 'keep', id, changes }))
  }

  limit(limits: StorageLimits): void {
    this.#limits = limits
    if (this.#phase === 'ready') this.#thread?.post({ t: 'limit', limits })
  }

  async storage(): Promise<Outcome<StorageReport>> {
    const asked = await this.#ask('use', null)
    if (!asked.ok) return asked
    const { bytesPerDay, usedBytes, fileBytes, limits } = asked.value
    const { freeBytes } = this.#disk.seen
    const { budgetBytes } = limits
    const room = budgetBytes === null ? null : budgetBytes - usedBytes
    // Free pages within the file are used before the disk is asked for more.
    const free = freeBytes === null ? null : freeBytes + fileBytes - usedBytes
    return ok({
      ...asked.value,
      freeBytes,
      budgetFullInDays: daysUntilFull(room, bytesPerDay),
      diskFullInDays: daysUntilFull(free, bytesPerDay),
    })
  }

  rollOff(limits: StorageLimits): Promise<Outcome<RollOffPreview>> {
    return this.#ask('rollOff', limits)
  }

  health(): StoreHealth {
    return this.#board.health()
  }

  onHealth(listener: (health: StoreHealth) => void): void {
    this.#board.listen(listener)
  }

  close(): Promise<{ readonly unwritten: number }> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<{ readonly unwritten: number }> {
    this.#cancelPause?.()
    this.#cancelPause = undefined
    this.#disk.stop()
    if (this.#phase !== 'closed')
      await new Promise<void>((resolve) => {
        this.#onClosed = resolve
        if (this.#phase === 'down') this.#start()
        else queueMicrotask(() => this.#pump())
      })
    this.#phase = 'closed'
    const unwritten = this.#queue.waitingTrades + this.#queue.lostTrades
    const ledger = this.#queue.waitingLedger
    if (unwritten + ledger > 0) this.#log.error('store.unwritten', { trades: unwritten, ledger })
    this.#waiters.fail(CLOSED)
    await this.#disk.refresh()
    this.#board.closed()
    return { unwritten }
  }

  #start(): void {
    this.#phase = 'opening'
    this.#thread = this.#parts.startThread(this.#options.path, {
      message: (message) => this.#receive(message),
      exit: (reason) => this.#exited(reason),
    })
  }

  #receive(message: FromStore): void {
    switch (message.t) {
      case 'opened':
        this.#opened(message.outcome)
        return
      case 'written':
        this.#written(message.result, message.ms)
        return
      case 'refused':
        this.#writing = false
        this.#failed(message.failure)
        return
      case 'answer':
        this.#reads.answer(message.id, message.outcome)
        return
      case 'log':
        this.#log.warn(message.event, message.fields)
        return
      case 'gone':
        this.#lastWords = message.failure
        return
      case 'closed':
        this.#phase = 'closed'
    }
  }

  #opened(outcome: Outcome<null>): void {
    if (outcome.ok) {
      this.#phase = 'ready'
      this.#everOpened = true
      if (this.#limits !== undefined) this.#thread?.post({ t: 'limit', limits: this.#limits })
      this.#onOpened?.(ok(this))
      // What waits will tell whether writing works; with nothing waiting, being open is all there is.
      if (this.#queue.empty) this.#working()
      this.#pump()
    } else if (this.#everOpened) this.#lastWords = outcome.failure
    else {
      this.#phase = 'closed'
      this.#onOpened?.(outcome)
    }
  }

  /** Sends the next write when the thread is free for one; closes when nothing is left to do. */
  #pump(): void {
    if (this.#phase !== 'ready' || this.#writing || this.#cancelPause !== undefined) return
    const write = this.#queue.take()
    if (write !== undefined) {
      this.#writing = true
      this.#thread?.post({ t: 'write', write })
    } else if (this.#onClosed !== undefined) this.#thread?.post({ t: 'close' })
  }

  #written(result: WriteResult, ms: number): void {
    this.#writing = false
    this.#board.count(result, ms)
    this.#queue.done()
    this.#working()
    this.#settleWaiters()
    this.#pump()
  }

  #working(): void {
    if (!this.#board.working()) return
    this.#log.info('store.recovered', { waitingTrades: this.#queue.waitingTrades })
  }

  /** A write failed or the thread died: says so once, pauses, tries again. */
  #failed(failure: Failure): void {
    const { pauseMs, givenUp, ledgerGivenUp, alertsGivenUp = 0 } = this.#queue.failed(failure.code)
    const { waitingTrades } = this.#queue
    const { code, message: reason } = failure
    if (this.#board.failing(failure))
      this.#log.error('store.write-failed', { code, reason, waitingTrades })
    if (givenUp !== undefined) {
      this.#log.error('store.batch-given-up', { trades: givenUp.count, reason })
      this.#queue.note(this.#lostBatches.gapsOf(givenUp, this.#clock.now(), reason))
      this.#board.tell()
    }
    if (ledgerGivenUp !== undefined)
      this.#log.error('store.ledger-given-up', {
        entries: ledgerGivenUp.length,
        alerts: alertsGivenUp,
        reason,
      })
    this.#waiters.fail({ ok: false, failure })
    if (this.#onClosed !== undefined) {
      if (this.#phase === 'ready') this.#thread?.post({ t: 'close' })
      return
    }
    if (this.#closing !== undefined) return
    this.#cancelPause?.()
    this.#cancelPause = this.#clock.after(pauseMs, () => {
      this.#cancelPause = undefined
      if (this.#phase === 'down') this.#start()
      else if (this.#queue.empty) this.#working()
      else this.#pump()
    })
  }

  #exited(reason: string): void {
    this.#thread = undefined
    this.#writing = false
    this.#reads.abandon()
    if (this.#phase !== 'closed') this.#died(reason)
    this.#onClosed?.()
  }

  #died(reason: string): void {
    this.#phase = 'down'
    if (!this.#everOpened) {
      this.#phase = 'closed'
      this.#onOpened?.(fail('internal', `The store's thread could not be started: ${reason}`))
      return
    }
    this.#log.error('store.thread-died', { reason, waitingTrades: this.#queue.waitingTrades })
    const failure = this.#lastWords ?? {
      code: 'internal',
      message: `The storage thread stopped (${reason}) and is started again.`,
    }
    this.#lastWords = undefined
    this.#failed(failure)
  }

  readonly #ask: Ask = (q, request) => {
    const question = { q, request } as Question
    return this.#send((id) => ({ t: 'ask', id, question }))
  }

  #send<T>(message: (id: number) => ToStore): Promise<Outcome<T>> {
    if (this.#phase !== 'ready' || this.#thread === undefined || this.#onClosed !== undefined)
      return Promise.resolve(NOT_RUNNING)
    return this.#reads.ask((id) => this.#thread?.post(message(id)))
  }

  /** Tells of the first loss at once, of later ones in the counters and now and then in the log. */
  #lost(trades: number): void {
    const { lostTrades } = this.#queue
    if (lostTrades === trades) this.#board.tell()
    const now = this.#clock.monotonic()
    if (now - this.#lossLoggedAt < LOSS_LOG_EVERY_MS) return
    this.#lossLoggedAt = now
    this.#log.error('store.batch-lost', { trades, lostTrades })
  }

  #settleWaiters(): void {
    this.#waiters.settle(this.#queue.settledSeq, this.#queue.lostTrades)
  }
}

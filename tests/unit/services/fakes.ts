import type {
  Feed,
  FeedListener,
  FeedMarket,
  FeedStatus,
  Hole,
  RecentTrades,
  Refill,
} from '../../../src/main/ingest/feed.ts'
import type { AiFailure, AiProvider, Clock, Logger, SettingsFile } from '../../../src/main/ports.ts'
import type { AlertBook, AlertChange } from '../../../src/main/store/alert-changes.ts'
import type { AnalysisBook, AnalysisChange } from '../../../src/main/store/analysis-store.ts'
import type { TradeStore } from '../../../src/main/store/store.ts'
import type { DaySeed, MinuteBar, RestTrade } from '../../../src/main/venues/venue.ts'
import type { AroundQuery, BarsAnswer, BarsQuery } from '../../../src/shared/contract/history.ts'
import type { StoreHealth } from '../../../src/shared/contract/status.ts'
import type { Candle } from '../../../src/shared/domain/candle.ts'
import type { LedgerChange, LedgerMinute, TapeEnd } from '../../../src/shared/domain/ledger.ts'
import {
  type Market,
  type MarketId,
  marketId,
  type VenueId,
} from '../../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import type { StorageLimits } from '../../../src/shared/domain/storage.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade, TradeBatch } from '../../../src/shared/domain/trade.ts'

const NOBODY: AiFailure = {
  ...{ code: 'offline', message: 'no provider in this test', status: null, retryAfterMs: null },
  ...{ usage: null, firstByteMs: null, totalMs: 0 },
}
/** Nobody is there to be asked. */
export const noProvider: AiProvider = {
  ask: async () => ({ ok: false, failure: { ...NOBODY } }),
  models: async () => ({ ok: false, failure: { ...NOBODY } }),
}

/** For an application that starts no thread. */
export const noThreads = {
  provider: noProvider,
  secrets: { get: async () => undefined, isHeld: () => false, set: async () => ({ kept: true }) },
  tapePath: '',
  jobs: {
    run: async () => fail('unavailable', 'no jobs in this test'),
    close: async () => ({ stuck: 0 }),
  },
  exportJobs: {
    run: async () => fail('unavailable', 'no exports in this test'),
    close: async () => ({ stuck: 0 }),
  },
  exportFolder: {
    path: (name: string) => name,
    names: async () => ok([]),
    remove: async () => {},
    freeBytes: async () => null,
  },
  startReplay: () => {
    throw new Error('no replay in this test')
  },
} as const

export const START = 1_800_000_000_000

/** A clock that moves only when told to, with its timers. */
export function manualClock() {
  let now = START
  let jobs: { at: number; run: () => void; every?: number }[] = []
  const add = (ms: number, run: () => void, every?: number) => {
    const job = every === undefined ? { at: now + ms, run } : { at: now + ms, run, every }
    jobs.push(job)
    return () => {
      jobs = jobs.filter((other) => other !== job)
    }
  }
  const clock: Clock = {
    now: () => epochMs(now),
    monotonic: () => now - START,
    after: (ms, run) => add(ms, run),
    every: (ms, run) => add(ms, run, ms),
  }
  return {
    clock,
    advance: (ms: number) => {
      const until = now + ms
      for (;;) {
        const next = jobs.filter((job) => job.at <= until).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        now = next.at
        if (next.every === undefined) jobs = jobs.filter((job) => job !== next)
        else next.at += next.every
        next.run()
      }
      now = until
    },
    pending: () => jobs.length,
  }
}

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export const market = (venue: string, base: string, quote = 'USDT'): Market => ({
  id: marketId(venue as VenueId, base, quote),
  venue: venue as VenueId,
  symbol: `${base}-${quote}`,
  base,
  quote,
  venueSymbol: `${base}${quote}`,
  tickSize: '0.01',
  lotSize: '0.0001',
})

const idle: FeedStatus = {
  state: 'live',
  since: epochMs(START),
  attempt: 0,
  messages: 0,
  unreadable: 0,
  duplicates: 0,
  reconnects: 0,
  lastMessageAt: null,
  lastTradeAt: null,
  instruments: 'list',
  sockets: 1,
  clock: null,
  busyMs: 0,
}

/** A venue without a socket: lists what it is given and lets a test speak for it. */
export class FakeFeed implements Feed {
  readonly venue: VenueId
  readonly listener: FeedListener
  readonly watched = new Map<MarketId, FeedMarket>()
  listed: readonly Market[]
  current: FeedStatus = idle
  bars: Outcome<readonly MinuteBar[]> = fail('unavailable', 'no bars')
  total: Outcome<DaySeed> = fail('unavailable', 'no total')
  newest: Outcome<RecentTrades> = fail('unavailable', 'no trades')
  onRefill: (
    page: (trades: readonly RestTrade[]) => void,
    hole: Hole,
  ) => Outcome<Refill> | Promise<Outcome<Refill>> = () => fail('unavailable', 'no history')
  readonly refills: { readonly market: MarketId; readonly hole: Hole }[] = []
  woken = 0
  started = false
  retried = 0

  constructor(venue: VenueId, listener: FeedListener, listed: readonly Market[]) {
    this.venue = venue
    this.listener = listener
    this.listed = listed
  }

  start(): void {
    this.started = true
  }
  async stop(): Promise<void> {
    this.started = false
  }
  async resolve(symbol: string): Promise<Outcome<Market>> {
    const found = this.listed.find((each) => each.symbol === symbol)
    return found === undefined
      ? fail('unknown-market', `${this.venue} lists no ${symbol}`, [`${this.venue}:BTC-USDT`])
      : ok(found)
  }
  async instruments(): Promise<readonly Market[]> {
    return this.listed
  }
  watch(each: Market): void {
    this.watched.set(each.id, { market: each, state: 'confirmed', lastTradeAt: null })
  }
  unwatch(id: MarketId): void {
    this.watched.delete(id)
  }
  markets(): readonly FeedMarket[] {
    return [...this.watched.values()]
  }
  status(): FeedStatus {
    return this.current
  }
  retry(): void {
    this.retried += 1
  }
  async day(): Promise<Outcome<DaySeed>> {
    return this.total
  }
  async minutes(): Promise<Outcome<readonly MinuteBar[]>> {
    return this.bars
  }
  async recent(): Promise<Outcome<RecentTrades>> {
    return this.newest
  }
  async refill(
    each: Market,
    hole: Hole,
    page: (trades: readonly RestTrade[]) => void,
  ): Promise<Outcome<Refill>> {
    this.refills.push({ market: each.id, hole })
    return this.onRefill(page, hole)
  }
  measureClock(): void {}
  wake(): void {
    this.woken += 1
  }
  configure(): void {}
}

const EMPTY_BOOK: AlertBook = {
  alerts: [],
  counts: [],
  unseen: 0,
  open: [],
  stretches: [],
  checkpoint: null,
  pausedUntil: null,
  lastEventId: 0,
}

const EMPTY_ANALYSES: AnalysisBook = {
  newestEntry: 0,
  newestRequest: 0,
  latest: [],
  unmarked: [],
  requests: [],
}

/** A store that keeps what it is given in memory. */
export class FakeStore implements TradeStore {
  readonly batches: TradeBatch[] = []
  readonly described: Market[] = []
  readonly partial: string[] = []
  /** Its bars. */
  stored: readonly Candle[] = []
  closed = false

  /** False: the next batches are refused, and the disk is to blame. */
  room = true
  /** Trades that it says wait in memory. */
  waiting = 0
  readonly ledgers: LedgerChange[] = []
  end: TapeEnd | null = null
  minutes: readonly LedgerMinute[] = []
  ids: readonly string[] = []

  readonly alertChanges: AlertChange[] = []

  append(
    batch: TradeBatch,
    ledger: readonly LedgerChange[] = [],
    alerts: readonly AlertChange[] = [],
  ): boolean {
    this.ledgers.push(...ledger)
    this.alertChanges.push(...alerts)
    if (this.room) this.batches.push(batch)
    return this.room
  }
  note(ledger: readonly LedgerChange[], alerts: readonly AlertChange[] = []): void {
    this.ledgers.push(...ledger)
    this.alertChanges.push(...alerts)
  }
  book: AlertBook = EMPTY_BOOK
  async alertBook() {
    return ok(this.book)
  }
  async alertLog() {
    return ok([])
  }
  readonly analysisChanges: AnalysisChange[] = []
  analyses: AnalysisBook = EMPTY_ANALYSES
  async keepAnalyses(changes: readonly AnalysisChange[]) {
    this.analysisChanges.push(...changes)
    return ok(null)
  }
  async analysisBook() {
    return ok(this.analyses)
  }
  async analysisLog() {
    return ok([])
  }
  async analysisSignals() {
    return ok([])
  }
  async analysisSpending() {
    return ok([])
  }
  async bars({ resolution = '1m' }: BarsQuery): Promise<Outcome<BarsAnswer>> {
    return ok({ resolution, candles: this.stored, cover: [] })
  }
  async around(_: AroundQuery): Promise<Outcome<readonly Trade[]>> {
    return ok([])
  }
  async tapeEnd() {
    return ok(this.end)
  }
  async ledger() {
    return ok(this.minutes)
  }
  async gaps() {
    return ok([])
  }
  async tradeIds() {
    return ok(this.ids)
  }
  describe(each: Market): void {
    this.described.push(each)
  }
  markPartial(id: MarketId, at: number): void {
    this.partial.push(`${id} ${at}`)
  }
  async flushed() {
    return ok(null)
  }
  async candles() {
    return ok(this.stored)
  }
  async recentTrades() {
    return ok([])
  }
  /** As they were set, in order. */
  readonly limits: StorageLimits[] = []
  limit(limits: StorageLimits): void {
    this.limits.push(limits)
  }
  async storage() {
    return fail('unavailable', 'a fake has no disk')
  }
  async rollOff() {
    return ok({ trades: 0, bytes: 0, markets: 0 })
  }
  health(): StoreHealth {
    return {
      state: this.room ? 'ok' : 'retrying',
      waitingTrades: this.waiting,
      waitingBytes: 0,
      lostTrades: 0,
      storedTrades: 0,
      lastWrite: null,
      duplicates: 0,
      databaseBytes: 0,
      freeBytes: null,
      path: '',
    }
  }
  onHealth(): void {}
  async close() {
    this.closed = true
    return { unwritten: 0 }
  }
}

export function memoryFile(text?: string) {
  const state = { text, aside: undefined as string | undefined, refuse: false }
  const file: SettingsFile = {
    read: () => state.text,
    write: (next) => {
      if (state.refuse) throw new Error('EROFS: read-only file system')
      state.text = next
    },
    setAside: () => {
      state.aside = state.text
      state.text = undefined
    },
  }
  return { file, state }
}

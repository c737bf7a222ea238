import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, LogFields, Logger } from '../../../src/main/ports.ts'
import { diskSpace } from '../../../src/main/store/disk-space.ts'
import { packBatch } from '../../../src/main/store/packed-batch.ts'
import { type PackedChange, packLedger } from '../../../src/main/store/packed-ledger.ts'
import type { TradeStore } from '../../../src/main/store/store.ts'
import { openStore, type StoreParts } from '../../../src/main/store/store-client.ts'
import type { ToStore } from '../../../src/main/store/store-protocol.ts'
import {
  endsThread,
  type OpenStore,
  openForWriting,
  serveStore,
} from '../../../src/main/store/store-server.ts'
import type { StoreThreadEvents } from '../../../src/main/store/store-thread.ts'
import { DecimalBuilder } from '../../../src/shared/domain/decimal-column.ts'
import { IdBuilder, idAt } from '../../../src/shared/domain/id-column.ts'
import type { Gap, LedgerChange, Span } from '../../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import type { Outcome } from '../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { ORIGINS, SIDES, type Trade, type TradeBatch } from '../../../src/shared/domain/trade.ts'

export const BTC = 'okx:BTC-USDT' as MarketId
export const ETH = 'okx:ETH-USDT' as MarketId
export const T0 = 1_700_000_040_000

/** A folder of its own for one test, and what removes it. */
export function scratch(): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-store-'))
  return {
    path: join(folder, 'tape.db'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const trade = (fields: Partial<Trade> = {}): Trade => ({
  market: BTC,
  id: '1',
  price: '100.5',
  qty: '0.25',
  side: 'buy',
  exchangeTime: epochMs(T0),
  receiveTime: epochMs(T0 + 20),
  matches: 1,
  origin: 'stream',
  ...fields,
})

/** `count` trades of one market, a millisecond apart, ids from `from`. */
export const run = (from: number, count: number, fields: Partial<Trade> = {}): Trade[] =>
  Array.from({ length: count }, (_, i) =>
    trade({ id: String(from + i), exchangeTime: epochMs(T0 + from + i), ...fields }),
  )

/** Ids, prices and quantities of rows as columns. */
export function textColumns(
  rows: readonly Pick<Trade, 'id' | 'price' | 'qty'>[],
): Pick<TradeBatch, 'id' | 'price' | 'qty'> {
  const size = Math.max(rows.length, 1)
  const [id, price, qty] = [new IdBuilder(size), new DecimalBuilder(size), new DecimalBuilder(size)]
  for (const [at, row] of rows.entries()) {
    id.set(at, row.id)
    price.set(at, row.price)
    qty.set(at, row.qty)
  }
  return { id: id.take(rows.length), price: price.take(rows.length), qty: qty.take(rows.length) }
}

export function batchOf(trades: readonly Trade[]): TradeBatch {
  const markets = [...new Set(trades.map(({ market }) => market))]
  return {
    count: trades.length,
    markets,
    market: Uint32Array.from(trades, ({ market }) => markets.indexOf(market)),
    ...textColumns(trades),
    side: Uint8Array.from(trades, ({ side }) => SIDES.indexOf(side)),
    exchangeTime: Float64Array.from(trades, ({ exchangeTime }) => exchangeTime),
    exchangeMicros: Int16Array.from(trades, ({ exchangeMicros }) => exchangeMicros ?? -1),
    receiveTime: Float64Array.from(trades, ({ receiveTime }) => receiveTime),
    matches: Uint32Array.from(trades, ({ matches }) => matches),
    origin: Uint8Array.from(trades, ({ origin }) => ORIGINS.indexOf(origin)),
  }
}

/** The ids of a batch, row by row. */
export const idsOf = ({ id, count }: Pick<TradeBatch, 'id' | 'count'>): string[] =>
  Array.from({ length: count }, (_, row) => idAt(id, row))

export const span = (from: number, to: number, fields: Partial<Span> = {}): Span => ({
  market: BTC,
  proof: 'ids',
  from: epochMs(from),
  to: epochMs(to),
  lastSeq: null,
  ...fields,
})

export const gap = (id: number, from: number, to: number, fields: Partial<Gap> = {}): Gap => ({
  id,
  market: BTC,
  cause: 'disconnect',
  state: 'open',
  from: epochMs(from),
  to: epochMs(to),
  firstSeq: null,
  lastSeq: null,
  missing: null,
  recovered: 0,
  openedAt: epochMs(to),
  closedAt: null,
  ...fields,
})

export const spans = (...list: readonly Span[]): LedgerChange[] =>
  list.map((one) => ({ t: 'span', span: one }))
export const gaps = (...list: readonly Gap[]): LedgerChange[] =>
  list.map((one) => ({ t: 'gap', gap: one }))
export const packedLedger = (...ledger: readonly LedgerChange[]): PackedChange[] =>
  packLedger(ledger, (name) => ({ name, priceScale: 8, qtyScale: 8, inverse: false }))

export const packed = (trades: readonly Trade[], scale = 8) =>
  packBatch(batchOf(trades), (name) => ({
    name,
    priceScale: scale,
    qtyScale: scale,
    inverse: false,
  }))

/** Opens for writing or throws: for tests that are about something else. */
export function mustOpen(path: string): OpenStore {
  return unwrap(openForWriting(path))
}

export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`)
  return outcome.value
}

interface Timer {
  readonly at: number
  readonly every?: number
  readonly run: () => void
}

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  #now = 0
  #timers: Timer[] = []
  /** Every pause that was asked for, in order. */
  readonly pauses: number[] = []

  now() {
    return epochMs(T0 + this.#now)
  }
  monotonic(): number {
    return this.#now
  }
  after(ms: number, run: () => void): () => void {
    this.pauses.push(ms)
    return this.#add({ at: this.#now + ms, run })
  }
  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, run })
  }
  advance(ms: number): void {
    this.#now += ms
    for (const timer of this.#timers.filter(({ at }) => at <= this.#now)) {
      this.#timers = this.#timers.filter((other) => other !== timer)
      if (timer.every !== undefined) this.#add({ ...timer, at: this.#now + timer.every })
      timer.run()
    }
  }
  #add(timer: Timer): () => void {
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer && other.run !== timer.run)
    }
  }
}

export class ListLogger implements Logger {
  readonly lines: {
    readonly level: string
    readonly event: string
    readonly fields?: LogFields
  }[] = []

  debug = (event: string, fields?: LogFields): void => this.#add('debug', event, fields)
  info = (event: string, fields?: LogFields): void => this.#add('info', event, fields)
  warn = (event: string, fields?: LogFields): void => this.#add('warn', event, fields)
  error = (event: string, fields?: LogFields): void => this.#add('error', event, fields)

  events(): string[] {
    return this.lines.map(({ event }) => event)
  }
  #add(level: string, event: string, fields?: LogFields): void {
    this.lines.push(fields === undefined ? { level, event } : { level, event, fields })
  }
}

/** The store's thread run inside this one: messages are copied and arrive in later microtasks. */
export class InlineThread {
  store: OpenStore | undefined
  readonly posted: ToStore[] = []
  starts = 0
  /** While true, messages to the store are kept back. */
  #held: (() => void)[] | undefined
  #kill: ((reason: string) => void) | undefined

  readonly parts: StoreParts = {
    startThread: (path, events) => this.#start(path, events),
    diskSpace,
  }

  /** Ends the thread as a crash would: whatever it was doing is gone, the database is closed. */
  crash(reason = 'killed by the test'): void {
    this.#kill?.(reason)
  }

  hold(): void {
    this.#held = []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const deliver of held) deliver()
  }

  #start(path: string, events: StoreThreadEvents) {
    this.starts += 1
    let alive = true
    const exit = (reason: string): void => {
      if (!alive) return
      alive = false
      events.exit(reason)
    }
    let handle: ((message: ToStore) => void) | undefined
    queueMicrotask(() => {
      handle = serveStore(
        path,
        (message) =>
          queueMicrotask(() => {
            if (!alive) return
            events.message(structuredClone(message))
            if (endsThread(message)) exit('closed')
          }),
        () => {
          const opened = openForWriting(path)
          if (opened.ok) this.store = opened.value
          return opened
        },
      )
    })
    this.#kill = (reason) => {
      if (this.store?.db.open) this.store.close()
      exit(reason)
    }
    return {
      post: (message: ToStore) => {
        this.posted.push(message)
        const copy = structuredClone(message)
        const deliver = (): void =>
          queueMicrotask(() => {
            if (alive) handle?.(copy)
          })
        if (this.#held === undefined) deliver()
        else this.#held.push(deliver)
      },
      terminate: () => this.crash('terminated'),
    }
  }
}

export interface InlineStore {
  readonly store: TradeStore
  readonly thread: InlineThread
  readonly clock: ManualClock
  readonly log: ListLogger
}

export async function openInline(path: string, maxWaitingTrades = 10_000): Promise<InlineStore> {
  const [thread, clock, log] = [new InlineThread(), new ManualClock(), new ListLogger()]
  const outcome = await openStore({ path, maxWaitingTrades }, { clock, log }, thread.parts)
  return { store: unwrap(outcome), thread, clock, log }
}

/** Lets everything that is ready happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve()
}

/** A number of [0, below) that looks random: what is made of it takes its room on the disk. */
export function noise(n: number, below: number): number {
  let bits = Math.imul(n ^ (n >>> 16), 0x45d9f3b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)
  return ((bits ^ (bits >>> 16)) >>> 0) % below
}

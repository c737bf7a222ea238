import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Compaction } from '../../../src/main/store/compaction.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import { tradeAt } from '../../../src/main/store/tape-rows.ts'
import { foldTrade, type OpenCandle, openCandle } from '../../../src/shared/domain/candle.ts'
import { formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'
import { idNumber } from '../../../src/shared/domain/id-column.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import {
  BTC,
  ETH,
  gap,
  gaps,
  mustOpen,
  packed,
  packedLedger,
  scratch,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

/** Small segments, so that a few hundred trades make many and of every kind. */
const FULL = 64
const MARKETS = [BTC, ETH]

/** The tape as a plain map: what was stored first of each id, in order of arrival. */
class Model {
  readonly #kept = new Map<string, Trade>()

  /** How many were new. */
  add(trades: readonly Trade[]): number {
    let stored = 0
    for (const one of trades) {
      const key = `${one.market} ${one.id}`
      if (this.#kept.has(key)) continue
      this.#kept.set(key, { ...one, price: canonical(one.price), qty: canonical(one.qty) })
      stored += 1
    }
    return stored
  }

  tape(market: MarketId): Trade[] {
    const arrived = [...this.#kept.values()].filter((one) => one.market === market)
    const place = new Map(arrived.map((one, at) => [one, at]))
    return arrived.sort(
      (a, b) =>
        a.exchangeTime - b.exchangeTime || byId(a, b) || (place.get(a) ?? 0) - (place.get(b) ?? 0),
    )
  }

  bars(market: MarketId): OpenCandle[] {
    const bars = new Map<number, OpenCandle>()
    for (const one of this.#kept.values()) {
      if (one.market !== market || one.origin === 'snapshot') continue
      const [price, qty] = [Number(one.price), Number(one.qty)]
      if (!Number.isFinite(price) || !Number.isFinite(qty)) continue
      const openTime = Math.floor(one.exchangeTime / 60_000) * 60_000
      const bar = bars.get(openTime)
      const values = [one.exchangeTime, price, qty, one.side === 'buy'] as const
      if (bar === undefined) bars.set(openTime, openCandle(60_000, ...values))
      else foldTrade(bar, ...values)
    }
    return [...bars.values()].sort((a, b) => a.openTime - b.openTime)
  }
}

function byId(a: Trade, b: Trade): number {
  const [first, second] = [idNumber(a.id), idNumber(b.id)]
  const numbers = Number(Number.isNaN(first)) - Number(Number.isNaN(second))
  if (numbers !== 0) return numbers
  if (!Number.isNaN(first)) return first - second
  return (a.exchangeMicros ?? -1) - (b.exchangeMicros ?? -1) || a.receiveTime - b.receiveTime
}

const canonical = (text: string): string => {
  const parsed = parseDecimal(text)
  return parsed === undefined ? text : formatDecimal(parsed)
}

/** Ids whose match time is the same whenever they come, but for the second in which some histories put it. */
const someTrade = fc
  .record({
    market: fc.constantFrom(...MARKETS),
    nth: fc.nat(240),
    kind: fc.constantFrom('counted', 'text', 'uuid', 'huge'),
    price: fc.oneof(
      fc.nat(99_999).map((n) => (n / 100).toFixed(2)),
      fc.constantFrom('0.123456789', '9.2e-07', '123456789012345678901.5'),
    ),
    qty: fc.oneof(
      fc.nat(99_999).map((n) => (n / 1_000).toFixed(3)),
      fc.constantFrom('1e400', '58.00000000'),
    ),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    origin: fc.constantFrom('stream' as const, 'backfill' as const, 'snapshot' as const),
    wholeSecond: fc.boolean(),
    micros: fc.integer({ min: -1, max: 3 }),
  })
  .map(({ nth, kind, wholeSecond, micros, ...fields }) => {
    const at = T0 + nth * 790
    const exchangeTime = epochMs(wholeSecond ? Math.floor(at / 1_000) * 1_000 : at)
    return {
      ...trade({ ...fields, id: idOf(kind, nth), exchangeTime }),
      ...(micros < 0 ? {} : { exchangeMicros: micros }),
    }
  })

function idOf(kind: string, nth: number): string {
  if (kind === 'counted') return String(1_000 + nth)
  if (kind === 'text') return `t-${nth}`
  if (kind === 'huge') return String(9_007_199_254_740_993n + BigInt(nth))
  return `${String(nth).padStart(8, '0')}-1234-4abc-8def-0123456789ab`
}

type Step =
  | readonly Trade[]
  | { readonly refused: readonly Trade[] }
  | 'compact'
  | 'step'
  | 'reopen'
const someTrades = fc.array(someTrade, { minLength: 1, maxLength: 100, size: 'max' })
const someStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: someTrades },
  { weight: 2, arbitrary: someTrades.map((refused) => ({ refused })) },
  { weight: 4, arbitrary: fc.constant('compact' as const) },
  { weight: 3, arbitrary: fc.constant('step' as const) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
)

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

/** A store under test with its twin. */
class Pair {
  readonly model = new Model()
  store: OpenStore = mustOpen(folder.path)
  #compaction = this.#compact()
  #arrival = 0

  apply(step: Step): void {
    if (step === 'compact') this.#compaction.run()
    else if (step === 'step') {
      this.#compaction.begin()
      this.#compaction.step()
    } else if (step === 'reopen') this.#reopen()
    else if ('refused' in step) {
      this.#refused(step.refused)
      this.#write(step.refused)
    } else this.#write(step)
  }

  #compact(): Compaction {
    return new Compaction(this.store.db, this.store.log.tape, { full: FULL })
  }

  #reopen(): void {
    this.store.close()
    this.store = mustOpen(folder.path)
    this.#compaction = this.#compact()
  }

  /** Neither a write nor a step leaves anything behind that the database refuses. */
  #refused(trades: readonly Trade[]): void {
    this.store.db.pragma('query_only = 1')
    if (this.#compaction.waiting > 0) expect(() => this.#compaction.run()).toThrow()
    this.store.db.pragma('query_only = 0')
    // The last thing of a write, when its trades and bars are written already.
    const ledger = packedLedger(...gaps(gap(1, T0, T0, { openedAt: null as never })))
    expect(() =>
      this.store.log.append({ batches: [packed(trades)], partials: [], ledger }),
    ).toThrow('NOT NULL')
  }

  #write(trades: readonly Trade[]): void {
    // What is received later has a later time of receipt.
    this.#arrival += 1
    const received = trades.map((one) => ({ ...one, receiveTime: epochMs(T0 + this.#arrival) }))
    const stored = this.model.add(received)
    const half = received.length >> 1
    const batches = [received.slice(0, half), received.slice(half)]
    expect(
      this.store.log.append({
        batches: batches.filter(({ length }) => length > 0).map((batch) => packed(batch)),
        partials: [],
      }),
    ).toEqual({ stored, duplicates: received.length - stored })
  }
}

function compare({ model, store }: Pair): void {
  const reader = unwrap(openReader(folder.path))
  const both = MARKETS.flatMap((market) => model.tape(market))
  expect([...reader.trades({})]).toEqual(
    both.sort(
      (a, b) =>
        a.exchangeTime - b.exchangeTime || (a.market < b.market ? -1 : a.market > b.market ? 1 : 0),
    ),
  )
  for (const market of MARKETS) {
    const tape = model.tape(market)
    for (const firstRows of [undefined, 1]) {
      const filter = { markets: [market], ...(firstRows !== undefined && { firstRows }) }
      const columns = [...reader.batches(filter)].flatMap((batch) =>
        Array.from({ length: batch.columns.count }, (_, row) =>
          tradeAt(batch.columns, row, market),
        ),
      )
      expect(columns).toEqual(tape)
    }
    const [from, to] = [epochMs(T0 + 20_000), epochMs(T0 + 70_001)]
    const within = tape.filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime < to)
    expect([...reader.trades({ markets: [market], from, to })]).toEqual(within)
    expect(store.history.trades({ market, limit: 37 })).toEqual(tape.slice(-37))
    expect(store.history.tradeIds({ market, from, to: epochMs(to - 1), limit: 50 })).toEqual(
      within.slice(0, 50).map(({ id }) => id),
    )
    expect(store.history.tapeEnd(market)?.id).toBe(tape.at(-1)?.id)
    const bars = store.history.candles({
      market,
      interval: '1m',
      before: epochMs(T0 + 10 ** 9),
      limit: 99,
    })
    expect(bars).toMatchObject(
      model.bars(market).map(({ firstTime: _first, lastTime: _last, ...bar }) => bar),
    )
    const stats = reader.stats().find((one) => one.market === market)
    expect(stats?.trades ?? 0).toBe(tape.length)
    expect(stats?.last ?? undefined).toBe(tape.at(-1)?.exchangeTime)
  }
  expect(reader.integrity()).toEqual([])
  expect([...reader.verify()]).toEqual([])
  reader.close()
}

describe('the tape', () => {
  it('is what a plain map of it says, whatever is written, sealed, refused and opened again', () => {
    fc.assert(
      fc.property(fc.array(someStep, { minLength: 1, maxLength: 30, size: 'max' }), (steps) => {
        folder.remove()
        folder = scratch()
        const pair = new Pair()
        for (const step of steps) pair.apply(step)
        compare(pair)
        pair.store.close()
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})

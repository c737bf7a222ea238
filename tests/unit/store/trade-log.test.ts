import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReader } from '../../../src/main/store/reader.ts'
import { registerTapeTables } from '../../../src/main/store/tape-tables.ts'
import { formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { BTC, ETH, mustOpen, packed, run, scratch, T0, trade, unwrap } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const readAll = (): Trade[] => {
  const reader = unwrap(openReader(folder.path))
  const trades = [...reader.trades({})]
  reader.close()
  return trades
}

const canonical = (text: string): string => {
  const parsed = parseDecimal(text)
  return parsed === undefined ? text : formatDecimal(parsed)
}

const anyDecimal = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 9n }),
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    ),
    fc.nat(24),
  )
  .map(([mantissa, scale]) => formatDecimal({ mantissa, scale }))

const anyTrade = fc
  .record({
    market: fc.constantFrom(BTC, ETH),
    id: fc.oneof(
      fc.nat(10 ** 12).map(String),
      fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
      fc.uuid(),
      fc.string({ unit: 'binary' }),
      fc.nat(999).map((n) => `00${n}`),
      fc.constantFrom('\n', 'a\nb', ''),
    ),
    price: fc.oneof(anyDecimal, fc.constantFrom('9.2e-07', '1.16539E8', '58.00000000', '1e400')),
    qty: anyDecimal,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    exchangeTime: fc.nat(10_000).map((ms) => epochMs(T0 + ms)),
    exchangeMicros: fc.integer({ min: -1, max: 999 }),
    receiveTime: fc.nat(10_000).map((ms) => epochMs(T0 + ms)),
    matches: fc.oneof(fc.constant(1), fc.nat(2 ** 32 - 1)),
    origin: fc.constantFrom('stream' as const, 'snapshot' as const, 'backfill' as const),
  })
  .map(
    ({ exchangeMicros, ...rest }): Trade =>
      exchangeMicros < 0 ? rest : { ...rest, exchangeMicros },
  )

const keyOf = ({ market, id }: Trade): string => JSON.stringify([market, id])
const firstOfEach = (trades: readonly Trade[]): Map<string, Trade> => {
  const kept = new Map<string, Trade>()
  for (const one of trades) if (!kept.has(keyOf(one))) kept.set(keyOf(one), one)
  return kept
}

describe('trade log', () => {
  it('gives every field of any trade back exactly, the first of each id, by time and market', () => {
    fc.assert(
      fc.property(
        fc.array(anyTrade, { minLength: 1, maxLength: 150 }),
        fc.nat(12),
        (trades, scale) => {
          folder.remove()
          folder = scratch()
          const store = mustOpen(folder.path)
          const half = trades.length >> 1
          const first = store.log.append({
            batches: [packed(trades.slice(0, half), scale)].filter((b) => b.count > 0),
            partials: [],
          })
          const second = store.log.append({
            batches: [packed(trades.slice(half), scale)],
            partials: [],
          })
          store.close()
          const kept = firstOfEach(trades)
          expect(first.stored + second.stored).toBe(kept.size)
          expect(first.duplicates + second.duplicates).toBe(trades.length - kept.size)
          const back = readAll()
          expect(back).toHaveLength(kept.size)
          for (const one of back) {
            const sent = kept.get(keyOf(one))
            expect(one).toEqual(
              sent && { ...sent, price: canonical(sent.price), qty: canonical(sent.qty) },
            )
          }
          const order = back.map(({ exchangeTime, market }) => `${exchangeTime} ${market}`)
          expect(order).toEqual([...order].sort())
        },
      ),
      { numRuns: 60 },
    )
  })

  it('ignores a trade that is there already, also in the same batch and with another time', () => {
    const store = mustOpen(folder.path)
    const write = (trades: Trade[]) => store.log.append({ batches: [packed(trades)], partials: [] })
    expect(write(run(1, 200))).toEqual({ stored: 200, duplicates: 0 })
    expect(write(run(150, 100))).toEqual({ stored: 49, duplicates: 51 })
    expect(
      write([
        trade({ id: '249', exchangeTime: epochMs(T0) }),
        trade({ id: '900' }),
        trade({ id: '900' }),
      ]),
    ).toEqual({ stored: 1, duplicates: 2 })
    expect(write([trade({ id: '249', market: ETH })])).toEqual({ stored: 1, duplicates: 0 })
    store.close()
    expect(readAll()).toHaveLength(251)
  })

  it('writes a batch as a whole or not at all', () => {
    const store = mustOpen(folder.path)
    const bad = trade({ id: '500', exchangeTime: epochMs(T0 + 0.5) })
    expect(() =>
      store.log.append({ batches: [packed([...run(1, 100), bad], 2)], partials: [] }),
    ).toThrow('whole milliseconds')
    expect(store.db.prepare('SELECT count(*) FROM tape_log').pluck().get()).toBe(0)
    expect(store.db.prepare('SELECT count(*) FROM candle').pluck().get()).toBe(0)
    expect(store.db.prepare('SELECT count(*) FROM market').pluck().get()).toBe(0)
    expect(store.log.append({ batches: [packed(run(1, 100), 3)], partials: [] }).stored).toBe(100)
    store.close()
    expect(readAll()).toHaveLength(100)
  })

  it('orders trades of one millisecond by arrival where ids say nothing', () => {
    const store = mustOpen(folder.path)
    const ids = ['f', 'a', 'c', 'b'].map(
      (letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`,
    )
    store.log.append({ batches: [packed(ids.map((id) => trade({ id })))], partials: [] })
    expect(store.history.trades({ market: BTC, limit: 10 }).map(({ id }) => id)).toEqual(ids)
    store.close()
  })

  it('shows people with plain SQL what it stored', () => {
    const store = mustOpen(folder.path)
    const uuid = '12345678-1234-1234-1234-1234567890ab'
    const huge = trade({
      id: '9007199254740993',
      price: '1e30',
      qty: '0.5',
      side: 'sell',
      matches: 70_000,
      origin: 'backfill',
      exchangeMicros: 7,
    })
    store.log.append({ batches: [packed([trade({ id: uuid }), huge])], partials: [] })
    store.close()
    const db = new Database(folder.path, { readonly: true })
    registerTapeTables(db, () => undefined)
    expect(db.prepare('SELECT * FROM trades ORDER BY id').all()).toEqual([
      {
        market: BTC,
        id: uuid,
        price: 100.5,
        qty: 0.25,
        taker_side: 'buy',
        ts: T0,
        exchange_time: T0,
        exchange_micros: null,
        receive_time: T0 + 20,
        matches: 1,
        origin: 'stream',
        price_text: '100.5',
        qty_text: '0.25',
      },
      {
        market: BTC,
        id: '9007199254740993',
        price: 1e30,
        qty: 0.5,
        taker_side: 'sell',
        ts: T0,
        exchange_time: T0,
        exchange_micros: 7,
        receive_time: T0 + 20,
        matches: 70_000,
        origin: 'backfill',
        price_text: `1${'0'.repeat(30)}`,
        qty_text: '0.5',
      },
    ])
    db.close()
  })
})

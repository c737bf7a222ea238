import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APPLICATION_ID, openDatabase } from '../../../src/main/store/database.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/migrations.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { BTC, ETH, mustOpen, packed, run, scratch, T0, trade, unwrap } from './store-kit.ts'
import { insertOld } from './version-2.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

/** As the program of that time made it. */
function oldDatabase(): Database.Database {
  const db = new Database(folder.path)
  db.pragma('journal_mode = WAL')
  for (const step of MIGRATIONS.slice(0, 2)) db.exec(String(step))
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.pragma('user_version = 2')
  return db
}
const readAll = (): Trade[] => {
  const reader = unwrap(openReader(folder.path))
  const trades = [...reader.trades({})]
  expect(reader.integrity()).toEqual([])
  reader.close()
  return trades
}
const canonical = (one: Trade): Trade => ({
  ...one,
  price: plain(one.price),
  qty: plain(one.qty),
})
const plain = (text: string): string => {
  const parsed = parseDecimal(text)
  return parsed === undefined ? text : formatDecimal(parsed)
}

const anyTrade = fc
  .record({
    id: fc.oneof(
      fc.nat(10 ** 12).map(String),
      fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
      fc.uuid(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('007', '', '\ud800'),
    ),
    price: fc
      .tuple(fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }), fc.nat(24))
      .map(([mantissa, scale]) => formatDecimal({ mantissa, scale })),
    qty: fc.constantFrom('0.25', '9.2e-07', '58.00000000', '1e400', '123456.789'),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    exchangeTime: fc.nat(2_000).map((ms) => epochMs(T0 + ms)),
    exchangeMicros: fc.integer({ min: -1, max: 999 }),
    receiveTime: fc.integer({ min: -50, max: 5_000 }).map((ms) => epochMs(T0 + ms)),
    matches: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 32 - 1 })),
    origin: fc.constantFrom('stream' as const, 'snapshot' as const, 'backfill' as const),
  })
  .map(
    ({ exchangeMicros, ...rest }): Trade =>
      trade(exchangeMicros < 0 ? rest : { ...rest, exchangeMicros }),
  )

describe('a database of version 2', () => {
  it('comes over with every value exact', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyTrade, { selector: ({ id }) => id, minLength: 1, maxLength: 120 }),
        fc.nat(12),
        (trades, scale) => {
          folder.remove()
          folder = scratch()
          const old = oldDatabase()
          insertOld(old, { id: 4, name: BTC, scale }, trades)
          old.close()
          mustOpen(folder.path).close()
          const back = readAll()
          expect(new Map(back.map((one) => [one.id, one]))).toEqual(
            new Map(trades.map((one) => [one.id, canonical(one)])),
          )
          expect(back).toHaveLength(trades.length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('comes over in order, and its trades are known when they come again', () => {
    const counted = run(0, 40_000)
    const opaque = Array.from({ length: 500 }, (_, i) =>
      trade({ market: ETH, id: `x${(i * 7) % 500}`, exchangeTime: epochMs(T0 + (i >> 3)) }),
    )
    const old = oldDatabase()
    insertOld(old, { id: 1, name: BTC, scale: 8 }, counted)
    insertOld(old, { id: 2, name: ETH, scale: 8 }, opaque)
    old.exec(`INSERT INTO candle (market, open_time, volume, buy_volume, trades, partial, backfilled)
      VALUES (1, ${T0}, 1, 1, 7, 0, 0)`)
    old.close()
    const before = statSync(folder.path).size
    const refused = openReader(folder.path)
    expect(JSON.stringify(refused)).toContain('Record into it once')
    const store = mustOpen(folder.path)
    expect(
      store.log.append({ batches: [packed([...counted.slice(-500), ...opaque])], partials: [] }),
    ).toEqual({ stored: 0, duplicates: 1_000 })
    const bars = store.history.candles({
      market: BTC,
      interval: '1m',
      before: epochMs(T0 + 1),
      limit: 1,
    })
    expect(bars).toMatchObject([{ trades: 7 }])
    store.close()
    const reader = unwrap(openReader(folder.path))
    expect([...reader.trades({ markets: [BTC] })]).toEqual(counted)
    // Within a millisecond as they came.
    expect([...reader.trades({ markets: [ETH] })]).toEqual(opaque)
    reader.close()
    const db = new Database(folder.path, { readonly: true })
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'trade%'`).all()).toEqual([])
    // Built anew: what the rows took is given back, and will be from now on.
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2)
    expect(statSync(folder.path).size).toBeLessThan(before / 8)
    db.close()
  })

  it('stays as it was when taking it over fails', () => {
    const old = oldDatabase()
    insertOld(old, { id: 1, name: BTC, scale: 8 }, run(0, 100))
    // No JSON: the row cannot be read.
    old.exec(`UPDATE trade SET exact = 'broken' WHERE id = 50`)
    old.close()
    expect(openDatabase(folder.path).ok).toBe(false)
    const after = new Database(folder.path, { readonly: true })
    expect(after.pragma('user_version', { simple: true })).toBe(2)
    expect(after.prepare('SELECT count(*) FROM trade').pluck().get()).toBe(100)
    after.close()
  })
})

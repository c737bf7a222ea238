import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReader } from '../../../src/main/store/reader.ts'
import { openSql } from '../../../src/main/store/sql-reader.ts'
import type { TapeReader } from '../../../src/main/store/store.ts'
import { type Verified, type VerifyStep, verifyTape } from '../../../src/main/store/verify.ts'
import type { LedgerChange } from '../../../src/shared/domain/ledger.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { ORIGINS, type Trade } from '../../../src/shared/domain/trade.ts'
import {
  BTC,
  batchOf,
  ETH,
  gap,
  gaps,
  openInline,
  run,
  scratch,
  span,
  spans,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

const MINUTE = 60_000
const LATER = T0 + 100 * MINUTE

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

async function record(trades: readonly Trade[], ledger: readonly LedgerChange[] = []) {
  const { store } = await openInline(folder.path)
  store.append(batchOf(trades), ledger)
  unwrap(await store.flushed())
  await store.close()
}

/** Changes the file behind the store's back. */
function tamper(sql: string): void {
  const db = new Database(folder.path)
  db.exec(sql)
  db.close()
}

function verify(now = LATER, change: (reader: TapeReader) => TapeReader = (reader) => reader) {
  const [reader, sql] = [unwrap(openReader(folder.path)), unwrap(openSql(folder.path))]
  const steps: VerifyStep[] = []
  const walk = verifyTape(change(reader), sql, now)
  let next = walk.next()
  for (; next.done !== true; next = walk.next()) steps.push(next.value)
  sql.close()
  reader.close()
  const findings = steps.flatMap((step) =>
    step.t === 'finding'
      ? [`${step.finding.kind} ${step.finding.market ?? ''} ${step.finding.message}`]
      : [],
  )
  return { findings, steps, seen: next.value as Verified }
}

const minutes = (count: number, fields: Partial<Trade> = {}): Trade[] =>
  Array.from({ length: count }, (_, n) =>
    trade({ id: String(n + 1), exchangeTime: epochMs(T0 + n * 20_000), ...fields }),
  )

describe('a tape held against itself', () => {
  it('is found whole when it is', async () => {
    await record(
      [...minutes(30), ...minutes(30, { market: ETH, side: 'sell', origin: 'backfill' })],
      spans(span(T0, T0 + 29 * 20_000, { lastSeq: 30 })),
    )
    const { findings, seen, steps } = verify()
    expect(findings).toEqual([])
    expect(seen).toEqual({ markets: 2, trades: 60, bars: 20, spans: 1 })
    expect(steps.filter(({ t }) => t === 'progress')).toHaveLength(3)
  })

  it('is found whole whatever was recorded, in whatever order it came', async () => {
    const any = fc.record({
      id: fc.nat({ max: 400 }).map(String),
      price: fc.integer({ min: 1, max: 10 ** 6 }).map((n) => String(n / 100)),
      qty: fc.integer({ min: 1, max: 10 ** 6 }).map((n) => String(n / 1_000)),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      exchangeTime: fc.integer({ min: 0, max: 300 }).map((n) => epochMs(T0 + n * 1_000)),
      origin: fc.constantFrom(...ORIGINS),
      market: fc.constantFrom(BTC, ETH),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(any, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          folder.remove()
          folder = scratch()
          for (const batch of batches) await record(batch.map(trade))
          expect(verify().findings).toEqual([])
        },
      ),
      { numRuns: 25 },
    )
  })

  it('counts quantities of inverse markets in base units', async () => {
    const { store } = await openInline(folder.path)
    store.describe({
      id: BTC,
      symbol: 'BTC-USDT',
      venue: 'okx',
      venueSymbol: 'BTC-USD-SWAP',
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.1',
      lotSize: '1',
      qtyUnit: 'quote',
    } as unknown as Parameters<typeof store.describe>[0])
    store.append(batchOf(minutes(9, { price: '30000', qty: '100' })))
    unwrap(await store.flushed())
    await store.close()
    expect(verify().findings).toEqual([])
    tamper('UPDATE market SET inverse = 0')
    expect(verify().findings).toHaveLength(3)
  })

  it.each([
    ['trades = trades + 1', /^bar okx:BTC-USDT trades 4, by the trades 3$/],
    ['high = high + 1', /high 101\.5, by the trades 100\.5/],
    ['low = 1', /low 1,/],
    ['open = 3', /open 3,/],
    ['close = 3', /close 3,/],
    ['volume = volume * 1.00001', /volume 0\.75000\d+, by the trades 0\.75/],
    ['buy_volume = 0', /buy volume 0,/],
    ['first_ts = first_ts + 1', /first time/],
    ['last_ts = last_ts + 1', /last time/],
    ['backfilled = 1', /back-filled 1,/],
  ])('tells a bar in which %s', async (change, message) => {
    await record(minutes(30))
    tamper(`UPDATE candle SET ${change} WHERE open_time = ${T0 + MINUTE}`)
    const { findings } = verify()
    expect(findings).toEqual([expect.stringMatching(message)])
  })

  it('tells a bar that is missing, and one without trades', async () => {
    await record(minutes(30))
    tamper(`DELETE FROM candle WHERE open_time = ${T0}`)
    tamper(`UPDATE candle SET open_time = ${T0 - 5 * MINUTE} WHERE open_time = ${T0 + 9 * MINUTE}`)
    expect(verify().findings.sort()).toEqual([
      `bar ${BTC} 3 trades on the tape, no bar`,
      `bar ${BTC} 3 trades on the tape, no bar`,
      `bar ${BTC} a bar of 3 trades, none on the tape`,
    ])
  })

  it('tells a ledger that claims numbers which are not stored', async () => {
    await record(
      minutes(30),
      spans(
        span(T0, T0 + 9 * 20_000, { lastSeq: 10 }),
        span(T0 + 1, T0 + 19 * 20_000, { lastSeq: 21 }),
        span(T0 + 2, T0 + 29 * 20_000, { lastSeq: 30 }),
      ),
    )
    const { findings } = verify()
    expect(findings).toEqual([
      `ledger ${BTC} numbers are proved up to 21, the newest stored trade until then has 20`,
    ])
  })

  it('counts the matches of a print, and says nothing of ids that are no numbers', async () => {
    await record(
      [
        ...minutes(3, { matches: 5 }),
        ...run(1, 3, { market: ETH }).map((one) => ({ ...one, id: `x${one.id}` })),
      ],
      spans(
        span(T0, T0 + 40_000, { lastSeq: 7 }),
        span(T0, T0 + 40_000, { market: ETH, lastSeq: 99 }),
      ),
    )
    expect(verify().findings).toEqual([])
  })

  it('tells gaps that contradict themselves', async () => {
    await record(
      minutes(3),
      gaps(
        gap(1, T0, T0 + 5, { state: 'filled', missing: 2 }),
        gap(2, T0, T0 + 5, { firstSeq: 5, lastSeq: 7, missing: 4 }),
        gap(3, T0, T0 + 5, { firstSeq: 5, lastSeq: 7, missing: 3 }),
        gap(4, T0, T0 + 5, { firstSeq: 7, lastSeq: 5 }),
      ),
    )
    expect(verify().findings).toEqual([
      `ledger ${BTC} gap 1: it is filled, and 2 are missing`,
      `ledger ${BTC} gap 2: 4 missing of 3 numbers`,
      `ledger ${BTC} gap 4: its numbers run from 7 to 5`,
    ])
  })

  it('does not judge the minute under way', async () => {
    await record(minutes(30))
    tamper(`UPDATE candle SET trades = 99 WHERE open_time >= ${T0 + 8 * MINUTE}`)
    expect(verify(T0 + 9 * MINUTE + 30_000).findings).toEqual([])
    expect(verify(T0 + 10 * MINUTE).findings).toHaveLength(1)
  })

  it('looks again when a recorder wrote between two looks', async () => {
    await record(minutes(30))
    const late = (reader: TapeReader): TapeReader => ({
      ...reader,
      markets: () => reader.markets(),
      integrity: () => reader.integrity(),
      verify: () => reader.verify(),
      gaps: (filter) => reader.gaps(filter),
      trades: (filter) => {
        // The first pass does not see yet what the bar has already.
        const all = [...reader.trades(filter)]
        return (all.length > 3 ? all.filter(({ id }) => id !== '5') : all).values()
      },
    })
    expect(verify(LATER, late).findings).toEqual([])
  })

  it('passes on what the file says of itself, and reads on behind a damaged market', async () => {
    await record([...minutes(30), trade({ market: ETH })])
    const broken = (reader: TapeReader): TapeReader => ({
      ...reader,
      markets: () => [ETH, BTC],
      integrity: () => ['row 7 missing from index'],
      verify: () => reader.verify(),
      gaps: (filter) => reader.gaps(filter),
      trades: (filter) => {
        if (filter.markets?.includes(ETH) === true)
          throw Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT_VTAB' })
        return reader.trades(filter)
      },
    })
    const { findings, seen } = verify(LATER, broken)
    expect(findings).toEqual([
      'storage  row 7 missing from index',
      `storage ${ETH} cannot be read on: malformed`,
    ])
    expect(seen.bars).toBe(10)
  })
})

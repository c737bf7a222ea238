import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countedIn,
  countOf,
  faultOf,
  fieldsOf,
  keptPart,
  latestOf,
  missingOf,
  nameOf,
  rolledOffIn,
  roughly,
  sayingOf,
} from '../../../../src/renderer/features/export/model.ts'
import { endedBetween } from '../../../../src/renderer/state/export-end.ts'
import { fromField } from '../../../../src/renderer/state/wall-field.ts'
import type { ExportRun, ExportStatus } from '../../../../src/shared/contract/export.ts'
import type { Candle } from '../../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

const NOW = Date.UTC(2026, 0, 5, 12, 0, 0, 700)
const MINUTE = 60_000
const span = (from: number, to: number) => ({ from: epochMs(from), to: epochMs(to) })
const A = 'okx:BTC-USDT' as MarketId
const B = 'okx:ETH-USDT' as MarketId

const run = (fields: Partial<ExportRun> = {}): ExportRun => ({
  ...{ id: 1, state: 'running', trades: 0, bytes: 0, share: 0, elapsedMs: 0 },
  request: { markets: [A], ...span(0, 10), format: 'csv' },
  ...{ file: null, written: null, failure: null },
  ...fields,
})

describe('what is prefilled', () => {
  it('is the sight in whole seconds, up to now', () => {
    const { from, to } = fieldsOf(span(NOW - 5_500, NOW), NOW)
    expect([fromField(from), fromField(to)]).toEqual([NOW - 5_700, NOW - 700])
  })

  it('holds all of a sight that is over', () => {
    const times = fc.integer({ min: 0, max: NOW - 1_000 })
    fc.assert(
      fc.property(times, times, (a, b) => {
        const sight = span(Math.min(a, b), Math.max(a, b) + 1)
        const { from, to } = fieldsOf(sight, NOW)
        expect(fromField(from)).toBeLessThanOrEqual(sight.from)
        expect(fromField(to)).toBeGreaterThanOrEqual(sight.to)
      }),
    )
  })
})

const bar = (openTime: number, trades: number): Candle =>
  ({ openTime: epochMs(openTime), trades }) as Candle

describe('the estimate', () => {
  it('counts the bars, and of those at the edges the part that is inside', () => {
    const bars = [bar(0, 60), bar(MINUTE, 100), bar(2 * MINUTE, 30), bar(9 * MINUTE, 7)]
    expect(countOf(bars, '1m', span(MINUTE / 2, 2 * MINUTE + 20_000))).toBeCloseTo(30 + 100 + 10, 6)
    expect(countOf([], '1m', span(0, 1))).toBe(0)
  })

  it('is exact where the bars lie inside, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { maxLength: 40 }), (counts) => {
        const bars = counts.map((count, at) => bar(at * MINUTE, count))
        const sum = counts.reduce((total, count) => total + count, 0)
        expect(countOf(bars, '1m', span(0, counts.length * MINUTE + 1))).toBe(sum)
      }),
    )
  })

  it('is made of minutes, of seconds where a minute is much, of nothing where it is too wide', () => {
    expect(countedIn(span(0, 9 * MINUTE))).toBe('1s')
    expect(countedIn(span(0, 60 * MINUTE))).toBe('1m')
    expect(countedIn(span(0, 700 * 86_400_000))).toBe('1d')
    expect(countedIn(span(0, 2_000 * 86_400_000))).toBeNull()
  })

  it.each([
    [0, 0],
    [0.2, 1],
    [99, 99],
    [104, 100],
    [12_345, 12_000],
    [1_254_000, 1_300_000],
  ])('says roughly: %d is about %d', (count, about) => expect(roughly(count)).toBe(about))

  it('leaves out what has rolled off, and says so', () => {
    const kept = [
      { market: A, keptFrom: epochMs(500) },
      { market: B, keptFrom: null },
    ]
    expect(rolledOffIn([A, B], 100, kept)).toEqual([{ market: A, at: 500 }])
    expect(rolledOffIn([A, B], 500, kept)).toEqual([])
    expect(rolledOffIn([B], 100, kept)).toEqual([])
    expect(keptPart(span(100, 900), 500)).toEqual(span(500, 900))
    expect(keptPart(span(100, 200), 500)).toEqual(span(200, 200))
    expect(keptPart(span(100, 200), undefined)).toEqual(span(100, 200))
  })
})

describe('what a screen reader hears', () => {
  it('is the beginning, each quarter, and the end; each once', () => {
    const heard: string[] = []
    for (let at = 0; at <= 1_000; at += 1) {
      const saying = JSON.stringify(sayingOf(run({ share: at / 1_000, trades: at })))
      if (heard.at(-1) !== saying) heard.push(saying)
    }
    heard.push(JSON.stringify(sayingOf(run({ state: 'done', trades: 1_234 }))))
    expect(heard.map((text) => JSON.parse(text))).toEqual([
      { say: 'begun' },
      ...[0.25, 0.5, 0.75].map((share) => ({ say: 'part', share })),
      { say: 'done', trades: 1_234 },
    ])
  })

  it('is that it did not work', () => {
    expect(sayingOf(run({ state: 'cancelled' }))).toEqual({ say: 'cancelled' })
    expect(sayingOf(run({ state: 'failed' }))).toEqual({ say: 'failed' })
  })
})

describe('the result', () => {
  it('says of how many minutes something is missing', () => {
    const market = { market: A, trades: 3, first: epochMs(1), last: epochMs(2), gaps: 1 }
    const minutes = { complete: 5, backfilled: 2, gap: 1, unknown: 4 }
    expect(missingOf({ ...market, minutes })).toEqual({ all: 12, gap: 1, unknown: 4 })
    expect(missingOf({ ...market, minutes, first: null })).toBeNull()
  })

  it('has words for what a person can act on', () => {
    expect(faultOf('storage-full')).toBe('storage-full')
    expect([faultOf('internal'), faultOf('unavailable')]).toEqual(['other', 'other'])
  })

  it('is named by the end of its path', () => {
    expect(nameOf('/a/b/c.csv')).toBe('c.csv')
    expect(nameOf('C:\\a\\c.csv')).toBe('c.csv')
  })
})

describe('the export that is shown, and told of', () => {
  const status = (running: ExportRun | null, ...finished: readonly ExportRun[]): ExportStatus => ({
    ...{ running, finished },
  })
  const [done, failed] = [run({ state: 'done' }), run({ id: 2, state: 'failed' })]

  it('is the one that runs, else the last', () => {
    expect(latestOf(null)).toBeNull()
    expect(latestOf(status(null, failed, done))).toBe(failed)
    expect(latestOf(status(run({ id: 3 }), failed))?.id).toBe(3)
  })

  it('is told of when it ended by itself while somebody looked elsewhere', () => {
    expect(endedBetween(status(run()), status(null, done))).toBe(done)
    expect(endedBetween(status(run({ id: 2 }), done), status(null, failed, done))).toBe(failed)
    expect(endedBetween(status(null, done), status(run({ id: 2 }), done))).toBeNull()
    expect(endedBetween(status(run()), status(null, run({ state: 'cancelled' })))).toBeNull()
    // What ended before this window was there is no news.
    expect(endedBetween(null, status(null, done))).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareRows,
  groupRows,
  moveTo,
  nextSort,
  shownState,
} from '../../../../src/renderer/features/watchlist/model.ts'
import { hasHoles } from '../../../../src/renderer/state/day-coverage.ts'
import { SORT_KEYS } from '../../../../src/renderer/state/preferences.ts'
import type { MarketSummary, VenueInfo } from '../../../../src/shared/contract/status.ts'
import type { MarketId, VenueId } from '../../../../src/shared/domain/market.ts'
import { coverage, ledger } from '../ledger-rows.ts'
import { BTC } from '../trades.ts'

const row = (venue: string, symbol: string, last: number | null = 1, change: number | null = 0) =>
  ({
    market: `${venue}:${symbol}`,
    venue,
    symbol,
    last,
    day: { change, quoteVolume: 1 },
    tradesPerSecond: 0,
  }) as unknown as MarketSummary

const VENUES: readonly VenueInfo[] = [
  { venue: 'okx' as VenueId, label: 'OKX', docs: '', hosts: [] },
  { venue: 'bybit' as VenueId, label: 'Bybit', docs: '', hosts: [] },
]

describe('watchlist model', () => {
  it('is a total order for every column and direction, unknown figures last', () => {
    const rows = fc.array(
      fc.tuple(fc.constantFrom('A-U', 'B-U', 'C-U'), fc.option(fc.integer(), { nil: null })),
    )
    fc.assert(
      fc.property(rows, fc.constantFrom(...SORT_KEYS), fc.boolean(), (list, key, descending) => {
        const compare = compareRows({ key, descending })
        const sorted = list.map(([symbol, last]) => row('okx', symbol, last, last)).sort(compare)
        for (let i = 1; i < sorted.length; i += 1) {
          const [a, b] = [sorted[i - 1], sorted[i]]
          if (a === undefined || b === undefined) throw new Error('hole')
          expect(compare(a, b)).toBeLessThanOrEqual(0)
          if (key === 'last' && a.last === null) expect(b.last).toBeNull()
        }
      }),
    )
  })

  it('groups by venue in the order of the engine, leaving out empty ones', () => {
    const groups = groupRows(
      [row('bybit', 'B-U'), row('okx', 'B-U'), row('okx', 'A-U'), row('new', 'X-U')],
      VENUES,
      { key: 'symbol', descending: false },
      '',
    )
    expect(groups.map(({ label, rows }) => [label, rows.map(({ symbol }) => symbol)])).toEqual([
      ['OKX', ['A-U', 'B-U']],
      ['Bybit', ['B-U']],
      ['new', ['X-U']],
    ])
  })

  it('filters by every word, in names of markets and venues', () => {
    const rows = [row('okx', 'BTC-USDT'), row('okx', 'ETH-USDT'), row('bybit', 'BTC-EUR')]
    const found = (text: string): string[] =>
      groupRows(rows, VENUES, { key: 'symbol', descending: false }, text).flatMap((group) =>
        group.rows.map(({ market }) => market),
      )
    expect(found('OKX btc')).toEqual(['okx:BTC-USDT'])
    expect(found('btc')).toHaveLength(2)
    expect(found('doge')).toEqual([])
  })

  it('sorts figures from the largest first and turns round on a second click', () => {
    const first = nextSort({ key: 'symbol', descending: false }, 'rate')
    expect(first).toEqual({ key: 'rate', descending: true })
    expect(nextSort(first, 'rate')).toEqual({ key: 'rate', descending: false })
  })

  it('moves by keys and stops at the ends', () => {
    const order = ['a', 'b', 'c'] as MarketId[]
    const to = (at: string | null, key: string) => moveTo(order, at as MarketId | null, key)
    expect([to('a', 'ArrowDown'), to('c', 'ArrowDown'), to('a', 'ArrowUp')]).toEqual([
      'b',
      'c',
      'a',
    ])
    expect([to(null, 'ArrowDown'), to('b', 'End'), to('b', 'Home'), to('b', 'x')]).toEqual([
      'a',
      'c',
      'a',
      undefined,
    ])
  })

  it('never shows a state of which nobody knows', () => {
    expect(shownState('live', 'fresh')).toBe('live')
    expect(shownState('live', 'late')).toBe('unknown')
    expect(shownState('live', 'lost')).toBe('unknown')
  })
})

it('marks a day with holes, not a young tape, nor minutes that nothing proves yet', () => {
  const day = (patch: Parameters<typeof coverage>[0]) =>
    hasHoles(ledger({ coverage: [coverage(patch)] }), BTC)
  expect(day({ minutes: 1_439, complete: 1 })).toBe(false)
  expect(day({ minutes: 13 * 60, complete: 1 })).toBe(false)
  expect(day({ minutes: 1_439, complete: 0.99, unknown: 0.01 })).toBe(false)
  expect(day({ minutes: 60, complete: 59 / 60, gap: 1 / 60 })).toBe(true)
  expect(day({ minutes: 1_439, complete: 1_438 / 1_439, gap: 1 / 1_439 })).toBe(true)
  expect(hasHoles(ledger(), BTC)).toBe(false)
  expect(hasHoles(null, BTC)).toBe(false)
})

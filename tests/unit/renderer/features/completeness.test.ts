import { describe, expect, it } from 'vitest'
import { minuteAt, minuteGrid, placeOf } from '../../../../src/renderer/charts/minute-grid.ts'
import {
  canCancel,
  canRetry,
  countKinds,
  emptyVerdict,
  filterGaps,
  mergeGaps,
  minuteLook,
  nextTrouble,
  sortCoverage,
  sumCoverage,
} from '../../../../src/renderer/features/completeness/model.ts'
import { coverageEn } from '../../../../src/renderer/i18n/coverage/en.ts'
import { GAP_CAUSES } from '../../../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { coverage, gap, ledger, MINUTE, minute } from '../ledger-rows.ts'

const ETH = 'okx:ETH-USDT' as MarketId

describe('gaps', () => {
  const gaps = [
    gap(5, { state: 'filling' }),
    gap(4, { state: 'open', market: ETH }),
    gap(3, { state: 'lost' }),
    gap(2, { state: 'filled', missing: 0 }),
    gap(1, { state: 'cancelled' }),
  ]
  it('are chosen by state and market', () => {
    const ids = (kind: 'all' | 'pending' | 'lost', market: MarketId | null = null): number[] =>
      filterGaps(gaps, { kind, market }).map(({ id }) => id)
    expect(ids('all')).toEqual([5, 4, 3, 2, 1])
    expect(ids('pending')).toEqual([5, 4])
    expect(ids('pending', ETH)).toEqual([4])
    expect(ids('lost', ETH)).toEqual([])
    expect(countKinds(gaps)).toEqual({ all: 5, pending: 2, lost: 1, cancelled: 1, filled: 1 })
  })
  it('can be cancelled while they wait or run, tried again when they were given up', () => {
    expect(gaps.filter(canCancel).map(({ id }) => id)).toEqual([5, 4])
    expect(gaps.filter(canRetry).map(({ id }) => id)).toEqual([3, 1])
  })
  it('are each listed once, as they were told last, newest first', () => {
    const merged = mergeGaps([gap(2), gap(1)], [gap(3), gap(2, { state: 'filled' })])
    expect(merged.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '3 open',
      '2 filled',
      '1 open',
    ])
  })
  it('have words for each cause', () => {
    expect(Object.keys(coverageEn.gapCause).sort()).toEqual([...GAP_CAUSES].sort())
  })
})

describe('coverage', () => {
  it('of all markets is weighed by their minutes', () => {
    const all = sumCoverage([
      coverage({ minutes: 300 }),
      coverage({ minutes: 100, complete: 0.5, gap: 0.5 }),
    ])
    expect(all).toMatchObject({ minutes: 400, complete: 0.875, gap: 0.125 })
    expect(sumCoverage([])).toMatchObject({ minutes: 0, complete: 0 })
  })
  it('begins with the worst', () => {
    const list = [
      coverage({ market: 'a:A-B' as MarketId }),
      coverage({ market: 'b:A-B' as MarketId, unknown: 0.5 }),
      coverage({ market: 'c:A-B' as MarketId, gap: 0.1 }),
    ]
    expect(sortCoverage(list).map(({ market }) => market)).toEqual(['c:A-B', 'b:A-B', 'a:A-B'])
  })
})

describe('an empty list of gaps', () => {
  it('means that nothing is missing only when all is proved', () => {
    const whole = ledger({ coverage: [coverage(), coverage({ market: ETH })] })
    expect(emptyVerdict(whole, 2)).toBe('nothing')
    expect(emptyVerdict({ ...whole, gapsLeftOut: 1 }, 2)).toBe('unproved')
    expect(emptyVerdict(ledger({ coverage: [coverage({ unknown: 0.01 })] }), 1)).toBe('unproved')
    // A gap that is told by the minutes but not yet listed.
    expect(emptyVerdict(ledger({ coverage: [coverage({ gap: 0.01 })] }), 1)).toBe('unproved')
  })
  it('means nothing while a market was not measured', () => {
    expect(emptyVerdict(ledger({ coverage: [coverage()] }), 2)).toBe('early')
    expect(emptyVerdict(ledger({ coverage: [coverage({ minutes: 0, complete: 0 })] }), 1)).toBe(
      'early',
    )
    expect(emptyVerdict(ledger(), 0)).toBe('markets')
  })
})

describe('minutes of the day', () => {
  const look = (n: number) => {
    const rows = new Map([
      [3, minute(3, { state: 'gap' })],
      [4, minute(4, { state: 'gap' })],
      [6, minute(6, { state: 'unknown' })],
      [7, minute(7)],
    ])
    return minuteLook(rows.get(n), n * MINUTE, MINUTE, 9 * MINUTE)
  }
  const at = (time: number) => look(time / MINUTE)
  it('look as the ledger says, and say what is not theirs to say', () => {
    expect([0, 1, 3, 7, 9, 10].map(look)).toEqual([
      'outside',
      'none',
      'gap',
      'complete',
      'underWay',
      'outside',
    ])
  })
  it('are stepped through by stretches that are not complete', () => {
    expect(nextTrouble(at, MINUTE, 1)).toBe(3 * MINUTE)
    expect(nextTrouble(at, 3 * MINUTE, 1)).toBe(6 * MINUTE)
    expect(nextTrouble(at, 6 * MINUTE, 1)).toBeUndefined()
    expect(nextTrouble(at, 8 * MINUTE, -1)).toBe(6 * MINUTE)
    expect(nextTrouble(at, 6 * MINUTE, -1)).toBe(4 * MINUTE)
    expect(nextTrouble(at, 4 * MINUTE, -1)).toBeUndefined()
  })
  it('stand in rows that begin at round hours of the reader', () => {
    const india = 5.5 * 3_600_000
    const now = Date.UTC(2026, 10, 24, 10, 17)
    const grid = minuteGrid(now - 1_439 * MINUTE, now, 1_000, india)
    expect(grid.perRow).toBe(360)
    expect(((grid.start + india) / MINUTE) % 360).toBe(0)
    const [row, column] = placeOf(grid, now)
    expect(minuteAt(grid, row, column)).toBe(now)
    expect(row).toBe(grid.rows - 1)
    expect(placeOf(grid, now - 1_439 * MINUTE)[0]).toBe(0)
  })
  it('have fewer in a row where there is less room', () => {
    expect(minuteGrid(0, MINUTE, 300, 0).perRow).toBe(120)
    expect(minuteGrid(0, MINUTE, 0, 0).perRow).toBe(60)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginningOf,
  choicesOf,
  decimalsIn,
  legendBar,
  lookAt,
  nearestTrade,
  presetOf,
  spanAfter,
} from '../../../../src/renderer/features/history/model.ts'
import { DAY, HOUR, lastOf, MINUTE } from '../../../../src/renderer/state/span.ts'
import { fromField, spanFault, toField } from '../../../../src/renderer/state/wall-field.ts'
import type { Candle } from '../../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs, type TimeRange } from '../../../../src/shared/domain/time.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'

const NOW = epochMs(1_800_000_000_000)
const span = (from: number, to: number): TimeRange => ({ from: epochMs(from), to: epochMs(to) })
const market = (name: string): MarketId => name as MarketId

describe('the keys of the history', () => {
  const sight = span(NOW - 10 * HOUR, NOW - 9 * HOUR)

  it('pan by a tenth, and by nearly a whole sight', () => {
    expect(spanAfter('ArrowLeft', sight, NOW)).toEqual(
      span(sight.from - HOUR / 10, sight.to - HOUR / 10),
    )
    expect(spanAfter('PageDown', sight, NOW)?.from).toBe(sight.from + 0.9 * HOUR)
  })

  it('zoom around the middle', () => {
    expect(spanAfter('+', sight, NOW)).toEqual(span(sight.from + HOUR / 4, sight.to - HOUR / 4))
    expect(spanAfter('-', sight, NOW)).toEqual(span(sight.from - HOUR / 2, sight.to + HOUR / 2))
  })

  it('go to where the tape begins and to now, as wide as before', () => {
    expect(spanAfter('End', sight, NOW)).toEqual(span(NOW - HOUR, NOW))
    expect(spanAfter('Home', sight, NOW)).toBeNull()
    const firsts = [epochMs(NOW - DAY), null, epochMs(NOW - 30 * DAY)]
    expect(beginningOf(firsts, HOUR)).toEqual(span(NOW - 30 * DAY, NOW - 30 * DAY + HOUR))
    expect(beginningOf([null], HOUR)).toBeNull()
  })

  it('mean nothing else', () => {
    for (const key of ['a', 'g', 'Enter', 'Tab', ' ']) expect(spanAfter(key, sight, NOW)).toBeNull()
  })

  it('never lose all of the past from sight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('ArrowRight', 'PageDown', '+', '-', 'End', 'ArrowLeft')),
        (keys) => {
          let now: TimeRange = sight
          for (const key of keys) now = spanAfter(key, now, NOW) ?? now
          // Half a sight beyond now at most, but for what a zoom out brings in.
          expect(now.from).toBeLessThan(NOW + HOUR)
          expect(now.to).toBeGreaterThan(now.from)
        },
      ),
    )
  })
})

describe('what the history is asked for', () => {
  it('is a preset while it is as wide and ends about now', () => {
    expect(presetOf(lastOf(DAY, NOW), NOW)).toBe('day')
    expect(presetOf(lastOf(DAY, NOW), NOW + 60_000)).toBe('day')
    expect(presetOf(lastOf(DAY, NOW - HOUR * 2), NOW)).toBeNull()
    expect(presetOf(span(NOW - 2 * DAY, NOW), NOW)).toBeNull()
  })

  it('names watched markets before those that were once recorded', () => {
    const [watched, recorded] = [['okx:B'].map(market), ['okx:A', 'okx:B', 'okx:C'].map(market)]
    expect(choicesOf(watched, recorded)).toEqual(['okx:B', 'okx:A', 'okx:C'])
  })

  it('has its time read from fields as the wall clock shows it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e9, max: 4e9 }), (seconds) => {
        expect(fromField(toField(seconds * 1_000))).toBe(seconds * 1_000)
      }),
    )
    expect(fromField('')).toBeNull()
    expect(fromField('yesterday')).toBeNull()
  })

  it('is refused with what is wrong', () => {
    expect(spanFault(null, NOW, NOW)).toBe('incomplete')
    expect(spanFault(NOW, NOW, NOW)).toBe('order')
    expect(spanFault(epochMs(NOW + 1), epochMs(NOW + 2), NOW)).toBe('future')
    expect(spanFault(epochMs(NOW - 1), epochMs(NOW + 2), NOW)).toBeNull()
  })

  it('shows trades at the cursor while that is in sight, else in the middle of a narrow sight', () => {
    expect(lookAt(span(0, DAY), null)).toBeNull()
    expect(lookAt(span(0, DAY), epochMs(5))).toBe(5)
    expect(lookAt(span(0, DAY), epochMs(DAY))).toBeNull()
    expect(lookAt(span(0, MINUTE), epochMs(DAY))).toBe(MINUTE / 2)
  })
})

describe('figures of the history', () => {
  const bar = (openTime: number): Candle => ({ openTime }) as Candle

  it('are those of the bar pointed at, else of the newest in sight', () => {
    const bars = [bar(0), bar(10), bar(20)]
    expect(legendBar(bars, span(0, 15), null)?.openTime).toBe(10)
    expect(legendBar(bars, span(0, 15), epochMs(20))?.openTime).toBe(20)
    expect(legendBar(bars, span(0, 15), epochMs(5))).toBeUndefined()
    expect(legendBar([], span(0, 15), null)).toBeUndefined()
  })

  it('have the digits of the figures where no market says its tick', () => {
    expect(decimalsIn([61_204, 61_204.5, 61_204.25])).toBe(2)
    expect(decimalsIn(['0.14', '0.52347'])).toBe(5)
    expect(decimalsIn([61_204])).toBe(0)
    expect(decimalsIn([1.2e-7])).toBe(8)
    expect(decimalsIn([0.1 + 0.2])).toBe(10)
    expect(decimalsIn([])).toBe(2)
  })

  it('know the trade nearest to a moment', () => {
    const trades = [10, 20, 26].map((at) => ({ exchangeTime: at }) as unknown as Trade)
    expect(nearestTrade(trades, 24)).toBe(2)
    expect(nearestTrade(trades, 0)).toBe(0)
    expect(nearestTrade([], 0)).toBe(-1)
  })
})

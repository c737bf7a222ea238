import { describe, expect, it } from 'vitest'
import {
  missingBetween,
  toBar,
  toBuyVolume,
  toVolume,
  withGaps,
} from '../../../../src/renderer/charts/candle-data.ts'
import { blended, faded } from '../../../../src/renderer/charts/palette.ts'
import { candle } from '../trades.ts'

const colours = {
  surface: '#000000',
  line: '#111111',
  text: '#eeeeee',
  faint: '#888888',
  accent: '#0000ff',
  buy: '#00ff00',
  bright: '#ffffff',
  complete: '#ffffff',
  backfilled: '#ffffff',
  gap: '#ffffff',
  unknown: '#ffffff',
  sell: '#ff0000',
  sellVolume: '#770000',
  buyVolume: '#007700',
  wholeVolume: '#262626',
}

describe('candles on the canvas', () => {
  it('leaves room for time without a trade, but not endlessly', () => {
    expect(missingBetween(0, 4_000, 1_000)).toEqual([1_000, 2_000, 3_000])
    expect(missingBetween(0, 1_000, 1_000)).toEqual([])
    expect(missingBetween(0, 10_000_000, 1_000)).toHaveLength(240)
    const items = withGaps([candle(0), candle(3_000)], 1_000, ({ openTime }) => ({
      time: openTime / 1_000,
    }))
    expect(items.map(({ time }) => time)).toEqual([0, 1, 2, 3])
  })

  it('draws bars of the venue dim and incomplete ones hollow', () => {
    expect(toBar(candle(0), colours)).toMatchObject({ color: '#00ff00', time: 0 })
    expect(toBar(candle(0, { close: 1 }), colours)).toMatchObject({ color: '#ff0000' })
    expect(toBar(candle(0, { source: 'venue' }), colours)).toMatchObject({ color: '#00ff006b' })
    expect(toBar(candle(0, { partial: true }), colours)).toMatchObject({
      color: 'transparent',
      borderColor: '#00ff00',
    })
  })

  it('splits volume by taker only where the tape knows it', () => {
    expect(toBuyVolume(candle(0), colours)).toMatchObject({ value: 3, color: '#007700' })
    expect(toVolume(candle(0), colours)).toMatchObject({ value: 5, color: '#770000' })
    expect(toBuyVolume(candle(0, { source: 'venue' }), colours)).toMatchObject({ value: 0 })
    expect(toVolume(candle(0, { source: 'venue' }), colours)).toMatchObject({
      value: 5,
      color: '#262626',
    })
  })

  it('mixes colours', () => {
    expect(faded('#102030', 1)).toBe('#102030ff')
    expect(blended('#ff0000', '#0000ff', 0.5)).toBe('#800080')
  })
})

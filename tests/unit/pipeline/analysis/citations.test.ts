import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { citationsOf } from '../../../../src/main/pipeline/analysis/citations.ts'
import type { SignalVerdict, Verdict } from '../../../../src/shared/domain/analysis.ts'
import { figures, snapshot } from './bars.ts'

const SIGNAL: SignalVerdict = {
  kind: 'signal',
  trend: 'up',
  entry: 61_204.5,
  stop: 60_987.1,
  targets: [61_555.5, 61_777],
}

/** What the numbers of a reason are supported by, as they are written: `[['58.3', 'rsi14']]`. */
function cited(reason: string, verdict: Verdict = SIGNAL, of = snapshot()) {
  return citationsOf(verdict, reason, of)
    .filter(({ field }) => field === 'reason')
    .map(({ from, to, source }) => [reason.slice(from, to), source])
}
const sourcesOf = (reason: string, verdict?: Verdict) =>
  cited(reason, verdict).map(([, source]) => source)

describe('a number of the reason', () => {
  it('is supported by the figure that it rounds to', () => {
    expect(cited('RSI is 58.3 and price is 61204.5, the mean 61,150.')).toEqual([
      ['58.3', 'rsi14'],
      ['61204.5', 'last'],
      ['61,150', 'mean20'],
    ])
  })

  it('is struck when it was invented, with the place where it stands', () => {
    expect(cited('Price 61,204.5 will reach 63,999 soon.')).toEqual([
      ['61,204.5', 'last'],
      ['63,999', null],
    ])
  })

  it.each([
    // Ways to write 61,204.5
    ['61,204.5', 'last'],
    ['61204.5', 'last'],
    ['61.204,5', 'last'],
    ['61 204,5', 'last'],
    ['61\u00a0204.5', 'last'],
    ['61\u202f204,5', 'last'],
    ["61'204.5", 'last'],
    ['61,204', 'last'],
    ['61,205', 'last'],
    ['61,200', 'last'],
    ['61.2k', 'last'],
    ['61.2K', 'last'],
    ['61.20 thousand', 'last'],
    ['6.12万', 'last'],
    ['６１２０４．５', 'last'],
    ['６１，２０４．５', 'last'],
    ['٦١٢٠٤٫٥', 'last'],
    ['𝟔𝟏𝟐𝟎𝟒.𝟓', 'last'],
    ['6\u200b1204.5', 'last'],
    ['6.12045e4', 'last'],
    // and ways that say something else
    ['61,250', null],
    ['60,000', null],
    ['60k', null],
    ['61,204.9', null],
    ['61,203', null],
    ['61,206', null],
    ['-61,204.5', null],
    ['61,204.5 %', null],
    ['612045', null],
    ['6,120.45', null],
    ['1e400', null],
    ['9'.repeat(400), null],
  ])('%s: %s', (written, source) => {
    expect(cited(`At ${written} now`)).toEqual([[written, source]])
  })

  it.each([
    ['-0.42%', 'change24hPercent'],
    ['−0.42 %', 'change24hPercent'],
    ['–0.42%', 'change24hPercent'],
    ['－0.42％', 'change24hPercent'],
    ['0.42%', 'change24hPercent'],
    ['0,42 phần trăm', 'change24hPercent'],
    ['0.4 percent', 'change24hPercent'],
    ['+0.42%', null],
    ['0.43%', null],
    ['58.3%', 'rsi14'],
    ['180%', 'buySellRatio1h'],
    ['1.73%', null],
    ['1.73', 'zScore'],
    ['0%', null],
    ['12.3k', 'volume24h'],
    ['12,345.7', 'volume24h'],
    ['12.346', 'volume24h'],
    ['99.86%', 'coveragePercent'],
    ['100%', 'coveragePercent'],
    ['99.9%', 'coveragePercent'],
    ['99%', null],
  ])('with sign and unit: %s: %s', (written, source) => {
    expect(cited(`It is ${written} now`)).toEqual([[written, source]])
  })

  it('is read in a range: the dash is no minus', () => {
    expect(cited('It moved 60,120.5-62,010 and 60,120.5–62,010 and 60120.5~62010')).toEqual(
      [1, 2, 3].flatMap((each) =>
        each === 3
          ? [
              ['60120.5', 'low24h'],
              ['62010', 'high24h'],
            ]
          : [
              ['60,120.5', 'low24h'],
              ['62,010', 'high24h'],
            ],
      ),
    )
  })

  it('is read as a part of a ratio', () => {
    expect(cited('buyers lead 1.8:1')).toEqual([['1.8', 'buySellRatio1h']])
    expect(cited('buyers lead 1.8 : 1 today')).toEqual([['1.8', 'buySellRatio1h']])
    expect(cited('buyers lead 1.8 to 1.')).toEqual([['1.8', 'buySellRatio1h']])
    expect(cited('买卖比为1.8比1')).toEqual([['1.8', 'buySellRatio1h']])
    expect(cited('sell to buy is 1:1.8')).toEqual([['1.8', null]])
    expect(cited('sell to buy is 1:0.556')).toEqual([['0.556', 'buySellRatio1h']])
    expect(cited('buyers lead 2.4:1')).toEqual([['2.4', null]])
    // The z-score is no ratio of buys to sells.
    expect(cited('buyers lead 1.73:1')).toEqual([['1.73', null]])
    expect(cited('buys are 1.8x sells, 1,8 lần')).toEqual([
      ['1.8', 'buySellRatio1h'],
      ['1,8', 'buySellRatio1h'],
    ])
  })

  it('is near the price that it stands for, however coarsely it is written', () => {
    const cheap = snapshot({ last: 1.349, mean20: 0.27123, vwap24h: 3.4 }, 4)
    expect(cited('1.35, 1.3, 0.271, 0.3, 3, 3.4', SIGNAL, cheap)).toEqual([
      ['1.35', 'last'],
      ['1.3', null],
      ['0.271', 'mean20'],
      ['0.3', null],
      ['3', null],
      ['3.4', 'vwap24h'],
    ])
  })

  it('may be cut after its last digit when it is large, and is never rounded the wrong way', () => {
    const high = snapshot({ last: 61_204.9, mean20: 70_000.1 })
    const flat: Verdict = { ...SIGNAL, entry: null, stop: null, targets: [] }
    expect(cited('61,204, 61,205, 61,206', flat, high)).toEqual([
      ['61,204', 'last'],
      ['61,205', 'last'],
      ['61,206', null],
    ])
    expect(cited('70,001', flat, high)).toEqual([['70,001', null]])
    expect(cited('RSI 58', flat, snapshot({ rsi14: 58.7 }))).toEqual([['58', null]])
  })

  it('may be two numbers side by side, if both are supported', () => {
    expect(sourcesOf('RSI, mean: 58,61150')).toEqual(['rsi14', 'mean20'])
    expect(cited('RSI, mean: 58,63150')).toEqual([['58,63150', null]])
  })

  it('may be one of the answer’s own levels', () => {
    expect(sourcesOf('stop at 60,987.1, then 61,555.5 and 61777')).toEqual([
      'stop',
      'targets.0',
      'targets.1',
    ])
    const anomaly: Verdict = {
      kind: 'anomaly',
      anomalous: false,
      deviationPercent: 0.09,
      volatilityPercent: 0.04,
    }
    expect(sourcesOf('stop at 60,987.1', anomaly)).toEqual([null])
  })

  it('is not supported by a figure that was not sent', () => {
    const sentiment: Verdict = { kind: 'sentiment', sentiment: 'bullish', buySellRatio: 1.8 }
    expect(sourcesOf('RSI 58.3 with 320.5 bought', sentiment)).toEqual([null, 'buyVolume1h'])
  })

  it('may repeat the figure as it was sent, with zeros behind it', () => {
    const long = snapshot({ last: 61_204.5432, mean20: null })
    const flat: Verdict = { ...SIGNAL, entry: null, stop: null, targets: [] }
    expect(cited('61204.50, 61204.54, 61204.52', flat, long)).toEqual([
      ['61204.50', 'last'],
      ['61204.54', 'last'],
      ['61204.52', null],
    ])
  })

  it('is not read out of dates', () => {
    expect(sourcesOf('since 2026.11.26')).toEqual([null])
  })

  it('takes the figure that is nearest', () => {
    const near = snapshot({ last: 100.14, mean20: 100.06, vwap24h: 100.1 })
    expect(cited('100.1', SIGNAL, near)).toEqual([['100.1', 'vwap24h']])
  })
})

describe('constants need no source', () => {
  it.each([
    'the 20-period mean and RSI(14) over 24 h, 24h, 24 hours',
    'RSI14 and RSI (14), the 14-period index; mean20, SMA(20)',
    'RSI is below 70 and above 30; RSI between 30 and 70; RSI in the 50-70 zone',
    'the last 1h, 1 hour, 1-minute bars, 60 minutes',
    '1. Buyers lead. 2. Price holds; 3) calm',
    'a buy ratio above 1',
    'its z-score is below 3, under 2 sigma',
    'the change is below 0',
    '20个周期均值，RSI(14)低于70，24小时',
    'trung bình 20 phiên, RSI(14) dưới 70, 24 giờ, 1 giờ',
    '２０周期',
  ])('%s', (reason) => {
    expect(cited(reason)).toEqual([])
  })

  it.each([
    ['RSI is 70', '70'],
    ['RSI at 30, oversold', '30'],
    ['price above 70', '70'],
    ['the 50-period mean', '50'],
    ['MA200', '200'],
    ['RSI(21)', '21'],
    ['RSI 14 is weak', '14'],
    ['12 h', '12'],
    ['it fell 20%', '20%'],
    ['24 %', '24 %'],
    ['it trades at 20', '20'],
    ['z-score 3', '3'],
    ['the ratio: 5. Next', '5'],
    ['a ratio of 1', '1'],
    ['a score (about 5) ', '5'],
  ])('but %s does', (reason, written) => {
    expect(cited(reason)).toEqual([[written, null]])
  })
})

describe('the fields of a verdict', () => {
  const fields = (verdict: Verdict) =>
    citationsOf(verdict, '', snapshot()).map(({ field, value, source }) => [field, value, source])

  it('are held against their own figure, sign included', () => {
    const anomaly = { kind: 'anomaly', anomalous: true } as const
    expect(fields({ ...anomaly, deviationPercent: 0.089, volatilityPercent: 0.04 })).toEqual([
      ['deviationPercent', 0.089, 'deviationPercent'],
      ['volatilityPercent', 0.04, 'volatilityPercent'],
    ])
    expect(fields({ ...anomaly, deviationPercent: -0.0888, volatilityPercent: 0.05 })).toEqual([
      ['deviationPercent', -0.0888, null],
      ['volatilityPercent', 0.05, null],
    ])
    expect(fields({ ...anomaly, deviationPercent: null, volatilityPercent: null })).toEqual([])
    expect(fields({ kind: 'sentiment', sentiment: 'neutral', buySellRatio: 1.8 })).toEqual([
      ['buySellRatio', 1.8, 'buySellRatio1h'],
    ])
    const none = { kind: 'sentiment', sentiment: 'neutral', buySellRatio: 0 } as const
    expect(fields(none)).toEqual([['buySellRatio', 0, null]])
    expect(citationsOf(none, '', snapshot({ buySellRatio1h: 0.003 }))).toMatchObject([
      { source: 'buySellRatio1h' },
    ])
  })

  it('that are levels support themselves, unless a figure does', () => {
    expect(fields(SIGNAL)).toEqual([
      ['entry', 61_204.5, 'last'],
      ['stop', 60_987.1, 'stop'],
      ['targets.0', 61_555.5, 'targets.0'],
      ['targets.1', 61_777, 'targets.1'],
    ])
  })
})

/** Ways to write the same number, from plain text with a point. */
const STYLES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace(/\B(?=(?:\d{3})+(?:\.|$))(?<!\.\d*)/g, ','),
  (text) =>
    text
      .replace('.', '#')
      .replace(/\B(?=(?:\d{3})+(?:#|$))(?<!#\d*)/g, '\u202f')
      .replace('#', ','),
  (text) => text.replace('.', ',').replace('-', '−'),
  (text) => text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
]

describe('any text', () => {
  it('supports every figure that is rounded, however it is written', () => {
    const names = ['last', 'mean20', 'rsi14', 'change24hPercent', 'volume24h', 'zScore'] as const
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.double({ min: 0.5, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(...STYLES),
        (name, value, decimals, style) => {
          const written = value.toFixed(decimals)
          const isPrice = name === 'last' || name === 'mean20'
          fc.pre(!isPrice || Math.abs(Number(written) / value - 1) < 0.01)
          const reason = `We see ${style(written)}, then.`
          const sources = citationsOf(SIGNAL, reason, snapshot({ [name]: value })).filter(
            ({ field }) => field === 'reason',
          )
          expect(sources.every(({ source }) => source !== null)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('supports no number that is far from all of them', () => {
    const known = [...Object.values(figures()), 60_987.1, 61_555.5, 61_777, 180]
    fc.assert(
      fc.property(
        fc.double({ min: 4, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(...STYLES),
        (value, decimals, style) => {
          const written = value.toFixed(decimals)
          const off = known.map((each) => Math.abs(Math.abs(each ?? 0) / Number(written) - 1))
          // Far in every reading: a comma may group or be a point.
          const apart = known.every((each) =>
            [1_000, 1e6, 1e-3, 1e-6].every(
              (scale) => Math.abs(Math.abs(each ?? 0) / (Number(written) * scale) - 1) > 0.2,
            ),
          )
          fc.pre(off.every((each) => each > 0.2) && apart)
          const found = cited(`We see ${style(written)}, then.`)
          expect(found.length).toBeGreaterThan(0)
          expect(found.some(([, source]) => source === null)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is read without a fault, in order, and within itself', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('61,204.5', '½', '²', '𝟔', '-', '–', ' ', ':1', '%', 'k', '.', ',', 'e9'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const reason = pieces.join('')
        const found = citationsOf(SIGNAL, reason, snapshot()).slice(4)
        const wrong = found.filter(
          ({ from, to, value }, at) =>
            from < (found[at - 1]?.to ?? 0) || to <= from || !Number.isFinite(value),
        )
        return wrong.length === 0 && (found.at(-1)?.to ?? 0) <= reason.length
      }),
      { numRuns: 300 },
    )
  })

  it('is read in little time, however it is made', () => {
    for (const piece of ['1 234 ', '1,', '1.', '-', '1:1 ', '30 to ', 'ratio above ', '⅝'])
      citationsOf(SIGNAL, piece.repeat(2_000).slice(0, 2_000), snapshot())
  }, 10_000)
})

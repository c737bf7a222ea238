import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gap } from '../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import { judge, type Printed } from './judge.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const T0 = 1_800_000_000_000

const print = (n: number): Printed => ({
  market: MARKET,
  id: String(n),
  price: `${100 + n}.50`,
  qty: '0.10',
  side: n % 2 === 0 ? 'buy' : 'sell',
  time: T0 + n * 10,
})
const stored = (n: number, change: Partial<Trade> = {}): Trade => ({
  market: MARKET,
  id: String(n),
  price: `${100 + n}.5`,
  qty: '0.1',
  side: n % 2 === 0 ? 'buy' : 'sell',
  exchangeTime: epochMs(T0 + n * 10),
  receiveTime: epochMs(T0 + n * 10 + 5),
  matches: 1,
  origin: 'stream',
  ...change,
})
const gap = (firstSeq: number | null, lastSeq: number | null, change: Partial<Gap> = {}): Gap => ({
  id: 1,
  market: MARKET,
  cause: 'disconnect',
  state: 'lost',
  from: epochMs(T0),
  to: epochMs(T0 + 1_000),
  firstSeq,
  lastSeq,
  missing: null,
  recovered: 0,
  openedAt: epochMs(T0),
  closedAt: null,
  ...change,
})
const verdict = (trades: readonly Trade[], gaps: readonly Gap[] = [], joined = false, count = 10) =>
  judge({
    market: MARKET,
    printed: Array.from({ length: count }, (_, n) => print(n)),
    stored: trades,
    gaps,
    joined,
    begin: T0,
  })
const all = (skip: readonly number[] = []): Trade[] =>
  Array.from({ length: 10 }, (_, n) => n)
    .filter((n) => !skip.includes(n))
    .map((n) => stored(n))

describe('the judge of a soak', () => {
  it('finds a whole tape whole', () => {
    expect(verdict(all())).toMatchObject({
      printed: 10,
      stored: 10,
      named: 0,
      unnamed: [],
      duplicates: [],
      invented: [],
      wrong: [],
      falseGaps: 0,
    })
  })

  it('tells a loss that the ledger names from one that nothing names', () => {
    expect(verdict(all([3, 4]))).toMatchObject({ stored: 8, unnamed: ['3', '4'] })
    expect(verdict(all([3, 4]), [gap(3, 4)])).toMatchObject({ named: 2, unnamed: [] })
    expect(verdict(all([3, 4]), [gap(3, 3)])).toMatchObject({ named: 1, unnamed: ['4'] })
  })

  it('a gap without numbers names what was made in its minutes; a filled one names nothing', () => {
    const span = gap(null, null, { from: epochMs(T0 + 20), to: epochMs(T0 + 40) })
    expect(verdict(all([3, 7]), [span])).toMatchObject({ named: 2, unnamed: [] })
    const before = gap(null, null, { from: epochMs(T0 - 90_000), to: epochMs(T0 - 61_000) })
    expect(verdict(all([3]), [before])).toMatchObject({ unnamed: ['3'] })
    expect(verdict(all([3]), [{ ...span, state: 'filled' }])).toMatchObject({ unnamed: ['3'] })
  })

  it('a gap by numbers in which nothing is missing is a false one', () => {
    expect(verdict(all(), [gap(3, 4)])).toMatchObject({ falseGaps: 1 })
  })

  it('what was made before recording began is not missing', () => {
    expect(verdict(all([0, 1, 2]))).toMatchObject({ printed: 7, stored: 7, unnamed: [] })
  })

  it('finds what was never made, what came twice and what was changed', () => {
    expect(verdict([...all(), stored(77)])).toMatchObject({ invented: ['77'] })
    expect(verdict([...all(), stored(5)])).toMatchObject({ duplicates: ['5'] })
    for (const change of [{ price: '1' }, { qty: '0.2' }, { side: 'buy' }] as const)
      expect(verdict([...all([5]), stored(5, change)])).toMatchObject({ wrong: ['5'] })
    const time = epochMs(T0 + 51)
    expect(verdict([...all([5]), stored(5, { exchangeTime: time })])).toMatchObject({
      wrong: ['5'],
    })
  })

  it('a joined print is its matches: together with one of them it is a duplicate', () => {
    const same = { price: '1.0', side: 'buy' } as const
    const printed = [1, 2, 3].map((n) => ({ ...print(n), ...same, time: T0 }))
    const joined = stored(3, { ...same, qty: '0.3', matches: 3, exchangeTime: epochMs(T0) })
    const tape = { market: MARKET, printed, gaps: [], joined: true, begin: T0 }
    expect(judge({ ...tape, stored: [joined] })).toMatchObject({ stored: 3, wrong: [] })
    const late = stored(2, { ...same, exchangeTime: epochMs(T0) })
    expect(judge({ ...tape, stored: [joined, late] })).toMatchObject({ duplicates: ['2'] })
  })

  it('counts exactly what was taken away, doubled or changed', () => {
    const fates = fc.array(fc.constantFrom('kept', 'lost', 'twice', 'changed'), {
      minLength: 2,
      maxLength: 30,
    })
    fc.assert(
      fc.property(fates, (rest) => {
        const fate = ['kept', ...rest]
        const trades = fate.flatMap((what, n) =>
          what === 'lost'
            ? []
            : what === 'twice'
              ? [stored(n), stored(n)]
              : [stored(n, what === 'changed' ? { price: '3' } : {})],
        )
        const found = verdict(trades, [], false, fate.length)
        const count = (what: string) => fate.filter((each) => each === what).length
        expect(found.unnamed).toHaveLength(count('lost'))
        expect(found.duplicates).toHaveLength(count('twice'))
        expect(found.wrong).toHaveLength(count('changed'))
        expect(found.stored).toBe(fate.length - count('lost'))
      }),
    )
  })
})

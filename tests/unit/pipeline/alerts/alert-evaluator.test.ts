import { describe, expect, it, test } from 'vitest'
import { AlertEvaluator } from '../../../../src/main/pipeline/alerts/alert-evaluator.ts'
import {
  type CompiledAlert,
  compileAlert,
} from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../../../src/main/pipeline/alerts/firing.ts'
import { WilderIndex } from '../../../../src/main/pipeline/alerts/rsi.ts'
import type { Alert, AlertId } from '../../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { columnsOf, type Row } from './script.ts'

const A = 'one:A-USDT' as MarketId
const B = 'two:A-USDT' as MarketId
const SECOND = 1_000
const MINUTE = 60_000
/** A Thursday, 12:00 UTC. */
const NOON = Date.UTC(2026, 0, 1, 12)

const alert = (expr: string, more: Partial<Alert> = {}): Alert => ({
  id: 'x' as AlertId,
  name: '',
  expr,
  severity: 'info',
  cooldownMs: 0,
  rearm: 'auto',
  expiresAt: null,
  armed: true,
  createdAt: epochMs(NOON),
  ...more,
})

function compiled(expr: string, more: Partial<Alert> = {}): CompiledAlert {
  const compilation = compileAlert(alert(expr, more))
  if (!compilation.ok) throw new Error(compilation.problem.message)
  return compilation.value
}

/** An evaluator of one rule, and its firings. */
function watching(expr: string, more: Partial<Alert> = {}) {
  const fired: Firing[] = []
  const evaluator = new AlertEvaluator([compiled(expr, more)], (firing) => fired.push(firing))
  const trades = (rows: readonly Row[], market = A) =>
    evaluator.rows(evaluator.slot(market), columnsOf(rows), 0, rows.length)
  let time = NOON
  /** Trades at these prices, one a second. */
  const prices = (...all: readonly number[]) =>
    trades(
      all.map((price) => {
        time += SECOND
        return { time, price, qty: 1, side: 0 as const }
      }),
    )
  return { evaluator, fired, trades, prices, firedAt: () => fired.map(({ price }) => price) }
}

const trade = (after: number, price = 100, qty = 1, side: 0 | 1 = 0): Row => ({
  time: NOON + after,
  price,
  qty,
  side,
})

describe('a crossing', () => {
  it('needs a price on the other side, or at the level, and fires once', () => {
    const { prices, firedAt } = watching(`${A} price crosses above 100`)
    prices(101, 102, 99, 100, 100.5, 101, 100, 101)
    expect(firedAt()).toEqual([100.5, 101])
  })

  it('counts again only after the price was back by the hysteresis', () => {
    const { prices, firedAt } = watching(`${A} price crosses 100`, { hysteresis: 0.01 })
    prices(98, 100.5, 99.5, 100.6, 101, 99.9, 100.2, 99, 100.1)
    expect(firedAt()).toEqual([100.5, 99.9, 100.1])
  })

  it('is not one when the figure was unknown in between', () => {
    const { trades, fired, evaluator } = watching(`${A} volume 10s crosses above 5`)
    for (let s = 0; s <= 11; s += 1) trades([trade(s * SECOND, 100, 0.1)])
    evaluator.gap(A, NOON + 12 * SECOND, NOON + 15 * SECOND)
    trades([trade(15 * SECOND, 100, 9)])
    for (let s = 16; s <= 22; s += 1) trades([trade(s * SECOND)])
    trades([trade(24.5 * SECOND)])
    expect(fired).toEqual([])
    for (let s = 36; s <= 40; s += 1) trades([trade(s * SECOND, 100, 0.1)])
    trades([trade(41 * SECOND, 100, 9)])
    expect(fired).toHaveLength(1)
  })
})

describe('a level', () => {
  it('fires when it is reached first, and again after it was left by the hysteresis', () => {
    const { prices, firedAt } = watching(`${A} price > 100`, { hysteresis: 0.01 })
    prices(101, 99.5, 102, 99, 103)
    expect(firedAt()).toEqual([101, 103])
  })

  it('tells what fired it', () => {
    const { trades, fired } = watching(`${A} price >= 100 and ${A} trade size > 5`)
    trades([trade(0, 99, 9), trade(5, 100, 5), trade(7, 100, 6, 1)])
    expect(fired).toEqual([
      {
        alert: 'x',
        at: NOON + 7,
        market: A,
        time: NOON + 7,
        price: 100,
        row: 2,
        values: { 'one:A-USDT price': 100, 'one:A-USDT trade size': 6 },
        heldBack: 0,
      },
    ])
  })
})

describe('a rest', () => {
  it('holds firings back, counts them, and lets fire at its end what still holds', () => {
    const { prices, fired } = watching(`${A} price > 100`, { cooldownMs: 5 * SECOND })
    prices(101, 99, 101, 99, 101, 101, 101, 101)
    expect(fired.map(({ at, heldBack }) => [(at - NOON) / SECOND, heldBack])).toEqual([
      [1, 0],
      [6, 2],
    ])
  })

  it('of a millisecond is there without a cooldown: the log knows one firing of it', () => {
    const { trades, fired } = watching(`${A} price > 100`)
    trades([trade(0, 101), trade(0, 99), trade(0, 102), trade(5, 103), trade(6, 99)])
    expect(fired.map(({ price, heldBack }) => [price, heldBack])).toEqual([
      [101, 0],
      [103, 1],
    ])
  })

  it('of an event is only counted', () => {
    const { trades, fired } = watching(`${A} trade size > 5`, { cooldownMs: 5 * SECOND })
    trades([trade(0, 100, 6), trade(1, 100, 6), trade(5_001, 100, 1), trade(5_002, 100, 6)])
    expect(fired.map(({ at, heldBack }) => [at - NOON, heldBack])).toEqual([
      [0, 0],
      [5_002, 1],
    ])
  })

  it('has no end after a single firing, or when it expired', () => {
    const once = watching(`${A} price > 100`, { rearm: 'once' })
    once.prices(101, 99, 101)
    expect(once.fired).toHaveLength(1)
    const expiring = watching(`${A} price > 100`, { expiresAt: epochMs(NOON + 2 * SECOND) })
    expiring.prices(99, 101)
    expect(expiring.fired).toEqual([])
  })
})

describe('a schedule', () => {
  const schedule = { days: [4], from: 13 * 60, to: 14 * 60, zone: 'UTC' }

  it('lets fire at its opening what holds then, on the minute', () => {
    const { trades, fired } = watching(`${A} price > 100`, { schedule })
    trades([trade(0, 101), trade(59.99 * MINUTE, 101), trade(60 * MINUTE, 102)])
    expect(fired.map(({ price, heldBack }) => [price, heldBack])).toEqual([[102, 1]])
  })

  it('keeps quiet outside, on other days too', () => {
    const { trades, fired } = watching(`${A} price crosses above 100`, { schedule })
    trades([trade(0, 99), trade(1, 101), trade(2, 99)])
    trades([trade(90 * MINUTE, 101), trade(91 * MINUTE, 99), trade(120 * MINUTE, 101)])
    trades([trade(24 * 60 * MINUTE, 99), trade(25.5 * 60 * MINUTE, 101)])
    expect(fired.map(({ at }) => (at - NOON) / MINUTE)).toEqual([90])
  })

  it('may run through midnight, by the clock of its zone, over a change of that clock', () => {
    // Berlin's clock goes from 02:00 to 03:00 on Sunday 29 March 2026: 03:30 is 01:30 UTC.
    const night = { days: [0], from: 3 * 60 + 30, to: 60, zone: 'Europe/Berlin' }
    const { trades, fired } = watching(`${A} price > 100`, { schedule: night })
    const at = (hour: number, minute: number) => Date.UTC(2026, 2, 29, hour, minute) - NOON
    trades([trade(at(0, 0), 101), trade(at(1, 29), 101), trade(at(1, 30), 102)])
    expect(fired.map(({ price }) => price)).toEqual([102])
    // 00:59 and 01:00 of Monday there.
    trades([
      trade(at(22, 58), 99),
      trade(at(22, 59), 103),
      trade(at(22, 59), 99),
      trade(at(23, 0), 104),
    ])
    expect(fired.map(({ price }) => price)).toEqual([102, 103])
  })
})

describe('a window', () => {
  it('that is not full yet says so and does not fire', () => {
    const { trades, fired, evaluator } = watching(`${A} volume 1m > 1`)
    trades([trade(0, 100, 9), trade(59_999, 100, 9)])
    expect(fired).toEqual([])
    expect(evaluator.unknownOf('x' as AlertId)).toEqual(['one:A-USDT volume 1m'])
    trades([trade(60_000, 100, 1)])
    expect(fired.map(({ values }) => values)).toEqual([{ 'one:A-USDT volume 1m': 10 }])
    expect(evaluator.unknownOf('x' as AlertId)).toEqual([])
  })

  it('is unknown while a gap hides more than a tenth of it', () => {
    const { trades, fired, evaluator } = watching(`${A} volume 10s > 5`)
    trades([trade(0), trade(20 * SECOND)])
    evaluator.gap(A, NOON + 20 * SECOND + 1, NOON + 22 * SECOND)
    trades([trade(22 * SECOND, 100, 9), trade(31 * SECOND - 1, 100, 1)])
    expect(fired).toEqual([])
    trades([trade(31 * SECOND, 100, 1)])
    expect(fired).toHaveLength(1)
  })

  it('sums exactly, whatever passed through it', () => {
    const { trades, fired } = watching(`${A} volume 1s >= 0.3`)
    const odd = [1e9 / 7, 0.1, 3e7 / 11, 0.3, 2 ** 44 / 1e8, 7.77]
    trades(
      Array.from({ length: 5_000 }, (_, i) =>
        trade(i * 3, 100, odd[(i * i) % 6], i % 5 === 0 ? 1 : 0),
      ),
    )
    // Many leave at once.
    trades([trade(16_500, 100, 1e9 / 3)])
    fired.length = 0
    trades([trade(20_000, 100, 0.1), trade(20_100, 100, 0.1), trade(20_200, 100, 0.1)])
    expect(fired.map(({ values }) => values)).toEqual([{ 'one:A-USDT volume 1s': 0.3 }])
  })

  it('holds as many trades as it must, and has them after a restart', () => {
    const rule = compiled(`${A} trades 1m >= 8999`)
    const fired: Firing[] = []
    const first = new AlertEvaluator([rule], (firing) => fired.push(firing))
    const rows = columnsOf(Array.from({ length: 12_000 }, (_, i) => trade(i * 10)))
    first.rows(0, rows, 0, 12_000)
    expect(fired).toEqual([])
    const again = AlertEvaluator.restore([rule], (firing) => fired.push(firing), first.save())
    again.rows(0, columnsOf(Array.from({ length: 3_000 }, () => trade(120_000))), 0, 3_000)
    // Of the 6,000 in the last minute the one at its start has left.
    expect(fired.map(({ row }) => row)).toEqual([3_000 - 1])
  })

  it('has the last close of a bar of any number of trades, of which no window asks', () => {
    // At the end of a page of the ring, on either side of it, and anywhere.
    for (const count of [1_023, 1_024, 1_025, 2_048, 5_000]) {
      const { trades, fired } = watching(`${A} deviation sma(2, 1m) < -10%`)
      trades([trade(0, 100)])
      trades(
        Array.from({ length: count }, (_, i) => trade(MINUTE + i, i === count - 1 ? 300 : 100)),
      )
      // The closes are 100 and 300.
      trades([trade(2 * MINUTE, 181), trade(2 * MINUTE + 1, 179)])
      expect(fired.map(({ values }) => values)).toEqual([
        { 'one:A-USDT deviation sma(2, 1m)': ((179 - 200) * 100) / 200 },
      ])
    }
  })
})

describe('a z-score', () => {
  const hour = (volumes: readonly number[]) =>
    volumes.map((qty, minute) => trade(minute * MINUTE + 1, 100, qty))

  it('needs all its periods, and then tells a burst from what is usual', () => {
    const { trades, fired, evaluator } = watching(`${A} volume 1m zscore 10m > 3`)
    trades(hour(Array.from({ length: 11 }, (_, i) => 10 + (i % 2))))
    trades([trade(10.5 * MINUTE, 100, 90)])
    expect(fired).toEqual([])
    expect(evaluator.unknownOf('x' as AlertId)).toHaveLength(1)
    trades([trade(11 * MINUTE + 5, 100, 1)])
    // The ten bars after the first: 11 10 11 10 11 10 11 10 11 100.
    const bars = [11, 10, 11, 10, 11, 10, 11, 10, 11, 100]
    const mean = bars.reduce((sum, bar) => sum + bar, 0) / 10
    const deviation = Math.sqrt(bars.reduce((sum, bar) => sum + (bar - mean) ** 2, 0) / 10)
    expect(evaluator.unknownOf('x' as AlertId)).toEqual([])
    trades([trade(11 * MINUTE + 6, 100, 900)])
    expect(fired[0]?.values['one:A-USDT volume 1m zscore 10m']).toBeCloseTo(
      (991 - mean) / deviation,
      9,
    )
  })

  it('leaves one torn bar in ten out, also when the gap is known late, and is unknown with two', () => {
    const { trades, evaluator } = watching(`${A} volume 1m zscore 10m > 3`)
    const isKnown = () => evaluator.unknownOf('x' as AlertId).length === 0
    trades(hour(Array.from({ length: 13 }, (_, i) => 10 + (i % 2))))
    expect(isKnown()).toBe(true)
    evaluator.gap(A, NOON + 5 * MINUTE, NOON + 5.5 * MINUTE)
    trades([trade(12.2 * MINUTE)])
    expect(isKnown()).toBe(true)
    evaluator.gap(A, NOON + 7 * MINUTE, NOON + 7.5 * MINUTE)
    trades([trade(12.3 * MINUTE)])
    expect(isKnown()).toBe(false)
  })
})

describe('the RSI', () => {
  // The example of StockCharts' ChartSchool (QQQ), RSI(14) by Wilder's method.
  const closes = [
    ...[44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826],
    ...[45.8931, 46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439],
    ...[46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672],
    ...[43.4205, 42.6628, 43.1314],
  ]
  const published = [
    ...[70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38],
    ...[54.71, 50.42, 39.99, 41.46, 41.87, 45.46, 37.3, 33.08, 37.77],
  ]

  it('is as published', () => {
    const index = new WilderIndex(14)
    const values = closes.map((close) => index.next(close))
    expect(values.slice(0, 14).every(Number.isNaN)).toBe(true)
    expect(values.slice(14).map((value) => Number(value.toFixed(2)))).toEqual(published)
  })

  it('of bars changes when a bar closes, and begins anew after a gap longer than a bar', () => {
    const { trades, fired, evaluator } = watching(`${A} rsi 1m < 40`)
    const bars = (from: number) =>
      closes.flatMap((close, i) => [
        trade((from + i) * MINUTE, 1),
        trade((from + i) * MINUTE + 59_999, close),
      ])
    trades(bars(0))
    // The bar of 39.99 is the 27th; the first trade after it shows it.
    expect(fired.map(({ time }) => (time - NOON) / MINUTE)).toEqual([27, 31])
    evaluator.gap(A, NOON + 33 * MINUTE, NOON + 34 * MINUTE + 1)
    trades(bars(35).slice(0, 28))
    expect(evaluator.unknownOf('x' as AlertId)).toHaveLength(1)
    trades([trade(49 * MINUTE, 1), trade(50 * MINUTE, 1)])
    expect(evaluator.unknownOf('x' as AlertId)).toHaveLength(0)
  })
})

describe('rules over several markets and by the clock', () => {
  it('a spread compares with the median of the others, at the end of the instant', () => {
    const C = 'three:A-USDT' as MarketId
    const D = 'four:A-USDT' as MarketId
    const { evaluator, trades, fired } = watching(`spread(${A}, ${B}, ${C}, ${D}) > 1%`)
    evaluator.open(NOON)
    trades([trade(0, 102)], A)
    trades([trade(0, 90)], B)
    trades([trade(0, 101.5)], C)
    expect(evaluator.needsInstants).toBe(true)
    trades([trade(0, 100)], D)
    evaluator.close(NOON)
    expect(fired.map(({ values }) => values)).toEqual([{ [`spread(${A}, ${B}, ${C}, ${D})`]: 2 }])
    // Prices older than a minute are compared with nothing.
    const { evaluator: later, trades: trade2, fired: none } = watching(`spread(${A}, ${B}) > 1%`)
    later.open(NOON)
    trade2([trade(0, 100)], B)
    later.close(NOON)
    later.open(NOON + 60_001)
    trade2([trade(60_001, 110)], A)
    later.close(NOON + 60_001)
    expect(none).toEqual([])
  })

  it('silence fires at its own moment, whenever the next instant comes', () => {
    const { evaluator, trades, fired } = watching(`${A} stale > 30s`)
    evaluator.open(NOON)
    trades([trade(0)])
    evaluator.close(NOON)
    evaluator.open(NOON + 90_000)
    expect(fired.map(({ at }) => at - NOON)).toEqual([30_001])
    trades([trade(90_000)])
    evaluator.close(NOON + 90_000)
    evaluator.close(NOON + 120_000)
    expect(fired).toHaveLength(1)
    evaluator.close(NOON + 120_001)
    expect(fired).toHaveLength(2)
  })

  it('a clock that was heard of meanwhile judges nothing before it is due', () => {
    const { evaluator, fired, trades } = watching(`${A} stale > 5s or ${B} gap`)
    evaluator.open(NOON)
    trades([trade(0)])
    evaluator.close(NOON)
    evaluator.open(NOON + 3_000)
    trades([trade(3_000)])
    evaluator.close(NOON + 3_000)
    evaluator.gap(B, NOON, NOON + 1_000)
    evaluator.open(NOON + 20_000)
    expect(fired.map(({ at }) => at - NOON)).toEqual([8_000, 8_001])
  })

  it('a venue is not silent while anything comes from it', () => {
    const { evaluator, fired } = watching(`${A} silent > 1m`)
    evaluator.close(NOON)
    evaluator.open(NOON + 50_000)
    evaluator.heard('one', NOON + 50_000)
    evaluator.close(NOON + 50_000)
    evaluator.close(NOON + 110_000)
    expect(fired).toEqual([])
    evaluator.close(NOON + 110_001)
    expect(fired).toHaveLength(1)
  })

  it('a gap fires once, not again when it grows; a verdict above its threshold', () => {
    const { evaluator, fired } = watching(`${A} gap or ${A} ai anomaly > 0.8`)
    const instant = (after: number, act: () => void) => {
      evaluator.open(NOON + after)
      act()
      evaluator.close(NOON + after)
    }
    instant(1, () => evaluator.gap(A, NOON - 500, NOON))
    instant(2, () => evaluator.gap(A, NOON - 500, NOON + 2))
    instant(3, () => evaluator.verdict(A, 'anomaly', 0.8))
    // Another one, from the trade on at which the first ended.
    instant(5, () => evaluator.gap(A, NOON + 2, NOON + 4))
    instant(6, () => evaluator.gap(A, NOON + 2, NOON + 6))
    instant(7, () => evaluator.verdict(A, 'anomaly', 0.9))
    expect(fired.map(({ at, values }) => [at - NOON, values])).toEqual([
      [1, { 'one:A-USDT gap': 500 }],
      [5, { 'one:A-USDT gap': 2 }],
      [7, { 'one:A-USDT ai anomaly': 0.9 }],
    ])
  })
})

describe('rules that come and go', () => {
  it('a market has a slot while a rule looks at it', () => {
    const { evaluator } = watching(`${A} volume 1m > 1`)
    expect([evaluator.slot(A), evaluator.slot(B)]).toEqual([0, -1])
    evaluator.add(compiled(`${B} price > 1`, { id: 'y' as AlertId }))
    expect([evaluator.slot(A), evaluator.slot(B)]).toEqual([0, 1])
    evaluator.remove('x' as AlertId)
    expect([evaluator.slot(A), evaluator.slot(B)]).toEqual([-1, 1])
  })

  it('leaves the others as they are', () => {
    const { evaluator, prices, firedAt } = watching(`${A} price crosses above 100`)
    prices(99)
    evaluator.add(compiled(`${A} price crosses above 99`, { id: 'y' as AlertId }))
    prices(101)
    evaluator.remove('y' as AlertId)
    prices(98, 100.5)
    expect(firedAt()).toEqual([101, 100.5])
  })

  it('one that is removed while it rests does not fire any more', () => {
    const { evaluator, prices, fired } = watching(`${A} price > 100`, { cooldownMs: 3 * SECOND })
    evaluator.add(compiled(`${A} price < 1`, { id: 'y' as AlertId }))
    prices(101, 99, 101)
    evaluator.remove('x' as AlertId)
    prices(101, 101, 101)
    expect(fired).toHaveLength(1)
  })

  it('takes a rule by the clock later: silence counts from then', () => {
    const { evaluator, trades, fired } = watching(`${A} price > 100`)
    evaluator.open(NOON)
    trades([trade(0)])
    evaluator.close(NOON)
    evaluator.close(NOON + 50_000)
    evaluator.add(compiled(`${A} stale > 30s`, { id: 'y' as AlertId }))
    evaluator.close(NOON + 80_000)
    expect(fired).toEqual([])
    evaluator.close(NOON + 90_000)
    expect(fired.map(({ alert: id, at }) => [id, at - NOON])).toEqual([['y', 80_001]])
  })

  it('saved state of something else is left aside', () => {
    const rule = compiled(`${A} price > 100`)
    const fired: Firing[] = []
    const row = columnsOf([trade(0, 101)])
    const restored = (bytes: Uint8Array, rules = [rule]) => {
      fired.length = 0
      AlertEvaluator.restore(rules, (firing) => fired.push(firing), bytes).rows(0, row, 0, 1)
      return fired.length
    }
    const before = new AlertEvaluator([rule], () => {})
    before.rows(0, row, 0, 1)
    const saved = before.save()
    expect(restored(saved)).toBe(0)
    expect(restored(saved, [compiled(`${A} price > 99`)])).toBe(1)
    const later = saved.map((byte, i) => (i === 0 ? byte + 1 : byte))
    for (const broken of [new Uint8Array(), later, saved.slice(0, -1), saved.map(() => 7)])
      expect(restored(broken)).toBe(1)
  })
})

describe('an alert that makes no sense', () => {
  test.each([
    [{ cooldownMs: -1 }, 'cooldownMs'],
    [{ hysteresis: 2 }, 'hysteresis'],
    [{ schedule: { days: [], from: 0, to: 1, zone: 'UTC' } }, 'schedule'],
    [{ schedule: { days: [1], from: 0, to: 1_440, zone: 'UTC' } }, 'schedule'],
    [{ schedule: { days: [1], from: 0, to: 1, zone: 'Mars/Base' } }, 'schedule'],
  ])('%j: its %s', (more, field) => {
    const compilation = compileAlert(alert(`${A} gap`, more))
    expect(compilation).toMatchObject({ ok: false, problem: { code: 'field', field } })
  })

  it('points into the expression', () => {
    expect(compileAlert(alert(`${A} prise > 5`))).toMatchObject({
      ok: false,
      problem: { code: 'syntax', start: 11, hint: 'did you mean price?' },
    })
  })
})

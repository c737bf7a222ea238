import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertEvaluator } from '../../../../src/main/pipeline/alerts/alert-evaluator.ts'
import {
  type CompiledAlert,
  compileAlert,
} from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../../../src/main/pipeline/alerts/firing.ts'
import type { AlertId } from '../../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { columnsOf, type Row } from './script.ts'

// Figures that nothing can touch are left alone, and take many trades at once afterwards, most of them as sums of whole
// blocks. The same evaluator that is handed each trade by itself and made to look at it must say the same: tapes of
// hundreds to thousands of trades in chunks of any size, windows of seconds to minutes.

const START = 1_800_000_000_000
const MARKET = 'one:A-USDT' as MarketId
const OTHER = 'two:A-USDT' as MarketId
const OPS = ['>', '>=', '<', '<=', 'beyond', 'crosses', 'crosses above', 'crosses below']
const WINDOWS = ['2s', '20s', '1m', '5m']

const figure = (window: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('99.5', '100', '100.5').map((x) => `price # ${x}`),
    fc.constantFrom('0.2%', '-0.3%', '1%', '0%').map((x) => `move ${window} # ${x}`),
    fc.constantFrom('20', '150.5', '700', '2000').map((x) => `volume ${window} # ${x}`),
    fc.constantFrom('5', '40', '99.5').map((x) => `trades ${window} # ${x}`),
    fc.constantFrom('-0.2', '0.4', '0', '0.9').map((x) => `imbalance ${window} # ${x}`),
    fc.constantFrom('-20', '0', '35.5').map((x) => `cvd ${window} # ${x}`),
    fc.constantFrom('-0.1%', '0.3%').map((x) => `deviation vwap(${window}) # ${x}`),
    fc.constantFrom('-0.1%', '0.3%').map((x) => `deviation sma(5, ${window}) # ${x}`),
    fc.constantFrom('35', '60').map((x) => `rsi(3, ${window}) # ${x}`),
    fc
      .tuple(fc.constantFrom('volume', 'trades'), fc.constantFrom('1', '2.5', '-0.5'))
      .map(([burst, x]) => `${burst} 2s zscore 20s # ${x}`),
  )
const leaf = fc
  .tuple(fc.constantFrom(...WINDOWS).chain(figure), fc.constantFrom(...OPS))
  .map(([text, op]) => `${MARKET} ${text.replace('#', op)}`)
const clock = fc
  .tuple(
    fc.constantFrom(MARKET, OTHER),
    fc.constantFrom('stale', 'silent', 'latency'),
    fc.constantFrom(...OPS),
    fc.constantFrom('1s', '5s', '30s'),
  )
  .map((parts) => parts.join(' '))
const expression = fc.oneof(
  { weight: 6, arbitrary: leaf },
  fc.tuple(leaf, leaf, fc.constantFrom('and', 'or')).map(([a, b, join]) => `${a} ${join} ${b}`),
  clock,
  fc.tuple(clock, leaf, fc.constantFrom('and', 'or')).map(([a, b, join]) => `${a} ${join} ${b}`),
  fc.constant(`spread(${MARKET}, ${OTHER}) beyond 0.3%`),
)

const rules: fc.Arbitrary<readonly CompiledAlert[]> = fc
  .array(fc.tuple(expression, fc.constantFrom(0, 0, 0.1)), { minLength: 1, maxLength: 8 })
  .map((all) => all.map(([expr, hysteresis], i) => compiled(expr, hysteresis, `rule ${i}`)))

function compiled(expr: string, hysteresis: number, id: string): CompiledAlert {
  const compilation = compileAlert({
    ...{ id: id as AlertId, name: '', expr, severity: 'info', cooldownMs: 0, rearm: 'auto' },
    ...{ hysteresis, expiresAt: null, armed: true, createdAt: epochMs(START) },
  })
  if (!compilation.ok) throw new Error(`${expr}: ${compilation.problem.message}`)
  return compilation.value
}

/**
 * One chunk that comes at a time. `gapMs`: the market's tape has a gap of so long that ends now, or a moment
 * later than anything that was heard. `add`: the rules that were kept back are added.
 */
interface Happening {
  readonly at: number
  readonly rows: ReadonlyMap<MarketId, readonly Row[]>
  readonly gapMs: number
  readonly aheadMs: number
  readonly restart: boolean
  readonly add: boolean
}

/** Walks of different pace and length, drawn from one number each: long tapes that shrink by their parts. */
const tape: fc.Arbitrary<readonly Happening[]> = fc
  .array(
    fc.record({
      seed: fc.integer(),
      count: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 150 }) },
        fc.integer({ min: 200, max: 1_500 }),
      ),
      chunk: fc.constantFrom(1, 1, 7, 40, 300),
      pause: fc.constantFrom(0, 30, 400, 3_000),
      step: fc.constantFrom(0, 0.01, 0.1),
      // Of large sizes no two worths have an exact sum in doubles, of the largest no two sizes.
      size: fc.constantFrom(1, 1, 1, 1e5, 2e6),
      gapMs: fc.constantFrom(0, 0, 0, 0, 500, 90_000),
      aheadMs: fc.constantFrom(0, 0, 5_000),
      restart: fc.constantFrom(false, false, false, true),
      add: fc.constantFrom(false, false, true),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => {
    let price = 100
    let at = START
    return parts.flatMap((part) => {
      const random = drawFrom(part.seed)
      return Array.from({ length: Math.ceil(part.count / part.chunk) }, (_, i): Happening => {
        const rows = new Map<MarketId, Row[]>()
        for (let left = Math.min(part.chunk, part.count - i * part.chunk); left > 0; left -= 1) {
          at += Math.floor(random() * 2 * part.pause)
          price += (random() - 0.5 + (100 - price) * 0.05) * part.step
          const market = random() < 0.85 ? MARKET : OTHER
          const qty = (Math.round(random() ** 3 * 200) / 10) * part.size
          const shown = Math.round(price * 100) / 100
          const row = { time: at, price: shown, qty, side: random() < 0.5 ? 0 : 1 } as const
          rows.set(market, [...(rows.get(market) ?? []), row])
        }
        const { gapMs, aheadMs, restart, add } = part
        const isFirst = i === 0
        return {
          ...{ at, rows, gapMs: isFirst ? gapMs : 0, aheadMs },
          ...{ restart: isFirst && restart, add: isFirst && add },
        }
      })
    })
  })

function drawFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

/** Never fires; while it is being added and taken away all figures are woken. */
const DISTURBER = compiled(`${MARKET} trade size > 1000000`, 0, 'disturber')

/** Looks at the market from the start: from when on its silence counts is not up to who disturbs. */
const PRESENT = compiled(`${MARKET} price > 1000000`, 0, 'present')

function play(
  compiledRules: readonly CompiledAlert[],
  happenings: readonly Happening[],
  eachTrade: boolean,
): readonly Firing[] {
  const firings: Firing[] = []
  const out = (firing: Firing): void => void firings.push(firing)
  const kept = compiledRules.slice(compiledRules.length >> 1)
  let present = [PRESENT, ...compiledRules.slice(0, compiledRules.length >> 1)]
  let evaluator = new AlertEvaluator(present, out)
  for (const { at, rows, gapMs, aheadMs, restart, add } of happenings) {
    if (restart) evaluator = AlertEvaluator.restore(present, out, evaluator.save())
    if (add)
      for (const rule of kept.splice(0)) {
        evaluator.add(rule)
        present = [...present, rule]
      }
    evaluator.open(at)
    if (gapMs > 0) evaluator.gap(MARKET, at - gapMs, at + aheadMs)
    for (const market of [MARKET, OTHER]) {
      const columns = columnsOf(rows.get(market) ?? [])
      const count = columns.time.length
      const step = eachTrade ? 1 : count
      for (let from = 0; from < count; from += step) {
        if (eachTrade) {
          evaluator.add(DISTURBER)
          evaluator.remove(DISTURBER.id)
        }
        const slot = evaluator.slot(market)
        if (slot >= 0) evaluator.rows(slot, columns, from, from + step)
      }
    }
    evaluator.close(at)
  }
  return firings
}

const RUNS = Number(process.env.ALERT_RUNS ?? 200)

describe('figures that are left alone', () => {
  it(
    'fire as if each trade was looked at, with the same values',
    () => {
      let fired = 0
      fc.assert(
        fc.property(rules, tape, (chosen, happenings) => {
          const expected = play(chosen, happenings, true)
          fired += expected.length
          expect(play(chosen, happenings, false)).toEqual(expected)
        }),
        { numRuns: RUNS },
      )
      expect(fired).toBeGreaterThan(RUNS)
    },
    60_000 + RUNS * 200,
  )
})

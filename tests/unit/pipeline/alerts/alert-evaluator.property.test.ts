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
import { columnsOf, type Instant, type Row, type Step } from './script.ts'
import { Twin, type TwinFiring } from './twin.ts'

// Windows of some milliseconds, so that the twin can look at every millisecond.

const START = 1_800_000_000_000
const MARKETS = ['one:A-USDT', 'one:B-USDT', 'two:A-USDT'] as MarketId[]
const market = fc.constantFrom(...MARKETS)
const span = fc.constantFrom('5ms', '10ms', '20ms', '30ms')
const level = fc.constantFrom('98', '99.5', '100', '100.5', '102')
const op = fc.constantFrom(
  '>',
  '>=',
  '<',
  '<=',
  'beyond',
  'crosses',
  'crosses above',
  'crosses below',
)

const measureText = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('price'), level) },
  fc.tuple(
    span.map((w) => `move ${w}`),
    fc.constantFrom('0%', '0.5%', '1%', '-1%'),
  ),
  fc.tuple(
    span.map((w) => `volume ${w}`),
    fc.constantFrom('0.5', '1.3', '3'),
  ),
  fc.tuple(
    span.map((w) => `trades ${w}`),
    fc.constantFrom('2', '4', '7'),
  ),
  fc.tuple(
    span.map((w) => `imbalance ${w}`),
    fc.constantFrom('-0.6', '0', '0.3'),
  ),
  fc.tuple(
    span.map((w) => `cvd ${w}`),
    fc.constantFrom('-0.5', '0', '0.7'),
  ),
  fc.tuple(
    fc.constantFrom('volume 5ms zscore 30ms', 'trades 10ms zscore 50ms', 'volume 3ms zscore 40ms'),
    fc.constantFrom('0.7', '-0.3', '1.9'),
  ),
  fc.tuple(
    fc.constantFrom('rsi(3, 5ms)', 'rsi(2, 8ms)', 'rsi(5, 3ms)'),
    fc.constantFrom('31.7', '50.3', '68.9'),
  ),
  fc.tuple(
    fc.constantFrom('deviation sma(3, 5ms)', 'deviation sma(2, 10ms)', 'deviation vwap(20ms)'),
    fc.constantFrom('-0.41%', '0.13%', '0.77%'),
  ),
)
const perTrade = (of: fc.Arbitrary<MarketId>) =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(of, measureText, op).map(([m, [what, x], o]) => `${m} ${what} ${o} ${x}`),
    },
    fc
      .tuple(of, fc.constantFrom('trade size > 0.7', 'trade size >= 0.3', 'trade value > 60'))
      .map(([m, what]) => `${m} ${what}`),
  )
const instantly = fc.oneof(
  fc
    .tuple(
      market,
      fc.constantFrom('latency', 'stale', 'silent'),
      op,
      fc.constantFrom('3ms', '7ms', '12ms'),
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(market, fc.constantFrom('gap', 'ai odd', 'ai odd > 0.5'))
    .map((parts) => parts.join(' ')),
  fc
    .tuple(
      fc.shuffledSubarray(MARKETS, { minLength: 2 }),
      op,
      fc.constantFrom('0%', '0.5%', '-0.5%'),
    )
    .map(([markets, o, x]) => `spread(${markets.join(', ')}) ${o} ${x}`),
)

const grouped = (leaf: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const group = fc
    .tuple(fc.array(leaf, { minLength: 2, maxLength: 3 }), fc.constantFrom(' and ', ' or '))
    .map(([leaves, join]) => leaves.join(join))
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    group,
    fc
      .tuple(group, leaf, fc.constantFrom('and', 'or'))
      .map(([a, b, join]) => `(${a}) ${join} ${b}`),
  )
}

interface Fields {
  readonly cooldownMs: number
  readonly hysteresis: number
  readonly rearm: 'auto' | 'once'
  readonly expires: number | null
}
const fields: fc.Arbitrary<Fields> = fc.record({
  cooldownMs: fc.constantFrom(0, 0, 8, 25),
  hysteresis: fc.constantFrom(0, 0, 0.005, 0.3),
  rearm: fc.constantFrom('auto', 'auto', 'auto', 'once'),
  expires: fc.constantFrom(null, null, null, 60),
})

function compiled(expr: string, given: Fields, index: number): CompiledAlert {
  const compilation = compileAlert({
    id: `alert ${index}` as AlertId,
    name: '',
    expr,
    severity: 'info',
    cooldownMs: given.cooldownMs,
    rearm: given.rearm,
    hysteresis: given.hysteresis,
    expiresAt: given.expires === null ? null : epochMs(START + given.expires),
    armed: true,
    createdAt: epochMs(START),
  })
  if (!compilation.ok) throw new Error(`${expr}: ${compilation.problem.message}`)
  return compilation.value
}

const rulesOf = (expr: fc.Arbitrary<string>): fc.Arbitrary<readonly CompiledAlert[]> =>
  fc
    .array(fc.tuple(expr, fields), { minLength: 1, maxLength: 6 })
    .map((all) => all.map(([text, given], i) => compiled(text, given, i)))

const rowsAt = (at: number): fc.Arbitrary<readonly Row[]> =>
  fc.array(
    fc.record({
      // Now and then a trade that comes late.
      time: fc.constantFrom(0, 0, 0, 1, 2, 15).map((late) => at - late),
      price: fc.integer({ min: 194, max: 206 }).map((x) => x / 2),
      qty: fc.constantFrom(0.1, 0.2, 0.3, 0.75, 1.1),
      side: fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
    }),
    { minLength: 1, maxLength: 4 },
  )

const instantAt = (at: number): fc.Arbitrary<Instant> =>
  fc
    .record({
      rows: fc.array(fc.tuple(market, rowsAt(at)), { maxLength: 3 }),
      facts: fc.array(
        fc.oneof(
          fc.record({
            kind: fc.constant('gap' as const),
            market,
            from: fc.integer({ min: 1, max: 20 }).map((ago) => at - ago),
            to: fc.constant(at),
          }),
          fc.record({
            kind: fc.constant('verdict' as const),
            market,
            verdict: fc.constantFrom('odd', 'even'),
            value: fc.constantFrom(0.2, 0.9),
          }),
          fc.record({ kind: fc.constant('heard' as const), venue: fc.constantFrom('one', 'two') }),
        ),
        { maxLength: 1 },
      ),
      calm: fc.boolean(),
    })
    .map(({ rows, facts, calm }) => ({
      at,
      steps: [
        ...rows
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([of, some]): Step => ({ kind: 'rows', market: of, rows: some })),
        ...(calm ? [] : facts),
      ],
    }))

const story: fc.Arbitrary<readonly Instant[]> = fc
  .array(fc.constantFrom(1, 1, 2, 3, 5, 9, 20), { minLength: 5, maxLength: 40 })
  .chain((pauses) => {
    let at = START
    return fc.tuple(
      ...pauses.map((pause) => {
        at += pause
        return instantAt(at)
      }),
    )
  })

/** What the evaluator is given, cut so that it may be saved and restored anywhere. */
type Act = (evaluator: AlertEvaluator) => void
function actsOf(instants: readonly Instant[], batch: number): readonly Act[] {
  return instants.flatMap(({ at, steps }) => [
    (e: AlertEvaluator) => e.open(at),
    ...steps.flatMap((step): Act[] => {
      if (step.kind === 'gap') return [(e) => e.gap(step.market, step.from, step.to)]
      if (step.kind === 'verdict') return [(e) => e.verdict(step.market, step.verdict, step.value)]
      if (step.kind === 'heard') return [(e) => e.heard(step.venue, at)]
      const columns = columnsOf(step.rows)
      const starts = step.rows.map((_, i) => i).filter((i) => i % batch === 0)
      return starts.map((from) => (e) => {
        const slot = e.slot(step.market)
        if (slot >= 0) e.rows(slot, columns, from, Math.min(from + batch, step.rows.length))
      })
    }),
    (e: AlertEvaluator) => e.close(at),
  ])
}

function firingsOf(
  rules: readonly CompiledAlert[],
  acts: readonly Act[],
  restartBefore: ReadonlySet<number> = new Set(),
): readonly Firing[] {
  const firings: Firing[] = []
  let evaluator = new AlertEvaluator(rules, (firing) => firings.push(firing))
  acts.forEach((act, i) => {
    if (restartBefore.has(i)) {
      const saved = evaluator.save()
      evaluator = AlertEvaluator.restore(rules, (firing) => firings.push(firing), saved)
    }
    act(evaluator)
  })
  return firings
}

const shown = ({ alert, at, market: of, time, price, values, heldBack }: Firing | TwinFiring) => ({
  alert,
  at,
  market: of,
  time,
  price,
  heldBack,
  values: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(9))]),
  ),
})

const RUNS = { numRuns: Number(process.env.ALERT_RUNS ?? 400) }
let fired = 0

describe('the evaluator', () => {
  it('fires when its slow twin does, over one market and trades alone', () => {
    fc.assert(
      fc.property(
        rulesOf(grouped(perTrade(fc.constant(MARKETS[0] as MarketId)))),
        story,
        (rules, instants) => {
          const expected = new Twin(rules).play(instants)
          fired += expected.length
          expect(firingsOf(rules, actsOf(instants, 9)).map(shown)).toEqual(expected.map(shown))
        },
      ),
      RUNS,
    )
    expect(fired).toBeGreaterThan(500)
  })

  it('fires when its slow twin does, over several markets, the clock and facts', () => {
    fc.assert(
      fc.property(
        rulesOf(grouped(fc.oneof(perTrade(market), instantly))),
        story,
        (rules, instants) => {
          const expected = new Twin(rules).play(instants)
          expect(firingsOf(rules, actsOf(instants, 9)).map(shown)).toEqual(expected.map(shown))
        },
      ),
      RUNS,
    )
  })

  it('fires the same however the rows are cut, and across restarts anywhere', () => {
    fc.assert(
      fc.property(
        rulesOf(grouped(fc.oneof(perTrade(market), instantly))),
        story,
        fc.array(fc.nat(200), { maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (rules, instants, cuts, batch) => {
          const whole = firingsOf(rules, actsOf(instants, 9))
          const cut = firingsOf(rules, actsOf(instants, batch), new Set(cuts))
          const plain = (firings: readonly Firing[]) => firings.map((each) => ({ ...each, row: 0 }))
          expect(plain(cut)).toEqual(plain(whole))
        },
      ),
      RUNS,
    )
  })

  it('needs no instants for rules on single markets: rows of one market at a time will do', () => {
    fc.assert(
      fc.property(rulesOf(perTrade(market)), story, (rules, instants) => {
        const byAlert = (firings: readonly Firing[]) =>
          rules.map(({ id }) => firings.filter(({ alert }) => alert === id))
        const quiet = instants.map(({ at, steps }) => ({
          at,
          steps: steps.filter(({ kind }) => kind === 'rows'),
        }))
        const found: Firing[] = []
        const evaluator = new AlertEvaluator(rules, (firing) => found.push({ ...firing, row: 0 }))
        expect(evaluator.needsInstants).toBe(false)
        for (const each of MARKETS) {
          const rows = quiet
            .flatMap(({ steps }) => steps)
            .flatMap((step) => (step.kind === 'rows' && step.market === each ? step.rows : []))
          const slot = evaluator.slot(each)
          if (slot >= 0) evaluator.rows(slot, columnsOf(rows), 0, rows.length)
        }
        const expected = firingsOf(rules, actsOf(quiet, 9)).map((each) => ({ ...each, row: 0 }))
        expect(byAlert(found)).toEqual(byAlert(expected))
      }),
      RUNS,
    )
  })
})

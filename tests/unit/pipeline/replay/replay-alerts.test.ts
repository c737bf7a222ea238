import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertEvaluator } from '../../../../src/main/pipeline/alerts/alert-evaluator.ts'
import { compileAlert } from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import type { ReplayFiring } from '../../../../src/main/pipeline/replay/evaluator.ts'
import { Replay, type ReplayOptions } from '../../../../src/main/pipeline/replay/replay.ts'
import type { AlertId } from '../../../../src/shared/domain/alert.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'
import { BTC, ETH } from '../../store/store-kit.ts'
import { anyTape, digest, heard, START, tapeOf } from './replay-kit.ts'

const ONE_MARKET = [
  `${BTC} price crosses above 500`,
  `${ETH} move 1m > 5%`,
  `${BTC} trade size > 5`,
  `${BTC} volume 1m > 10`,
]
const SEVERAL = [...ONE_MARKET, `spread(${BTC}, ${ETH}) > 50%`, `${BTC} stale > 30s`, `${BTC} gap`]

const compiled = (texts: readonly string[]) =>
  texts.map((expr, i) => {
    const alert = compileAlert({
      ...{ id: `${i}` as AlertId, name: expr, expr, severity: 'info' },
      ...{ cooldownMs: 0, rearm: 'auto', expiresAt: null, armed: true, createdAt: epochMs(0) },
    })
    if (!alert.ok) throw new Error(`${expr}: ${alert.problem.message}`)
    return alert.value
  })

function replayOf(
  trades: readonly Trade[],
  rules: ReturnType<typeof compiled>,
  more: Partial<ReplayOptions> & { readonly pageRows?: number; readonly gaps?: Gaps } = {},
) {
  const { pageRows, gaps, ...options } = more
  return new Replay(tapeOf(trades, pageRows, [], gaps), {
    ...{ markets: [BTC, ETH], from: START, to: START + 86_400_000, order: 'received', digest },
    evaluator: (fired) => new AlertEvaluator(rules, fired),
    ...options,
  })
}
type Gaps = Parameters<typeof tapeOf>[3]

describe.each([
  ['of one market', ONE_MARKET],
  ['of several markets and the clock', SEVERAL],
])('alerts %s', (_name, texts) => {
  const rules = compiled(texts)
  it('fire the same, whatever the pages, slices and paces', () => {
    const any = fc.record({
      trades: anyTape,
      pageRows: fc.integer({ min: 1, max: 9 }),
      order: fc.constantFrom('received' as const, 'exchange' as const),
      pace: fc.integer({ min: 1_000, max: 99_999 }),
    })
    const gaps = [{ from: START + 50_000, to: START + 60_000, openedAt: START + 61_000 }]
    fc.assert(
      fc.property(any, ({ trades, pageRows, order, pace }) => {
        const whole = replayOf(trades, rules, { order, gaps })
        whole.run(START + 90_000_000)
        const paced = replayOf(trades, rules, { order, gaps, pageRows })
        for (let until = START; until < START + 3_000_000; until += pace) paced.run(until)
        paced.run(START + 90_000_000, 3)
        while (!paced.done) paced.run(START + 90_000_000, 3)
        paced.run(START + 90_000_000)
        expect([paced.firings, paced.hash()]).toEqual([whole.firings, whole.hash()])
      }),
      { numRuns: 60 },
    )
  })
})

it('an alert fires at the trade that it says, and where the feed was silent', () => {
  const trades = [
    heard(0, 5, { market: BTC, price: '499' }),
    heard(1_000, 5, { market: BTC, price: '501' }),
    heard(90_000, 5, { market: BTC, price: '502' }),
  ]
  const fired: ReplayFiring[] = []
  const rules = compiled([`${BTC} price crosses above 500`, `${BTC} stale > 30s`])
  const replay = replayOf(trades, rules, {
    to: START + 100_000,
    onFiring: (firing) => fired.push(firing),
  })
  replay.run(START + 100_000)
  expect(replay.firings).toBe(2)
  expect(fired.map(({ alert, at, price }) => [alert, at - START, price])).toEqual([
    ['0', 1_000, 501],
    ['1', 31_006, 501],
  ])
})

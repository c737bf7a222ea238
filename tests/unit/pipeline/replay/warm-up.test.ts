import { describe, expect, it } from 'vitest'
import type { CompiledAlert } from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import { alertEvaluation } from '../../../../src/main/pipeline/replay/alert-evaluation.ts'
import type { ReplayFiring } from '../../../../src/main/pipeline/replay/evaluator.ts'
import { rehearse } from '../../../../src/main/pipeline/replay/rehearsal.ts'
import { Replay } from '../../../../src/main/pipeline/replay/replay.ts'
import { BTC } from '../../store/store-kit.ts'
import { compiled } from './alert-kit.ts'
import { heard, START, tapeOf } from './replay-kit.ts'

const MINUTE = 60_000

/** A trade a minute; the price is the minute's number, and the stretch begins with the sixtieth. */
const tape = tapeOf(
  Array.from({ length: 90 }, (_, i) => heard(i * MINUTE, 0, { market: BTC, price: `${i + 1}` })),
)
const FROM = START + 60 * MINUTE
const TO = START + 90 * MINUTE

function both(alert: CompiledAlert): readonly (readonly number[])[] {
  const rehearsed: ReplayFiring[] = []
  rehearse(tape, {
    ...{ markets: [BTC], from: FROM, to: TO, evaluator: alertEvaluation([alert]) },
    onFiring: (firing) => rehearsed.push(firing),
    onProgress: () => {},
  })
  const replayed = (['received', 'exchange'] as const).map((order) => {
    const firings: ReplayFiring[] = []
    const replay = new Replay(tape, {
      ...{ markets: [BTC], from: FROM, to: TO, order, evaluator: alertEvaluation([alert]) },
      onFiring: (firing) => firings.push(firing),
    })
    replay.run(Number.POSITIVE_INFINITY)
    return firings
  })
  return [rehearsed, ...replayed].map((firings) => firings.map(({ at }) => (at - START) / MINUTE))
}
const all = (...moments: readonly number[]) => [moments, moments, moments]

describe('a stretch of the tape begins warm', () => {
  it('with windows that know what was before it', () => {
    // From the trade of minute 67 on, which costs 68 and that of half an hour before it 38.
    expect(both(compiled(`${BTC} move 30m < 80%`))).toEqual(all(67))
    expect(both(compiled(`${BTC} move 30m > 90%`))).toEqual(all())
  })

  it('with what holds already: it became true before', () => {
    expect(both(compiled(`${BTC} price > 50`))).toEqual(all())
    expect(both(compiled(`${BTC} price crosses above 61.5`))).toEqual(all(61))
  })

  it('with no rest that runs, and nothing spent', () => {
    const crossing = `${BTC} price crosses above 60.5`
    expect(both({ ...compiled(crossing), cooldownMs: 90 * MINUTE })).toEqual(all(60))
    expect(both({ ...compiled(`${BTC} trade size > 0`), rearm: 'once' })).toEqual(all(60))
  })

  it('with the silence before it', () => {
    const quiet = tapeOf(
      [0, 60, 90].map((minute) => heard(minute * MINUTE, 0, { market: BTC, price: '1' })),
    )
    const firings: ReplayFiring[] = []
    rehearse(quiet, {
      ...{ markets: [BTC], from: START + 61 * MINUTE, to: TO, onProgress: () => {} },
      evaluator: alertEvaluation([compiled(`${BTC} stale > 5m`)]),
      onFiring: (firing) => firings.push(firing),
    })
    expect(firings.map(({ at }) => at - START)).toEqual([65 * MINUTE + 1])
  })
})

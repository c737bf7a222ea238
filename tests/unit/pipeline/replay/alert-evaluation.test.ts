import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertEvaluator } from '../../../../src/main/pipeline/alerts/alert-evaluator.ts'
import type { CompiledAlert } from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import { alertEvaluation } from '../../../../src/main/pipeline/replay/alert-evaluation.ts'
import type { ReplayGap } from '../../../../src/main/pipeline/replay/evaluation.ts'
import type { ReplayFiring } from '../../../../src/main/pipeline/replay/evaluator.ts'
import { rehearse } from '../../../../src/main/pipeline/replay/rehearsal.ts'
import { Replay, type ReplayOptions } from '../../../../src/main/pipeline/replay/replay.ts'
import type { ReplayTape } from '../../../../src/main/pipeline/replay/replay-tape.ts'
import { ORIGINS } from '../../../../src/shared/domain/trade.ts'
import { BTC, ETH } from '../../store/store-kit.ts'
import { anyAlerts, BY_INSTANT, compiled, PER_TRADE } from './alert-kit.ts'
import { anyTape, digest, heard, START, tapeOf } from './replay-kit.ts'

const BACKFILL = ORIGINS.indexOf('backfill')
const TO = START + 600_000
const usual: ReplayOptions = {
  ...{ markets: [BTC, ETH], from: START, to: TO, order: 'received', digest },
}
const anyGaps: fc.Arbitrary<ReplayGap[]> = fc.array(
  fc.tuple(fc.nat(400_000), fc.nat(60_000), fc.nat(60_000)).map(([from, long, late]) => ({
    ...{ from: START + from, to: START + from + long },
    openedAt: START + from + long + late,
  })),
  { maxLength: 3 },
)
/** By market, since only within one they have an order. */
const byMarket = (firings: readonly ReplayFiring[]) =>
  [BTC, ETH].map((market) =>
    firings
      .filter((one) => one.market === market)
      .map(({ alert, at, time, price, values }) => ({ alert, at, time, price, values })),
  )

function replayed(
  tape: ReplayTape,
  alerts: readonly CompiledAlert[],
  order: 'received' | 'exchange',
  drive: (replay: Replay) => void,
) {
  const firings: ReplayFiring[] = []
  const replay = new Replay(tape, {
    ...{ ...usual, order, evaluator: alertEvaluation(alerts) },
    onFiring: (firing) => firings.push(firing),
  })
  drive(replay)
  return { hash: replay.hash(), count: replay.firings, firings: byMarket(firings) }
}
const whole = (replay: Replay): void => void replay.run(Number.POSITIVE_INFINITY)

describe('alerts in a replay', () => {
  it('fire at the same moments, whatever the pages, slices, steps, paces and seeks', () => {
    const any = fc.record({
      trades: anyTape,
      alerts: anyAlerts,
      gaps: anyGaps,
      order: fc.constantFrom('received' as const, 'exchange' as const),
      pageRows: fc.integer({ min: 1, max: 9 }),
      most: fc.integer({ min: 1, max: 9 }),
      pace: fc.integer({ min: 900, max: 99_999 }),
    })
    let fired = 0
    fc.assert(
      fc.property(any, ({ trades, alerts, gaps, order, pageRows, most, pace }) => {
        const cut = () => tapeOf(trades, pageRows, [], gaps)
        const once = replayed(tapeOf(trades, 1_000, [], gaps), alerts, order, whole)
        fired += once.count
        const ways: readonly ((replay: Replay) => void)[] = [
          whole,
          (replay) => {
            while (!replay.done) replay.run(Number.POSITIVE_INFINITY, most)
          },
          (replay) => {
            while (replay.step()) {}
          },
          (replay) => {
            for (let until = START; !replay.done; until += pace) replay.run(until, most)
          },
        ]
        for (const drive of ways) expect(replayed(cut(), alerts, order, drive)).toEqual(once)
        const again = replayed(cut(), alerts, order, (replay) => {
          replay.run(START + 123_456)
          replay.seek(START)
          whole(replay)
        })
        expect([again.hash, again.count]).toEqual([once.hash, once.count])
      }),
      { numRuns: 300 },
    )
    expect(fired, 'something was shown').toBeGreaterThan(200)
  })

  it('fire as those of an evaluator that is given each trade when it was heard', () => {
    fc.assert(
      fc.property(anyTape, anyAlerts, (trades, alerts) => {
        // Those that a live evaluator is not given, and times that a machine cannot have, are left out.
        const given = trades.filter(
          ({ origin, exchangeTime, receiveTime }) =>
            origin !== 'snapshot' &&
            receiveTime >= exchangeTime &&
            receiveTime - exchangeTime < 86_400_000,
        )
        const firings: ReplayFiring[] = []
        const live = new AlertEvaluator(alerts, (firing) => firings.push(firing))
        // `tapeOf` has the order within a market; between instants it is the receipt's.
        const order = [BTC, ETH].flatMap((market) =>
          [...tapeOf(given).batches({ markets: [market], from: START as never, to: TO as never })]
            .flatMap(({ columns }) =>
              Array.from({ length: columns.count }, (_, row) => ({
                ...{ market, columns, row, at: columns.receiveTime[row] ?? 0 },
              })),
            )
            .sort((a, b) => a.at - b.at),
        )
        const instants = [...new Set(order.map(({ at }) => at))].sort((a, b) => a - b)
        for (const at of instants) {
          live.open(at)
          for (const { market, columns, row } of order.filter((one) => one.at === at)) {
            // What is fetched afterwards a live evaluator does not see when it comes; an imported one stands at its match.
            const isLate = at > (columns.exchangeTime[row] ?? 0)
            if (columns.origin[row] === BACKFILL && isLate) continue
            const scaled = (column: typeof columns.price) =>
              Float64Array.of((column.mantissa[row] ?? 0) / 10 ** (column.scale[row] ?? 0))
            const one = {
              time: columns.exchangeTime.slice(row, row + 1),
              price: scaled(columns.price),
              qty: scaled(columns.qty),
              side: columns.side.slice(row, row + 1),
            }
            live.rows(live.slot(market), one, 0, 1)
          }
          live.close(at)
        }
        if (instants.length > 0) live.open(TO)
        expect(replayed(tapeOf(given), alerts, 'received', whole).firings).toEqual(
          byMarket(firings),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('judge the silence at the end of the stretch, at its own moment', () => {
    const trades = [heard(0, 0, { market: BTC }), heard(1_000, 0, { market: BTC })]
    const one = replayed(tapeOf(trades), [compiled(BY_INSTANT[0])], 'received', whole)
    expect(one.firings[0]).toMatchObject([{ at: START + 16_001, time: START + 1_000 }])
  })

  it('know of a gap when it was known, not with the next trade', () => {
    const trades = [heard(0, 0, { market: BTC }), heard(500_000, 0, { market: BTC })]
    const gap = { from: START + 1_000, to: START + 9_000, openedAt: START + 20_000 }
    const told = (order: 'received' | 'exchange') =>
      replayed(tapeOf(trades, 9, [], [gap]), [compiled(BY_INSTANT[3])], order, whole).firings[0]
    expect(told('received')).toMatchObject([{ at: START + 20_000 }])
    expect(told('exchange')).toMatchObject([{ at: START + 9_000 }])
  })
})

describe('a rehearsal', () => {
  const rehearsed = (tape: ReplayTape, alerts: readonly CompiledAlert[]) => {
    const firings: ReplayFiring[] = []
    const trades = rehearse(tape, {
      ...{ markets: [ETH, BTC], from: START, to: TO, evaluator: alertEvaluation(alerts) },
      onFiring: (firing) => firings.push(firing),
      onProgress: () => {},
    })
    return { trades, firings: byMarket(firings) }
  }

  it('fires what a replay in the order of the exchanges fires, whatever the pages', () => {
    fc.assert(
      fc.property(
        ...([anyTape, anyAlerts, anyGaps, fc.integer({ min: 1, max: 9 })] as const),
        (trades, alerts, gaps, pageRows) => {
          const tape = tapeOf(trades, pageRows, [], gaps)
          const { firings } = replayed(tape, alerts, 'exchange', whole)
          expect(rehearsed(tape, alerts).firings).toEqual(firings)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('tells how far it is, and ends when it is told to', () => {
    const trades = Array.from({ length: 10 }, (_, i) => heard(i * 1_000, 0, { market: BTC }))
    const seen: number[] = []
    const run = () =>
      rehearse(tapeOf(trades, 2), {
        ...{ markets: [BTC], from: START, to: TO },
        evaluator: alertEvaluation([compiled(PER_TRADE[0])]),
        onFiring: () => {},
        onProgress: (at, done) => {
          seen.push(at - START, done)
          if (done === 4) throw new Error('enough')
        },
      })
    expect(run).toThrow('enough')
    expect(seen).toEqual([0, 0, 2_000, 2, 4_000, 4])
  })
})

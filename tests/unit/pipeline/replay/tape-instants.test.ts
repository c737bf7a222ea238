import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Faults } from '../../../../src/main/pipeline/replay/faults.ts'
import type { ReplayOrder, ReplayRows } from '../../../../src/main/pipeline/replay/replay-rows.ts'
import { tapeInstants } from '../../../../src/main/pipeline/replay/tape-instants.ts'
import { idAt } from '../../../../src/shared/domain/id-column.ts'
import type { Trade } from '../../../../src/shared/domain/trade.ts'
import { BTC, ETH } from '../../store/store-kit.ts'
import { anyTape, columnsOf, heard, START, tapeOf } from './replay-kit.ts'

const DAY = 86_400_000
const SPAN = { from: START, to: START + DAY }

interface Played {
  readonly market: string
  readonly id: string
  readonly at: number
  readonly time: number
}

function play(
  trades: readonly Trade[],
  order: ReplayOrder,
  how: {
    pageRows?: number
    faults?: Faults
    step?: boolean
    stretches?: boolean
    most?: number
  } = {},
): { readonly rows: Played[]; readonly closed: number[] } {
  const options = { markets: [ETH, BTC], ...SPAN, order, ...(how.faults && { faults: how.faults }) }
  const instants = tapeInstants(tapeOf(trades, how.pageRows), options)
  const rows: Played[] = []
  const closed: number[] = []
  const sink = {
    begin: () => {},
    rows: (market: number, of: ReplayRows, from: number, to: number) => {
      for (let i = from; i < to; i += 1) {
        const [columns, row = 0] = [of.sources[of.source[i] ?? 0], of.row[i]]
        rows.push({
          market: instants.markets[market] ?? '',
          id: columns === undefined ? '' : idAt(columns.id, row),
          at: of.at[i] ?? 0,
          time: of.time[i] ?? 0,
        })
      }
    },
    close: (at: number) => closed.push(at),
  }
  if (how.step === true) while (instants.step(sink)) {}
  else if (how.stretches === true) instants.runStretches(sink, Number.POSITIVE_INFINITY)
  else
    for (let given = 1; given > 0; )
      given = instants.run(sink, Number.POSITIVE_INFINITY, how.most ?? 7)
  return { rows, closed }
}

/** What must come out: sorted by instant, market, place on the tape. */
function expected(trades: readonly Trade[], order: ReplayOrder): Played[] {
  const rows = [BTC, ETH].flatMap((market) => {
    const own = trades.filter((one) => one.market === market)
    const columns = columnsOf(own)
    return Array.from({ length: columns.count }, (_, row) => {
      const time = columns.exchangeTime[row] ?? 0
      const received = columns.receiveTime[row] ?? 0
      const heardAt = received - time > DAY ? time : Math.max(received, time - 600_000)
      const at = order === 'exchange' ? time : heardAt
      return { market, id: idAt(columns.id, row), at, time, origin: columns.origin[row] }
    })
  })
  return rows
    .filter(({ origin }) => origin !== 1)
    .map(({ origin: _origin, ...row }, place) => ({ row, place }))
    .sort((a, b) => a.row.at - b.row.at || a.place - b.place)
    .map(({ row }) => row)
}

describe.each(['received', 'exchange'] as const)('a tape as %s', (order) => {
  it('is played by instant, market and place, whatever the pages and steps', () => {
    fc.assert(
      fc.property(anyTape, fc.integer({ min: 1, max: 9 }), (trades, pageRows) => {
        const whole = expected(trades, order)
        const { rows, closed } = play(trades, order, { pageRows })
        expect(rows).toEqual(whole)
        expect(closed).toEqual([...new Set(whole.map(({ at }) => at))])
        expect(play(trades, order, { pageRows, step: true })).toEqual({ rows, closed })
        for (const market of [BTC, ETH])
          expect(
            play(trades, order, { pageRows, stretches: true }).rows.filter(
              (row) => row.market === market,
            ),
          ).toEqual(rows.filter((row) => row.market === market))
      }),
      { numRuns: 150 },
    )
  })

  it('with faults is the same in every run, whatever the pages', () => {
    const faults = fc.record({
      seed: fc.nat(),
      drop: fc.double({ min: 0, max: 1, noNaN: true }),
      delayMs: fc.nat(30_000),
      skewMs: fc.integer({ min: -700_000, max: 700_000 }),
      from: fc.nat(400_000).map((ms) => START + ms),
    })
    fc.assert(
      fc.property(anyTape, faults, fc.integer({ min: 1, max: 9 }), (trades, given, pageRows) => {
        const whole = play(trades, order, { faults: given })
        expect(play(trades, order, { faults: given, pageRows })).toEqual(whole)
        const times = whole.rows.map(({ at }) => at)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
      { numRuns: 100 },
    )
  })
})

describe('faults', () => {
  const trades = Array.from({ length: 2_000 }, (_, i) => heard(i * 10, 30))

  it('drop about the share that was asked for, of the stretch and the markets that were named', () => {
    const dropped = (faults: Faults) =>
      trades.length - play(trades, 'received', { faults, most: 1e9 }).rows.length
    expect(dropped({ seed: 1, drop: 0 })).toBe(0)
    expect(dropped({ seed: 1, drop: 1 })).toBe(2_000)
    expect(dropped({ seed: 1, drop: 0.25 })).toBeGreaterThan(400)
    expect(dropped({ seed: 1, drop: 0.25 })).toBeLessThan(600)
    expect(dropped({ seed: 1, drop: 1, from: START + 1_000, to: START + 2_000 })).toBe(100)
    expect(dropped({ seed: 1, drop: 1, markets: [ETH] })).toBe(0)
  })

  it('delay what is heard, and move match times by the skew', () => {
    const { rows } = play(trades, 'received', { faults: { seed: 3, delayMs: 50, skewMs: 700 } })
    const delays = rows.map(({ at, time }) => at - (time - 700) - 30)
    expect(Math.min(...delays)).toBe(0)
    expect(Math.max(...delays)).toBe(50)
  })
})

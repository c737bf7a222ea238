import fc from 'fast-check'
import { expect, it } from 'vitest'
import { barCovers } from '../../../src/shared/domain/bar-cover.ts'
import type { Gap, MinuteState, Proof, Span } from '../../../src/shared/domain/ledger.ts'
import { ledgerMinutes } from '../../../src/shared/domain/ledger-minutes.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC, gap, span } from '../store/store-kit.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BASE = 472_222 * HOUR
const STATES: readonly MinuteState[] = ['complete', 'backfilled', 'unknown', 'gap']

// Times on the edges of minutes are where mistakes live.
const time = fc
  .tuple(fc.nat(180), fc.constantFrom(-1, 0, 1, 30_000))
  .map(([minute, ms]) => BASE + minute * MINUTE + ms)
const anySpan: fc.Arbitrary<Span> = fc
  .tuple(fc.constantFrom<Proof[]>('none', 'ids', 'candle'), time, time)
  .map(([proof, from, to]) => span(from, to, { proof }))
const anyGap: fc.Arbitrary<Gap> = fc
  .tuple(
    fc.nat(99),
    time,
    time,
    fc.constantFrom('open' as const, 'filled' as const, 'lost' as const),
  )
  .map(([id, from, to, state]) => gap(id, from, to, { state }))
const anyCount = fc.record({
  minute: fc.nat(179),
  trades: fc.integer({ min: 1, max: 9 }),
  late: fc.nat(2),
})

it.each([1_000, 15_000, MINUTE, 15 * MINUTE, HOUR])(
  'bars of %i ms say what their minutes say',
  (size) => {
    fc.assert(
      fc.property(
        fc.array(anySpan, { maxLength: 6 }),
        fc.array(anyGap, { maxLength: 4 }),
        fc.uniqueArray(anyCount, { maxLength: 9, selector: ({ minute }) => minute }),
        fc.nat(200 * MINUTE),
        (spans, gaps, list, elapsed) => {
          const now = epochMs(BASE + elapsed)
          const counts = list
            .map(({ minute, trades, late }) => ({
              minute: epochMs(BASE + minute * MINUTE),
              trades,
              backfilled: Math.min(trades, late),
            }))
            .sort((a, b) => a.minute - b.minute)
          const [from, to] = [epochMs(BASE), epochMs(BASE + 3 * HOUR)]
          const rows = ledgerMinutes({ market: BTC, from, to, now, spans, gaps, counts })
          const covers = barCovers({
            ...{ from, to, size, now, spans, gaps },
            counts: counts.map(({ minute, backfilled }) => ({
              ...{ openTime: minute, size: MINUTE, minutes: 1, backfilled },
            })),
          })
          expect(covers.length).toBe((to - from) / size)
          for (const [at, cover] of covers.entries()) {
            const first = Math.floor((from + at * size) / MINUTE) * MINUTE
            const end = Math.max(first + MINUTE, from + (at + 1) * size)
            const own = rows.filter(({ minute }) => minute >= first && minute < end)
            const worst = Math.max(-1, ...own.map(({ state }) => STATES.indexOf(state)))
            const sure = own.filter(({ state }) => state === 'complete' || state === 'backfilled')
            expect(cover).toEqual({
              share: sure.length / ((end - first) / MINUTE),
              state: STATES[worst] ?? null,
            })
          }
        },
      ),
      { numRuns: size < MINUTE ? 20 : 200 },
    )
  },
)

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  GAP_CAUSES,
  type Gap,
  type GapState,
  type LedgerMinute,
  type Proof,
  type Span,
} from '../../../src/shared/domain/ledger.ts'
import { type LedgerFacts, ledgerMinutes } from '../../../src/shared/domain/ledger-minutes.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const M = 60_000
const T0 = 1_700_000_040_000
const at = (minutes: number, ms = 0) => epochMs(T0 + minutes * M + ms)

const span = (from: number, to: number, proof: Proof = 'ids'): Span => ({
  market: MARKET,
  proof,
  from: epochMs(from),
  to: epochMs(to),
  lastSeq: null,
})
const gap = (from: number, to: number, fields: Partial<Gap> = {}): Gap => ({
  id: 1,
  market: MARKET,
  cause: 'disconnect',
  state: 'open',
  from: epochMs(from),
  to: epochMs(to),
  firstSeq: null,
  lastSeq: null,
  missing: null,
  recovered: 0,
  openedAt: epochMs(to),
  closedAt: null,
  ...fields,
})
const derive = (facts: Partial<LedgerFacts>): LedgerMinute[] =>
  ledgerMinutes({
    market: MARKET,
    from: at(0),
    to: at(10),
    now: at(1_000),
    spans: [],
    gaps: [],
    counts: [],
    ...facts,
  })
const states = (facts: Partial<LedgerFacts>): Record<number, string> =>
  Object.fromEntries(derive(facts).map(({ minute, state }) => [(minute - T0) / M, state]))
const count = (minute: number, trades: number, backfilled = 0) => ({
  minute: at(minute),
  trades,
  backfilled,
})

describe('the ledger of minutes', () => {
  it('calls a minute complete only when proved spans cover all of it', () => {
    expect(states({ spans: [span(at(0), at(2, M - 1)), span(at(4, 1), at(5, M - 2))] })).toEqual({
      0: 'complete',
      1: 'complete',
      2: 'complete',
      4: 'unknown',
      5: 'unknown',
    })
  })

  it('joins spans that meet or overlap, of whatever proof, but not across a missing millisecond', () => {
    const parts = [span(at(1, 20_000), at(2)), span(at(0), at(1, 19_999), 'candle')]
    expect(states({ spans: parts })).toMatchObject({ 0: 'complete', 1: 'complete', 2: 'unknown' })
    expect(states({ spans: [span(at(0), at(1, 19_998)), span(at(1, 20_000), at(2))] })).toEqual({
      0: 'complete',
      1: 'unknown',
      2: 'unknown',
    })
    expect(
      states({ spans: [span(at(0), at(5), 'none'), span(at(1), at(2, -1), 'overlap')] }),
    ).toEqual({
      0: 'unknown',
      1: 'complete',
      2: 'unknown',
      3: 'unknown',
      4: 'unknown',
      5: 'unknown',
    })
  })

  it.each(['open', 'filling', 'lost', 'cancelled'] as const)(
    'shows a gap that is %s, whatever else is known of the minute',
    (state) => {
      const rows = derive({
        spans: [span(at(0), at(3))],
        counts: [count(1, 9, 4)],
        gaps: [gap(at(1, 10), at(1, 20), { state, missing: 7, firstSeq: 11, lastSeq: 17 })],
      })
      expect(rows[1]).toEqual({
        market: MARKET,
        minute: at(1),
        state: 'gap',
        trades: 9,
        backfilled: 4,
        missing: 7,
        missingSeq: [11, 17],
        cause: 'disconnect',
      })
      expect(rows.map((row) => row.state)).toEqual(['complete', 'gap', 'complete', 'unknown'])
    },
  )

  it('late trades without a proof leave the minute unknown: there may be more where they came from', () => {
    const facts = { spans: [span(at(0), at(3, -1), 'none')], counts: [count(0, 5, 2)] }
    expect(derive(facts)[0]).toMatchObject({ state: 'unknown', backfilled: 2 })
  })

  it('forgets a gap that is filled: late trades make the minute backfilled, else its proof counts', () => {
    const facts = {
      spans: [span(at(0), at(3, -1))],
      gaps: [gap(at(0, 5), at(1, 5), { state: 'filled' as const, missing: 0 })],
      counts: [count(0, 5, 2), count(1, 3), count(2, 3)],
    }
    expect(derive(facts)).toMatchObject([
      { state: 'backfilled', trades: 5, backfilled: 2, missing: 0, cause: null },
      { state: 'complete', trades: 3, backfilled: 0, missing: 0, cause: null },
      { state: 'complete' },
    ])
    expect(derive(facts)[0]).not.toHaveProperty('missingSeq')
  })

  it('cannot say how a gap of several minutes is spread over them, but names its numbers in each', () => {
    const long = gap(at(0, 59_999), at(1), { missing: 4, firstSeq: 5, lastSeq: 8 })
    expect(derive({ gaps: [long] })).toMatchObject([
      { minute: at(0), state: 'gap', trades: 0, missing: null, missingSeq: [5, 8] },
      { minute: at(1), state: 'gap', trades: 0, missing: null, missingSeq: [5, 8] },
    ])
  })

  it('adds up several gaps of a minute, with the cause of the largest', () => {
    const small = gap(at(0, 1), at(0, 5), { id: 1, missing: 2, firstSeq: 3, lastSeq: 4 })
    const large = gap(at(0, 9), at(0, 99), {
      id: 2,
      cause: 'sequence',
      missing: 5,
      firstSeq: 10,
      lastSeq: 14,
    })
    expect(derive({ gaps: [small, large] })).toMatchObject([
      { missing: 7, missingSeq: [3, 14], cause: 'sequence' },
    ])
    const vague = gap(at(0, 2), at(0, 4), { id: 3, cause: 'stall' })
    expect(derive({ gaps: [large, vague, small] })).toMatchObject([
      { missing: null, missingSeq: [3, 14], cause: 'sequence' },
    ])
  })

  it('says unknown of what was recorded and never described, nothing of what was not recorded', () => {
    expect(states({ counts: [count(2, 1)], spans: [span(at(4), at(4), 'none')] })).toEqual({
      2: 'unknown',
      4: 'unknown',
    })
    expect(derive({})).toEqual([])
  })

  it('has no row for a minute that is not over, nor for one that does not open in the stretch', () => {
    const spans = [span(at(-5), at(20))]
    expect(Object.keys(states({ spans, now: at(3, M - 1) }))).toEqual(['0', '1', '2'])
    expect(Object.keys(states({ spans, now: at(4) }))).toEqual(['0', '1', '2', '3'])
    expect(Object.keys(states({ spans, from: at(0, 1), to: at(2, 1) }))).toEqual(['1', '2'])
  })

  it('takes a gap whose ends stand the wrong way round for the stretch between them', () => {
    expect(derive({ gaps: [gap(at(0, 9), at(0, 3), { missing: 1 })] })).toMatchObject([
      { state: 'gap', missing: 1 },
    ])
  })

  it('steps over empty years', () => {
    const far = 60 * 24 * 365 * 100
    const facts = { to: at(far + 5), now: at(far + 9), spans: [span(at(far), at(far + 1, -1))] }
    expect(states(facts)).toEqual({ [far]: 'complete' })
  })
})

/** The rules one by one, for one minute, looking at everything there is. */
function slow(facts: LedgerFacts): LedgerMinute[] {
  const rows: LedgerMinute[] = []
  for (let minute = Math.ceil(facts.from / M) * M; minute < facts.to; minute += M) {
    if (minute + M > facts.now) break
    const last = minute + M - 1
    const unfilled = facts.gaps
      .filter(({ state, from, to }) => state !== 'filled' && from <= last && to >= minute)
      .sort(
        (a, b) =>
          b.to - b.from - (a.to - a.from) || (b.missing ?? 0) - (a.missing ?? 0) || a.id - b.id,
      )
    const touching = facts.spans.filter(({ from, to }) => from <= last && to >= minute)
    const proofs = touching.filter(({ proof }) => proof !== 'none')
    // A hole in the cover, if there is one, begins with the minute or right behind a span.
    const covered = [minute, ...proofs.map(({ to }) => to + 1)]
      .filter((time) => time <= last)
      .every((time) => proofs.some(({ from, to }) => from <= time && time <= to))
    const tape = facts.counts.find((one) => one.minute === minute)
    const { trades, backfilled } = tape ?? { trades: 0, backfilled: 0 }
    const base = { market: facts.market, minute: epochMs(minute), trades, backfilled }
    const rest = { missing: 0, cause: null }
    if (unfilled.length > 0) {
      const known = unfilled.map((one) =>
        one.from >= minute && one.to <= last ? one.missing : null,
      )
      const firsts = unfilled.flatMap(({ firstSeq }) => firstSeq ?? [])
      const lasts = unfilled.flatMap(({ lastSeq }) => lastSeq ?? [])
      rows.push({
        ...base,
        state: 'gap',
        missing: known.includes(null) ? null : known.reduce<number>((sum, n) => sum + (n ?? 0), 0),
        ...(firsts.length > 0 && {
          missingSeq: [Math.min(...firsts), Math.max(...lasts)] as const,
        }),
        cause: unfilled[0]?.cause ?? null,
      })
    } else if (covered && backfilled > 0) rows.push({ ...base, state: 'backfilled', ...rest })
    else if (covered) rows.push({ ...base, state: 'complete', ...rest })
    else if (touching.length > 0 || tape !== undefined)
      rows.push({ ...base, state: 'unknown', ...rest })
  }
  return rows
}

// Ends of stretches on, just before and just behind the edges of minutes, and in between.
const time = fc
  .tuple(fc.integer({ min: -2, max: 14 }), fc.constantFrom(0, 1, 30_000, M - 2, M - 1))
  .map(([minutes, ms]) => at(minutes, ms))
const ends = fc.tuple(time, time).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const someSpan = fc
  .tuple(ends, fc.constantFrom<Proof>('none', 'ids', 'overlap', 'candle'))
  .map(([[from, to], proof]) => span(from, to, proof))
const someGap = fc
  .record({
    ends,
    id: fc.nat(1_000),
    cause: fc.constantFrom(...GAP_CAUSES),
    state: fc.constantFrom<GapState>('open', 'filling', 'filled', 'lost', 'cancelled'),
    missing: fc.option(fc.nat(9)),
    seq: fc.option(fc.tuple(fc.nat(50), fc.nat(9))),
  })
  .map(({ ends: [from, to], seq, ...fields }) =>
    gap(from, to, {
      ...fields,
      firstSeq: seq === null ? null : seq[0],
      lastSeq: seq === null ? null : seq[0] + seq[1],
    }),
  )
const someCounts = fc
  .uniqueArray(
    fc.record({ minute: fc.nat(14), trades: fc.integer({ min: 1, max: 5 }), late: fc.nat(1) }),
    { selector: ({ minute }) => minute },
  )
  .map((list) => list.map(({ minute, trades, late }) => count(minute, trades, late)))

it('agrees with the rules taken one by one, whatever is known', () => {
  fc.assert(
    fc.property(
      fc.record({
        market: fc.constant(MARKET),
        from: time,
        to: time,
        now: time,
        spans: fc.array(someSpan, { maxLength: 6 }),
        gaps: fc.uniqueArray(someGap, { maxLength: 4, selector: ({ id }) => id }),
        counts: someCounts,
      }),
      (facts) => {
        expect(ledgerMinutes(facts)).toEqual(slow(facts))
      },
    ),
    { numRuns: 2_000 },
  )
})

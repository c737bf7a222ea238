import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Continuity } from '../../../src/main/pipeline/continuity.ts'
import type { Gap, LedgerChange, Span, TapeEnd } from '../../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'

const T = 1_800_000_000_000
const MARKET = 'okx:BTC-USDT' as MarketId

function machine(ids: 'contiguous' | 'increasing' | 'opaque' = 'contiguous') {
  let lastId = 0
  let meaningless = 0
  const continuity = new Continuity({
    market: MARKET,
    ids,
    newGapId: () => {
      lastId += 1
      return lastId
    },
    onMeaningless: () => {
      meaningless += 1
    },
  })
  const gaps = new Map<number, Gap>()
  const spans = new Map<string, Span>()
  const drain = (): LedgerChange[] => {
    const changes: LedgerChange[] = []
    continuity.drain(changes)
    continuity.stored()
    for (const change of changes)
      if (change.t === 'gap') gaps.set(change.gap.id, change.gap)
      else spans.set(`${change.span.proof} ${change.span.from}`, change.span)
    return changes
  }
  return {
    continuity,
    gaps,
    spans,
    drain,
    /** One match with number `n`, a second apart. */
    live: (n: number, matches = 1, receivedAt = T + n * 1_000 + 40) =>
      continuity.live(T + n * 1_000, String(n), n - matches + 1, n, receivedAt),
    late: (n: number, now = T + n * 1_000 + 90_000) =>
      continuity.late(T + n * 1_000, String(n), n, n, now),
    gap: () => [...gaps.values()].sort((a, b) => (a.firstSeq ?? 0) - (b.firstSeq ?? 0)),
    span: () => [...spans.values()],
    meaningless: () => meaningless,
  }
}

const endOf = (seq: number | null, time: number, proof: Span['proof'] = 'ids'): TapeEnd => ({
  time: epochMs(time),
  id: String(seq),
  seq,
  spans: [{ market: MARKET, proof, from: epochMs(T), to: epochMs(time), lastSeq: seq }],
  gaps: [],
})

describe('a market with contiguous numbers', () => {
  it('is proved by them, print by print, aggregates counted by their matches', () => {
    const { live, drain, span, gap } = machine()
    for (const [n, matches] of [[10], [11], [14, 3], [15]] as const) live(n, matches)
    drain()
    expect(span()).toEqual([
      { market: MARKET, proof: 'ids', from: T + 10_000, to: T + 15_000, lastSeq: 15 },
    ])
    expect(gap()).toEqual([])
  })

  it('tells a gap with the exact numbers, after a grace, and nothing is claimed before it meanwhile', () => {
    const { continuity, live, drain, span, gap } = machine()
    live(10)
    live(15)
    drain()
    expect(gap()).toEqual([])
    expect(span()).toMatchObject([{ to: T + 10_000, lastSeq: 10 }])
    continuity.tick(T + 15_040 + 1_499)
    drain()
    expect(gap()).toEqual([])
    continuity.tick(T + 15_040 + 1_500)
    drain()
    expect(span()).toMatchObject([{ to: T + 15_000, lastSeq: 15 }])
    expect(gap()).toMatchObject([
      {
        cause: 'sequence',
        state: 'open',
        from: T + 10_000,
        to: T + 15_000,
        firstSeq: 11,
        lastSeq: 14,
        missing: 4,
        recovered: 0,
      },
    ])
  })

  it('forgives trades that overtake each other within the grace', () => {
    const { continuity, live, drain, gap, span } = machine()
    for (const n of [10, 12, 11, 14, 15, 13]) live(n)
    continuity.tick(T + 60_000)
    drain()
    expect(gap()).toEqual([])
    expect(span()).toMatchObject([{ lastSeq: 15 }])
  })

  it('names the break as the cause, and none when nothing was missed', () => {
    const { continuity, live, drain, gap } = machine()
    live(10)
    continuity.broke('disconnect')
    continuity.broke('outage')
    continuity.began(T + 11_000)
    live(12)
    continuity.broke('stall')
    continuity.began(T + 13_000)
    live(13)
    continuity.tick(T + 60_000)
    drain()
    expect(gap()).toMatchObject([{ cause: 'disconnect', firstSeq: 11, lastSeq: 11 }])
  })

  it('shrinks, splits and fills a gap as its trades come', () => {
    const { continuity, live, late, drain, gap } = machine()
    live(10)
    live(20)
    continuity.tick(T + 60_000)
    drain()
    expect(late(15)).toBe('new')
    drain()
    expect(gap()).toMatchObject([
      { firstSeq: 11, lastSeq: 14, missing: 4, recovered: 1, to: T + 15_000 },
      { firstSeq: 16, lastSeq: 19, missing: 4, recovered: 0, from: T + 15_000 },
    ])
    expect(late(15)).toBe('known')
    for (const n of [11, 12, 13, 14, 16, 17, 18, 19]) late(n)
    drain()
    expect(gap()).toMatchObject([
      { state: 'filled', missing: 0, recovered: 5 },
      { state: 'filled', missing: 0, recovered: 4 },
    ])
    expect(continuity.stretches.all).toEqual([])
  })

  it('is not filled by saying so: numbers that are missing stay missing', () => {
    const { continuity, live, drain, gap } = machine()
    live(10)
    live(12)
    continuity.tick(T + 60_000)
    const id = continuity.stretches.all[0]?.id ?? 0
    continuity.stretches.filling(id)
    continuity.stretches.settle(id, 'filled', T + 61_000)
    drain()
    expect(gap()).toMatchObject([{ state: 'open', missing: 1, firstSeq: 11 }])
  })

  it("takes the venue's word that there is a newer trade, and that there is none", () => {
    const { continuity, live, drain, gap, span } = machine()
    live(10)
    continuity.newest(10, T + 30_000, T + 30_050)
    drain()
    expect(span()).toMatchObject([{ to: T + 30_000, lastSeq: 10 }])
    continuity.newest(12, T + 40_000, T + 40_050)
    continuity.newest(13, T + 41_000, T + 41_050)
    continuity.tick(T + 42_049)
    drain()
    expect(gap()).toEqual([])
    continuity.tick(T + 42_050)
    drain()
    expect(gap()).toMatchObject([{ firstSeq: 11, lastSeq: 12, missing: 2, cause: 'sequence' }])
    live(11, 1, T + 42_100)
    drain()
    expect(gap()).toMatchObject([{ firstSeq: 12, lastSeq: 12, missing: 1, recovered: 1 }])
  })

  it('begins a new span where the venue counts anew, with a gap of unknown size between', () => {
    const { continuity, live, drain, gap, span } = machine()
    for (const n of [1_000, 1_001, 1_002]) live(n)
    continuity.live(T + 2_000_000, '7', 7, 7, T + 2_000_040)
    continuity.live(T + 2_001_000, '8', 8, 8, T + 2_001_040)
    drain()
    expect(gap()).toMatchObject([{ missing: null, firstSeq: null, to: T + 2_000_000 }])
    expect(span()).toMatchObject([{ lastSeq: 1_002 }, { from: T + 2_000_000, lastSeq: 8 }])
  })

  it('stops believing numbers that skip all the time, and says so once', () => {
    const { continuity, drain, gap, span, meaningless } = machine()
    for (let n = 1; n <= 300; n += 1) {
      continuity.live(T + n * 1_000, String(n * 3), n * 3, n * 3, T + n * 1_000)
      continuity.tick(T + n * 1_000)
    }
    continuity.tick(T + 900_000)
    drain()
    expect(meaningless()).toBe(1)
    expect(continuity.numbered).toBe(false)
    expect(span().map(({ proof }) => proof)).toEqual(['ids', 'none'])
    expect(gap().every((each) => each.state === 'lost' && each.missing === null)).toBe(true)
    expect(gap().length).toBeLessThan(20)
    // A later run does not begin to believe them again.
    const again = machine()
    again.continuity.resume({ ...endOf(60, T + 60_000), spans: span() as Span[] }, epochMs(T))
    expect(again.continuity.numbered).toBe(false)
  })

  it('goes on after a stop: what was made meanwhile is a gap, exact', () => {
    const { continuity, live, drain, gap, span } = machine()
    continuity.resume(endOf(10, T + 10_000), epochMs(T))
    continuity.began(T + 900_000)
    live(900)
    continuity.tick(T + 1_900_000)
    drain()
    expect(gap()).toMatchObject([
      { cause: 'stopped', firstSeq: 11, lastSeq: 899, missing: 889, from: T + 10_000 },
    ])
    expect(span()).toMatchObject([{ from: T, to: T + 900_000, lastSeq: 900 }])
  })

  it('tells what the store refused, number by number, and takes it back without folding it twice', () => {
    const { continuity, live, late, drain, gap } = machine()
    live(10)
    drain()
    for (const n of [11, 12, 15, 16]) live(n)
    continuity.refused('disk', T + 16_100)
    continuity.tick(T + 60_000)
    drain()
    expect(gap()).toMatchObject([
      { cause: 'disk', firstSeq: 11, lastSeq: 12, missing: 2 },
      { cause: 'sequence', firstSeq: 13, lastSeq: 14, missing: 2 },
      { cause: 'disk', firstSeq: 15, lastSeq: 16, missing: 2 },
    ])
    expect(late(12)).toBe('again')
    expect(late(13)).toBe('new')
    continuity.refused('disk', T + 61_000)
    drain()
    expect(gap().filter((each) => each.state === 'open')).toMatchObject([
      { firstSeq: 11, lastSeq: 11 },
      { cause: 'disk', firstSeq: 12, lastSeq: 12 },
      { cause: 'disk', firstSeq: 13, lastSeq: 13 },
      { firstSeq: 14, lastSeq: 14 },
      { firstSeq: 15, lastSeq: 16 },
    ])
  })

  it('makes one stretch of refusals that follow each other, and another after something was stored', () => {
    const { continuity, live, drain, gap } = machine()
    live(10)
    drain()
    continuity.stored()
    for (const each of [[11], [12], [13, 14]]) {
      for (const n of each) live(n)
      continuity.refused('overload', T + 16_000)
      drain()
    }
    expect(gap()).toMatchObject([{ cause: 'overload', firstSeq: 11, lastSeq: 14, missing: 4 }])
    live(15)
    continuity.refused('disk', T + 17_000)
    live(16)
    drain()
    continuity.stored()
    live(17)
    continuity.refused('disk', T + 18_000)
    drain()
    expect(gap()).toMatchObject([
      { cause: 'overload', firstSeq: 11, lastSeq: 14, missing: 4 },
      { cause: 'disk', firstSeq: 15, lastSeq: 15, missing: 1 },
      { cause: 'disk', firstSeq: 17, lastSeq: 17, missing: 1 },
    ])
  })

  it('leaves replayed history alone that lies before the tape, and takes what the tape lacks', () => {
    const { live, late, drain, gap } = machine()
    expect(late(8)).toBe('known')
    live(10)
    expect(late(9)).toBe('known')
    expect(late(10)).toBe('known')
    expect(late(11)).toBe('new')
    live(12)
    drain()
    expect(gap()).toEqual([])
  })
})

describe('a market whose ids prove nothing', () => {
  const live = (m: ReturnType<typeof machine>, at: number) =>
    m.continuity.live(T + at, `x${at}`, Number.NaN, Number.NaN, T + at + 40)

  it('is recorded without proof, and a break of its stream is a gap of unknown size', () => {
    const m = machine('opaque')
    live(m, 1_000)
    live(m, 2_000)
    m.continuity.broke('disconnect')
    m.continuity.began(T + 9_000)
    live(m, 12_000)
    m.drain()
    expect(m.span()).toEqual([
      { market: MARKET, proof: 'none', from: T + 1_000, to: T + 12_000, lastSeq: null },
    ])
    expect(m.gap()).toMatchObject([
      { cause: 'disconnect', from: T + 2_000, to: T + 12_000, missing: null, firstSeq: null },
    ])
    expect(m.continuity.stretches.all).toMatchObject([{ afterId: 'x2000', beforeId: 'x12000' }])
  })

  it('does not wait longer than five seconds for the first trade after a break', () => {
    const m = machine('increasing')
    live(m, 1_000)
    m.continuity.broke('stall')
    m.continuity.tick(T + 60_000)
    m.drain()
    expect(m.gap()).toEqual([])
    m.continuity.began(T + 60_000)
    m.continuity.tick(T + 64_999)
    m.drain()
    expect(m.gap()).toEqual([])
    m.continuity.tick(T + 65_000)
    m.drain()
    expect(m.gap()).toMatchObject([{ from: T + 1_000, to: T + 65_000 }])
    live(m, 70_000)
    m.drain()
    expect(m.gap()).toHaveLength(1)
  })

  it('leaves what is longer ago than the setting lets a back-fill reach as it is', () => {
    const m = machine('opaque')
    m.continuity.resume(endOf(null, T + 5_000, 'none'), epochMs(T + 100_000))
    live(m, 200_000)
    m.drain()
    expect(m.gap()).toMatchObject([
      { cause: 'stopped', state: 'cancelled', from: T + 5_000, to: T + 100_000 },
      { cause: 'stopped', state: 'open', from: T + 100_000, to: T + 200_000 },
    ])
  })

  it('counts what comes back, and tells what the disk refused', () => {
    const m = machine('opaque')
    live(m, 1_000)
    m.drain()
    live(m, 2_000)
    live(m, 3_000)
    m.continuity.refused('disk', T + 3_100)
    m.drain()
    expect(m.gap()).toMatchObject([{ cause: 'disk', missing: 2, from: T + 1_000, to: T + 3_000 }])
    const id = m.gap()[0]?.id ?? 0
    m.continuity.stretches.filling(id)
    expect(m.continuity.late(T + 2_000, 'x2000', Number.NaN, Number.NaN, T + 9_000)).toBe('again')
    m.continuity.stretches.settle(id, 'filled', T + 9_000)
    m.drain()
    expect(m.gap()).toMatchObject([{ state: 'filled', missing: 0, recovered: 1 }])
  })
})

/** The slow, obvious twin: a set of all numbers that are on the tape. */
describe('the ledger of numbers', () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        t: fc.constant('trade' as const),
        matches: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        t: fc.constant('drop' as const),
        count: fc.integer({ min: 1, max: 9 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        t: fc.constant('delay' as const),
        by: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        t: fc.constant('duplicate' as const),
        back: fc.integer({ min: 0, max: 20 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        t: fc.constant('refill' as const),
        back: fc.integer({ min: 0, max: 60 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ t: 'break' as const }) },
    { weight: 1, arbitrary: fc.constant({ t: 'refuse' as const }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant('heartbeat' as const), ahead: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.constant({ t: 'flush' as const }) },
  )

  it('is exact: recorded and missing numbers are disjoint, and together all', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const m = machine()
        m.continuity.resume(endOf(999, T + 999_000), epochMs(0)) // past its trial
        const here = new Set<number>()
        let unflushed: number[] = []
        let seq = 999
        let highest = 999
        let clock = T + 1_000_000
        const delayed: { due: number; first: number; last: number }[] = []
        const take = (first: number, last: number) => {
          for (let n = first; n <= last; n += 1)
            if (!here.has(n)) {
              here.add(n)
              unflushed.push(n)
            }
          highest = Math.max(highest, last)
        }
        const deliver = (first: number, last: number) => {
          m.continuity.live(T + last * 1_000, String(last), first, last, clock)
          take(first, last)
        }
        for (const [at, each] of steps.entries()) {
          clock += 200
          for (const late of delayed.filter(({ due }) => due <= at)) {
            delayed.splice(delayed.indexOf(late), 1)
            deliver(late.first, late.last)
          }
          if (each.t === 'trade') {
            seq += each.matches
            deliver(seq - each.matches + 1, seq)
          } else if (each.t === 'drop') seq += each.count
          else if (each.t === 'delay') {
            seq += 1
            delayed.push({ due: at + each.by, first: seq, last: seq })
          } else if (each.t === 'duplicate') {
            const n = highest - each.back
            if (here.has(n)) m.continuity.live(T + n * 1_000, String(n), n, n, clock)
          } else if (each.t === 'refill') {
            const n = highest - each.back
            if (n < 1_000) continue
            const verdict = m.continuity.late(T + n * 1_000, String(n), n, n, clock)
            expect(verdict === 'known').toBe(here.has(n))
            take(n, n)
          } else if (each.t === 'break') {
            m.continuity.broke('disconnect')
            m.continuity.began(clock)
          } else if (each.t === 'heartbeat')
            m.continuity.newest(seq + each.ahead, T + seq * 1_000, clock)
          else if (each.t === 'refuse') {
            for (const n of unflushed) here.delete(n)
            unflushed = []
            m.continuity.refused('disk', clock)
          } else {
            m.continuity.tick(clock)
            m.drain()
            unflushed = []
            // What is on the disk never claims more than is stored.
            const [claim] = m.span()
            const missing = numbers(m.gap())
            for (let n = 1_000; n <= (claim?.lastSeq ?? 0); n += 1)
              expect(here.has(n) || missing.has(n)).toBe(true)
          }
        }
        // A heartbeat that was ahead of all trades makes its own numbers part of the whole.
        m.continuity.tick(clock + 60_000)
        m.drain()
        const missing = numbers(m.gap())
        const last = m.span()[0]?.lastSeq ?? 999
        for (let n = 1_000; n <= last; n += 1) expect(here.has(n)).toBe(!missing.has(n))
        for (const n of here) expect(n).toBeLessThanOrEqual(last)
        for (const n of missing) expect(n).toBeLessThanOrEqual(last)
      }),
      { numRuns: 500 },
    )
  })

  /** The missing numbers of all gaps; fails when two gaps name the same one. */
  function numbers(gaps: readonly Gap[]): Set<number> {
    const all = new Set<number>()
    for (const { state, firstSeq, lastSeq, missing } of gaps) {
      if (state === 'filled' || firstSeq === null || lastSeq === null) continue
      expect(missing).toBe(lastSeq - firstSeq + 1)
      for (let n = firstSeq; n <= lastSeq; n += 1) {
        expect(all.has(n)).toBe(false)
        all.add(n)
      }
    }
    return all
  }
})

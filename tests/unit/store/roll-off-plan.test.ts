import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesFreed,
  type KeptTape,
  LEAST_KEPT_MS,
  planRollOff,
  type RollOffRule,
} from '../../../src/main/store/roll-off-plan.ts'
import { RISING, type SegmentEntry } from '../../../src/main/store/segment-index.ts'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000
const PAGE = 4_096

let lastId = 0
const entry = (from: number, to: number, bytes = 10_000): SegmentEntry => {
  lastId += 1
  return { id: lastId, from, to, trades: 10, firstId: 1, lastId: 2, ordered: RISING, bytes }
}

/** Segments of a market that follow each other, by their lengths and the pauses between them. */
const tapeArb = (market: number): fc.Arbitrary<KeptTape> =>
  fc.record({
    market: fc.constant(market),
    keepMs: fc.option(fc.integer({ min: 1, max: 40 }).map((hours) => hours * HOUR)),
    entries: fc
      .array(
        fc.record({
          pause: fc.integer({ min: 1, max: 5 * HOUR }),
          length: fc.integer({ min: 0, max: 5 * HOUR }),
          bytes: fc.integer({ min: 1, max: 600_000 }),
        }),
        { maxLength: 12 },
      )
      .map((pieces) => {
        let at = NOW - 50 * HOUR
        return pieces.map(({ pause, length, bytes }) => {
          const from = at + pause
          at = from + length
          return entry(from, at, bytes)
        })
      }),
  })

const tapesArb = fc
  .integer({ min: 0, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => tapeArb(i + 1))))
const ruleArb: fc.Arbitrary<RollOffRule> = fc.record({
  now: fc.constant(NOW),
  used: fc.integer({ min: 0, max: 20_000_000 }),
  budget: fc.option(fc.integer({ min: 0, max: 20_000_000 })),
  pageBytes: fc.constant(PAGE),
})

const tooOld = ({ keepMs }: KeptTape, { to }: SegmentEntry): boolean =>
  keepMs !== null && to < NOW - keepMs
const mayGo = ({ entries }: KeptTape, one: SegmentEntry): boolean =>
  one !== entries.at(-1) && one.to < NOW - LEAST_KEPT_MS

describe('the plan of a roll-off', () => {
  const holds = (
    rule: (tapes: readonly KeptTape[], rule: RollOffRule, gone: ReadonlySet<number>) => void,
  ) =>
    fc.assert(
      fc.property(tapesArb, ruleArb, (tapes, each) => {
        const plan = [...planRollOff(tapes, each)]
        const gone = new Set(plan.map((one) => one.entry.id))
        expect(gone.size).toBe(plan.length)
        rule(tapes, each, gone)
      }),
      { numRuns: 500 },
    )

  it('never takes a newer segment of a market before an older one', () =>
    holds((tapes, _rule, gone) => {
      for (const { entries } of tapes) {
        const kept = entries.findIndex(({ id }) => !gone.has(id))
        for (const one of kept < 0 ? [] : entries.slice(kept)) expect(gone.has(one.id)).toBe(false)
      }
    }))

  it('leaves the newest segment of each market and the last hour alone', () =>
    holds((tapes, _rule, gone) => {
      for (const tape of tapes)
        for (const one of tape.entries) if (!mayGo(tape, one)) expect(gone.has(one.id)).toBe(false)
    }))

  it('takes all that is too old, and for its age only what is too old in its own market', () =>
    holds((tapes, rule, gone) => {
      for (const tape of tapes)
        for (const one of tape.entries) {
          if (mayGo(tape, one) && tooOld(tape, one)) expect(gone.has(one.id)).toBe(true)
          if (rule.budget === null && gone.has(one.id)) expect(tooOld(tape, one)).toBe(true)
        }
    }))

  it('holds the budget as far as anything may go, takes the oldest first and no more than needed', () =>
    holds((tapes, { used, budget }, gone) => {
      if (budget === null) return
      const all = tapes.flatMap((tape) => tape.entries.map((one) => ({ tape, one })))
      const went = all.filter(({ one }) => gone.has(one.id))
      const left = went.reduce((sum, { one }) => sum - bytesFreed(one, PAGE), used)
      const could = all.filter(({ tape, one }) => mayGo(tape, one) && !gone.has(one.id))
      if (left > budget) expect(could).toEqual([])
      const forBudget = went.filter(({ tape, one }) => !tooOld(tape, one))
      const newest = Math.max(...forBudget.map(({ one }) => one.to))
      // The last that went was needed …
      const last = forBudget.filter(({ one }) => one.to === newest).map(({ one }) => one)
      for (const one of last.slice(0, 1))
        expect(left + Math.max(...last.map((each) => bytesFreed(each, PAGE)))).toBeGreaterThan(
          Math.min(budget, left + bytesFreed(one, PAGE) - 1),
        )
      // … and none that stays is older than one that went.
      for (const { one } of could)
        if (forBudget.length > 0) expect(one.to).toBeGreaterThanOrEqual(newest)
    }))

  it('stops as soon as the budget is met', () => {
    const old = Array.from({ length: 5 }, (_, i) =>
      entry(NOW - (40 - i) * HOUR, NOW - (40 - i) * HOUR),
    )
    const tape = { market: 1, keepMs: null, entries: old }
    const each = bytesFreed(old[0] as SegmentEntry, PAGE)
    const plan = (over: number) =>
      [
        ...planRollOff([tape], {
          now: NOW,
          used: 1_000_000 + over,
          budget: 1_000_000,
          pageBytes: PAGE,
        }),
      ].length
    expect([plan(0), plan(1), plan(each), plan(each + 1), plan(99 * each)]).toEqual([0, 1, 1, 2, 4])
  })

  it('leaves a segment that straddles the limit until all of it is older', () => {
    const entries = [entry(NOW - 30 * HOUR, NOW - 20 * HOUR), entry(NOW - HOUR, NOW)]
    const plan = (keepMs: number) =>
      [
        ...planRollOff([{ market: 1, keepMs, entries }], {
          now: NOW,
          used: 0,
          budget: null,
          pageBytes: PAGE,
        }),
      ].length
    expect([plan(25 * HOUR), plan(20 * HOUR), plan(20 * HOUR - 1)]).toEqual([0, 0, 1])
  })
})

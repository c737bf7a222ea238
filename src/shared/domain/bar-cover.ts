import { INTERVALS } from './candle.ts'
import type { Gap, MinuteState, Span } from './ledger.ts'

const MINUTE = INTERVALS['1m']

/** What is known of one market for a stretch of time, each list in any order. */
export interface CoverFacts {
  /** Bars of `size` milliseconds that open in [from, to); `from` is where one opens. */
  readonly from: number
  readonly to: number
  readonly size: number
  /** The minute under way at this time, and those after it, count for nothing. */
  readonly now: number
  /** Those that touch the stretch; more do no harm. So for gaps. */
  readonly spans: readonly Span[]
  readonly gaps: readonly Gap[]
  /** What is on the tape of minutes, or of whole bars, ascending; `minutes`: of how many different ones. */
  readonly counts: readonly BarCount[]
}

export interface BarCount {
  readonly openTime: number
  /** Milliseconds. */
  readonly size: number
  /** Minutes in it with trades. */
  readonly minutes: number
  /** Trades of it that were fetched afterwards. */
  readonly backfilled: number
}

/** What the ledger says of the minutes of one bar (of a bar of seconds: of its minute). */
export interface BarCover {
  /** Share of its minutes that are complete or back-filled, 0–1. */
  readonly share: number
  /** The worst state of its minutes; null where nothing was recorded. */
  readonly state: MinuteState | null
}

/**
 * The same as the worst of `ledgerMinutes` and the share of the sure ones, bar by bar, without going
 * through the minutes: the cost is that of the bars, spans and gaps, however long the stretch is. One
 * entry for each bar from `from` on. Where `counts` are of bars longer than a minute, a minute with trades
 * outside all spans (recorded before there was a ledger) is told only by their number.
 */
export function barCovers(facts: CoverFacts): BarCover[] {
  const { size } = facts
  const over = Math.floor(facts.now / MINUTE)
  const gaps = joined(
    facts.gaps
      .filter(({ state }) => state !== 'filled')
      .map(({ from, to }) => touched(Math.min(from, to), Math.max(from, to))),
  )
  const proved = wholeMinutes(facts.spans.filter(({ proof }) => proof !== 'none'))
  const closed = facts.counts.filter((count) => count.openTime < over * MINUTE)
  const counted = closed.filter((count) => count.size <= MINUTE && count.minutes > 0)
  const known = joined([
    ...gaps,
    ...facts.spans.map(({ from, to }) => touched(Math.min(from, to), Math.max(from, to))),
    ...counted.map(({ openTime }) => touched(openTime, openTime)),
  ])
  const [inGaps, sure, inKnown] = [new Sum(gaps), new Sum(without(proved, gaps)), new Sum(known)]
  const counts = new Counts(closed)
  const covers: BarCover[] = []
  for (let open = facts.from; open < facts.to; open += size) {
    const first = Math.floor(open / MINUTE)
    const end = Math.max(first + 1, Math.floor((open + size) / MINUTE))
    const last = Math.min(end, over)
    const { minutes, backfilled } = counts.within(first * MINUTE, end * MINUTE)
    const sures = sure.within(first, last)
    const holes = inGaps.within(first, last)
    const recorded = Math.max(inKnown.within(first, last), Math.min(minutes, last - first))
    covers.push({
      share: sures / (end - first),
      state: worst(holes, recorded - holes - sures, sures, backfilled),
    })
  }
  return covers
}

function worst(gaps: number, unknown: number, sure: number, late: number): MinuteState | null {
  if (gaps > 0) return 'gap'
  if (unknown > 0) return 'unknown'
  if (sure === 0) return null
  return late > 0 ? 'backfilled' : 'complete'
}

/** Minutes since 1970, from the first to before `end`. */
interface Minutes {
  readonly first: number
  readonly end: number
}

const touched = (from: number, to: number): Minutes => ({
  first: Math.floor(from / MINUTE),
  end: Math.floor(to / MINUTE) + 1,
})

/** Minutes of which spans cover every millisecond; those that meet are joined. */
function wholeMinutes(spans: readonly Span[]): Minutes[] {
  const sorted = spans
    .map(({ from, to }) => ({ from: Math.min(from, to), to: Math.max(from, to) }))
    .sort((a, b) => a.from - b.from)
  const whole: { from: number; to: number }[] = []
  for (const { from, to } of sorted) {
    const last = whole.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else whole.push({ from, to })
  }
  return whole
    .map(({ from, to }) => ({
      first: Math.ceil(from / MINUTE),
      end: Math.floor((to + 1) / MINUTE),
    }))
    .filter(({ first, end }) => first < end)
}

/** Sorted, and none overlaps or meets another. */
function joined(ranges: readonly Minutes[]): Minutes[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first)
  const all: { first: number; end: number }[] = []
  for (const { first, end } of sorted) {
    const last = all.at(-1)
    if (last !== undefined && first <= last.end) last.end = Math.max(last.end, end)
    else all.push({ first, end })
  }
  return all
}

/** What of `ranges` lies in none of `holes`; both sorted and apart. */
function without(ranges: readonly Minutes[], holes: readonly Minutes[]): Minutes[] {
  const left: Minutes[] = []
  let at = 0
  for (const { first, end } of ranges) {
    let from = first
    while ((holes[at]?.end ?? Number.POSITIVE_INFINITY) <= from) at += 1
    for (let i = at; from < end; i += 1) {
      const hole = holes[i]
      const until = Math.min(end, hole?.first ?? end)
      if (from < until) left.push({ first: from, end: until })
      if (hole === undefined || hole.first >= end) break
      from = Math.max(from, hole.end)
    }
  }
  return left
}

/** How many minutes of sorted ranges lie in a stretch. Asked in ascending order. */
class Sum {
  readonly #ranges: readonly Minutes[]
  #at = 0

  constructor(ranges: readonly Minutes[]) {
    this.#ranges = ranges
  }

  within(first: number, end: number): number {
    while ((this.#ranges[this.#at]?.end ?? Number.POSITIVE_INFINITY) <= first) this.#at += 1
    let sum = 0
    for (let i = this.#at; ; i += 1) {
      const range = this.#ranges[i]
      if (range === undefined || range.first >= end) return sum
      sum += Math.max(0, Math.min(end, range.end) - Math.max(first, range.first))
    }
  }
}

/** What the counts say of a stretch. Asked in ascending order; a stretch may be asked for again. */
class Counts {
  readonly #counts: readonly BarCount[]
  #at = 0

  constructor(counts: readonly BarCount[]) {
    this.#counts = counts
  }

  within(from: number, to: number): { readonly minutes: number; readonly backfilled: number } {
    while ((this.#counts[this.#at]?.openTime ?? Number.POSITIVE_INFINITY) < from) this.#at += 1
    let [minutes, backfilled] = [0, 0]
    for (let i = this.#at; (this.#counts[i]?.openTime ?? to) < to; i += 1) {
      minutes += this.#counts[i]?.minutes ?? 0
      backfilled += this.#counts[i]?.backfilled ?? 0
    }
    return { minutes, backfilled }
  }
}

import { INTERVALS } from './candle.ts'
import type { Gap, LedgerMinute, MinuteState, Span } from './ledger.ts'
import type { MarketId } from './market.ts'
import { type EpochMs, epochMs } from './time.ts'

const MINUTE = INTERVALS['1m']

/** What is on the tape of one minute. */
export interface MinuteCount {
  readonly minute: EpochMs
  readonly trades: number
  /** How many of them were fetched afterwards. */
  readonly backfilled: number
}

/** All that is known of one market for a stretch of time, each list in any order. */
export interface LedgerFacts {
  readonly market: MarketId
  /** Minutes that open in [from, to). */
  readonly from: EpochMs
  readonly to: EpochMs
  /** The minute under way at this time, and those after it, get no row. */
  readonly now: EpochMs
  /** Those that touch the stretch; more do no harm. So for gaps and counts. */
  readonly spans: readonly Span[]
  readonly gaps: readonly Gap[]
  readonly counts: readonly MinuteCount[]
}

/**
 * The rows of the ledger, ascending. A minute is a `gap` when a gap that is not filled touches it,
 * else, when proved spans cover all of it, `backfilled` if trades of it were fetched afterwards and
 * `complete` if not, else `unknown` when anything of it was recorded; else it has no row.
 */
export function ledgerMinutes(facts: LedgerFacts): LedgerMinute[] {
  const { market, counts } = facts
  const proved = new Cover(facts.spans.filter(({ proof }) => proof !== 'none'))
  const recorded = new Cover(facts.spans)
  const missing = new Missing(facts.gaps)
  const tape = new Cursor([...counts].sort((a, b) => a.minute - b.minute))
  const rows: LedgerMinute[] = []
  const end = Math.min(facts.to, facts.now - MINUTE + 1)
  let minute = Math.ceil(facts.from / MINUTE) * MINUTE
  while (minute < end) {
    const last = minute + MINUTE - 1
    let count = tape.current
    while (count !== undefined && count.minute < minute) count = tape.advance()
    const here = count?.minute === minute ? count : undefined
    const gaps = missing.touching(minute, last)
    const anything = here !== undefined || gaps.length > 0 || recorded.touches(minute, last)
    if (!anything) {
      // Nothing before the earliest of what is ahead can have a row: over the empty years in one step.
      const next = Math.min(count?.minute ?? end, recorded.next ?? end, missing.next ?? end)
      minute = Math.max(Math.floor(next / MINUTE) * MINUTE, minute + MINUTE)
      continue
    }
    const { trades, backfilled } = here ?? NO_TRADES
    const state = stateOf(gaps.length > 0, backfilled > 0, proved.covers(minute, last))
    const opens = epochMs(minute)
    const row = { market, minute: opens, state, trades, backfilled, missing: 0, cause: null }
    rows.push(gaps.length === 0 ? row : { ...row, ...absence(gaps, minute, last) })
    minute += MINUTE
  }
  return rows
}

const NO_TRADES = { trades: 0, backfilled: 0 }

function stateOf(gap: boolean, late: boolean, proved: boolean): MinuteState {
  if (gap) return 'gap'
  // Late trades alone prove nothing: there may be more where they came from.
  if (!proved) return 'unknown'
  return late ? 'backfilled' : 'complete'
}

type Absence = Pick<LedgerMinute, 'missing' | 'missingSeq' | 'cause'>

/**
 * What the gaps that touch a minute say of it. A gap that reaches beyond the minute does not tell how
 * many of its trades belong here. Sequence numbers: the first and the last that is missing.
 */
function absence(gaps: readonly Stretch<Gap>[], first: number, last: number): Absence {
  let largest = gaps[0]
  let missing: number | null = 0
  let [firstSeq, lastSeq] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const gap of gaps) {
    const { of } = gap
    const within = gap.from >= first && gap.to <= last ? of.missing : null
    missing = missing === null || within === null ? null : missing + within
    if (of.firstSeq !== null && of.lastSeq !== null) {
      firstSeq = Math.min(firstSeq, of.firstSeq)
      lastSeq = Math.max(lastSeq, of.lastSeq)
    }
    if (largest === undefined || larger(gap, largest)) largest = gap
  }
  const known = firstSeq <= lastSeq ? { missingSeq: [firstSeq, lastSeq] as const } : {}
  return { missing, ...known, cause: largest?.of.cause ?? null }
}

/** By length, then by what is missing, then the older. */
function larger(a: Stretch<Gap>, b: Stretch<Gap>): boolean {
  const longer = a.to - a.from - (b.to - b.from)
  const more = longer === 0 ? (a.of.missing ?? 0) - (b.of.missing ?? 0) : longer
  return more === 0 ? a.of.id < b.of.id : more > 0
}

/** A closed stretch of time. */
interface Stretch<T> {
  readonly from: number
  readonly to: number
  readonly of: T
}

/** In order of their beginning, the right way round: match times of a venue may step back. */
const stretches = <T extends { readonly from: EpochMs; readonly to: EpochMs }>(
  list: readonly T[],
): Stretch<T>[] =>
  list
    .map((of) => ({ from: Math.min(of.from, of.to), to: Math.max(of.from, of.to), of }))
    .sort((a, b) => a.from - b.from)

/** Walks a sorted list forwards only. */
class Cursor<T> {
  readonly #list: readonly T[]
  #at = 0

  constructor(list: readonly T[]) {
    this.#list = list
  }

  get current(): T | undefined {
    return this.#list[this.#at]
  }

  advance(): T | undefined {
    this.#at += 1
    return this.#list[this.#at]
  }
}

/** The union of spans. Asked for minutes in ascending order. */
class Cover {
  readonly #cursor: Cursor<{ readonly from: number; readonly to: number }>

  constructor(spans: readonly Span[]) {
    const joined: { from: number; to: number }[] = []
    for (const { from, to } of stretches(spans)) {
      const last = joined.at(-1)
      // Times are whole milliseconds: one that begins in the next one leaves nothing out.
      if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
      else joined.push({ from, to })
    }
    this.#cursor = new Cursor(joined)
  }

  /** Where the next stretch begins, of those not left behind. */
  get next(): number | undefined {
    return this.#cursor.current?.from
  }

  touches(first: number, last: number): boolean {
    const here = this.#from(first)
    return here !== undefined && here.from <= last
  }

  covers(first: number, last: number): boolean {
    const here = this.#from(first)
    return here !== undefined && here.from <= first && here.to >= last
  }

  /** The stretch that holds `first`, or the next one. */
  #from(first: number) {
    let here = this.#cursor.current
    while (here !== undefined && here.to < first) here = this.#cursor.advance()
    return here
  }
}

/** Gaps that are not filled. Asked for minutes in ascending order. */
class Missing {
  readonly #ahead: Cursor<Stretch<Gap>>
  #touching: Stretch<Gap>[] = []

  constructor(gaps: readonly Gap[]) {
    this.#ahead = new Cursor(stretches(gaps.filter(({ state }) => state !== 'filled')))
  }

  get next(): number | undefined {
    return this.#ahead.current?.from
  }

  touching(first: number, last: number): readonly Stretch<Gap>[] {
    if (this.#touching.length > 0) this.#touching = this.#touching.filter(({ to }) => to >= first)
    for (let gap = this.#ahead.current; gap !== undefined; gap = this.#ahead.advance()) {
      if (gap.from > last) break
      if (gap.to >= first) this.#touching.push(gap)
    }
    return this.#touching
  }
}

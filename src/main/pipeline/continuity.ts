import type { IdColumn } from '../../shared/domain/id-column.ts'
import type { GapCause, LedgerChange, Proof, Span, TapeEnd } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import { MissingStretches } from './continuity-gaps.ts'
import { LastId, textOf } from './continuity-last-id.ts'
import { SinceStored } from './continuity-mark.ts'
import { type Numbered, resumption } from './continuity-resume.ts'
import { NumberTrial } from './continuity-trial.ts'
import { spanOf } from './span-of.ts'

/** Frames of two sources of one stream may overtake each other by so much, milliseconds. */
const REORDER_GRACE_MS = 1_500
/** A trade that the venue says it has made may be on its way for so long. */
const ANNOUNCED_GRACE_MS = 2_000
/** After the stream stands again, so long may pass until a trade tells where the break ended. */
const QUIET_AFTER_BREAK_MS = 5_000
/** A number so far from the one expected is of another numbering. */
const OTHER_NUMBERING = 1e8
/** A number that we have, on a match later than all we have by this: the venue began anew. */
const BEGAN_ANEW_MS = 1_000

const MEANINGLESS = 'the numbers of this market skip all the time and prove nothing'

export interface ContinuityOptions {
  readonly market: MarketId
  /** What the venue's numbers can prove. */
  readonly ids: 'contiguous' | 'increasing' | 'opaque'
  /** Unique within the database. */
  readonly newGapId: () => number
  /** Called once when numbers said to be contiguous turn out not to be. */
  readonly onMeaningless?: () => void
}

/** What a trade that came late is good for. */
export type LateTrade =
  | 'known' // it is here already, or older than the tape
  | 'new' // to be stored, and folded into every figure
  | 'again' // to be stored again: the figures have it

type Place = 'newest' | 'between' | 'known'

/**
 * The completeness of one market's tape, judged trade by trade. Pure: no clock, no timer; what it
 * finds is drained as ledger changes, together with the batch that holds the trades they speak of, so
 * that the ledger never claims more than is stored.
 *
 * A market with contiguous numbers is proved by them: what is expected next is `#next`, and what was
 * skipped is in `#missing`. A market without is recorded with proof `none`, and each break of its
 * stream is a stretch of time in which nobody knows what is missing.
 */
export class Continuity {
  readonly market: MarketId
  readonly #onMeaningless: () => void
  /** What is missing, and what becomes of it; held ones have no id yet. */
  readonly stretches: MissingStretches
  #numbered: boolean
  /** The number expected next; NaN while there is none. */
  #next = Number.NaN
  #span: { proof: Proof; from: number; to: number } | null = null
  /** Of the newest trade by number, or by time where there are none. */
  #lastTime = Number.NaN
  readonly #lastId = new LastId()
  /** Why trades may be missing since the last one; null while the stream stands. */
  #cause: GapCause | null = null
  #standsSince = Number.NaN
  #notBefore = 0
  /** The venue's newest match by its own word, not seen here yet. */
  #announced: { seq: number; time: number; at: number } | null = null
  #trial: NumberTrial | null = new NumberTrial()
  /** Something is to be drained. */
  #dirty = false
  #spans: Span[] = []
  readonly #since = new SinceStored()

  constructor(options: ContinuityOptions) {
    this.market = options.market
    this.#numbered = options.ids === 'contiguous'
    if (!this.#numbered) this.#trial = null
    this.#onMeaningless = options.onMeaningless ?? (() => undefined)
    this.stretches = new MissingStretches(options.market, options.newGapId)
  }

  /** True when the venue's numbers prove this market's tape. */
  get numbered(): boolean {
    return this.#numbered
  }

  /** Match time from which this market is recorded; NaN before its first trade. */
  get since(): number {
    return this.#span?.from ?? Number.NaN
  }

  /** Match time of the newest trade; NaN before the first. */
  get lastTime(): number {
    return this.#lastTime
  }

  /**
   * Goes on where the tape ends, as after a break. What is older than `catchUpFrom` is not fetched.
   * `tail`: what is stored beyond the end of its proof, ascending; a stop came before it was judged.
   */
  resume(end: TapeEnd, catchUpFrom: EpochMs, tail: readonly Numbered[] = []): void {
    const begin = resumption(end, this.#numbered)
    this.#numbered = begin.numbered
    this.#next = begin.next
    this.#span = begin.span
    this.#lastTime = begin.lastTime
    this.#lastId.set(begin.lastTime === end.time ? end.id : undefined)
    if (!begin.numbered || !Number.isNaN(begin.next)) this.#trial = null
    if (!Number.isNaN(this.#next))
      for (const { time, id, first, last } of tail) this.live(time, id, first, last, 0)
    this.#since.reset(this.#next, this.#lastTime)
    this.#cause = 'stopped'
    this.#notBefore = catchUpFrom
  }

  /** Gaps of an earlier run that can still be filled. */
  adopt(gaps: TapeEnd['gaps']): void {
    for (const gap of gaps)
      this.stretches.adopt(this.#numbered ? gap : { ...gap, firstSeq: null, lastSeq: null })
  }

  /** The stream stands (again). */
  began(now: number): void {
    this.#standsSince = now
  }

  /** The stream broke off: trades may be missing from here on. The first cause of several stands. */
  broke(cause: GapCause): void {
    this.#standsSince = Number.NaN
    if (!Number.isNaN(this.#lastTime)) this.#cause ??= cause
  }

  /**
   * A trade of the stream, which covers the numbers [first, last]; NaN where it has none. Its id is text
   * or lies in row `row` of a column, which `settle` must be called for before it changes. The hot
   * path: a few comparisons, nothing allocated. False: the tape has it already, or begins after it.
   */
  live(
    time: number,
    id: string | IdColumn,
    first: number,
    last: number,
    receivedAt: number,
    row = 0,
  ): boolean {
    if (first === this.#next) this.#next = last + 1
    else if (this.#numbered) {
      const place = this.#jumped(time, textOf(id, row), first, last, receivedAt)
      if (place !== 'newest') return place === 'between'
    } else if (this.#span === null || this.#cause !== null)
      this.#afterBreak(time, textOf(id, row), receivedAt)
    this.#cause = null
    if (time >= this.#lastTime || Number.isNaN(this.#lastTime)) this.#lastTime = time
    this.#lastId.set(id, row)
    this.#since.live()
    this.#dirty = true
    const span = this.#span
    if (span === null) this.#begin(time)
    else if (time > span.to) span.to = time
    if (this.#trial?.trade() === true) this.#judgeTrial(receivedAt)
    return true
  }

  /** The column in which the last trade's id lies is about to change. */
  settle(): void {
    this.#lastId.settle()
  }

  /** A trade that was fetched afterwards, or replayed by the venue on subscribe. */
  late(time: number, id: string, first: number, last: number, now: number): LateTrade {
    if (this.#numbered) {
      const hole = this.stretches.holding(first, last)
      if (hole !== undefined) {
        const { folded } = hole
        this.stretches.cover(first, last, time, id, now)
        this.#since.late(first, last, time)
        this.#dirty = true
        return folded ? 'again' : 'new'
      }
      if (last >= this.#next) {
        this.live(time, id, first, last, now)
        return 'new'
      }
    }
    const stretch = this.stretches.all.find(
      (each) => each.first === null && each.from <= time && time <= each.to,
    )
    const wanted = this.#numbered
      ? stretch?.state === 'filling'
      : stretch !== undefined || (this.#span !== null && time >= this.#span.from)
    if (!wanted) return 'known'
    this.stretches.credit(time, 1)
    this.#since.late(Number.NaN, Number.NaN, time)
    this.#dirty = true
    return stretch?.folded === true ? 'again' : 'new'
  }

  /** The venue names the newest match of this market; `time` by its clock. */
  newest(seq: number, time: number, now: number): void {
    if (!this.#numbered || !Number.isSafeInteger(seq)) return
    if (Number.isNaN(this.#next)) {
      this.#number(seq + 1, seq + 1, time, undefined, now)
    } else if (seq >= this.#next) {
      // The first that we have not reached counts: on a busy market each is ahead of the trades.
      if (this.#announced === null || this.#announced.seq < this.#next)
        this.#announced = { seq, time, at: now }
      return
    } else if (seq < this.#next - 1 || this.#span === null) return
    this.#cause = null
    if (this.#span !== null && time > this.#span.to) this.#span.to = time
    this.#dirty = true
  }

  /** The store refused everything that came since `stored()` was called last. */
  refused(cause: GapCause, now: number): void {
    const lost = this.#numbered
      ? this.#since.numbered(this.#next, this.#lastTime, this.stretches.all)
      : this.#since.unnumbered(this.#lastTime)
    for (const each of lost) this.stretches.shed(each, cause, now)
    this.#since.reset(this.#next, this.#lastTime)
  }

  /** Time has passed: what was held may have to be told. */
  tick(now: number): void {
    const announced = this.#announced
    if (announced !== null && announced.seq < this.#next) this.#announced = null
    else if (announced !== null && now - announced.at >= ANNOUNCED_GRACE_MS) {
      this.#hold(this.#next, announced.seq, announced.time, undefined, now - REORDER_GRACE_MS)
      this.#next = announced.seq + 1
      this.#cause = null
      this.#announced = null
      if (this.#span !== null && announced.time > this.#span.to) this.#span.to = announced.time
      this.#lastTime = Math.max(this.#lastTime, announced.time)
      this.#lastId.set(undefined)
    }
    if (
      !this.#numbered &&
      this.#cause !== null &&
      now - this.#standsSince >= QUIET_AFTER_BREAK_MS
    ) {
      this.#openBreak(now, undefined, now)
      this.#cause = null
      this.#lastTime = Math.max(this.#lastTime, now)
      this.#lastId.set(undefined)
    }
    if (!this.stretches.empty) this.stretches.declare(now)
  }

  /** A stretch of time that others have proved. */
  prove(proof: Proof, from: number, to: number): void {
    this.#dirty = true
    this.#spans.push(spanOf(this.market, proof, from, to, null))
  }

  /** What the ledger has to be told since the last call; goes with the batch of the same trades. */
  drain(into: LedgerChange[]): void {
    if (!this.#dirty && !this.stretches.dirty) return
    this.#dirty = false
    for (const span of this.#spans) into.push({ t: 'span', span })
    if (this.#spans.length > 0) this.#spans = []
    const span = this.#claim()
    if (span !== null) into.push({ t: 'span', span })
    this.stretches.drain(into)
  }

  /** The store took everything that came until now. */
  stored(): void {
    this.#since.reset(this.#next, this.#lastTime)
  }

  /** The span as far as nothing is in doubt: before the first stretch that is only held. */
  #claim(): Span | null {
    const span = this.#span
    if (span === null) return null
    const held = this.#numbered ? this.stretches.earliestHeld() : undefined
    const to = held === undefined ? span.to : Math.min(held.from, span.to)
    if (to < span.from) return null
    const lastSeq = this.#numbered ? (held?.first ?? this.#next) - 1 : null
    return spanOf(this.market, span.proof, span.from, to, lastSeq)
  }

  #begin(time: number): void {
    this.#span = { proof: this.#numbered ? 'ids' : 'none', from: time, to: time }
    this.#lastTime = time
    this.#since.begin(time)
    this.#dirty = true
  }

  /** Where a numbered trade belongs that is not the next one. */
  #jumped(time: number, id: string, first: number, last: number, now: number): Place {
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
      this.#giveUpNumbers(now)
      this.#afterBreak(time, id, now)
      return 'newest'
    }
    if (Number.isNaN(this.#next)) {
      this.#number(first, last + 1, time, id, now)
      return 'newest'
    }
    const ahead = first - this.#next
    if (Math.abs(ahead) > OTHER_NUMBERING) return this.#renumbered(time, id, first, last, now)
    if (ahead > 0) {
      if (this.#cause === null) this.#trial?.skip()
      this.#hold(this.#next, first - 1, time, id, now)
      this.#next = last + 1
      return 'newest'
    }
    const end = Math.min(last, this.#next - 1)
    const between = this.stretches.cover(first, end, time, id, now)
    if (between) {
      this.#since.late(first, end, time)
      this.#trial?.overtaken()
      this.#dirty = true
    } else if (last < this.#next && time > this.#lastTime + BEGAN_ANEW_MS)
      return this.#renumbered(time, id, first, last, now)
    if (last < this.#next) return between ? 'between' : 'known'
    this.#next = last + 1
    return 'newest'
  }

  #hold(first: number, last: number, time: number, id: string | undefined, now: number): void {
    this.stretches.hold({
      cause: this.#cause ?? 'sequence',
      from: Math.min(this.#lastTime, time),
      to: Math.max(this.#lastTime, time),
      first,
      last,
      missing: last - first + 1,
      dueAt: now + REORDER_GRACE_MS,
      notBefore: this.#cause === 'stopped' ? this.#notBefore : 0,
      afterId: this.#lastId.text(),
      beforeId: id,
    })
    this.#dirty = true
  }

  /** Numbers begin: `first` is the first that we have of them, or the first that is to come. */
  #number(first: number, next: number, time: number, id: string | undefined, now: number): void {
    // Resumed without numbers, or counted anew: nobody can say what lies in between.
    if (!Number.isNaN(this.#lastTime)) this.#openBreak(time, id, now)
    this.#since.renumber(first, time, this.#next)
    this.#next = next
    this.#begin(time)
  }

  /** The venue counts anew. */
  #renumbered(time: number, id: string, first: number, last: number, now: number): Place {
    this.#closeSpan()
    this.#number(first, last + 1, time, id, now)
    return 'newest'
  }

  #afterBreak(time: number, id: string, now: number): void {
    if (this.#cause !== null) this.#openBreak(time, id, now)
    if (this.#span === null) this.#begin(time)
  }

  /** A stretch of time between the last trade and `to`, of unknown content. */
  #openBreak(to: number, beforeId: string | undefined, now: number): void {
    if (Number.isNaN(this.#lastTime)) return
    const cause = this.#cause ?? 'sequence'
    const notBefore = cause === 'stopped' ? this.#notBefore : 0
    const ends = { from: Math.min(this.#lastTime, to), to, afterId: this.#lastId.text(), beforeId }
    this.stretches.openBreak({ ...ends, cause, notBefore }, now)
  }

  #closeSpan(): void {
    const span = this.#claim()
    if (span !== null) this.#spans.push(span)
    this.#span = null
  }

  #judgeTrial(now: number): void {
    const verdict = this.#trial?.verdict()
    if (verdict === 'meaningless') this.#giveUpNumbers(now)
    else if (verdict === 'proved') this.#trial = null
  }

  /** From here on the numbers are not used; what they seemed to miss stays in doubt. */
  #giveUpNumbers(now: number): void {
    this.#closeSpan()
    this.#trial = null
    this.#numbered = false
    this.#next = Number.NaN
    this.#announced = null
    this.stretches.declareAll(now)
    for (const each of [...this.stretches.all])
      if (each.cause === 'sequence' && each.state === 'open') {
        each.first = each.last = each.missing = null
        this.stretches.close(each, 'lost', now, MEANINGLESS)
      }
    if (!Number.isNaN(this.#lastTime)) this.#begin(this.#lastTime)
    this.#onMeaningless()
  }
}

import type { Gap, GapCause, GapState, LedgerChange } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Shed } from './continuity-mark.ts'
import {
  boundsOf,
  gapOf,
  type Missing,
  type NewMissing,
  newMissing,
  partFromRoot,
} from './continuity-missing.ts'

const TOO_LONG_AGO = 'longer ago than the setting lets a back-fill reach'
/** Stretches given up that are still remembered, in case that a late trade brings them. */
const MOST_LOST = 1_000

/** All that is missing of one market: disjoint stretches of numbers, and stretches of time. */
export class MissingStretches {
  readonly #market: MarketId
  readonly #newId: () => number
  #all: Missing[] = []
  /** Something is to be drained. */
  dirty = false
  /** Closed since the last drain. */
  #closed: Missing[] = []

  constructor(market: MarketId, newId: () => number) {
    this.#market = market
    this.#newId = newId
  }

  get all(): readonly Missing[] {
    return this.#all
  }

  get empty(): boolean {
    return this.#all.length === 0
  }

  /** Held until `dueAt`. */
  hold(stretch: NewMissing): void {
    this.#all.push(newMissing(stretch, 'held'))
    this.dirty = true
  }

  /** Told at once. */
  open(stretch: NewMissing, now: number): Missing {
    const made = newMissing(stretch, 'held')
    this.#all.push(made)
    this.#tell(made, now)
    return made
  }

  /**
   * A break of the stream, of unknown content. What is longer ago than a back-fill may reach stands
   * apart, given up.
   */
  openBreak(
    stretch: Omit<NewMissing, 'first' | 'last' | 'missing'> & { readonly notBefore: number },
    now: number,
  ): void {
    const { from, to, notBefore } = stretch
    const unknown = { ...stretch, first: null, last: null, missing: null, notBefore: 0 }
    if (notBefore > from) {
      const end = Math.min(to, notBefore)
      const rest = this.open({ ...unknown, to: end, beforeId: undefined }, now)
      this.close(rest, 'cancelled', now, TOO_LONG_AGO)
    }
    if (notBefore >= to) return
    const afterId = notBefore > from ? undefined : stretch.afterId
    this.open({ ...unknown, from: Math.max(from, notBefore), afterId }, now)
  }

  /**
   * Trades that reached us, are in every figure, and are not stored. What goes on where the last such
   * stretch ends makes that longer: a long refusal is one gap, not one for each batch.
   */
  shed(lost: Shed, cause: GapCause, now: number): void {
    const { from, to, first, last, count } = lost
    const before = lost.late ? undefined : this.#all.findLast((each) => goesOn(each, lost, cause))
    if (before !== undefined) {
      before.to = Math.max(before.to, to)
      before.last = last
      before.missing = (before.missing ?? 0) + count
      before.was = boundsOf(before)
      before.dirty = this.dirty = true
      return
    }
    this.open({ cause, from, to, first, last, missing: count, folded: true }, now)
  }

  /** Goes on with one that the ledger has. */
  adopt(gap: Gap): void {
    const { firstSeq, lastSeq } = gap
    const made = newMissing(
      { ...gap, first: firstSeq, last: lastSeq, reason: gap.reason ?? undefined },
      gap.state === 'filling' ? 'open' : gap.state,
    )
    Object.assign(made, { id: gap.id, recovered: gap.recovered, openedAt: gap.openedAt })
    made.closedAt = gap.closedAt
    made.told = true
    this.#all.push(made)
  }

  /** The earliest by number of those that nobody was told of yet. */
  earliestHeld(): Missing | undefined {
    let earliest: Missing | undefined
    for (const each of this.#all)
      if (
        each.state === 'held' &&
        (earliest === undefined || (each.first ?? 0) < (earliest.first ?? 0))
      )
        earliest = each
    return earliest
  }

  /** Tells of those whose grace is over. */
  declare(now: number): void {
    for (const each of this.#all)
      if (each.state === 'held' && each.dueAt <= now) this.#tell(each, now)
  }

  /** Tells of all that are held. */
  declareAll(now: number): void {
    for (const each of this.#all) if (each.state === 'held') this.#tell(each, now)
  }

  find(id: number): Missing | undefined {
    return id === 0 ? undefined : this.#all.find((each) => each.id === id)
  }

  /** The stretch in which at least one of the numbers [first, last] is missing. */
  holding(first: number, last: number): Missing | undefined {
    return this.#all.find(
      (each) =>
        each.first !== null && each.last !== null && each.first <= last && first <= each.last,
    )
  }

  /** The numbers [first, last], matched at `time`, are here now. True when any of them was missing. */
  cover(first: number, last: number, time: number, id: string | undefined, now: number): boolean {
    let found = false
    for (let at = this.#all.length - 1; at >= 0; at -= 1) {
      const each = this.#all[at]
      if (each === undefined || each.first === null || each.last === null) continue
      if (each.first > last || each.last < first) continue
      found = this.dirty = true
      this.#cut(each, each.first, each.last, first, last, time, id, now)
    }
    return found
  }

  /** A trade of which no number is known came for a stretch that is being filled. */
  credit(time: number, matches: number): void {
    for (const each of this.#all)
      if (each.first === null && each.state === 'filling' && each.from <= time && time <= each.to) {
        each.recovered += matches
        if (each.missing !== null) each.missing = Math.max(0, each.missing - matches)
        each.dirty = this.dirty = true
      }
  }

  /** A back-fill of this stretch begins; undefined when it is not open any more. */
  filling(id: number): Missing | undefined {
    const found = this.find(id)
    if (found?.state !== 'open') return undefined
    found.state = 'filling'
    found.dirty = this.dirty = true
    return found
  }

  /** Somebody wants one tried again that was given up, however long ago it is. */
  reopen(id: number, now: number): void {
    const found = this.find(id)
    if (found === undefined || found.state === 'filling' || found.state === 'held') return
    found.notBefore = 0
    this.close(found, 'open', now)
  }

  /** Sets how a stretch stands; one by numbers is filled by trades alone. */
  settle(id: number, state: GapState, now: number, reason?: string): void {
    const found = this.find(id)
    if (found === undefined) return
    this.close(found, state === 'filled' && found.first !== null ? 'open' : state, now, reason)
  }

  /** The venue's own figures count more in this stretch of time than the tape. */
  doubt(from: number, to: number, missing: number | null, now: number): void {
    this.open({ cause: 'mismatch', from, to, first: null, last: null, missing }, now)
  }

  /** Sets how it stands; `filled` ends it. */
  close(each: Missing, state: GapState, now: number, reason?: string): void {
    each.state = state
    each.dirty = this.dirty = true
    each.reason = reason
    each.closedAt = state === 'filled' || state === 'lost' ? now : null
    if (state === 'filled') {
      each.missing = 0
      this.#remove(each)
    } else if (state === 'lost') this.#forgetLost()
  }

  /** What the ledger has to be told since the last call. */
  drain(into: LedgerChange[]): void {
    this.dirty = false
    for (const each of this.#closed)
      if (each.told || each.recovered > 0) into.push({ t: 'gap', gap: gapOf(this.#market, each) })
    if (this.#closed.length > 0) this.#closed = []
    for (const each of this.#all) {
      if (!each.dirty || each.state === 'held') continue
      if (!each.told) partFromRoot(each)
      into.push({ t: 'gap', gap: gapOf(this.#market, each) })
      each.dirty = false
      each.told = true
    }
  }

  #tell(each: Missing, now: number): void {
    each.id = this.#newId()
    each.state = 'open'
    each.openedAt = now
    each.was = boundsOf(each)
    each.dirty = this.dirty = true
  }

  #cut(
    each: Missing,
    lowest: number,
    highest: number,
    first: number,
    last: number,
    time: number,
    id: string | undefined,
    now: number,
  ): void {
    const count = Math.min(highest, last) - Math.max(lowest, first) + 1
    if (each.state !== 'held') this.#countRecovered(each, count)
    each.dirty = true
    const below = first > lowest
    const above = last < highest
    if (below && above) {
      const rest = newMissing(
        { ...each, first: last + 1, from: time, missing: highest - last, afterId: id },
        each.state,
      )
      rest.root = each
      rest.dirty = true
      rest.openedAt = each.openedAt
      if (each.state !== 'held') rest.id = this.#newId()
      rest.closedAt = each.closedAt
      this.#all.push(rest)
    }
    if (below) {
      each.last = first - 1
      each.to = time
      each.beforeId = id
      each.missing = first - lowest
    } else if (above) {
      each.first = last + 1
      each.from = time
      each.afterId = id
      each.missing = highest - last
    } else if (each.state === 'held') this.#all = this.#all.filter((other) => other !== each)
    else this.close(each, 'filled', now)
  }

  /** On itself when the ledger knows it, else on the stretch that it was cut from. */
  #countRecovered(each: Missing, count: number): void {
    let target = each
    while (!target.told && target.root !== null) target = target.root
    target.recovered += count
    target.dirty = true
    if (target.state === 'filled' && !this.#closed.includes(target)) this.#closed.push(target)
  }

  #remove(each: Missing): void {
    this.#all = this.#all.filter((other) => other !== each)
    if (!this.#closed.includes(each)) this.#closed.push(each)
  }

  #forgetLost(): void {
    const lost = this.#all.filter((each) => each.state === 'lost' && !each.dirty)
    const over = new Set(lost.slice(0, Math.max(0, lost.length - MOST_LOST)))
    if (over.size > 0) this.#all = this.#all.filter((each) => !over.has(each))
  }
}

/** Nobody has begun to fetch it, nothing of it came back, and nothing was stored in between. */
const goesOn = (each: Missing, { from, first }: Shed, cause: GapCause): boolean =>
  each.folded &&
  each.state === 'open' &&
  each.cause === cause &&
  each.recovered === 0 &&
  each.root === null &&
  (first === null ? each.first === null && each.to === from : each.last === first - 1)

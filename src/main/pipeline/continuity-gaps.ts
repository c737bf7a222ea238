import type { Gap, GapCause, GapState, LedgerChange } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

/**
 * A stretch in which trades are missing, while somebody may still bring them. `held`: seen a moment
 * ago, and not told to anybody yet, because frames may overtake each other.
 */
export interface Missing {
  /** 0 while held. */
  id: number
  readonly cause: GapCause
  state: GapState | 'held'
  /** Match times of the neighbours. */
  from: number
  to: number
  /** First and last missing number, both included; null where numbers prove nothing. */
  first: number | null
  last: number | null
  /** Matches missing; null when nobody can say. */
  missing: number | null
  recovered: number
  openedAt: number
  closedAt: number | null
  reason: string | undefined
  /** Ids of the neighbours, where they are known. */
  afterId: string | undefined
  beforeId: string | undefined
  /** When a held one is told, our clock. */
  readonly dueAt: number
  /** A back-fill reaches no further back than this, match time. */
  notBefore: number
  /** What comes back was in every figure before it was lost (the disk refused it). */
  readonly folded: boolean
  /** Its bounds when it was told; what is filled is shown with them. */
  was: Bounds
  /** It was told to the ledger, and changed since. */
  told: boolean
  dirty: boolean
  /** Of which it was a part: counts what is recovered while it is not told itself. */
  root: Missing | null
}

interface Bounds {
  from: number
  to: number
  first: number | null
  last: number | null
}

export type NewMissing = Pick<Missing, 'cause' | 'from' | 'to' | 'first' | 'last' | 'missing'> &
  Partial<Pick<Missing, 'dueAt' | 'notBefore' | 'folded' | 'afterId' | 'beforeId' | 'reason'>>

/** Stretches given up that are still remembered, in case that a late trade brings them. */
const MOST_LOST = 1_000

/** All that is missing of one market: disjoint stretches of numbers, and stretches of time. */
export class MissingStretches {
  readonly #market: MarketId
  readonly #newId: () => number
  #all: Missing[] = []
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
  }

  /** Told at once. */
  open(stretch: NewMissing, now: number): Missing {
    const made = newMissing(stretch, 'held')
    this.#all.push(made)
    this.#tell(made, now)
    return made
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
      found = true
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
        each.dirty = true
      }
  }

  /** Sets how it stands; `filled` ends it. */
  settle(each: Missing, state: GapState, now: number, reason?: string): void {
    each.state = state
    each.dirty = true
    each.reason = reason
    each.closedAt = state === 'filled' || state === 'lost' ? now : null
    if (state === 'filled') {
      each.missing = 0
      this.#remove(each)
    } else if (state === 'lost') this.#forgetLost()
  }

  /** Cuts one in two at a number; both parts stand in the same state. Returns the part above. */
  splitAt(each: Missing, time: number, now: number): Missing {
    const above = newMissing({ ...each, from: time }, 'held')
    above.root = each
    each.to = time
    each.beforeId = undefined
    above.afterId = undefined
    this.#all.push(above)
    this.#tell(above, now)
    each.dirty = true
    return above
  }

  /** What the ledger has to be told since the last call. */
  drain(into: LedgerChange[]): void {
    for (const each of this.#closed)
      if (each.told || each.recovered > 0) into.push({ t: 'gap', gap: this.#gap(each) })
    if (this.#closed.length > 0) this.#closed = []
    for (const each of this.#all) {
      if (!each.dirty || each.state === 'held') continue
      if (!each.told) partFromRoot(each)
      into.push({ t: 'gap', gap: this.#gap(each) })
      each.dirty = false
      each.told = true
    }
  }

  #tell(each: Missing, now: number): void {
    each.id = this.#newId()
    each.state = 'open'
    each.openedAt = now
    each.was = boundsOf(each)
    each.dirty = true
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
    else this.settle(each, 'filled', now)
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

  #gap(each: Missing): Gap {
    const { from, to, first, last } = each.state === 'filled' ? each.was : each
    return {
      id: each.id,
      market: this.#market,
      cause: each.cause,
      state: each.state === 'held' ? 'open' : each.state,
      from: Math.min(from, to) as EpochMs,
      to: Math.max(from, to) as EpochMs,
      firstSeq: first,
      lastSeq: last,
      missing: each.missing,
      recovered: each.recovered,
      openedAt: each.openedAt as EpochMs,
      closedAt: each.closedAt as EpochMs | null,
      ...(each.reason === undefined ? {} : { reason: each.reason }),
    }
  }
}

/** A part that is told of itself is no longer shown with what it was cut from. */
function partFromRoot({ root, was }: Missing): void {
  if (root === null || was.first === null || (root.was.last ?? 0) < was.first) return
  root.was.last = was.first - 1
  root.was.to = was.from
}

const newMissing = (stretch: NewMissing, state: Missing['state']): Missing => ({
  id: 0,
  cause: stretch.cause,
  state,
  from: stretch.from,
  to: stretch.to,
  first: stretch.first,
  last: stretch.last,
  missing: stretch.missing,
  recovered: 0,
  openedAt: 0,
  closedAt: null,
  reason: stretch.reason,
  afterId: stretch.afterId,
  beforeId: stretch.beforeId,
  dueAt: stretch.dueAt ?? 0,
  notBefore: stretch.notBefore ?? 0,
  folded: stretch.folded ?? false,
  was: boundsOf(stretch),
  told: false,
  dirty: false,
  root: null,
})

const boundsOf = ({ from, to, first, last }: Bounds): Bounds => ({ from, to, first, last })

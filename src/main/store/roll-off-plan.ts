import type { SegmentEntry } from './segment-index.ts'

/** Younger trades never roll off: back-fills and the end of the tape are at home there. */
export const LEAST_KEPT_MS = 3_600_000

/** The sealed tape of one market and how long it is kept. */
export interface KeptTape {
  readonly market: number
  /** In order of time. */
  readonly entries: readonly SegmentEntry[]
  /** Null: no age limit. */
  readonly keepMs: number | null
}

export interface RollOffRule {
  readonly now: number
  /** Bytes in use now, and how many there may be; null: no limit. */
  readonly used: number
  readonly budget: number | null
  readonly pageBytes: number
}

/** One segment that goes. */
export interface RollOff {
  readonly market: number
  readonly entry: SegmentEntry
  /** What its going sets free. */
  readonly bytes: number
}

interface Head {
  readonly tape: KeptTape
  at: number
}

/**
 * Which segments go, the oldest first: those that are older, to their last trade, than their market's age
 * limit; then, while more is in use than the budget allows, the oldest of all. A market's newest segment
 * stays, since its tape goes on from there, and so does what is younger than an hour.
 */
export function* planRollOff(
  tapes: readonly KeptTape[],
  { now, used, budget, pageBytes }: RollOffRule,
): Generator<RollOff> {
  const heads: Head[] = tapes.map((tape) => ({ tape, at: 0 }))
  let left = used
  const go = ({ tape: { market } }: Head, entry: SegmentEntry): RollOff => {
    const bytes = bytesFreed(entry, pageBytes)
    left -= bytes
    return { market, entry, bytes }
  }
  for (;;) {
    const oldest = takeOldest(heads, ({ keepMs }) => (keepMs === null ? null : now - keepMs), now)
    if (oldest === undefined) break
    yield go(...oldest)
  }
  while (budget !== null && left > budget) {
    const oldest = takeOldest(heads, () => Number.POSITIVE_INFINITY, now)
    if (oldest === undefined) return
    yield go(...oldest)
  }
}

/** Takes the segment that ends first of those that end before the time that `until` says. */
function takeOldest(
  heads: readonly Head[],
  until: (tape: KeptTape) => number | null,
  now: number,
): [Head, SegmentEntry] | undefined {
  let found: [Head, SegmentEntry] | undefined
  for (const head of heads) {
    const { entries } = head.tape
    const entry = head.at < entries.length - 1 ? entries[head.at] : undefined
    const end = until(head.tape)
    if (entry === undefined || end === null) continue
    if (entry.to >= Math.min(end, now - LEAST_KEPT_MS)) continue
    if (found === undefined || entry.to < found[1].to) found = [head, entry]
  }
  if (found !== undefined) found[0].at += 1
  return found
}

/** A blob lies in pages of its own, each with four bytes for where it goes on. */
export const bytesFreed = ({ bytes }: SegmentEntry, pageBytes: number): number =>
  Math.ceil(bytes / (pageBytes - 4)) * pageBytes

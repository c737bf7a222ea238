import { FULL_SEGMENT } from './seal.ts'
import type { SegmentEntry } from './segment-index.ts'

/** Segments below these parts of a full one are small of the first, second, third kind. */
const TIERS = [1 / 64, 1 / 8, 1]
/** So many small neighbours of a kind are joined: a trade is written once for each kind. */
const NEIGHBOURS = 8
/** Full segments that one step opens for late trades; what is left is put off. */
const MOST_REOPENED = 2

/** Segments (in order of time) and fresh rows that become new segments together. */
export interface SealGroup {
  readonly segments: readonly SegmentEntry[]
  readonly rows: Uint32Array
}

export interface SealPlan {
  readonly groups: readonly SealGroup[]
  /** Fresh rows for a later step. */
  readonly putOff: Uint32Array
}

/** A piece of tape as it will be: segments and rows, in order of time. */
interface Piece {
  readonly segments: readonly SegmentEntry[]
  readonly rows: readonly Uint32Array[]
  readonly trades: number
}

/**
 * What to do with fresh rows of a market. Rows that fall into a segment are sealed anew with it; rows
 * between segments, or behind the last, become one of their own; and small neighbours are joined, but
 * for the newest, into which the next late trades will fall.
 *
 * @param rows Fresh rows in order of the tape.
 * @param entries Sealed segments in order of time, not overlapping.
 */
export function planSeal(
  entries: readonly SegmentEntry[],
  times: Float64Array,
  rows: Uint32Array,
  full = FULL_SEGMENT,
): SealPlan {
  const isSmall = (entry: SegmentEntry | undefined): boolean =>
    entry !== undefined && entry.trades < full
  const timeAt = (at: number): number => times[rows[at] ?? 0] ?? 0
  let place = firstEnding(entries, timeAt(0))
  let begin = place
  while (place - begin < LOOKED_AT && isSmall(entries[begin - 1])) begin -= 1
  const pieces: Piece[] = entries.slice(begin, place).map(sealed)
  let reopened = 0
  let at = 0
  while (at < rows.length && reopened < MOST_REOPENED * full) {
    const entry = entries[place]
    const from = at
    // Before the segment, then within it.
    while (at < rows.length && (entry === undefined || timeAt(at) < entry.from)) at += 1
    if (at > from) pieces.push({ segments: [], rows: [rows.subarray(from, at)], trades: at - from })
    if (entry === undefined || at === rows.length) break
    const inside = at
    while (at < rows.length && timeAt(at) <= entry.to) at += 1
    if (at > inside) reopened += entry.trades
    pieces.push({
      segments: [entry],
      rows: at > inside ? [rows.subarray(inside, at)] : [],
      trades: entry.trades + at - inside,
    })
    place += 1
  }
  let end = place
  while (end - place < LOOKED_AT && isSmall(entries[end])) end += 1
  for (const entry of entries.slice(place, end)) pieces.push(sealed(entry))
  const joined = joinSmall(pieces, end === entries.length, full)
  return { groups: joined.filter(changed).map(toGroup), putOff: rows.subarray(at) }
}

const sealed = (entry: SegmentEntry): Piece => ({
  segments: [entry],
  rows: [],
  trades: entry.trades,
})

const changed = ({ segments, rows }: Piece): boolean => segments.length !== 1 || rows.length > 0

function toGroup({ segments, rows }: Piece): SealGroup {
  const [only] = rows
  if (rows.length === 1 && only !== undefined) return { segments, rows: only }
  const all = new Uint32Array(rows.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of rows) {
    all.set(part, at)
    at += part.length
  }
  return { segments, rows: all }
}

function firstEnding(entries: readonly SegmentEntry[], time: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.to ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Most small neighbours that are looked at on either side. */
const LOOKED_AT = NEIGHBOURS * TIERS.length

/** Joins runs of small pieces, kind by kind; `newest`: the last piece is the end of the tape. */
function joinSmall(pieces: readonly Piece[], newest: boolean, full: number): readonly Piece[] {
  const last = newest ? pieces.at(-1) : undefined
  let joined = last === undefined ? pieces : pieces.slice(0, -1)
  let above = 0
  for (const part of TIERS) {
    joined = joinTier(joined, above, part * full, full)
    above = part * full
  }
  return last === undefined ? joined : [...joined, last]
}

/** Joins runs of pieces below a size when they hold enough of that kind, or a full segment's trades. */
function joinTier(
  pieces: readonly Piece[],
  above: number,
  below: number,
  full: number,
): readonly Piece[] {
  const joined: Piece[] = []
  let run: Piece[] = []
  let [kind, trades] = [0, 0]
  const flush = (): void => {
    if (kind >= NEIGHBOURS || (run.length > 1 && trades >= full)) joined.push(joinAll(run))
    else joined.push(...run)
    run = []
    kind = 0
    trades = 0
  }
  for (const piece of pieces) {
    if (piece.trades >= below) flush()
    run.push(piece)
    trades += piece.trades
    if (piece.trades >= above) kind += 1
    if (piece.trades >= below || trades >= full) flush()
  }
  flush()
  return joined
}

const joinAll = (run: readonly Piece[]): Piece => ({
  segments: run.flatMap(({ segments }) => segments),
  rows: run.flatMap(({ rows }) => rows),
  trades: run.reduce((sum, { trades }) => sum + trades, 0),
})

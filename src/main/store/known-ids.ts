import type { IdColumn } from '../../shared/domain/id-column.ts'
import { type IdSet, idBegin, NumberSet, TextSet } from './id-set.ts'
import { NumberRuns } from './number-runs.ts'
import { RISING, type SegmentEntry, type SegmentIndex } from './segment-index.ts'

/**
 * Some venues' history gives whole seconds where their stream gave milliseconds: an id without order
 * is looked for this far around its match time, ms.
 */
export const TIME_SLACK = 2_000

/** Opens the ids of a sealed segment; undefined when it cannot be read. */
export type OpenIds = (entry: SegmentEntry) => IdSet | undefined

/** What of a market's tape is gone for good, on purpose. */
export interface RolledOff {
  /** Trades with earlier match times are not kept, epoch ms. */
  readonly keptFrom: number
  /** The greatest number id among them, where ids rise with time; -1 where they do not. */
  readonly id: number
}

export const NOTHING_ROLLED_OFF: RolledOff = { keptFrom: Number.NEGATIVE_INFINITY, id: -1 }

/** Ids that lie in the log, or did until a moment ago. */
class Resident {
  readonly #rising = new NumberRuns()
  #late: NumberSet | undefined
  #texts: TextSet | undefined

  addRising(id: number): void {
    this.#rising.add(id)
  }

  addLate(id: number): void {
    this.#late ??= new NumberSet()
    this.#late.add(id)
  }

  /** False when it was there already. */
  addText(bytes: Uint8Array, from: number, to: number): boolean {
    this.#texts ??= new TextSet()
    return this.#texts.add(bytes, from, to)
  }

  hasNumber(id: number): boolean {
    return this.#rising.has(id) || (this.#late?.has(id) ?? false)
  }

  hasText(bytes: Uint8Array, from: number, to: number): boolean {
    return this.#texts?.has(bytes, from, to) ?? false
  }
}

/**
 * The ids of one market's tape: each trade is asked for once, and what is new is remembered. A number
 * greater than all before costs one comparison. Others are looked for among the ids in the log; then in
 * the sealed segments that may hold them: by the range of their ids where ids rise with time, else by match
 * time.
 */
export class KnownIds {
  readonly #segments: SegmentIndex
  readonly #open: OpenIds
  /** The greatest number id of the tape; -1 before the first. */
  #greatest: number
  #resident = new Resident()
  /** Of what was sealed last: so that what goes on from there need not open a segment. */
  #previous: Resident | null = null
  #rolled: RolledOff
  /** Sealed trades that are not in `previous` have match times up to this. */
  #sealedReach: number

  constructor(segments: SegmentIndex, open: OpenIds, rolled: RolledOff = NOTHING_ROLLED_OFF) {
    this.#segments = segments
    this.#open = open
    this.#rolled = rolled
    this.#greatest = segments.greatestId
    this.#sealedReach = segments.reach
  }

  /**
   * True when the trade in `row` is not on the tape yet; it counts as being there from now on. What is
   * older than the trades that are kept was on it, or would roll off at once.
   */
  add(ids: IdColumn, row: number, time: number): boolean {
    if (time < this.#rolled.keptFrom) return false
    const id = ids.number[row] ?? Number.NaN
    if (id > this.#greatest) {
      this.#greatest = id
      this.#resident.addRising(id)
      return true
    }
    return Number.isNaN(id) ? this.#addText(ids, row, time) : this.#addLate(id, time)
  }

  /** Takes an id of the log that is known not to be sealed. */
  restore(ids: IdColumn, row: number): void {
    const id = ids.number[row] ?? Number.NaN
    if (Number.isNaN(id)) this.#resident.addText(ids.bytes, idBegin(ids, row), ids.end[row] ?? 0)
    else if (id > this.#greatest) {
      this.#greatest = id
      this.#resident.addRising(id)
    } else this.#resident.addLate(id)
  }

  /** More has rolled off; what did so before stays gone. */
  rolledOff({ keptFrom, id }: RolledOff): void {
    this.#rolled = {
      keptFrom: Math.max(this.#rolled.keptFrom, keptFrom),
      id: Math.max(this.#rolled.id, id),
    }
  }

  /** Everything in the log was sealed; before that, sealed trades reached up to `reach`. */
  sealed(reach: number): void {
    this.#previous = this.#resident
    this.#resident = new Resident()
    this.#sealedReach = reach
  }

  #addLate(id: number, time: number): boolean {
    const { keptFrom, id: rolled } = this.#rolled
    if (id <= rolled && time < keptFrom + TIME_SLACK) return false
    if (this.#resident.hasNumber(id) || this.#previous?.hasNumber(id)) return false
    for (const entry of this.#segments.mayHold(id, time - TIME_SLACK, this.#lookUpTo(time)))
      if (this.#open(entry)?.hasNumber(id)) return false
    this.#resident.addLate(id)
    return true
  }

  #addText({ bytes, end }: IdColumn, row: number, time: number): boolean {
    const from = row === 0 ? 0 : (end[row - 1] ?? 0)
    const to = end[row] ?? 0
    if (this.#previous?.hasText(bytes, from, to)) return false
    for (const entry of this.#segments.overlapping(time - TIME_SLACK, this.#lookUpTo(time)))
      if (entry.ordered !== RISING && this.#open(entry)?.hasText(bytes, from, to)) return false
    return this.#resident.addText(bytes, from, to)
  }

  /** Later sealed trades are among `previous`. */
  #lookUpTo(time: number): number {
    return Math.min(time + TIME_SLACK, this.#sealedReach)
  }
}

/** Ids of segments that were looked into last. */
export class OpenSegments {
  readonly #most: number
  readonly #held = new Map<number, IdSet>()
  /** Segments decoded since the beginning. */
  decoded = 0

  constructor(most = 32) {
    this.#most = most
  }

  get(id: number, open: () => IdSet | undefined): IdSet | undefined {
    const held = this.#held.get(id)
    if (held !== undefined) {
      this.#held.delete(id)
      this.#held.set(id, held)
      return held
    }
    const opened = open()
    this.decoded += 1
    if (opened === undefined) return undefined
    this.#held.set(id, opened)
    if (this.#held.size > this.#most)
      for (const oldest of this.#held.keys()) {
        this.#held.delete(oldest)
        break
      }
    return opened
  }
}

import type { Missing } from './continuity-missing.ts'

/** Trades that reached us and are not stored; times are their own. */
export interface Shed {
  readonly from: number
  readonly to: number
  /** First and last number, both included; null where there are none. */
  readonly first: number | null
  readonly last: number | null
  readonly count: number
  /** They came behind the newest. */
  readonly late: boolean
}

/** What came since the store took the last batch: all of it is missing when it refuses the next. */
export class SinceStored {
  #next = Number.NaN
  #time = Number.NaN
  #count = 0
  #late: { first: number; last: number; time: number }[] = []

  /** The batch was taken; `next` is the number expected now, `time` that of the newest trade. */
  reset(next: number, time: number): void {
    this.#next = next
    this.#time = time
    this.#count = 0
    if (this.#late.length > 0) this.#late = []
  }

  /** Numbers begin (anew) at `first`. */
  renumber(first: number, time: number, oldNext: number): void {
    if (this.#next < oldNext) this.late(this.#next, oldNext - 1, this.#time)
    this.#next = first
    if (Number.isNaN(this.#time)) this.#time = time
  }

  begin(time: number): void {
    if (Number.isNaN(this.#time)) this.#time = time
  }

  live(): void {
    this.#count += 1
  }

  /** A trade behind the newest; NaN without a number. */
  late(first: number, last: number, time: number): void {
    this.#late.push({ first, last, time })
  }

  /** The numbers that came: all from the mark to `next` that are not missing, and the late ones. */
  numbered(next: number, lastTime: number, missing: readonly Missing[]): Shed[] {
    const shed: Shed[] = []
    for (const { first, last, time } of this.#late) {
      const end = first < this.#next ? Math.min(last, this.#next - 1) : last
      if (first < this.#next || first >= next)
        shed.push({ from: time, to: time, first, last: end, count: end - first + 1, late: true })
    }
    const holes = missing
      .filter((each) => each.first !== null && (each.last ?? 0) >= this.#next && each.first < next)
      .map((each) => ({ first: each.first ?? 0, last: each.last ?? 0 }))
      .sort((a, b) => a.first - b.first)
    let first = this.#next
    for (const hole of [...holes, { first: next, last: next }]) {
      const last = hole.first - 1
      if (last >= first)
        shed.push({
          from: this.#time,
          to: lastTime,
          first,
          last,
          count: last - first + 1,
          late: false,
        })
      first = Math.max(first, hole.last + 1)
    }
    return shed
  }

  unnumbered(lastTime: number): Shed[] {
    const count = this.#count + this.#late.length
    if (count === 0) return []
    const times = this.#late.map(({ time }) => time)
    const from = times.reduce((a, b) => Math.min(a, b), this.#time)
    const to = times.reduce((a, b) => Math.max(a, b), lastTime)
    return [{ from, to, first: null, last: null, count, late: this.#late.length > 0 }]
  }
}

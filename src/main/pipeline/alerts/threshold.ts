import type { Operator } from '../../../shared/domain/alert.ts'

/** Whom a part of a condition tells that it changed. */
export interface Judged {
  touch(): void
}

/** A part of a condition that is true or false at each moment. */
export interface Leaf {
  on: boolean
  /** Events are on until the condition was judged once, states while they last. */
  readonly isEvent: boolean
  save(): LeafState
  load(state: LeafState): void
}

/** On; ready to cross upwards; ready to cross downwards; the value of an event, null of all else. */
export type LeafState = readonly [on: boolean, up: boolean, down: boolean, value: number | null]

/** An event without a state: a trade of some size, a gap, a verdict. */
export class Event implements Leaf {
  on = false
  readonly isEvent = true
  private seen = Number.NaN
  private readonly owner: Judged

  constructor(owner: Judged) {
    this.owner = owner
  }

  /** What was seen, while it is on: a quantity, a length in ms, a verdict's value. NaN otherwise. */
  get value(): number {
    return this.on ? this.seen : Number.NaN
  }

  strike(seen: number): void {
    this.seen = seen
    this.on = true
    this.owner.touch()
  }

  save(): LeafState {
    return [this.on, false, false, Number.isFinite(this.value) ? this.value : null]
  }

  load([on, , , value]: LeafState): void {
    this.on = on
    this.seen = value ?? Number.NaN
  }
}

/**
 * A figure against a threshold, with hysteresis: what went over the threshold counts as being there
 * until the figure is back by `band`, and a crossing counts again only after that.
 */
export class Threshold implements Leaf {
  on = false
  readonly isEvent: boolean
  private up = false
  private down = false
  private readonly owner: Judged
  private readonly op: Operator
  private readonly limit: number
  private readonly band: number

  /** @param hysteresis share of the threshold, 0 for none */
  constructor(owner: Judged, op: Operator, limit: number, hysteresis: number) {
    this.owner = owner
    this.op = op
    this.limit = limit
    this.band = Math.abs(limit) * hysteresis
    this.isEvent = op.startsWith('crosses')
  }

  /** The values of the figure at which this may change. */
  bounds(): readonly number[] {
    const { limit, band } = this
    const beside = {
      '>': [limit - band],
      '>=': [limit - band],
      '<': [limit + band],
      '<=': [limit + band],
      beyond: [-limit, limit - band, band - limit],
      crosses: [limit - band, limit + band],
      'crosses above': [limit - band],
      'crosses below': [limit + band],
    }[this.op]
    // -0 would be another key than 0.
    return [...new Set([limit, ...beside].map((bound) => (bound === 0 ? 0 : bound)))]
  }

  update(x: number): void {
    if (this.isEvent) this.cross(x)
    else this.hold(x)
  }

  /** The figure is not known any more: no state lasts, and a crossing needs two known values. */
  forget(): void {
    this.up = false
    this.down = false
    if (this.isEvent || !this.on) return
    this.on = false
    this.owner.touch()
  }

  save(): LeafState {
    return [this.on, this.up, this.down, null]
  }

  load([on, up, down]: LeafState): void {
    this.on = on
    this.up = up
    this.down = down
  }

  private hold(x: number): void {
    const on = this.on ? !this.isBack(x) : this.isOver(x)
    if (on === this.on) return
    this.on = on
    this.owner.touch()
  }

  private isOver(x: number): boolean {
    if (this.op === '>') return x > this.limit
    if (this.op === '>=') return x >= this.limit
    if (this.op === '<') return x < this.limit
    if (this.op === '<=') return x <= this.limit
    return Math.abs(x) > this.limit
  }

  private isBack(x: number): boolean {
    const { limit, band } = this
    if (this.op === '>') return x <= limit - band
    if (this.op === '>=') return band > 0 ? x <= limit - band : x < limit
    if (this.op === '<') return x >= limit + band
    if (this.op === '<=') return band > 0 ? x >= limit + band : x > limit
    return Math.abs(x) <= limit - band
  }

  private cross(x: number): void {
    const { limit, band, op } = this
    const upwards = this.up && x > limit && op !== 'crosses below'
    const downwards = this.down && x < limit && op !== 'crosses above'
    if (x > limit) this.up = false
    else if (x <= limit - band) this.up = true
    if (x < limit) this.down = false
    else if (x >= limit + band) this.down = true
    if (!upwards && !downwards) return
    this.on = true
    this.owner.touch()
  }
}

/**
 * How long a figure may be left alone: while all of this holds no threshold on it can be touched, whatever comes.
 * Trades meanwhile only go into the ring, and are folded together when the figure is looked at next.
 */
export class Calm {
  /** Market time from which on it is over. */
  until = Number.NEGATIVE_INFINITY
  /** The open stretch in which prices must lie. */
  lo = Number.POSITIVE_INFINITY
  hi = Number.NEGATIVE_INFINITY
  /** Steps (10^-8) that may come, and the number of the ring's last row that may. */
  room = -1
  head = -1

  /** The next trade is looked at. */
  end(): void {
    this.set(Number.NEGATIVE_INFINITY)
    this.room = -1
  }

  /** Nothing but time ends it. */
  set(until: number): void {
    this.until = until
    this.lo = Number.NEGATIVE_INFINITY
    this.hi = Number.POSITIVE_INFINITY
    this.room = Number.POSITIVE_INFINITY
    this.head = Number.POSITIVE_INFINITY
  }

  /** Whether a trade leaves it: market time and price (and whether it is another one), rows of the ring with it. */
  isOver(now: number, price: number, moved: boolean, head: number): boolean {
    return (
      now >= this.until ||
      // A price that is not known lies in no stretch.
      (moved && !(price > this.lo && price < this.hi)) ||
      this.room < 0 ||
      head > this.head
    )
  }

  /** Is over as soon as the other one is, too. */
  narrow(other: Calm): void {
    if (other.until < this.until) this.until = other.until
    if (other.lo > this.lo) this.lo = other.lo
    if (other.hi < this.hi) this.hi = other.hi
    if (other.room < this.room) this.room = other.room
    if (other.head < this.head) this.head = other.head
  }
}

/**
 * Figures are computed with rounding. What is said of them here ahead of time keeps away from a threshold by more than
 * that: by this share of the numbers that it is made of.
 */
export const SLACK = 1e-9

/** How far a value may go up to a bound; not more than 0 when it is too close to say. */
export const wayTo = (bound: number, value: number): number =>
  Number.isFinite(bound)
    ? Math.abs(bound - value) - SLACK * (Math.abs(bound) + Math.abs(value))
    : Number.POSITIVE_INFINITY

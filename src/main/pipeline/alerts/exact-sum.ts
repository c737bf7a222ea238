/** Quantities are summed in steps of this: 10^-8 of a unit, as whole numbers. */
export const STEPS = 1e8
/** Whole numbers below this are added without rounding. */
export const EXACT = 2 ** 53
const LIMB = 4_294_967_296
/** Two whole numbers up to this have an exact sum. */
const SAFE = 2 ** 52

/** A quantity in whole steps; from 2^53 steps on a double is whole anyway. */
export const inSteps = (quantity: number): number => Math.round(quantity * STEPS)

/**
 * A sum of whole numbers from which some can be taken away again, exactly: a window's sum then is
 * the same whatever was in the window before, on every run and after every restart.
 */
export class ExactSum {
  /** In units of 2^32, so that `low` stays small enough to be exact. */
  private high = 0
  private low = 0

  /** @param steps a whole number, negative to take it away */
  add(steps: number): void {
    if (steps < SAFE && steps > -SAFE) this.low += steps
    else this.split(steps)
    if (this.low > SAFE || this.low < -SAFE) this.carry()
  }

  clear(): void {
    this.high = 0
    this.low = 0
  }

  /** The sum in steps, rounded once. */
  get steps(): number {
    return this.high * LIMB + this.low
  }

  private split(steps: number): void {
    const high = Math.floor(steps / LIMB)
    this.high += high
    this.low += steps - high * LIMB
  }

  private carry(): void {
    const high = Math.floor(this.low / LIMB)
    this.high += high
    this.low -= high * LIMB
  }
}

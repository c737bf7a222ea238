import { bucketsPay } from './integer-buckets.ts'

/** How a column of whole numbers is written; the number is the first byte of the column. */
export const FORM = {
  /** One value for all rows. */
  constant: 0,
  /** From row to row always the same step. */
  steps: 1,
  /** Two neighbouring values, a bit a row. */
  bits: 2,
  /** Distance to the least value, in byte planes. */
  planes: 3,
  /** Distance to the row before, in byte planes. */
  deltas: 4,
  /** Doubles as they are: for what is not whole, or too far apart. */
  doubles: 5,
  /** As planes and as deltas, but in buckets instead of byte planes. */
  buckets: 6,
  bucketDeltas: 7,
} as const

export interface IntegerPlan {
  readonly form: (typeof FORM)[keyof typeof FORM]
  /** The value that the rows are written against: the least, or (steps, deltas) the first. */
  readonly base: number
  readonly step: number
  /** Bytes a row in planes, 1 to 7; 0 in the other forms. */
  readonly width: number
  /** The planes are in `distances` or `foldedSteps` already. */
  readonly narrow: boolean
  /** Roughly the information in all rows, in bits: for choosing between columns that say the same. */
  readonly bits: number
}

const { MAX_SAFE_INTEGER } = Number
/** Values nearer to the first than this are worked on as 32-bit integers, their steps too. */
const NARROW = 2 ** 30

/**
 * What the plan of a narrow column leaves for its writer, valid until the next plan: the distance of each
 * row to the least value, and the folded step from the row before. Folded: 0, -1, 1, -2 are 0, 1, 2, 3.
 */
export let distances = new Uint32Array(4_096)
export let foldedSteps = new Uint32Array(4_096)

/**
 * Looks for the shortest form of the first `count` values, 1 or more. 4.7 ns a row, 6.1 where they are far
 * apart.
 */
export function planOf(values: Float64Array, count: number): IntegerPlan {
  const first = values[0] ?? 0
  const step = stepOf(values, count)
  if (step !== undefined) return simple(step === 0 ? FORM.constant : FORM.steps, first, step, 0)
  return look.take(values, count) ? look.plan(first) : planFarApart(values, count)
}

const simple = (
  form: IntegerPlan['form'],
  base: number,
  step: number,
  bits: number,
): IntegerPlan => ({ form, base, step, width: 0, narrow: true, bits })

/** The one step between all rows, 0 where they are equal. Ends at the first that does not fit. */
function stepOf(values: Float64Array, count: number): number | undefined {
  const first = values[0] ?? 0
  const step = count > 1 ? (values[1] ?? 0) - first : 0
  const last = first + step * (count - 1)
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(step) || !Number.isSafeInteger(last))
    return undefined
  for (let row = 1; row < count; row += 1) if (values[row] !== first + step * row) return undefined
  return step
}

/** One look at a narrow column. Bits are counted row by row: an outlier must not decide for all. */
class NarrowLook {
  #count = 0
  /** From the first value. */
  #least = 0
  #span = 0
  #folds = 0
  #plainBits = 0
  #deltaBits = 0

  /** Fills `distances` and `foldedSteps`; false when a value is not whole or too far from the first. */
  take(values: Float64Array, count: number): boolean {
    if (distances.length < count) {
      distances = new Uint32Array(2 * count)
      foldedSteps = new Uint32Array(2 * count)
    }
    this.#count = count
    // Beyond, sums with the first value would not be exact.
    if (!(Math.abs(values[0] ?? 0) <= MAX_SAFE_INTEGER - NARROW)) return false
    return this.#steps(values, count) && this.#distances(count)
  }

  #steps(values: Float64Array, count: number): boolean {
    const [words, steps] = [distances, foldedSteps]
    const first = values[0] ?? 0
    let before = 0
    let least = 0
    let most = 0
    let whole = Number.isInteger(first)
    let folds = 0
    let zeros = 0
    for (let row = 0; row < count; row += 1) {
      const value = values[row] ?? 0
      const distance = (value - first) | 0
      if (distance + first !== value) whole = false
      const step = (distance - before) | 0
      const folded = (step << 1) ^ (step >> 31)
      words[row] = distance
      steps[row] = folded
      before = distance
      folds |= folded
      zeros += Math.clz32(folded)
      if (distance < least) least = distance
      if (distance > most) most = distance
    }
    this.#least = least
    this.#span = most - least
    this.#folds = folds >>> 0
    this.#deltaBits = 32 * count - zeros
    return whole && least > -NARROW && most < NARROW
  }

  /** Makes distances to the first value distances to the least. */
  #distances(count: number): true {
    const words = distances
    const least = this.#least
    let zeros = 0
    for (let row = 0; row < count; row += 1) {
      const distance = ((words[row] ?? 0) - least) | 0
      words[row] = distance
      zeros += Math.clz32(distance)
    }
    this.#plainBits = 32 * count - zeros
    return true
  }

  plan(first: number): IntegerPlan {
    const least = first + this.#least
    if (this.#span === 1) return simple(FORM.bits, least, 0, this.#count)
    const count = this.#count
    if (this.#deltaBits < this.#plainBits) {
      const width = bytesOf(this.#folds)
      const form = bucketsPay(foldedSteps, count, width) ? FORM.bucketDeltas : FORM.deltas
      return inPlanes(form, first, width, true, this.#deltaBits)
    }
    const width = bytesOf(this.#span)
    const form = bucketsPay(distances, count, width) ? FORM.buckets : FORM.planes
    return inPlanes(form, least, width, true, this.#plainBits)
  }
}

const look = new NarrowLook()

/** Bytes that a whole number needs, 1 or more. */
function bytesOf(value: number): number {
  let bytes = 1
  for (let limit = 0x100; value >= limit; limit *= 0x100) bytes += 1
  return bytes
}

/** Values that 32 bits do not part, such as ids without order: the width decides, not each row. */
function planFarApart(values: Float64Array, count: number): IntegerPlan {
  let before = values[0] ?? 0
  let least = before
  let most = before
  let fall = 0
  let rise = 0
  let whole = true
  for (let row = 0; row < count; row += 1) {
    const value = values[row] ?? 0
    const step = value - before
    if (value < least) least = value
    if (value > most) most = value
    if (step < fall) fall = step
    if (step > rise) rise = step
    if (Math.floor(value) !== value) whole = false
    before = value
  }
  const span = most - least
  if (!whole || least < -MAX_SAFE_INTEGER || most > MAX_SAFE_INTEGER || span > MAX_SAFE_INTEGER)
    return simple(FORM.doubles, 0, 0, 64 * count)
  const plain = bytesOf(span)
  const folded = Math.max(-2 * fall - 1, 2 * rise)
  const delta = folded > MAX_SAFE_INTEGER ? 8 : bytesOf(folded)
  return delta < plain
    ? inPlanes(FORM.deltas, values[0] ?? 0, delta, false, 8 * delta * count)
    : inPlanes(FORM.planes, least, plain, false, 8 * plain * count)
}

const inPlanes = (
  form: IntegerPlan['form'],
  base: number,
  width: number,
  narrow: boolean,
  bits: number,
): IntegerPlan => ({ form, base, step: 0, width, narrow, bits })

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
/** Values nearer to each other than this are worked on as 32-bit integers. */
const NARROW = 2 ** 31

/**
 * What the plan of a narrow column leaves for its writer, valid until the next plan: the distance of each
 * row to the least value, and the folded step from the row before. Folded: 0, -1, 1, -2 are 0, 1, 2, 3.
 */
export let distances = new Uint32Array(4_096)
export let foldedSteps = new Uint32Array(4_096)

/** Looks for the shortest form of the first `count` values, 1 or more. */
export function planOf(values: Float64Array, count: number): IntegerPlan {
  const first = values[0] ?? 0
  const step = stepOf(values, count)
  if (step !== undefined) return simple(step === 0 ? FORM.constant : FORM.steps, first, step, 0)
  const least = leastOf(values, count)
  const span = mostOf(values, count) - least
  if (!(span < NARROW && Number.isSafeInteger(least))) return planFarApart(values, count)
  if (!look.take(values, count, least)) return simple(FORM.doubles, 0, 0, 64 * count)
  return look.plan(first, least, span)
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

function leastOf(values: Float64Array, count: number): number {
  let least = values[0] ?? 0
  for (let row = 1; row < count; row += 1) if ((values[row] ?? 0) < least) least = values[row] ?? 0
  return least
}

function mostOf(values: Float64Array, count: number): number {
  let most = values[0] ?? 0
  for (let row = 1; row < count; row += 1) if ((values[row] ?? 0) > most) most = values[row] ?? 0
  return most
}

/** One look at a narrow column. Bits are counted row by row: an outlier must not decide for all. */
class NarrowLook {
  #count = 0
  #folded = 0
  #plainBits = 0
  #deltaBits = 0

  /** Fills `distances` and `foldedSteps`; false when a value is not whole. */
  take(values: Float64Array, count: number, least: number): boolean {
    if (distances.length < count) {
      distances = new Uint32Array(2 * count)
      foldedSteps = new Uint32Array(2 * count)
    }
    const [plain, steps] = [distances, foldedSteps]
    let before = ((values[0] ?? 0) - least) | 0
    let whole = true
    let folds = 0
    let plainZeros = 0
    let deltaZeros = 0
    for (let row = 0; row < count; row += 1) {
      const value = values[row] ?? 0
      const distance = (value - least) | 0
      if (distance + least !== value) whole = false
      const step = (distance - before) | 0
      const folded = (step << 1) ^ (step >> 31)
      plain[row] = distance
      steps[row] = folded
      before = distance
      folds |= folded
      plainZeros += Math.clz32(distance)
      deltaZeros += Math.clz32(folded)
    }
    this.#count = count
    this.#folded = folds >>> 0
    this.#plainBits = 32 * count - plainZeros
    this.#deltaBits = 32 * count - deltaZeros
    return whole
  }

  plan(first: number, least: number, span: number): IntegerPlan {
    if (span === 1) return simple(FORM.bits, least, 0, this.#count)
    return this.#deltaBits < this.#plainBits
      ? inPlanes(FORM.deltas, first, bytesOf(this.#folded), true, this.#deltaBits)
      : inPlanes(FORM.planes, least, bytesOf(span), true, this.#plainBits)
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

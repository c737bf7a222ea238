import { formatDecimal, parseDecimal } from './decimal.ts'

/**
 * Exact decimals of many rows: row i is `mantissa[i]` ÷ 10^`scale[i]`, without trailing zeros behind the
 * point. What does not fit (a mantissa of 2^53 or more, a scale over MOST_SCALE, text that is no decimal)
 * has the mantissa NaN and its text in `texts`.
 */
export interface DecimalColumn {
  /** Whole numbers, |…| < 2^53; NaN where the text is the truth. */
  readonly mantissa: Float64Array
  /** Digits behind the point, 0 to MOST_SCALE. */
  readonly scale: Uint8Array
  readonly texts: ReadonlyMap<number, string>
}

/** Ten to this is still exact in a double, so that mantissa ÷ 10^scale is correctly rounded. */
export const MOST_SCALE = 22
export const POWERS_OF_TEN: Float64Array = Float64Array.from({ length: MOST_SCALE + 1 }, (_, n) =>
  Number(`1e${n}`),
)

/** A row as canonical decimal text; text that is no decimal comes back as it was. */
export function decimalAt({ mantissa, scale, texts }: DecimalColumn, row: number): string {
  const value = mantissa[row] ?? Number.NaN
  if (Number.isNaN(value)) return texts.get(row) ?? ''
  return placePoint(String(value), scale[row] ?? 0)
}

/** The double nearest to a row's decimal; NaN where it is none. */
export function doubleAt({ mantissa, scale, texts }: DecimalColumn, row: number): number {
  const value = mantissa[row] ?? Number.NaN
  if (Number.isNaN(value)) return Number(texts.get(row) ?? Number.NaN)
  return value / (POWERS_OF_TEN[scale[row] ?? 0] ?? Number.NaN)
}

const NO_TEXTS: ReadonlyMap<number, string> = new Map()

/** Decimals being gathered; grows by itself. Rows are written in order, each once. */
export class DecimalBuilder implements DecimalColumn {
  mantissa: Float64Array
  scale: Uint8Array
  texts = new Map<number, string>()

  constructor(capacity: number) {
    this.mantissa = new Float64Array(capacity)
    this.scale = new Uint8Array(capacity)
  }

  /** Writes into memory of the caller's from now on. */
  over(mantissa: Float64Array, scale: Uint8Array): void {
    this.mantissa = mantissa
    this.scale = scale
    this.clear()
  }

  /** As `take`, where the numbers are in the caller's hands already. */
  takeOver(mantissa: Float64Array, scale: Uint8Array): DecimalColumn {
    const taken = { mantissa, scale, texts: this.#takenTexts() }
    this.clear()
    return taken
  }

  grow(capacity: number): void {
    this.mantissa = grown(this.mantissa, new Float64Array(capacity))
    this.scale = grown(this.scale, new Uint8Array(capacity))
  }

  /** Takes decimal text as a venue sends it. */
  set(row: number, text: string): void {
    if (this.#short(row, text)) return
    const decimal = parseDecimal(text)
    const value = Number(decimal?.mantissa ?? Number.NaN)
    if (decimal !== undefined && decimal.scale <= MOST_SCALE && Number.isSafeInteger(value)) {
      this.mantissa[row] = value
      this.scale[row] = decimal.scale
      return
    }
    this.mantissa[row] = Number.NaN
    this.scale[row] = 0
    this.texts.set(row, decimal === undefined ? text : formatDecimal(decimal))
  }

  copy(row: number, from: DecimalColumn, of: number): void {
    const value = from.mantissa[of] ?? Number.NaN
    this.mantissa[row] = value
    this.scale[row] = from.scale[of] ?? 0
    // `value !== value` is a NaN: cheaper here than a call.
    // biome-ignore lint/suspicious/noSelfCompare: the hot path
    if (value !== value) this.texts.set(row, from.texts.get(of) ?? '')
  }

  /** The first `count` rows as a column of their own; what is gathered here starts anew. */
  take(count: number): DecimalColumn {
    const taken = {
      mantissa: this.mantissa.slice(0, count),
      scale: this.scale.slice(0, count),
      texts: this.#takenTexts(),
    }
    this.clear()
    return taken
  }

  clear(): void {
    if (this.texts.size > 0) this.texts = new Map()
  }

  /** An empty map is not given away: it is written to again. */
  #takenTexts(): ReadonlyMap<number, string> {
    return this.texts.size > 0 ? this.texts : NO_TEXTS
  }

  /** Short text of digits and a point: no regular expression, no BigInt. */
  #short(row: number, text: string): boolean {
    const { length } = text
    if (length === 0 || length > 24) return false
    let value = 0
    let scale = 0
    let pending = 0
    let behind = false
    let digits = 0
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === POINT && !behind) {
        behind = true
        continue
      }
      const digit = code - ZERO
      if (digit < 0 || digit > 9) return false
      digits += 1
      if (!behind) value = value * 10 + digit
      else if (digit === 0) pending += 1
      else {
        scale += pending + 1
        if (scale > MOST_SCALE) return false
        value = value * (POWERS_OF_TEN[pending + 1] ?? Number.NaN) + digit
        pending = 0
      }
    }
    if (digits === 0 || value > Number.MAX_SAFE_INTEGER) return false
    this.mantissa[row] = value
    this.scale[row] = scale
    return true
  }
}

const ZERO = 48
const POINT = 46
const MINUS = 45

/** Digits of a whole number with a point put in, no trailing zeros: ('35280', 5) → '0.3528'. */
export function placePoint(digits: string, scale: number): string {
  if (scale === 0) return digits
  const negative = digits.charCodeAt(0) === MINUS
  const whole = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0')
  const split = whole.length - scale
  let end = whole.length
  while (end > split && whole.charCodeAt(end - 1) === ZERO) end -= 1
  const text =
    end === split ? whole.slice(0, split) : `${whole.slice(0, split)}.${whole.slice(split, end)}`
  return negative ? `-${text}` : text
}

/** `next` with the values of `old` at its beginning. */
function grown<Column extends Float64Array | Uint8Array>(old: Column, next: Column): Column {
  next.set(old)
  return next
}

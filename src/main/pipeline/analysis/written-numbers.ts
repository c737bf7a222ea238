import { plainText } from './plain-text.ts'

/** One way to read a number as it is written. */
export interface Reading {
  /** Without its sign. */
  readonly value: number
  /** What its last written digit counts: 0.01 of `1.80`, 100 of `61.2k`. */
  readonly step: number
}

export interface WrittenNumber {
  /** Place in the original text, sign, multiplier and percent sign included. */
  readonly from: number
  readonly to: number
  readonly sign: '' | '+' | '-'
  readonly percent: boolean
  /** The likeliest first; none, when it is no number as a whole (a date), and then it has parts. */
  readonly readings: readonly Reading[]
  /** Two or more, when they might be numbers side by side as well (`20, 300` written `20 300`). */
  readonly parts: readonly WrittenNumber[]
  /** What stands before and after it, plain. */
  readonly before: string
  readonly after: string
}

const NUMBER =
  /\d{1,3}(?:[ '_]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:\.\d+)?[eE][+-]?\d{1,3}(?![\d\p{L}])|\d+(?:[.,]\d+)*|[¼-¾⅐-⅞↉]/gu
const EXPONENT = /[eE](.+)$/
const MULTIPLIERS: readonly (readonly [RegExp, number])[] = [
  [/^ ?(?:[kK](?!\p{L})|(?:thousand|nghìn|ngàn)(?!\p{L})|千)/u, 1e3],
  [/^ ?[万萬]/u, 1e4],
  [/^(?:M(?!\p{L})| ?(?:mn|million|triệu)(?!\p{L})| ?百万)/u, 1e6],
  [/^ ?[亿億]/u, 1e8],
  [/^(?:B(?!\p{L})| ?(?:bn|billion|tỷ|tỉ)(?!\p{L})| ?十亿)/u, 1e9],
]
const PERCENT_AFTER = /^ ?(?:%|percent|per cent|pct(?!\p{L})|phần trăm|个?百分点|個?百分點)/iu
const PERCENT_BEFORE = /百分之$/u
/** A dash after a digit, a letter or a bracket is a range or a hyphen. */
const SIGN = /(?:^|[^\p{L}\p{N})\]%])([+-])$|(?:^|[ (（[:：])(–)$/u
/** How much of the text around a number says what it is. */
const AROUND = 120

/** All numbers that are written in a text with digits, in order; numbers in words are not read. */
export function writtenNumbers(original: string): readonly WrittenNumber[] {
  const plain = plainText(original)
  const place = (from: number, to: number) => ({
    from: plain.starts[from] ?? 0,
    to: plain.ends[to - 1] ?? original.length,
  })
  const read = (from: number, token: string): WrittenNumber => {
    const before = plain.text.slice(Math.max(0, from - AROUND), from)
    const end = from + token.length
    const after = plain.text.slice(end, end + AROUND)
    const exponent = EXPONENT.exec(token)?.[1]
    const { scale, length } =
      exponent === undefined ? multiplierOf(after) : { scale: 10 ** Number(exponent), length: 0 }
    const percentSign = PERCENT_AFTER.exec(after.slice(length))?.[0].length ?? 0
    const sign = signOf(before)
    return {
      ...place(from - (sign === '' ? 0 : 1), end + length + percentSign),
      sign,
      percent: percentSign > 0 || PERCENT_BEFORE.test(before),
      readings: readingsOf(token.replace(EXPONENT, '')).map(({ value, step }) => ({
        value: value * scale,
        step: step * scale,
      })),
      parts: partsOf(from, token, read),
      before,
      after,
    }
  }
  return [...plain.text.matchAll(NUMBER)].map((match) => read(match.index, match[0]))
}

function partsOf(
  from: number,
  token: string,
  read: (from: number, token: string) => WrittenNumber,
): readonly WrittenNumber[] {
  if (/^\d+(?:\.\d+)?(?:[eE].+)?$/.test(token)) return []
  // Separators of several kinds, or groups that are none, are lists of whole numbers, dates and the like.
  return [...token.matchAll(/\d+/g)].map((part) => read(from + part.index, part[0]))
}

function multiplierOf(after: string): { readonly scale: number; readonly length: number } {
  for (const [form, scale] of MULTIPLIERS) {
    const found = form.exec(after)
    if (found !== null) return { scale, length: found[0].length }
  }
  return { scale: 1, length: 0 }
}

function signOf(before: string): WrittenNumber['sign'] {
  const found = SIGN.exec(before.slice(-2))
  if (found === null) return ''
  return found[1] === '+' ? '+' : '-'
}

const GROUPED = /^\d{1,3}(?:([ '_,.])\d{3})(?:\1\d{3})*$/
const GROUPED_DECIMAL = /^(\d{1,3}(?:([ '_,.])\d{3})(?:\2\d{3})*)([.,])(\d+)$/

/** `1,234` is one thousand or one and a bit. */
function readingsOf(token: string): readonly Reading[] {
  const grouped = GROUPED.test(token) && !/^0/.test(token) ? [whole(token)] : []
  const decimal = /^\d+[.,]\d+$/.test(token) ? [fraction(token)] : []
  const both = GROUPED_DECIMAL.exec(token)
  const mixed = both !== null && both[2] !== both[3] ? [fraction(token)] : []
  const [, over, under] = /^(\d+)⁄(\d+)$/.exec(token.normalize('NFKC')) ?? []
  if (over !== undefined) return [{ value: Number(over) / Number(under), step: 0.01 }]
  const plain = /^\d+$/.test(token) ? [whole(token)] : []
  return token.includes('.')
    ? [...mixed, ...decimal, ...grouped]
    : [...plain, ...mixed, ...grouped, ...decimal]
}

const whole = (token: string): Reading => ({ value: Number(token.replace(/\D/g, '')), step: 1 })

function fraction(token: string): Reading {
  const point = Math.max(token.lastIndexOf('.'), token.lastIndexOf(','))
  const digits = token.slice(point + 1)
  const value = Number(`${token.slice(0, point).replace(/\D/g, '')}.${digits}`)
  return { value, step: 10 ** -digits.length }
}

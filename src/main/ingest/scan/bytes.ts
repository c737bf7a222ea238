export const ZERO = 48
export const NINE = 57
export const POINT = 46
export const MINUS = 45
export const PLUS = 43
export const QUOTE = 34

const tableOf = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (pattern.test(String.fromCharCode(byte)) ? 1 : 0))

/** Bytes that stand for themselves in JSON text: ASCII without quote, backslash and controls. */
export const PLAIN = tableOf(/[ !#-[\]-~]/)
/** Bytes of a trade id (wire.tradeId). */
export const ID = tableOf(/[0-9A-Za-z_-]/)

export const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE

/** The number that four digits are, −1 if one of them is none: all four at once. */
export function fourDigits(view: DataView, at: number): number {
  const raw = view.getInt32(at, true)
  if ((raw & HIGH) !== THREES || ((raw + SIXES) & HIGH) !== THREES) return -1
  const digits = raw & 0x0f0f0f0f
  const pairs = Math.imul(digits, 10) + (digits >>> 8)
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
}

const HIGH = 0xf0f0f0f0 | 0
const THREES = 0x30303030
const SIXES = 0x06060606

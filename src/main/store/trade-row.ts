import { formatDecimal, parseDecimal } from '../../shared/domain/decimal.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { ORIGINS, SIDES, type Trade } from '../../shared/domain/trade.ts'

/**
 * How one trade lies in the table `trade`. Everything that is common fits in integers; what does not
 * fit goes to `exact`, so that every decimal and every id comes back as it was.
 */
export type IdValue = number | bigint | Buffer

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
const CANONICAL_INTEGER = /^(?:0|[1-9]\d{0,18})$/
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/
/** First bytes that no UTF-8 text has. */
const UUID_MARK = 0xfe
const UTF16_MARK = 0xff

/**
 * A trade id as SQLite keeps it: a canonical decimal integer as INTEGER, a lower-case UUID as
 * FE + its 16 bytes, other text as its UTF-8, text that UTF-8 cannot carry as FF + UTF-16LE.
 */
export function encodeId(text: string): IdValue {
  if (CANONICAL_INTEGER.test(text)) {
    const value = Number(text)
    if (Number.isSafeInteger(value)) return value
    const whole = BigInt(text)
    if (whole <= INT64_MAX) return whole
  }
  if (text.length === 36 && UUID.test(text))
    return Buffer.concat([Buffer.of(UUID_MARK), Buffer.from(text.replaceAll('-', ''), 'hex')])
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  return Buffer.concat([Buffer.of(UTF16_MARK), Buffer.from(text, 'utf16le')])
}

/** SQL that gives an id in the form `decodeId` reads; whole numbers as text, past 2^53 too. */
export const ID_COLUMN = `CASE typeof(id) WHEN 'integer' THEN CAST(id AS TEXT) ELSE id END`

export function decodeId(stored: string | Buffer): string {
  if (typeof stored === 'string') return stored
  if (stored[0] === UTF16_MARK) return stored.toString('utf16le', 1)
  if (stored[0] !== UUID_MARK) return stored.toString('utf8')
  const hex = stored.toString('hex', 1)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const POWERS = Array.from({ length: 19 }, (_, n) => 10 ** n)
const ZERO = 48

/**
 * `text` × 10^scale as a whole number, or `undefined` when that is not whole or exceeds int64
 * (or `text` is no decimal). 0 ≤ scale ≤ 18.
 */
export function scaleDecimal(text: string, scale: number): number | bigint | undefined {
  return scaleShort(text, scale) ?? scaleLong(text, scale)
}

/**
 * The common case without regular expressions or BigInt: short, no sign, no exponent. Sums and
 * products of doubles are exact up to 2^53 and come out above it when they are not.
 */
function scaleShort(text: string, scale: number): number | undefined {
  const point = text.indexOf('.')
  let end = text.length
  if (point >= 0) while (end > point + 1 && text.charCodeAt(end - 1) === ZERO) end -= 1
  const missing = point < 0 ? scale : scale - (end - point - 1)
  if (end === 0 || end > 16 || missing < 0) return undefined
  let value = 0
  let digits = 0
  for (let i = 0; i < end; i += 1) {
    if (i === point) continue
    const digit = text.charCodeAt(i) - ZERO
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
    digits += 1
  }
  if (digits === 0) return undefined
  const scaled = value * (POWERS[missing] ?? Number.NaN)
  return Number.isSafeInteger(scaled) ? scaled : undefined
}

function scaleLong(text: string, scale: number): number | bigint | undefined {
  const decimal = parseDecimal(text)
  if (decimal === undefined || decimal.scale > scale) return undefined
  return narrow(decimal.mantissa * 10n ** BigInt(scale - decimal.scale))
}

/** The nearest whole number to text × 10^scale, for a value whose exact text is kept besides. */
function roundDecimal(text: string, scale: number): number | bigint | null {
  const decimal = parseDecimal(text)
  if (decimal === undefined) return null
  const excess = decimal.scale - scale
  if (excess <= 0) return narrow(decimal.mantissa * 10n ** BigInt(-excess)) ?? null
  const divisor = 10n ** BigInt(excess)
  const half = decimal.mantissa < 0n ? -divisor / 2n : divisor / 2n
  return narrow((decimal.mantissa + half) / divisor) ?? null
}

function narrow(value: bigint): number | bigint | undefined {
  if (value > INT64_MAX || value < INT64_MIN) return undefined
  const short = Number(value)
  return Number.isSafeInteger(short) ? short : value
}

/** Digits of a scaled integer back to canonical decimal text: ('35280', 5) → '0.3528'. */
export function placePoint(digits: string, scale: number): string {
  if (scale === 0) return digits
  const negative = digits.charCodeAt(0) === 45
  const whole = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0')
  const split = whole.length - scale
  let end = whole.length
  while (end > split && whole.charCodeAt(end - 1) === ZERO) end -= 1
  const text =
    end === split ? whole.slice(0, split) : `${whole.slice(0, split)}.${whole.slice(split, end)}`
  return negative ? `-${text}` : text
}

/** The same value in its one canonical spelling; text that is no decimal is left as it is. */
const canonical = (text: string): string => {
  const decimal = parseDecimal(text)
  return decimal === undefined ? text : formatDecimal(decimal)
}

/** The double nearest to a scaled value or, where there is none, to its text. */
export function toDouble(
  scaled: number | bigint | null | undefined,
  scale: number,
  text: string,
): number {
  // Both operands are exact, so the quotient is the correctly rounded value of the decimal.
  return typeof scaled === 'number' ? scaled / (POWERS[scale] ?? Number.NaN) : Number(text)
}

// The small integer fields share the column `flags`, lowest bits first: sell (1), origin (2),
// microseconds + 1 or 0 (10), matches − 1 (12), order within the millisecond (16). For most trades
// that is 0 or 1, which SQLite stores in no byte at all.
const ORIGIN = 2
const MICROS = 8
const MATCHES = 2 ** 13
const NTH = 2 ** 25
const MOST_MATCHES = 4096
const MOST_NTH = 65_535

export interface Flags {
  /** Index into SIDES. */
  readonly side: number
  /** Index into ORIGINS. */
  readonly origin: number
  /** 0–999 or -1. */
  readonly micros: number
  readonly matches: number
  /** Place among trades of one market and millisecond whose ids have no order of their own. */
  readonly nth: number
}

export function packFlags(
  side: number,
  origin: number,
  micros: number,
  matches: number,
  nth: number,
): number {
  const plainMatches = fitsFlags(matches) ? matches - 1 : 0
  return (
    (side & 1) +
    (origin & 3) * ORIGIN +
    (micros + 1) * MICROS +
    plainMatches * MATCHES +
    Math.min(nth, MOST_NTH) * NTH
  )
}

export const unpackFlags = (flags: number): Flags => ({
  side: flags & 1,
  origin: (flags >> 1) & 3,
  micros: ((flags >> 3) & 1023) - 1,
  matches: ((flags >> 13) & 4095) + 1,
  nth: Math.floor(flags / NTH),
})

const fitsFlags = (matches: number): boolean => matches >= 1 && matches <= MOST_MATCHES

/** Values of one row in the order of COLUMNS. */
export type RowValue = number | bigint | Buffer | string | null
export const COLUMNS = ['market', 'ts', 'id', 'price', 'qty', 'delay', 'flags', 'exact'] as const

export interface MarketScale {
  /** Row in the table `market`. */
  readonly id: number
  readonly priceScale: number
  readonly qtyScale: number
  /** 1: quantities are in quote units. */
  readonly inverse: number
}

/**
 * What the scaled columns cannot hold, as JSON `[price, qty, matches]` with null for what they can;
 * null when they hold everything.
 */
function exactText(price: string | null, qty: string | null, matches: number): string | null {
  if (price === null && qty === null && fitsFlags(matches)) return null
  return JSON.stringify([
    price === null ? null : canonical(price),
    qty === null ? null : canonical(qty),
    fitsFlags(matches) ? null : matches,
  ])
}

/** Appends the values of one trade to `out`. Times are whole epoch ms; throws when they are not. */
export function pushRow(
  out: RowValue[],
  market: MarketScale,
  time: number,
  receiveTime: number,
  id: IdValue,
  price: string,
  qty: string,
  flags: number,
  matches: number,
): void {
  if (!Number.isSafeInteger(time) || !Number.isSafeInteger(receiveTime))
    throw new RangeError(`A trade's times are not whole milliseconds: ${time}, ${receiveTime}`)
  const scaledPrice = scaleDecimal(price, market.priceScale)
  const scaledQty = scaleDecimal(qty, market.qtyScale)
  out.push(
    market.id,
    time,
    id,
    scaledPrice === undefined ? roundDecimal(price, market.priceScale) : scaledPrice,
    scaledQty === undefined ? roundDecimal(qty, market.qtyScale) : scaledQty,
    receiveTime - time,
    flags,
    exactText(
      scaledPrice === undefined ? price : null,
      scaledQty === undefined ? qty : null,
      matches,
    ),
  )
}

/** One row as ROW_SQL selects it. */
export type StoredRow = readonly [
  ts: number,
  id: string | Buffer,
  price: string | null,
  qty: string | null,
  delay: number,
  flags: number,
  exact: string | null,
]

export const ROW_SQL = `ts, ${ID_COLUMN}, CAST(price AS TEXT), CAST(qty AS TEXT), delay, flags, exact`

type Exact = readonly [price: string | null, qty: string | null, matches: number | null]
const NOTHING_EXACT: Exact = [null, null, null]

/** A row's decimals as canonical text. */
export function rowDecimals(
  row: StoredRow,
  scale: MarketScale,
): { readonly price: string; readonly qty: string; readonly matches: number | null } {
  const exact = row[6] === null ? NOTHING_EXACT : (JSON.parse(row[6]) as Exact)
  return {
    price: exact[0] ?? placePoint(row[2] ?? '', scale.priceScale),
    qty: exact[1] ?? placePoint(row[3] ?? '', scale.qtyScale),
    matches: exact[2],
  }
}

export function decodeRow(row: StoredRow, market: MarketId, scale: MarketScale): Trade {
  const { side, origin, micros, matches } = unpackFlags(row[5])
  const decimals = rowDecimals(row, scale)
  const trade: Trade = {
    market,
    id: decodeId(row[1]),
    price: decimals.price,
    qty: decimals.qty,
    side: SIDES[side] ?? 'buy',
    exchangeTime: epochMs(row[0]),
    receiveTime: epochMs(row[0] + row[4]),
    matches: decimals.matches ?? matches,
    origin: ORIGINS[origin] ?? 'stream',
  }
  return micros < 0 ? trade : { ...trade, exchangeMicros: micros }
}

/**
 * Sorts rows that are in order of (time, id) by arrival where the ids say nothing about order:
 * within one millisecond, by microsecond, time of receipt and place in the batch.
 */
export function inArrivalOrder(rows: StoredRow[]): StoredRow[] {
  if (rows.every((row) => typeof row[1] === 'string')) return rows
  return rows.sort((a, b) => {
    if (a[0] !== b[0]) return a[0] - b[0]
    if (typeof a[1] === 'string' || typeof b[1] === 'string') return 0
    const [first, second] = [unpackFlags(a[5]), unpackFlags(b[5])]
    return first.micros - second.micros || a[4] - b[4] || first.nth - second.nth
  })
}

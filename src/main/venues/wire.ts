import type { TakerSide } from '../../shared/domain/trade.ts'

/** A frame or an answer that does not have the shape its venue documents. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown

const numbersAsText: Reviver = (_key, value, context) =>
  typeof value === 'number' ? context.source : value

/**
 * JSON in which every number has become its own source text: for venues that send prices, quantities or
 * long ids as numbers, which JSON.parse would round. About six times as slow as JSON.parse alone.
 */
export const parseExact = (text: string): unknown =>
  JSON.parse(text, numbersAsText as (key: string, value: unknown) => unknown)

/** What an untyped value holds at a path of keys; `undefined` where there is nothing. */
function at(value: unknown, path: readonly string[]): unknown {
  let here = value
  for (const key of path)
    here =
      here !== null && typeof here === 'object' ? (here as Record<string, unknown>)[key] : undefined
  return here
}

/** Scalar at a path as text; '' when absent. Untyped venue JSON is touched only in this file. */
export function text(value: unknown, ...path: readonly string[]): string {
  const found = at(value, path)
  if (typeof found === 'string') return found
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : ''
}

/** The object or array at a key, still unread; `undefined` when there is none. */
export function inner(value: unknown, key: string): object | undefined {
  const found = at(value, [key])
  return found !== null && typeof found === 'object' ? found : undefined
}

/** Array at a path; empty when absent. */
export function rows(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

/** Array at a path; its absence is an error of the venue's. */
export function listOf(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path)
  if (!Array.isArray(found))
    throw new WireError(`expected a list at ${path.join('.') || 'the top'}`)
  return found
}

/** Keys and values of the object at a path; its absence is an error of the venue's. */
export function entriesOf(
  value: unknown,
  ...path: readonly string[]
): readonly (readonly [key: string, value: unknown])[] {
  const found = at(value, path)
  if (found === null || typeof found !== 'object' || Array.isArray(found))
    throw new WireError(`expected an object at ${path.join('.') || 'the top'}`)
  return Object.entries(found)
}

/** Text at a path that must be there. */
export function need(value: unknown, ...path: readonly string[]): string {
  const found = text(value, ...path)
  if (found === '') throw new WireError(`nothing at ${path.join('.')}`)
  return found
}

/** A finite number at a path. */
export function num(value: unknown, ...path: readonly string[]): number {
  const found = Number(need(value, ...path))
  if (!Number.isFinite(found)) throw new WireError(`no number at ${path.join('.')}`)
  return found
}

const DECIMAL = /^(?=[\d.]*[1-9])\d+(\.\d+)?([eE][+-]?\d{1,3})?$/

/**
 * Price or quantity as decimal text, exactly as sent, above zero. Only text will do: a JSON number
 * may have lost digits by the time it gets here.
 */
export function decimal(value: unknown, ...path: readonly string[]): string {
  const found = at(value, path)
  if (typeof found !== 'string' || !DECIMAL.test(found))
    throw new WireError(`no decimal text above zero at ${path.join('.')}: ${shown(found)}`)
  return found
}

const ID = /^[\w-]{1,64}$/

/** Trade id: short text as sent, or a whole number that JSON.parse cannot have rounded. */
export function tradeId(value: unknown, ...path: readonly string[]): string {
  const found = at(value, path)
  if (typeof found === 'string' && ID.test(found)) return found
  if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return String(found)
  throw new WireError(`no trade id at ${path.join('.')}: ${shown(found)}`)
}

const DIGITS = /^\d{1,20}$/

/** A whole number at a path as its digits, of any length: for ids that count, from exact JSON. */
export function digits(value: unknown, ...path: readonly string[]): string {
  const found = at(value, path)
  if (typeof found === 'string' && DIGITS.test(found)) return found
  throw new WireError(`no whole number at ${path.join('.')}: ${shown(found)}`)
}

/** A whole number above zero at a path, such as a count of matches. */
export function count(value: unknown, ...path: readonly string[]): number {
  const found = num(value, ...path)
  if (!Number.isSafeInteger(found) || found < 1)
    throw new WireError(`no count at ${path.join('.')}: ${found}`)
  return found
}

const shown = (value: unknown): string => String(JSON.stringify(value) ?? 'nothing').slice(0, 40)

/** Whole epoch milliseconds, within 2001–2286, so that seconds or micros are not taken for them. */
export function millis(value: unknown, ...path: readonly string[]): number {
  const found = num(value, ...path)
  if (!Number.isInteger(found) || found < 1e12 || found >= 1e13)
    throw new WireError(`no epoch milliseconds at ${path.join('.')}: ${found}`)
  return found
}

/** A point in time: whole epoch milliseconds, and the microseconds in it where the venue gives them. */
export interface Instant {
  readonly ms: number
  readonly micros?: number
}

/** Epoch milliseconds (13 digits) or microseconds (16 digits) at a path. */
export function instant(value: unknown, ...path: readonly string[]): Instant {
  const found = num(value, ...path)
  if (found < 1e15) return { ms: millis(value, ...path) }
  if (!Number.isSafeInteger(found))
    throw new WireError(`no epoch milliseconds or microseconds at ${path.join('.')}: ${found}`)
  return { ms: Math.floor(found / 1_000), micros: found % 1_000 }
}

const EPOCH = /^(\d{10})(\d{3})?(?:\.(\d{1,12}))?$/

/**
 * Epoch seconds (10 digits) or milliseconds (13 digits) with decimals at a path, to the microsecond;
 * further digits are cut off. `digits` says how many stood behind the point.
 */
export function epoch(
  value: unknown,
  ...path: readonly string[]
): Required<Instant> & { readonly digits: number } {
  const found = need(value, ...path)
  const [, seconds, thousandths = '', fraction = ''] = EPOCH.exec(found) ?? []
  if (seconds === undefined || seconds < '1000000000')
    throw new WireError(`no epoch time at ${path.join('.')}: ${shown(found)}`)
  const behind = `${thousandths}${fraction}`.padEnd(6, '0')
  return {
    ms: Number(seconds + behind.slice(0, 3)),
    micros: Number(behind.slice(3, 6)),
    digits: fraction.length,
  }
}

const NANOS = /^[1-9]\d{18}$/

/**
 * Epoch nanoseconds at a path, to the microsecond; further digits are cut off. Only their text will
 * do: a JSON number of 19 digits is rounded.
 */
export function nanos(value: unknown, ...path: readonly string[]): Required<Instant> {
  const found = at(value, path)
  if (typeof found !== 'string' || !NANOS.test(found))
    throw new WireError(`no text of epoch nanoseconds at ${path.join('.')}: ${shown(found)}`)
  return { ms: Number(found.slice(0, 13)), micros: Number(found.slice(13, 16)) }
}

/** The time in an HTTP `Date` header, whole seconds as epoch milliseconds. */
export function httpDate(header: string | null): number {
  const time = Date.parse(header ?? '')
  if (!(time >= 1e12 && time < 1e13)) throw new WireError(`no HTTP date: ${shown(header)}`)
  return time
}

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

/**
 * RFC 3339 UTC text at a path, to the microsecond; further digits are cut off. `digits` says how
 * many stood behind the point.
 */
export function rfc3339(
  value: unknown,
  ...path: readonly string[]
): Required<Instant> & { readonly digits: number } {
  const found = need(value, ...path)
  const [, seconds, fraction = ''] = RFC3339.exec(found) ?? []
  const whole = seconds === undefined ? Number.NaN : Date.parse(`${seconds}Z`)
  if (!(whole >= 1e12 && whole < 1e13))
    throw new WireError(`no RFC 3339 time at ${path.join('.')}: ${shown(found)}`)
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'))
  return {
    ms: whole + Math.floor(micros / 1_000),
    micros: micros % 1_000,
    digits: fraction.length,
  }
}

/** One of the two words that a venue uses for the taker's side. */
export function sideOf(word: string, buy: string, sell: string): TakerSide {
  if (word === buy) return 'buy'
  if (word === sell) return 'sell'
  throw new WireError(`side is neither ${buy} nor ${sell}: ${word.slice(0, 20)}`)
}

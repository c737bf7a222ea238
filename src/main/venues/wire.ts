import type { TakerSide } from '../../shared/domain/trade.ts'

/** A frame or an answer that does not have the shape its venue documents. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

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

const DECIMAL = /^\d+(\.\d+)?([eE][+-]?\d{1,3})?$/

/** Decimal text that is a price or a quantity: digits, above zero is the caller's affair. */
export function decimal(value: unknown, ...path: readonly string[]): string {
  const found = need(value, ...path)
  if (!DECIMAL.test(found))
    throw new WireError(`no decimal at ${path.join('.')}: ${found.slice(0, 40)}`)
  return found
}

/** Whole epoch milliseconds, within 2001–2286, so that seconds or micros are not taken for them. */
export function millis(value: unknown, ...path: readonly string[]): number {
  const found = num(value, ...path)
  if (!Number.isInteger(found) || found < 1e12 || found >= 1e13)
    throw new WireError(`no epoch milliseconds at ${path.join('.')}: ${found}`)
  return found
}

/** One of the two words that a venue uses for the taker's side. */
export function sideOf(word: string, buy: string, sell: string): TakerSide {
  if (word === buy) return 'buy'
  if (word === sell) return 'sell'
  throw new WireError(`side is neither ${buy} nor ${sell}: ${word.slice(0, 20)}`)
}

import type { Database } from 'better-sqlite3'
import { formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { ORIGINS, SIDES, type Trade } from '../../../src/shared/domain/trade.ts'

/*
 * Writes trades as versions 1 and 2 of the database had them: one row each, the common values as integers,
 * what did not fit as text in `exact`. From that version's description, for tests of the migration.
 */

const INT64 = 2n ** 63n

/** A canonical integer as INTEGER, a UUID as FE + 16 bytes, other text as UTF-8 or FF + UTF-16LE. */
function oldId(text: string): bigint | Buffer {
  if (/^(?:0|[1-9]\d{0,18})$/.test(text) && BigInt(text) < INT64) return BigInt(text)
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(text))
    return Buffer.from(`fe${text.replaceAll('-', '')}`, 'hex')
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  return Buffer.concat([Buffer.of(0xff), Buffer.from(text, 'utf16le')])
}

/** × 10^scale, or undefined where that is no 64-bit whole number. */
function scaled(text: string, scale: number): bigint | undefined {
  const decimal = parseDecimal(text)
  if (decimal === undefined || decimal.scale > scale) return undefined
  const value = decimal.mantissa * 10n ** BigInt(scale - decimal.scale)
  return value >= -INT64 && value < INT64 ? value : undefined
}

const canonical = (text: string): string => {
  const decimal = parseDecimal(text)
  return decimal === undefined ? text : formatDecimal(decimal)
}

/** Inserts a market's trades, in order of arrival. */
export function insertOld(
  db: Database,
  market: { readonly id: number; readonly name: MarketId; readonly scale: number },
  trades: readonly Trade[],
): void {
  const { id, name, scale } = market
  db.prepare('INSERT INTO market (id, name, price_scale, qty_scale) VALUES (?, ?, ?, ?)').run(
    ...[id, name, scale, scale],
  )
  const insert = db.prepare('INSERT OR IGNORE INTO trade VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  let [lastTime, nth] = [Number.NaN, 0]
  db.exec('BEGIN')
  for (const one of trades) {
    nth = one.exchangeTime === lastTime ? nth + 1 : 0
    lastTime = one.exchangeTime
    const [price, qty] = [scaled(one.price, scale), scaled(one.qty, scale)]
    const fits = one.matches >= 1 && one.matches <= 4_096
    const key = oldId(one.id)
    const flags =
      SIDES.indexOf(one.side) +
      ORIGINS.indexOf(one.origin) * 2 +
      ((one.exchangeMicros ?? -1) + 1) * 8 +
      (fits ? one.matches - 1 : 0) * 2 ** 13 +
      (typeof key === 'bigint' ? 0 : nth) * 2 ** 25
    const exact = [
      price === undefined ? canonical(one.price) : null,
      qty === undefined ? canonical(one.qty) : null,
      fits ? null : one.matches,
    ]
    insert.run(
      ...[id, one.exchangeTime, key, price ?? null, qty ?? null],
      ...[one.receiveTime - one.exchangeTime, flags],
      exact.every((value) => value === null) ? null : JSON.stringify(exact),
    )
  }
  db.exec('COMMIT')
}

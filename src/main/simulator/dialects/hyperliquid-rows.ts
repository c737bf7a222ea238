import { floatText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row } from '../trade-frame.ts'
import type { IdSeed } from './dialect.ts'

/** `tid` is a hash of 50 bits: without order, and unique only with time and coin. */
export const tradeHash = ({ draw }: IdSeed): bigint =>
  (BigInt(draw.whole(2 ** 25)) << 25n) | BigInt(draw.whole(2 ** 25))

/** One match as Hyperliquid spells it. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: floatText(match.ticks, listing.priceDecimals),
    qty: floatText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Every so many orders are filled by the system and have no hash of a transaction. */
const SYSTEM_FILLS = 50

const SPREAD = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n ** 2n

/** Something that looks like a hash, the same for the same number. */
const hex = (seed: bigint, digits: number): string =>
  BigInt.asUintN(digits * 4, (seed + 1n) * SPREAD)
    .toString(16)
    .padStart(digits, '0')

/** A row as on the wire; `users` are buyer and seller. */
export function rowText(listing: Listing, match: Match, sent = row(listing, match)): string {
  const order = BigInt(match.order)
  const hash = match.order % SYSTEM_FILLS === 0 ? '0'.repeat(64) : hex(order, 64)
  const taker = `"0x${hex(order * 3n, 40)}"`
  const maker = `"0x${hex(match.id, 40)}"`
  const users = match.buy ? `${taker},${maker}` : `${maker},${taker}`
  const figures = `"px":"${sent.price}","sz":"${sent.qty}","time":${Math.floor(match.micros / 1_000)}`
  const head = `{"coin":"${listing.venueSymbol}","side":"${match.buy ? 'B' : 'A'}",${figures}`
  return `${head},"hash":"0x${hash}","tid":${sent.id},"users":[${users}]}`
}

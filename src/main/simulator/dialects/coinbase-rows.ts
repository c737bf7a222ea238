import { fixedText, shortText } from '../fixed-point.ts'
import { isoMicros } from '../iso-time.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row } from '../trade-frame.ts'

/** One match as Coinbase spells it. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: fixedText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Coinbase prints the side of the resting order: `sell` when the taker bought. */
export const makerSide = (buy: boolean): string => (buy ? 'sell' : 'buy')

/** Counts all events of the order book, so it jumps between two matches. */
export const sequenceOf = (match: Match): number => Number(match.seq) * 7 + match.order

/** An order id, a UUID made from a number. */
const orderId = (kind: string, number: number): string =>
  `${kind}4fdf3b-8bd1-4c2c-9e5a-${number.toString(16).padStart(12, '0')}`

/** A `match` or, told on subscribe, a `last_match`. */
export function matchText(type: string, listing: Listing, match: Match, sent: Row): string {
  const maker = orderId('5d', sequenceOf(match))
  const taker = orderId('a1', match.order)
  const head = `{"type":"${type}","trade_id":${sent.id},"maker_order_id":"${maker}","taker_order_id":"${taker}"`
  const figures = `"side":"${makerSide(match.buy)}","size":"${sent.qty}","price":"${sent.price}"`
  const place = `"product_id":"${listing.venueSymbol}","sequence":${sequenceOf(match)}`
  return `${head},${figures},${place},"time":"${isoMicros(match.micros)}"}`
}

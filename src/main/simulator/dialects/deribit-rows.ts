import { floatText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { MarketTape, Match } from '../tape.ts'
import type { Row } from '../trade-frame.ts'
import { contractSize, currencyOf } from './deribit-markets.ts'
import type { IdKind } from './dialect.ts'
import { tickDirection } from './tick-direction.ts'

const FIRST_TRADE_ID = 403_691_824n

/** `trade_id` counts the trades of a currency, over its instruments. */
export function deribitIds(): IdKind {
  const last = new Map<string, bigint>()
  return ({ listing }) => {
    const currency = currencyOf(listing)
    const id = (last.get(currency) ?? FIRST_TRADE_ID) + 1n
    last.set(currency, id)
    return id
  }
}

/** One match as Deribit spells it: numbers with a point. Ids of all but bitcoin name their currency. */
export function row(listing: Listing, match: Match): Row {
  const currency = currencyOf(listing)
  return {
    id: currency === 'BTC' ? match.id.toString() : `${currency}-${match.id}`,
    seq: match.seq.toString(),
    price: floatText(match.ticks, listing.priceDecimals),
    qty: floatText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/**
 * A row as on the wire: prices and amounts are JSON numbers; `tick_direction` is 0 up, 1 unchanged
 * after up, 2 down, 3 unchanged after down.
 */
export function rowText(tape: MarketTape, match: Match): string {
  const { listing } = tape
  const { id, price, qty } = row(listing, match)
  const contracts = match.lots / 10 ** listing.lotDecimals / contractSize(listing)
  const head = `{"timestamp":${Math.floor(match.micros / 1_000)},"price":${price},"amount":${qty}`
  const side = `"direction":"${match.buy ? 'buy' : 'sell'}","index_price":${price}`
  const names = `"instrument_name":"${listing.venueSymbol}","trade_seq":${match.seq}`
  const marks = `"mark_price":${price},"tick_direction":${tickDirection(tape, match)}`
  const size = listing.kind === 'spot' ? '' : `,"contracts":${floatText(Math.round(contracts), 0)}`
  return `${head},${side},${names},${marks}${size},"trade_id":"${id}"}`
}

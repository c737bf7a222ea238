import type { Market, MarketId, VenueId } from '../../../src/shared/domain/market.ts'
import { marketId } from '../../../src/shared/domain/market.ts'
import {
  decimalText,
  drawFrom,
  MARKETS,
  type SyntheticMarket,
  synthetic,
  uuid,
} from '../harness/synthetic.ts'

/** A trade as the benches of the store speak of it, whatever form it travels in. */
export interface PlainTrade {
  readonly market: MarketId
  readonly id: string
  /** Exact decimals. */
  readonly price: string
  readonly qty: string
  readonly buy: boolean
  /** Whole epoch ms: match and receipt. */
  readonly time: number
  readonly receivedAt: number
}

/** The made markets as the store is told of them. */
export const marketOf = (
  venue: string,
  { base, quote, priceDecimals, lotDecimals }: SyntheticMarket,
): Market => ({
  id: marketId(venue as VenueId, base, quote),
  venue: venue as VenueId,
  symbol: `${base}-${quote}`,
  base,
  quote,
  venueSymbol: `${base}${quote}`,
  tickSize: decimalText(1, priceDecimals),
  lotSize: decimalText(1, lotDecimals),
})

/** Venue ids count, or say nothing. */
export type Ids = 'digits' | 'uuid'

/** Times of the pauses: some 130 trades a second, so that a tape has as many minutes as usual. */
const STRETCH = 11
const FROM = Date.UTC(2026, 0, 5)
const DECIMALS = 8

export const venueFor = (ids: Ids): string => (ids === 'digits' ? 'binance' : 'bybit')

/** The generated tape: decimals as Binance sends them, receipt 20 to 100 ms after the match. */
export function* plainTrades(count: number, ids: Ids = 'digits'): Generator<PlainTrade> {
  const venue = venueFor(ids)
  const names = MARKETS.map((market) => marketOf(venue, market).id)
  const random = drawFrom(11)
  // Chunks arrive in order: a trade cannot be received before the one that came before it.
  let receivedAt = 0
  for (const { market, id, ticks, lots, buy, time, burst } of synthetic(count, {
    stretch: STRETCH,
  })) {
    const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
    if (!burst) receivedAt = Math.max(receivedAt, FROM + time + 20 + Math.floor(random() ** 3 * 80))
    yield {
      market: names[market] as MarketId,
      id: ids === 'digits' ? String(id) : uuid(random),
      price: decimalText(ticks, priceDecimals, DECIMALS),
      qty: decimalText(lots, lotDecimals, DECIMALS),
      buy,
      time: FROM + time,
      receivedAt,
    }
  }
}

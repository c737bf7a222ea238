import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import type { Execution, IdSeed } from './dialect.ts'

export const TOPIC = '/market/match'

/** Steps between two trades of a market as they were captured, small ones more often. Never 1. */
const STEPS = [2, 2, 2, 2, 3, 3, 3, 4, 4, 8, 8, 46, 86, 1_187]

/** Other things of the market are counted between two trades, so the sequence grows and skips. */
export function sequence({ listing, last, draw }: IdSeed): bigint {
  return last === undefined ? listing.firstId : last + BigInt(STEPS[draw.whole(STEPS.length)] ?? 2)
}

/** One match as KuCoin spells it: `tradeId` and `sequence` are the same on the current engine. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: shortText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Match time in nanoseconds, of which microseconds are known. */
export const nanosText = (micros: number): string => `${micros}000`

/** 24 hexadecimal digits, as orders are named: the second, then a number. */
function orderName(kind: 'a' | 'b', match: Match, number: bigint): string {
  const seconds = Math.floor(match.micros / 1_000_000).toString(16)
  return `${seconds}${kind}${number.toString(16).padStart(23 - seconds.length, '0')}`
}

/** One frame per match. */
export function encode(
  _channel: string,
  _format: string,
  { listing, matches }: Execution,
): readonly TradeFrame[] {
  const symbol = listing.venueSymbol
  const head = `{"type":"message","topic":"${TOPIC}:${symbol}","subject":"trade.l3match","data":`
  return matches.map((match) => {
    const sent = row(listing, match)
    const data = {
      makerOrderId: orderName('a', match, match.id),
      takerOrderId: orderName('b', match, BigInt(match.order)),
      price: sent.price,
      sequence: sent.id,
      side: match.buy ? 'buy' : 'sell',
      size: sent.qty,
      symbol,
      time: nanosText(match.micros),
      tradeId: sent.id,
      type: 'match',
    }
    return { text: `${head}${JSON.stringify(data)}}`, listing, rows: [sent] }
  })
}

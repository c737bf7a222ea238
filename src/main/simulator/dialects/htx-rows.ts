import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { MarketTape, Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import type { Execution } from './dialect.ts'
import { objectText, pythonText } from './number-text.ts'

export const CHANNEL = 'trade.detail'

/** What a taker order is called, 12 digits: `id` of a tick and of a group of REST rows. */
export const groupId = (match: Match): number => 98_400_000_000 + match.order

/** One match as HTX knows it; on the wire small prices and quantities have an exponent. */
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

/** A number: price and quantity alike. */
export const numberText = (units: number | bigint, decimals: number): string =>
  Number(units) === 0 ? '0.0' : pythonText(units, decimals)

/** A match as JSON; REST has another name for the trade's id. The old `id` is far above 2^53. */
export function matchText(listing: Listing, match: Match, idName: 'tradeId' | 'trade-id'): string {
  const tail = String((255_757_567_432_481n + match.id * 7_919n) % 10n ** 15n).padStart(15, '0')
  return objectText({
    id: `${groupId(match)}${tail}`,
    ts: Math.floor(match.micros / 1_000),
    [idName]: match.id.toString(),
    amount: numberText(match.lots, listing.lotDecimals),
    price: numberText(match.ticks, listing.priceDecimals),
    direction: match.buy ? '"buy"' : '"sell"',
  })
}

/** Matches of one taker order, oldest first, as a tick: newest row first. */
function tickText(listing: Listing, matches: readonly Match[], idName: 'tradeId' | 'trade-id') {
  const [first] = matches
  return objectText({
    id: first === undefined ? 0 : groupId(first),
    ts: first === undefined ? 0 : Math.floor(first.micros / 1_000),
    data: `[${matches.map((match) => matchText(listing, match, idName)).toReversed()}]`,
  })
}

export function frameText(listing: Listing, matches: readonly Match[], pushedMs: number): string {
  const ch = `"market.${listing.venueSymbol}.${CHANNEL}"`
  return objectText({ ch, ts: pushedMs, tick: tickText(listing, matches, 'tradeId') })
}

/** One frame per taker order. */
export function encode(
  _channel: string,
  _format: string,
  { listing, matches, pushedMicros }: Execution,
): readonly TradeFrame[] {
  const rows = matches.map((match) => row(listing, match)).toReversed()
  const text = frameText(listing, matches, Math.floor(pushedMicros / 1_000))
  return [{ text, listing, rows }]
}

/** The newest `count` taker orders as REST shows them, newest first. */
export function groupTexts(tape: MarketTape, count: number): readonly string[] {
  const texts: string[] = []
  for (let end = tape.end; end > tape.first && texts.length < count; ) {
    const { order } = tape.at(end - 1)
    let start = end - 1
    while (start > tape.first && tape.at(start - 1).order === order) start -= 1
    texts.push(tickText(tape.listing, tape.slice(start, end), 'trade-id'))
    end = start
  }
  return texts
}

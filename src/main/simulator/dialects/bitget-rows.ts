import { fixedText, shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row } from '../trade-frame.ts'
import type { IdSeed } from './dialect.ts'

/** Where the venue's ids count from, epoch ms: from a captured id and its match time. */
const ID_EPOCH_MS = 1_435_725_920_679
const TIME_SHIFT = 22n

/** Snowflakes: the ms above 22 bits of something else. They grow within a market and jump. */
export function snowflake({ micros, last = 0n, draw }: IdSeed): bigint {
  const ms = BigInt(Math.max(0, Math.floor(micros / 1_000) - ID_EPOCH_MS))
  const id = (ms << TIME_SHIFT) + BigInt(draw.whole(4_000))
  const least = last + 1n + BigInt(draw.whole(5))
  return id > least ? id : least
}

/** One match as Bitget spells it. */
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

export type BitgetVersion = 'v2' | 'v3'

/** A row of a frame; the two versions have other words for the same. */
export function rowText(version: BitgetVersion, match: Match, sent: Row): string {
  const { id, price, qty } = sent
  const ms = Math.floor(match.micros / 1_000)
  const side = match.buy ? 'buy' : 'sell'
  if (version === 'v2')
    return `{"ts":"${ms}","price":"${price}","size":"${qty}","side":"${side}","tradeId":"${id}"}`
  const second = `"L":"${match.id + 1n}","isRPI":"no"`
  return `{"i":"${id}","p":"${price}","v":"${qty}","S":"${side}","T":"${ms}",${second}}`
}

/** Newest row first. `snapshot` is history, `update` is live. */
export function frameText(
  version: BitgetVersion,
  action: 'snapshot' | 'update',
  listing: Listing,
  texts: readonly string[],
  pushedMs: number,
): string {
  const symbol = listing.venueSymbol
  const arg =
    version === 'v2'
      ? `{"instType":"SPOT","channel":"trade","instId":"${symbol}"}`
      : `{"instType":"spot","topic":"publicTrade","symbol":"${symbol}"}`
  const data = texts.toReversed().join(',')
  return `{"action":"${action}","arg":${arg},"data":[${data}],"ts":${pushedMs}}`
}

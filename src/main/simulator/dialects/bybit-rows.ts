import { fixedText, shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import type { Execution, House, IdSeed } from './dialect.ts'
import { tickDirection } from './tick-direction.ts'

export const TOPIC = 'publicTrade'
const MOST_ROWS = 1_024
const DIRECTIONS = ['PlusTick', 'ZeroPlusTick', 'MinusTick', 'ZeroMinusTick'] as const

/** Ids of contracts are UUIDs: nothing but themselves, so any number does. */
export const drawnId = ({ draw }: IdSeed): bigint =>
  (BigInt(draw.whole(2 ** 31)) << 31n) | BigInt(draw.whole(2 ** 31))

const SPREAD = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n

/** The UUID of a number: its digits look random, and no two numbers have the same. */
function uuid(id: bigint): string {
  const digits = BigInt.asUintN(128, (id + 1n) * SPREAD)
    .toString(16)
    .padStart(32, '0')
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, index) => digits.slice(cuts[index], end))
    .join('-')
}

/** One match as Bybit spells it. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: listing.kind === 'spot' ? match.id.toString() : uuid(match.id),
    price: fixedText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Up to 1,024 rows a message; the messages of one order share `seq`. Contracts tell the tick's direction. */
export function encode(house: House, execution: Execution): readonly TradeFrame[] {
  const { listing, matches } = execution
  const symbol = listing.venueSymbol
  const tape = listing.kind === 'spot' ? undefined : house.tape(listing)
  const time = Math.floor(execution.micros / 1_000)
  const pushed = Math.floor(execution.pushedMicros / 1_000)
  const side = execution.buy ? 'Buy' : 'Sell'
  const frames: TradeFrame[] = []
  for (let start = 0; start < matches.length; start += MOST_ROWS) {
    const part = matches.slice(start, start + MOST_ROWS)
    const rows = part.map((match) => row(listing, match))
    const data = part.map((match, index) => {
      const { id, price, qty } = rows[index] ?? row(listing, match)
      const tick = tape === undefined ? '' : `"L":"${DIRECTIONS[tickDirection(tape, match)]}",`
      return `{"i":"${id}","T":${time},"p":"${price}","v":"${qty}","S":"${side}","s":"${symbol}",${tick}"BT":false,"RPI":false,"seq":${execution.order}}`
    })
    const head = `{"topic":"${TOPIC}.${symbol}","ts":${pushed},"type":"snapshot","data":[`
    frames.push({ text: `${head}${data.join(',')}]}`, listing, rows })
  }
  return frames
}

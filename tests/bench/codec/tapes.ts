import { personality } from '../../../src/main/simulator/dialects/registry.ts'
import { createGenerator } from '../../../src/main/simulator/generator.ts'
import { liveHiddenPrices } from '../../../src/main/simulator/hidden-prices.ts'
import { listingsOf } from '../../../src/main/simulator/listings.ts'
import { random } from '../../../src/main/simulator/random.ts'
import type { TapeColumns } from '../../../src/main/store/tape-columns.ts'
import { DecimalBuilder } from '../../../src/shared/domain/decimal-column.ts'
import { IdBuilder } from '../../../src/shared/domain/id-column.ts'

/** Trades of several markets in order of arrival. */
export interface Tape {
  readonly columns: TapeColumns
  readonly market: Uint32Array
  readonly markets: number
}

interface Print {
  readonly market: number
  readonly price: string
  readonly qty: string
  readonly buy: boolean
  readonly time: number
  readonly received: number
}

const START = 1_700_000_000_000

/** Markets of very different pace, prices that walk by single ticks, quantities and delays of pure noise. */
function* noisy(): Generator<Print> {
  const draw = random(1, 'codec')
  const prices = Array.from({ length: 20 }, () => 6_000_000)
  let time = START
  for (;;) {
    const market = Math.floor(20 * draw.next() ** 3)
    if (draw.next() > 0.55) time += draw.whole(5)
    const price = (prices[market] ?? 0) + draw.whole(3) - 1
    prices[market] = price
    yield {
      market,
      price: (price / 100).toFixed(2),
      qty: (draw.next() ** 4 * 10).toFixed(5),
      buy: draw.next() < 0.5,
      time,
      received: time + 20 + draw.whole(80),
    }
  }
}

/** The demo tape: orders that walk through the book, round quantities now and then; chunks of 4 ms. */
function* demo(): Generator<Print> {
  const listings = listingsOf(personality('binance').markets)
  const generator = createGenerator({
    seed: 1,
    name: 'binance',
    listings,
    rate: 5_000,
    prices: liveHiddenPrices(1),
  })
  const draw = random(2, 'codec')
  let until = 0
  let received = 0
  for (;;) {
    const { listing, buy, fills, at } = generator.next()
    const time = START + Math.floor(at * 1_000)
    if (time >= until) {
      until = time + 4
      received = Math.max(received, until + 12 + draw.whole(6))
    }
    for (const { ticks, lots } of fills)
      yield {
        market: listings.indexOf(listing),
        price: (ticks / 10 ** listing.priceDecimals).toFixed(listing.priceDecimals),
        qty: (lots / 10 ** listing.lotDecimals).toFixed(listing.lotDecimals),
        buy,
        time,
        received,
      }
  }
}

export const SOURCES = { noisy, demo } as const

export function tapeOf(source: keyof typeof SOURCES, uuids: boolean, count: number): Tape {
  const [id, price, qty] = [
    new IdBuilder(count),
    new DecimalBuilder(count),
    new DecimalBuilder(count),
  ]
  const columns = {
    count,
    id,
    price,
    qty,
    side: new Uint8Array(count),
    origin: new Uint8Array(count),
    matches: new Uint32Array(count).fill(1),
    exchangeTime: new Float64Array(count),
    exchangeMicros: new Int16Array(count).fill(-1),
    receiveTime: new Float64Array(count),
  }
  const market = new Uint32Array(count)
  const draw = random(3, 'codec')
  const next = new Map<number, number>()
  const prints = SOURCES[source]()
  let markets = 0
  for (let row = 0; row < count; row += 1) {
    const print = prints.next().value as Print
    const nth = next.get(print.market) ?? 1_000_000_000 + print.market * 10_000_000
    next.set(print.market, nth + 1)
    if (uuids) id.set(row, uuid(draw.next(), draw.next(), draw.next(), draw.next()))
    else id.setNumber(row, nth)
    price.set(row, print.price)
    qty.set(row, print.qty)
    columns.side[row] = print.buy ? 0 : 1
    columns.exchangeTime[row] = print.time
    columns.receiveTime[row] = print.received
    market[row] = print.market
    markets = Math.max(markets, print.market + 1)
  }
  return { columns, market, markets }
}

function uuid(...parts: readonly number[]): string {
  const hex = parts
    .map((part) =>
      Math.floor(part * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
  const variant = (8 + (Number.parseInt(hex[16] ?? '0', 16) & 3)).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** Rows of each market among [from, to), in order. */
export function rowsByMarket(tape: Tape, from: number, to: number): Uint32Array[] {
  const rows = Array.from({ length: tape.markets }, (): number[] => [])
  for (let row = from; row < to; row += 1) rows[tape.market[row] ?? 0]?.push(row)
  return rows.map((list) => Uint32Array.from(list))
}

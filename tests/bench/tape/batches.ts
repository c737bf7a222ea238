import { DecimalBuilder } from '../../../src/shared/domain/decimal-column.ts'
import { IdBuilder } from '../../../src/shared/domain/id-column.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import type { TradeBatch } from '../../../src/shared/domain/trade.ts'
import type { PlainTrade } from './plain.ts'

/** The form in which trades go to the store. The one place of the benches that knows it. */
export function batchOf(trades: readonly PlainTrade[]): TradeBatch {
  const markets: MarketId[] = []
  const index = new Map<MarketId, number>()
  const indexOf = (market: MarketId): number => {
    const known = index.get(market)
    if (known !== undefined) return known
    index.set(market, markets.length)
    return markets.push(market) - 1
  }
  const size = Math.max(trades.length, 1)
  const [ids, prices, quantities] = [
    new IdBuilder(size),
    new DecimalBuilder(size),
    new DecimalBuilder(size),
  ]
  for (const [row, { id, price, qty }] of trades.entries()) {
    ids.set(row, id)
    prices.set(row, price)
    quantities.set(row, qty)
  }
  return {
    count: trades.length,
    market: Uint32Array.from(trades, ({ market }) => indexOf(market)),
    markets,
    id: ids.take(trades.length),
    price: prices.take(trades.length),
    qty: quantities.take(trades.length),
    side: Uint8Array.from(trades, ({ buy }) => (buy ? 0 : 1)),
    exchangeTime: Float64Array.from(trades, ({ time }) => time),
    exchangeMicros: new Int16Array(trades.length).fill(-1),
    receiveTime: Float64Array.from(trades, ({ receivedAt }) => receivedAt),
    matches: new Uint32Array(trades.length).fill(1),
    origin: new Uint8Array(trades.length),
  }
}

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
  return {
    count: trades.length,
    market: Uint32Array.from(trades, ({ market }) => indexOf(market)),
    markets,
    id: trades.map(({ id }) => id),
    price: trades.map(({ price }) => price),
    qty: trades.map(({ qty }) => qty),
    side: Uint8Array.from(trades, ({ buy }) => (buy ? 0 : 1)),
    exchangeTime: Float64Array.from(trades, ({ time }) => time),
    exchangeMicros: new Int16Array(trades.length).fill(-1),
    receiveTime: Float64Array.from(trades, ({ receivedAt }) => receivedAt),
    matches: new Uint32Array(trades.length).fill(1),
    origin: new Uint8Array(trades.length),
  }
}

import type { TapeFrame } from '../../../src/shared/contract/status.ts'
import type { Candle } from '../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import type { PlainTrade } from '../tape/plain.ts'

/** A tick of the screen as `market.tape` sends it. The one place that knows the topic's shape. */
export function frameOf(market: MarketId, trades: readonly PlainTrade[]): TapeFrame {
  return {
    market,
    trades: trades.map((trade) => tradeOf(market, trade)),
    skipped: 0,
    candles: { '1s': [barOf(trades, 1_000)], '1m': [barOf(trades, 60_000)] },
    foldedAt: trades.at(-1)?.receivedAt ?? null,
  }
}

/** Trades in a frame that arrived: proof that it did. */
export const tradesIn = ({ trades }: TapeFrame): number => trades.length

const tradeOf = (
  market: MarketId,
  { id, price, qty, buy, time, receivedAt }: PlainTrade,
): Trade => ({
  market,
  id,
  price,
  qty,
  side: buy ? 'buy' : 'sell',
  exchangeTime: epochMs(time),
  receiveTime: epochMs(receivedAt),
  matches: 1,
  origin: 'stream',
})

function barOf(trades: readonly PlainTrade[], ms: number): Candle {
  const prices = trades.map(({ price }) => Number(price))
  const [open = 0] = prices
  const volume = trades.reduce((sum, { qty }) => sum + Number(qty), 0)
  return {
    openTime: epochMs(Math.floor((trades[0]?.time ?? 0) / ms) * ms),
    open,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1) ?? open,
    volume,
    buyVolume: volume / 2,
    trades: trades.length,
    source: 'tape',
    partial: false,
  }
}

import type { Candle } from '../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'

export const BTC = 'okx:BTC-USDT' as MarketId

export const trade = (id: number, patch: Partial<Trade> = {}): Trade => ({
  market: BTC,
  id: String(id),
  price: '100.5',
  qty: '2',
  side: 'buy',
  exchangeTime: epochMs(1_000 + id),
  receiveTime: epochMs(1_010 + id),
  matches: 1,
  origin: 'stream',
  ...patch,
})

export const candle = (openTime: number, patch: Partial<Candle> = {}): Candle => ({
  openTime: epochMs(openTime),
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 5,
  buyVolume: 3,
  trades: 4,
  source: 'tape',
  partial: false,
  ...patch,
})

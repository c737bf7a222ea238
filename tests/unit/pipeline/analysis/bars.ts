import { FIGURES, type Figures, type Snapshot } from '../../../../src/shared/domain/analysis.ts'
import type { Candle } from '../../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

export const MINUTE = 60_000
/** The start of a minute. */
export const T = 1_800_000_000_000
export const MARKET = 'okx:BTC-USDT' as MarketId

/** A bar that opens `minute` minutes after `T`. */
export const bar = (minute: number, close: number, more: Partial<Candle> = {}): Candle => ({
  openTime: epochMs(T + minute * MINUTE),
  open: close,
  high: close,
  low: close,
  close,
  volume: 2,
  buyVolume: 1,
  trades: 3,
  source: 'tape',
  partial: false,
  ...more,
})

const NOTHING = Object.fromEntries(FIGURES.map((name) => [name, null])) as Figures & object

/** Figures of a market whose price is near 61,200; those that are named are otherwise. */
export const figures = (more: Partial<Figures> = {}): Figures => ({ ...NOTHING, ...USUAL, ...more })

const USUAL: Partial<Figures> = {
  last: 61_204.5,
  mean20: 61_150.2,
  deviationPercent: 0.0888,
  zScore: 1.73,
  volatilityPercent: 0.04,
  rsi14: 58.3,
  high24h: 62_010,
  low24h: 60_120.5,
  change24hPercent: -0.42,
  volume24h: 12_345.678,
  vwap24h: 61_020.7,
  trades24h: 483_112,
  buyVolume1h: 320.5,
  sellVolume1h: 178.06,
  buySellRatio1h: 1.79995,
  coveragePercent: 99.86,
}

export const snapshot = (more: Partial<Figures> = {}, priceDecimals = 1): Snapshot => ({
  market: MARKET,
  at: epochMs(T),
  lastTradeAt: epochMs(T - 120),
  priceDecimals,
  figures: figures(more),
})

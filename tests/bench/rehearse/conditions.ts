const MARKET = 'binance:COIN0-USDT'

/** One of each kind of cost: a level, windows, bars, a history, several at once, and one by the clock. */
export const CONDITIONS: Readonly<Record<string, string>> = {
  price: `${MARKET} price crosses 60000`,
  move: `${MARKET} move 5m > 0.0005%`,
  rsi: `${MARKET} rsi 1m < 30`,
  zscore: `${MARKET} volume 1m zscore 1h > 3`,
  both: `${MARKET} volume 1m zscore 1h > 2 and ${MARKET} move 5m > 0.0005%`,
  clock: `${MARKET} stale > 2s`,
}

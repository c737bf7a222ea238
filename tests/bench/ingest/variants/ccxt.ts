import { MARKETS } from '../../harness/synthetic.ts'
import { address, dialect, tell } from './client.ts'
import { load } from './peers.ts'

// The general exchange library, its streaming part, as its manual uses it. Binance only: the others
// need their instrument lists from the real venue.
interface Exchange {
  loadHttpProxyAgent(): Promise<void>
  urls: { api: { ws: Record<string, string> } }
  safeMarketStructure(market: object): object
  setMarkets(markets: readonly object[]): void
  watchTradesForSymbols(symbols: readonly string[]): Promise<readonly object[]>
}
const { pro } = load<{ pro: Record<string, new (options: object) => Exchange> }>('ccxt')
const Binance = pro.binance
if (Binance === undefined || address.venue !== 'binance') throw new Error('not played with ccxt')
const exchange = new Binance({ newUpdates: true })
await exchange.loadHttpProxyAgent()
exchange.urls.api.ws.spot = address.ws
exchange.setMarkets(
  MARKETS.map((market) =>
    exchange.safeMarketStructure({
      id: dialect.symbol(market),
      lowercaseId: dialect.symbol(market).toLowerCase(),
      symbol: `${market.base}/${market.quote}`,
      base: market.base,
      quote: market.quote,
      baseId: market.base,
      quoteId: market.quote,
      type: 'spot',
      spot: true,
      active: true,
    }),
  ),
)

let trades = 0
tell(() => ({ trades }))
const wanted = MARKETS.map(({ base, quote }) => `${base}/${quote}`)
for (;;) trades += (await exchange.watchTradesForSymbols(wanted)).length

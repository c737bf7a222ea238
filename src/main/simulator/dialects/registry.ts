import type { MarketList } from '../listings.ts'
import { SIMULATED_VENUES, type SimulatedVenue } from '../simulator.ts'
import { binance } from './binance.ts'
import { binanceMarkets } from './binance-markets.ts'
import { binanceusdm } from './binanceusdm.ts'
import { binanceusdmMarkets } from './binanceusdm-markets.ts'
import { bitget } from './bitget.ts'
import { bitgetMarkets } from './bitget-markets.ts'
import { bybit } from './bybit.ts'
import { bybitMarkets } from './bybit-markets.ts'
import { bybitlinear } from './bybitlinear.ts'
import { bybitlinearMarkets } from './bybitlinear-markets.ts'
import { coinbase } from './coinbase.ts'
import { coinbaseMarkets } from './coinbase-markets.ts'
import { deribit } from './deribit.ts'
import { deribitMarkets } from './deribit-markets.ts'
import type { Dialect, House } from './dialect.ts'
import { gate } from './gate.ts'
import { gateMarkets } from './gate-markets.ts'
import { htx } from './htx.ts'
import { htxMarkets } from './htx-markets.ts'
import { hyperliquid } from './hyperliquid.ts'
import { hyperliquidMarkets } from './hyperliquid-markets.ts'
import { kraken } from './kraken.ts'
import { krakenMarkets } from './kraken-markets.ts'
import { kucoin } from './kucoin.ts'
import { kucoinMarkets } from './kucoin-markets.ts'
import { okx } from './okx.ts'
import { okxMarkets } from './okx-markets.ts'
import * as recorded from './recorded.ts'
import { upbit } from './upbit.ts'
import { upbitMarkets } from './upbit-markets.ts'

/** All that makes one exchange: what it lists and how it talks. */
export interface Personality {
  readonly markets: MarketList
  readonly dialect: (house: House) => Dialect
  /** Finds the trades in a recorded raw frame; without it such frames are played but not in the history. */
  readonly recorded?: recorded.ReadRecorded
}

/** The exchanges that exist: one line each. */
const PERSONALITIES: Readonly<Partial<Record<SimulatedVenue, Personality>>> = {
  binance: { markets: binanceMarkets, dialect: binance, recorded: recorded.binance },
  okx: { markets: okxMarkets, dialect: okx, recorded: recorded.okx },
  bybit: { markets: bybitMarkets, dialect: bybit, recorded: recorded.bybit },
  coinbase: { markets: coinbaseMarkets, dialect: coinbase },
  kraken: { markets: krakenMarkets, dialect: kraken },
  bitget: { markets: bitgetMarkets, dialect: bitget },
  gate: { markets: gateMarkets, dialect: gate },
  binanceusdm: { markets: binanceusdmMarkets, dialect: binanceusdm, recorded: recorded.binance },
  bybitlinear: { markets: bybitlinearMarkets, dialect: bybitlinear },
  deribit: { markets: deribitMarkets, dialect: deribit },
  hyperliquid: { markets: hyperliquidMarkets, dialect: hyperliquid },
  kucoin: { markets: kucoinMarkets, dialect: kucoin },
  htx: { markets: htxMarkets, dialect: htx },
  upbit: { markets: upbitMarkets, dialect: upbit },
}

/** Venues whose dialect exists. */
export const AVAILABLE_VENUES: readonly SimulatedVenue[] = SIMULATED_VENUES.filter(
  (venue) => PERSONALITIES[venue] !== undefined,
)

/** Throws for a venue that is named but not written yet. */
export function personality(venue: SimulatedVenue): Personality {
  const found = PERSONALITIES[venue]
  if (found === undefined)
    throw new Error(`The simulator has no ${venue} yet; it has ${AVAILABLE_VENUES.join(', ')}.`)
  return found
}

import type { VenueId } from '../../shared/domain/market.ts'
import { binance } from './binance.ts'
import { binanceUsdm } from './binance-usdm.ts'
import { bitget } from './bitget.ts'
import { bybit } from './bybit.ts'
import { bybitLinear } from './bybit-linear.ts'
import { coinbase } from './coinbase.ts'
import { deribit } from './deribit.ts'
import { gate } from './gate.ts'
import { htx } from './htx.ts'
import { hyperliquid } from './hyperliquid.ts'
import { kraken } from './kraken.ts'
import { kucoin } from './kucoin.ts'
import { okx } from './okx.ts'
import { upbit } from './upbit.ts'
import type { Venue } from './venue.ts'

/** Every exchange that Tapedeck knows. Nothing else in the program lists them. */
export const venues: readonly Venue[] = [
  binance,
  okx,
  bybit,
  coinbase,
  kucoin,
  htx,
  upbit,
  kraken,
  bitget,
  gate,
  binanceUsdm,
  bybitLinear,
  deribit,
  hyperliquid,
]

export const venueById = (id: VenueId): Venue | undefined => venues.find((venue) => venue.id === id)

import type { Listing } from '../listings.ts'
import { currencyOf, kindOf } from './deribit-markets.ts'
import type { House } from './dialect.ts'

const INTERVALS = ['100ms', 'agg2']
const KINDS = ['future', 'spot']
const CURRENCIES = ['any', 'BTC', 'ETH', 'USDC', 'USDT']

/** Trades of one instrument. */
const single = (interval: string): string => `instrument.${interval}`

/** By these names subscriptions are kept: `instrument.100ms`, and `spot.any.100ms` as in the channel. */
export const TRADE_CHANNELS: readonly string[] = INTERVALS.flatMap((interval) => [
  single(interval),
  ...KINDS.flatMap((kind) => CURRENCIES.map((currency) => `${kind}.${currency}.${interval}`)),
])

export interface TradeTopic {
  /** One of TRADE_CHANNELS. */
  readonly channel: string
  readonly listings: readonly Listing[]
}

/** What `trades.BTC-PERPETUAL.100ms` or `trades.spot.any.100ms` means; undefined if there is no such channel. */
export function tradeTopic(house: House, name: string): TradeTopic | undefined {
  const [root, one = '', two = '', three] = name.split('.')
  if (root !== 'trades') return undefined
  if (three === undefined) {
    const listing = house.find(one)
    return listing === undefined || !INTERVALS.includes(two)
      ? undefined
      : { channel: single(two), listings: [listing] }
  }
  const channel = `${one}.${two}.${three}`
  if (!TRADE_CHANNELS.includes(channel)) return undefined
  const listings = house.listings.filter(
    (listing) => kindOf(listing) === one && (two === 'any' || currencyOf(listing) === two),
  )
  return { channel, listings }
}

/** The name of a channel on the wire. */
export const channelName = (channel: string, { venueSymbol }: Listing): string =>
  channel.startsWith('instrument.')
    ? `trades.${venueSymbol}.${channel.slice('instrument.'.length)}`
    : `trades.${channel}`

/** `raw` needs a login. */
export const isRaw = (name: string): boolean => name.endsWith('.raw')

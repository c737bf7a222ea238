import type { VenueId } from '../../shared/domain/market.ts'

/** What a new installation watches until its user says otherwise; `*` stands for any other venue. */
const PRESETS: Readonly<Record<string, readonly string[]>> = {
  coinbase: ['BTC-USD', 'ETH-USD'],
  '*': ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'],
}

export const startMarkets = (venues: readonly VenueId[]): readonly string[] =>
  venues.flatMap((venue) =>
    (PRESETS[venue] ?? PRESETS['*'] ?? []).map((symbol) => `${venue}:${symbol}`),
  )

import type { Connection } from '../../src/main/simulator/connection.ts'
import { personality } from '../../src/main/simulator/dialects/registry.ts'
import { Exchange } from '../../src/main/simulator/exchange.ts'
import { createGenerator } from '../../src/main/simulator/generator.ts'
import { liveHiddenPrices } from '../../src/main/simulator/hidden-prices.ts'
import { createJournal } from '../../src/main/simulator/journal.ts'
import { listingsOf } from '../../src/main/simulator/listings.ts'
import { SIMULATED_VENUES, type SimulatedVenue } from '../../src/main/simulator/simulator.ts'
import { manualClock } from '../unit/simulator/manual-clock.ts'

/** In which ways a venue can be asked for trades: channel and format, as its dialect calls them. */
export type Way = readonly [channel: string, format: string]
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  binance: [
    ['trade', 'raw'],
    ['trade', 'combined'],
    ['trade', 'raw,us'],
    ['aggTrade', 'combined,us'],
  ],
  binanceusdm: [
    ['aggTrade', 'raw'],
    ['aggTrade', 'combined'],
  ],
}

export const isSimulated = (venue: string): venue is SimulatedVenue =>
  (SIMULATED_VENUES as readonly string[]).includes(venue)

export const waysOf = (venue: SimulatedVenue): readonly Way[] => WAYS[venue] ?? [['', '']]

/** The trade frames of so many orders as the simulated venue would send them, without a socket. */
export function simulatedFrames(
  venue: SimulatedVenue,
  orders: number,
  seed = 1,
  ways = waysOf(venue),
): string[] {
  const clock = manualClock()
  const journal = createJournal({ keep: false, clock })
  const listings = listingsOf(personality(venue).markets)
  const options = { venue, listings, clock, timeScale: 1, seed, faults: [], journal }
  const exchange = new Exchange(options)
  const generator = createGenerator({
    seed,
    name: venue,
    listings,
    rate: 50,
    prices: liveHiddenPrices(seed),
  })
  const frames: string[] = []
  for (const [name, format] of ways) {
    const channel = name === '' ? (exchange.dialect.channels[0] ?? '') : name
    const push = ({ text }: { readonly text: string }): void => void frames.push(text)
    const listener = { format, push } as unknown as Connection
    for (const listing of listings) exchange.subscriptions.add(channel, listing, listener)
  }
  for (let n = 0; n < orders; n += 1) {
    const { listing, buy, fills } = generator.next()
    clock.advance(n % 3)
    exchange.execute(listing, buy, fills, exchange.nowMicros() - (n % 997))
  }
  clock.advance(1_000)
  journal.close()
  return frames
}

/** Every market of a simulated venue in its own spelling. */
export const simulatedSymbols = (venue: SimulatedVenue): readonly string[] =>
  listingsOf(personality(venue).markets).map(({ venueSymbol }) => venueSymbol)

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AVAILABLE_VENUES, personality } from '../../../src/main/simulator/dialects/registry.ts'
import { createGenerator, type Order } from '../../../src/main/simulator/generator.ts'
import { liveHiddenPrices } from '../../../src/main/simulator/hidden-prices.ts'
import { listingsOf } from '../../../src/main/simulator/listings.ts'
import type { SimulatedVenue } from '../../../src/main/simulator/simulator.ts'

function tape(seed: number, venue: SimulatedVenue, orders: number, rate = 20): Order[] {
  const generator = createGenerator({
    seed,
    name: venue,
    listings: listingsOf(personality(venue).markets),
    rate,
    prices: liveHiddenPrices(seed),
  })
  return Array.from({ length: orders }, () => generator.next())
}

const fills = (orders: readonly Order[]) => orders.flatMap((order) => order.fills)

describe('generator', () => {
  it('gives the same tape for the same seed and another for another', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(...AVAILABLE_VENUES), (seed, venue) => {
        expect(tape(seed, venue, 50)).toEqual(tape(seed, venue, 50))
        // Not only the prices: sides and times come from the seed too.
        const shape = (orders: readonly Order[]) => orders.map(({ buy, at }) => [buy, at])
        expect(shape(tape(seed, venue, 50))).not.toEqual(shape(tape(seed + 1, venue, 50)))
      }),
      { numRuns: 20 },
    )
  })

  it('prices and quantities are whole steps above zero, times never go back', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(...AVAILABLE_VENUES), (seed, venue) => {
        let last = 0
        for (const order of tape(seed, venue, 200)) {
          expect(order.at).toBeGreaterThanOrEqual(last)
          last = order.at
          expect(order.fills.length).toBeGreaterThan(0)
          for (const { ticks, lots } of order.fills) {
            expect(Number.isSafeInteger(ticks) && ticks > 0).toBe(true)
            expect(Number.isSafeInteger(lots) && lots > 0).toBe(true)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('an order walks away from the touch, never back', () => {
    for (const order of tape(3, 'binance', 5_000))
      for (const [index, fill] of order.fills.entries()) {
        const before = order.fills[index - 1]?.ticks ?? fill.ticks
        expect(order.buy ? fill.ticks >= before : fill.ticks <= before).toBe(true)
      }
  })

  it.each([5, 20, 1_000, 50_000])('keeps a mean rate of %i fills a second', (rate) => {
    const orders = tape(11, 'okx', 60_000, rate)
    const seconds = orders.at(-1)?.at ?? 1
    // Bursts and lulls even out over minutes; a high rate is steady from the start.
    const tolerance = 0.15
    expect(fills(orders).length / seconds / rate).toBeGreaterThan(1 - tolerance)
    expect(fills(orders).length / seconds / rate).toBeLessThan(1 + tolerance)
  })

  it('has busy and quiet markets, bursts of prints, both sides and many sizes', () => {
    const orders = tape(5, 'bybit', 20_000)
    const counts = personality('bybit').markets.all.map(
      ({ symbol }) => fills(orders.filter(({ listing }) => listing.symbol === symbol)).length,
    )
    expect(counts[0] ?? 0).toBeGreaterThan(8 * (counts.at(-1) ?? 0))
    expect(Math.min(...counts)).toBeGreaterThan(0)
    const many = orders.filter((order) => order.fills.length > 1).length
    expect(many / orders.length).toBeGreaterThan(0.3)
    const buys = orders.filter(({ buy }) => buy).length / orders.length
    expect(buys).toBeGreaterThan(0.4)
    expect(buys).toBeLessThan(0.6)
    const perSecond = new Map<number, number>()
    for (const order of orders) {
      const second = Math.floor(order.at)
      perSecond.set(second, (perSecond.get(second) ?? 0) + order.fills.length)
    }
    expect(Math.max(...perSecond.values())).toBeGreaterThan(20 * 4)
  })

  it('lets the venues follow one hidden price: within 30 basis points of each other', () => {
    const last = new Map<string, Map<string, number>>()
    for (const venue of AVAILABLE_VENUES)
      for (const { listing, fills: own, at } of tape(21, venue, 20_000)) {
        if (at > 300) break
        const { base, quote, venueSymbol, priceDecimals } = listing
        // Dollars of all kinds are worth one.
        if (!['USD', 'USDT', 'USDC'].includes(quote)) continue
        const prices = last.get(base) ?? new Map<string, number>()
        last.set(
          base,
          prices.set(`${venue} ${venueSymbol}`, (own[0]?.ticks ?? 0) / 10 ** priceDecimals),
        )
      }
    for (const base of ['BTC', 'ETH', 'SOL']) {
      const prices = [...(last.get(base)?.values() ?? [])]
      expect(prices.length).toBeGreaterThanOrEqual(AVAILABLE_VENUES.length / 2)
      const low = Math.min(...prices)
      expect((Math.max(...prices) - low) / low).toBeLessThan(0.003)
    }
  })
})

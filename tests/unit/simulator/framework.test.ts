import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { binance } from '../../../src/main/simulator/dialects/binance.ts'
import { AVAILABLE_VENUES, personality } from '../../../src/main/simulator/dialects/registry.ts'
import { createGenerator } from '../../../src/main/simulator/generator.ts'
import { liveHiddenPrices } from '../../../src/main/simulator/hidden-prices.ts'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import {
  type Listing,
  listingsOf,
  lotsWorth,
  market,
} from '../../../src/main/simulator/listings.ts'
import { MarketTape } from '../../../src/main/simulator/tape.ts'
import { manualClock } from './manual-clock.ts'

const inverse: Listing = {
  ...market({ base: 'BTC', quote: 'USD', kind: 'inverse', venueSymbol: 'BTC-PERPETUAL' }),
  priceDecimals: 1,
  tickStep: 5,
  lotDecimals: 0,
  lotStep: 10,
  index: 0,
  firstId: 1n,
  firstSeq: 500n,
}

describe('listings', () => {
  it('have canonical symbols and steps of their own', () => {
    expect(inverse.symbol).toBe('BTC-USD-PERP')
    expect(market({ base: 'BTC', quote: 'KRW', venueSymbol: 'KRW-BTC' })).toMatchObject({
      symbol: 'BTC-KRW',
      kind: 'spot',
      priceDecimals: 0,
      lotDecimals: 8,
    })
  })

  it('every venue lists each market once, under one spelling, and reads it back', () => {
    for (const venue of AVAILABLE_VENUES) {
      const { all } = personality(venue).markets
      expect(new Set(all.map(({ symbol }) => symbol)).size).toBe(all.length)
      expect(new Set(all.map(({ venueSymbol }) => venueSymbol)).size).toBe(all.length)
    }
  })

  it('a quantity is worth the same in coins, contracts and dollars', () => {
    const coins = market({ base: 'BTC', quote: 'USDT', venueSymbol: 'x', lotDecimals: 4 })
    const contracts = { ...coins, kind: 'linear' as const, unit: 0.01 }
    expect(lotsWorth(coins, 1_000, 50_000) / 1e4).toBeCloseTo(0.02)
    expect(lotsWorth(contracts, 1_000, 50_000) / 1e4).toBeCloseTo(2)
    expect(lotsWorth(inverse, 1_000, 50_000)).toBe(1_000)
  })

  it('prices and quantities keep to steps that are no power of ten', () => {
    const generator = createGenerator({
      seed: 1,
      name: 'x',
      listings: [inverse],
      rate: 20,
      prices: liveHiddenPrices(1),
    })
    const fills = Array.from({ length: 500 }, () => generator.next()).flatMap(
      (order) => order.fills,
    )
    for (const { ticks, lots } of fills) {
      expect([ticks % 5, lots % 10]).toEqual([0, 0])
      expect(Math.min(ticks, lots)).toBeGreaterThan(0)
    }
  })

  it('matches are numbered within their market besides their ids', () => {
    const tape = new MarketTape(inverse)
    const ids = [90n, 17n, 44n]
    const fills = ids.map(() => ({ ticks: 5, lots: 10 }))
    let next = 0
    const matches = tape.append(1, true, 1_000, fills, () => ids[next++] ?? 0n)
    expect(matches.map(({ seq }) => seq)).toEqual([500n, 501n, 502n])
    expect([0, 1, 2].map((number) => tape.at(number))).toEqual(matches)
  })

  it('an option markets that one venue has and another has not is fine, one that none has is not', async () => {
    const clock = manualClock()
    await expect(startSimulator({ markets: ['BTC-NOPE'], clock })).rejects.toThrow('BTC-NOPE')
    const [first] = listingsOf(personality('okx').markets, ['ETH-BTC', 'BTC-NOPE'])
    expect(first).toMatchObject({ symbol: 'ETH-BTC', index: 0 })
  })
})

describe('a venue that is named but not written', () => {
  it('is said so', async () => {
    const missing = 'mtgox' as 'okx'
    await expect(startSimulator({ venues: [missing] })).rejects.toThrow('has no mtgox yet')
    expect(AVAILABLE_VENUES.length).toBeGreaterThan(2)
    expect(personality('binance').dialect).toBe(binance)
  })
})

describe('the journal file', () => {
  const live = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ past }) => past !== true)

  it('has every match as one line, appended, and nothing is kept in memory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
    const journal = join(folder, 'journal.ndjson')
    try {
      const emitted: unknown[] = []
      for (let run = 0; run < 2; run++) {
        const clock = manualClock()
        const options = { venues: ['okx', 'bybit'] as const, rate: 0, journal, clock }
        const simulator = await startSimulator(options)
        emitted.push(...simulator.emit('okx:BTC-USDT', 3), ...simulator.emit('bybit:ETH-USDT', 2))
        clock.advance(100)
        expect(live(await readFile(journal, 'utf8'))).toHaveLength(emitted.length)
        emitted.push(...simulator.emit('okx:ETH-BTC', 1))
        expect(simulator.printed()).toEqual([])
        await simulator.close()
      }
      const text = await readFile(journal, 'utf8')
      expect(live(text)).toEqual(emitted)
      // What REST knows from before the start is told apart.
      expect(
        text.split('\n').filter((line) => line.endsWith('"past":true}')).length,
      ).toBeGreaterThan(1_000)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('that cannot be opened is said so', async () => {
    await expect(startSimulator({ journal: '/nowhere/at/all', venues: ['okx'] })).rejects.toThrow(
      'ENOENT',
    )
  })
})

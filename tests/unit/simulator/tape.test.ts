import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binanceMarkets } from '../../../src/main/simulator/dialects/binance-markets.ts'
import { fixedText, paddedText, shortText } from '../../../src/main/simulator/fixed-point.ts'
import { listingsOf } from '../../../src/main/simulator/listings.ts'
import { joinBars } from '../../../src/main/simulator/minute-bars.ts'
import { MarketTape } from '../../../src/main/simulator/tape.ts'

const [LISTING] = listingsOf(binanceMarkets, ['BTC-USDT'])
if (LISTING === undefined) throw new Error('no listing')
const listing = LISTING
const START = 1_780_000_000_000 - (1_780_000_000_000 % 60_000)

const orders = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 150_000 }),
    buy: fc.boolean(),
    fills: fc.array(
      fc.record({
        ticks: fc.integer({ min: 1, max: 9_999 }),
        lots: fc.integer({ min: 1, max: 1e9 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
  { minLength: 1, maxLength: 40 },
)

function filled(
  list: readonly { wait: number; buy: boolean; fills: { ticks: number; lots: number }[] }[],
  kept?: number,
) {
  const tape = new MarketTape(listing, kept)
  let id = listing.firstId - 1n
  let time = START
  for (const [number, { wait, buy, fills }] of list.entries()) {
    time += wait
    tape.append(number, buy, time * 1_000, fills, () => {
      id += 1n
      return id
    })
  }
  return { tape, end: time }
}

describe('market tape', () => {
  it('minutes folded from the trades held equal the bars, with no minute missing', () => {
    fc.assert(
      fc.property(orders, (list) => {
        const { tape, end } = filled(list)
        const matches = tape.slice(tape.first, tape.end)
        const bars = tape.bars.upTo(end)
        expect(bars.reduce((sum, bar) => sum + bar.trades, 0)).toBe(matches.length)
        for (const [index, bar] of bars.entries()) {
          if (index > 0) expect(bar.openTime).toBe((bars[index - 1]?.openTime ?? 0) + 60_000)
          const inside = matches.filter(
            ({ micros }) => Math.floor(micros / 60_000_000) * 60_000 === bar.openTime,
          )
          const prices = inside.map(({ ticks }) => ticks)
          expect(bar.lots).toBe(inside.reduce((sum, { lots }) => sum + lots, 0))
          expect(bar.buyLots).toBe(
            inside.filter(({ buy }) => buy).reduce((sum, { lots }) => sum + lots, 0),
          )
          expect(bar.quote).toBe(
            inside.reduce((sum, { ticks, lots }) => sum + BigInt(ticks) * BigInt(lots), 0n),
          )
          const flat = bars[index - 1]?.close
          expect(bar.open).toBe(prices[0] ?? flat)
          expect(bar.close).toBe(prices.at(-1) ?? flat)
          expect(bar.high).toBe(prices.length === 0 ? flat : Math.max(...prices))
          expect(bar.low).toBe(prices.length === 0 ? flat : Math.min(...prices))
        }
      }),
    )
  })

  it('longer bars hold what their minutes hold', () => {
    fc.assert(
      fc.property(orders, fc.constantFrom(300_000, 3_600_000), (list, interval) => {
        const { tape, end } = filled(list)
        const minutes = tape.bars.upTo(end)
        const joined = joinBars(minutes, interval)
        const sum = (bars: typeof minutes) => bars.reduce((total, { lots }) => total + lots, 0)
        expect(sum(joined)).toBe(sum(minutes))
        expect(joined.every(({ openTime }) => openTime % interval === 0)).toBe(true)
        expect(joined[0]?.open).toBe(minutes[0]?.open)
        expect(joined.at(-1)?.close).toBe(minutes.at(-1)?.close)
        // Joining must not touch the minutes themselves.
        expect(tape.bars.upTo(end)).toEqual(minutes)
      }),
    )
  })

  it('gives back what was written, found by id; ids are contiguous', () => {
    fc.assert(
      fc.property(orders, (list) => {
        const { tape } = filled(list)
        const matches = tape.slice(tape.first, tape.end)
        expect(matches.map(({ ticks, lots }) => ({ ticks, lots }))).toEqual(
          list.flatMap(({ fills }) => fills),
        )
        for (const [index, { id }] of matches.entries()) {
          expect(id).toBe(listing.firstId + BigInt(index))
          expect(tape.search((match) => match.id >= id)).toBe(index)
        }
      }),
    )
  })

  it('forgets the oldest when it is full, and finds its way in what is left', () => {
    const list = Array.from({ length: 5_000 }, (_, index) => ({
      wait: 1,
      buy: true,
      fills: [{ ticks: index + 1, lots: 1 }],
    }))
    const { tape } = filled(list, 3_000)
    expect([tape.first, tape.end]).toEqual([2_000, 5_000])
    expect(tape.slice(0, 9_999).map(({ ticks }) => ticks)).toEqual(
      Array.from({ length: 3_000 }, (_, index) => index + 2_001),
    )
    const wanted = listing.firstId + 4_321n
    expect(tape.at(tape.search(({ id }) => id >= wanted)).id).toBe(wanted)
  })

  it('one group per taker order and price', () => {
    const { tape } = filled([
      {
        wait: 0,
        buy: true,
        fills: [
          { ticks: 5, lots: 1 },
          { ticks: 5, lots: 2 },
          { ticks: 6, lots: 1 },
        ],
      },
      { wait: 0, buy: true, fills: [{ ticks: 6, lots: 1 }] },
    ])
    expect(tape.slice(0, 4).map(({ group }) => group)).toEqual([1, 1, 2, 3])
  })
})

describe('fixed point', () => {
  it('is the exact decimal, in all three spellings', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 0, max: 12 }), (units, decimals) => {
        for (const text of [
          fixedText(units, decimals),
          shortText(units, decimals),
          paddedText(units, decimals, 8),
        ]) {
          expect(text).toMatch(/^\d+(\.\d+)?$/)
          const [whole = '', fraction = ''] = text.split('.')
          const scale = 10n ** BigInt(Math.max(decimals, fraction.length) - decimals)
          const digits = BigInt(whole + fraction.padEnd(Math.max(decimals, fraction.length), '0'))
          expect(digits).toBe(units * scale)
        }
        expect(shortText(units, decimals)).not.toMatch(/\.\d*0$/)
        expect(paddedText(units, decimals, 8)).toMatch(/\.\d{8,}$/)
      }),
    )
  })
})

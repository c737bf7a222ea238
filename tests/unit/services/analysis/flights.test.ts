import { beforeEach, expect, test } from 'vitest'
import { type Flight, Flights, type Wish } from '../../../../src/main/services/analysis/flights.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const wish = (n: number, trigger: Wish['trigger'] = 'interval', market = MARKET): Wish => ({
  ...{ market, kind: 'signal', trigger, at: null, language: 'en' },
  askedAt: epochMs(n),
})

let flying: { flight: Flight; land: () => void }[]
let flights: Flights
beforeEach(() => {
  flying = []
  flights = new Flights(
    (flight) =>
      new Promise((resolve) => {
        flying.push({ flight, land: resolve })
        flight.cancel.signal.addEventListener('abort', () => {
          if (!flight.sent) resolve()
        })
      }),
  )
})
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
const asked = () => flying.map(({ flight }) => flight.wish.askedAt)

test('one at a time for a market and kind; of those that wait the newest goes next', async () => {
  flights.ask(wish(1))
  for (const each of flying) each.flight.sent = true
  flights.ask(wish(2))
  flights.ask(wish(3))
  expect(asked()).toEqual([1])
  flying[0]?.land()
  await settled()
  expect(asked()).toEqual([1, 3])
})

test('what was not sent yet gives way to newer data at once', async () => {
  flights.ask(wish(1))
  flights.ask(wish(2))
  expect(flying[0]?.flight.cancel.signal.aborted).toBe(true)
  await settled()
  expect(asked()).toEqual([1, 2])
})

test('what was sent is let come', () => {
  flights.ask(wish(1))
  for (const each of flying) each.flight.sent = true
  flights.ask(wish(2))
  expect(flying[0]?.flight.cancel.signal.aborted).toBe(false)
})

test('a schedule does not push out what a person asked for', async () => {
  flights.ask(wish(1, 'asked'))
  flights.ask(wish(2))
  expect(flying[0]?.flight.cancel.signal.aborted).toBe(false)
  flights.ask(wish(3, 'asked'))
  flights.ask(wish(4))
  await settled()
  expect(asked()).toEqual([1, 3])
})

test('markets do not wait for each other', () => {
  flights.ask(wish(1))
  flights.ask(wish(2, 'interval', 'okx:ETH-USDT' as MarketId))
  expect(asked()).toEqual([1, 2])
})

test('cancelled: the one under way, and the one behind it', async () => {
  flights.ask(wish(1))
  flights.ask(wish(2))
  flights.cancel(MARKET, 'signal')
  await settled()
  expect(flights.all).toEqual([])
  expect(asked()).toEqual([1])
})

test('after the end nothing begins', async () => {
  flights.ask(wish(1))
  flights.stop()
  await settled()
  flights.ask(wish(2))
  expect(asked()).toEqual([1])
})

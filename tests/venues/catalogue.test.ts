import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { venues } from '../../src/main/venues/index.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { fixture, fixtureNames, reading, restBody } from './reading.ts'

// One numbered catalogue, run over every venue in the list. A new venue passes it or is not ready.
const FROM = epochMs(1_750_000_020_000)
const TO = epochMs(FROM + 3 * 60_000)
const isStream = (name: string): boolean => !name.startsWith('rest-')

describe.each(venues.map((venue) => ({ name: venue.id, venue })))('$name', ({ venue }) => {
  const names = fixtureNames(venue)
  const frames = names.filter(isStream)
  const tradeFrames = frames.filter(
    (name) => reading(venue, fixture(venue, name)).trades.length > 0,
  )

  it('1 names itself: id, label, documents over https, secure addresses', () => {
    expect(venue.id).toMatch(/^[a-z][a-z0-9]*$/)
    expect(venue.label).not.toBe('')
    expect(venue.docs).toMatch(/^https:\/\//)
    expect(venue.stream.url).toMatch(/^wss:\/\//)
    expect(venue.rest.base).toMatch(/^https:\/\/[^/]+$/)
  })

  it('2 has a fixture for each thing that every venue does', () => {
    for (const name of ['trade.json', 'accepted.json', 'rest-time.json', 'rest-instruments.json'])
      expect(names).toContain(name)
    for (const name of ['rest-day.json', 'rest-minutes.json', 'rest-limited.json'])
      expect(names).toContain(name)
    expect(names.some((name) => name.startsWith('refused-'))).toBe(true)
  })

  it('3 reads every documented frame without an error', () => {
    for (const name of frames)
      expect(reading(venue, fixture(venue, name)).error, name).toBe(undefined)
  })

  it('4 hears nothing in frames that mean nothing', () => {
    const others = frames
      .filter((name) => name.startsWith('other-'))
      .map((name) => fixture(venue, name))
    for (const frame of [...others, '{}', '[]', 'null', '0', 'true', '""', '{"data":[]}'])
      expect(reading(venue, frame), frame).toEqual({ trades: [], calls: [], error: undefined })
  })

  it('5 throws for text that is no JSON', () => {
    for (const frame of ['', '{', 'nonsense', '{"e":', '\u0000'])
      expect(reading(venue, frame).error, frame).toBeInstanceOf(Error)
  })

  it('6 hands ids, prices and quantities over exactly as sent', () => {
    for (const name of tradeFrames) {
      const frame = fixture(venue, name)
      for (const { id, price, qty } of reading(venue, frame).trades) {
        expect(frame).toMatch(new RegExp(`[":]${id}[",]`))
        expect(frame).toContain(`"${price}"`)
        expect(frame).toContain(`"${qty}"`)
      }
    }
  })

  it('7 reads any mutated trade frame as what was sent, or as an error, or as nothing', () => {
    const frame = fc.constantFrom(...tradeFrames.map((name) => fixture(venue, name)))
    const junk = fc.oneof(
      fc.constantFrom<unknown>(null, true, false, '', 0, -1, 1.5, {}, [], [null], 'x', '-5'),
      fc.constantFrom<unknown>(
        '1e999',
        '0',
        '0.000',
        'NaN',
        'Infinity',
        '0x10',
        ' 1',
        '1,5',
        2 ** 60,
      ),
      fc.jsonValue() as fc.Arbitrary<unknown>,
    )
    fc.assert(
      fc.property(frame, fc.nat(), junk, fc.boolean(), (text, at, value, remove) => {
        const original = reading(venue, text).trades
        const parsed: unknown = JSON.parse(text)
        const places = placesOf(parsed)
        const place = places[at % places.length]
        if (place === undefined) return
        if (remove) delete place.holder[place.key]
        else place.holder[place.key] = value
        const mutated = reading(venue, JSON.stringify(parsed))
        for (const trade of mutated.trades) {
          expectWellFormed(trade)
          // One place was changed: a trade that still comes differs in what stood there at most.
          const closest = Math.min(...original.map((sent) => differences(trade, sent)))
          expect(closest).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('8 reads any cut or garbled text as an error, as nothing, or as well-formed trades', () => {
    const frame = fc.constantFrom(...frames.map((name) => fixture(venue, name)))
    fc.assert(
      fc.property(frame, fc.nat(), fc.nat(), fc.string(), (text, at, length, put) => {
        const from = at % (text.length + 1)
        const garbled = text.slice(0, from) + put + text.slice(from + (length % 8))
        for (const trade of reading(venue, garbled).trades) expectWellFormed(trade)
      }),
      { numRuns: 2_000 },
    )
  })

  it('9 is not slowed to a halt by hostile text', () => {
    const long = '9'.repeat(200_000)
    const texts = [
      `{"e":"trade","p":"${long}","arg":{"channel":"trades"},"type":"match","topic":"publicTrade."}`,
      JSON.stringify({ event: 'error', msg: `instId:${' '.repeat(100_000)}`, op: 'subscribe' }),
      JSON.stringify({ op: 'subscribe', ret_msg: 'publicTrade.'.repeat(20_000) }),
      JSON.stringify({ type: 'error', reason: 'x '.repeat(100_000) }),
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    ]
    const began = performance.now()
    for (const text of texts) reading(venue, text)
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('10 subscribes and unsubscribes with valid JSON that names every symbol', () => {
    const symbols = [venue.spell('BTC', 'USDT'), venue.spell('ETH', 'USDT')]
    for (const frame of [
      venue.stream.subscribe(symbols, 7),
      venue.stream.unsubscribe(symbols, 8),
    ]) {
      expect(() => JSON.parse(frame)).not.toThrow()
      for (const symbol of symbols) expect(frame.toLowerCase()).toContain(symbol.toLowerCase())
    }
  })

  it('11 keeps its own limits in order', () => {
    const { limits, ping } = venue.stream
    expect(limits.symbolsPerRequest).toBeGreaterThan(0)
    expect(limits.requestPauseMs).toBeGreaterThan(0)
    expect(limits.silenceMs).toBeGreaterThanOrEqual(5_000)
    if (ping !== null) expect(ping.everyMs).toBeLessThan(limits.silenceMs)
    for (const call of Object.values(venue.rest))
      if (typeof call === 'object' && 'path' in call)
        expect(call.weight).toBeLessThanOrEqual(venue.rest.budget.weight)
  })

  it('12 reads the server time within 2001–2286 and names its step', () => {
    const time = venue.rest.serverTime.read(restBody(venue, 'rest-time.json'), undefined)
    expect(Number.isInteger(time.time)).toBe(true)
    expect(time.time).toBeGreaterThan(1e12)
    expect(time.resolutionMs).toBeGreaterThan(0)
  })

  it('13 lists tradable markets only, with their steps', () => {
    const markets = venue.rest.instruments.read(restBody(venue, 'rest-instruments.json'), undefined)
    expect(markets).toHaveLength(1)
    for (const market of markets) {
      expect(market.id).toBe(`${venue.id}:${market.base}-${market.quote}`)
      expect(market.venueSymbol).toBe(venue.spell(market.base, market.quote))
      expect(market.tickSize).toMatch(/^\d*\.?\d+$/)
      expect(market.lotSize).toMatch(/^\d*\.?\d+$/)
    }
  })

  it('14 takes no REST answer of the wrong shape for a good one', () => {
    const bodies = [null, {}, [], 'x', { code: 0 }, restBody(venue, 'rest-limited.json')]
    const day = { symbol: 'X' }
    for (const body of bodies) {
      expect(() => venue.rest.serverTime.read(body, undefined)).toThrow()
      expect(() => venue.rest.instruments.read(body, undefined)).toThrow()
      expect(() => venue.rest.day.read(body, day)).toThrow()
    }
    for (const body of [null, {}, 'x', restBody(venue, 'rest-limited.json')])
      expect(() => venue.rest.minutes.read(body, { symbol: 'X', from: FROM, to: TO })).toThrow()
  })

  it('15 returns minute bars ascending, within the span, high above low', () => {
    const body = restBody(venue, 'rest-minutes.json')
    const all = { symbol: 'X', from: epochMs(0), to: epochMs(4e12) }
    const bars = venue.rest.minutes.read(body, all)
    expect(bars).toHaveLength(2)
    expect(bars[1]?.openTime).toBe((bars[0]?.openTime ?? 0) + 60_000)
    for (const { open, high, low, close } of bars) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close, low))
      expect(low).toBeLessThanOrEqual(Math.min(open, close))
    }
    const second = bars[1]?.openTime ?? epochMs(0)
    expect(venue.rest.minutes.read(body, { ...all, from: second })).toEqual(bars.slice(1))
    expect(venue.rest.minutes.read(body, { ...all, to: second })).toEqual(bars.slice(0, 1))
  })

  it('16 escapes symbols in REST paths', () => {
    const symbol = 'A/B?c=d&é'
    const paths = [
      venue.rest.day.path({ symbol }),
      venue.rest.minutes.path({ symbol, from: FROM, to: TO }),
    ]
    for (const path of paths) {
      expect(path).toContain(encodeURIComponent(symbol))
      expect(path).not.toContain('c=d')
    }
  })
})

function expectWellFormed(trade: ReturnType<typeof reading>['trades'][number]): void {
  expect(typeof trade.symbol).toBe('string')
  expect(trade.symbol).not.toBe('')
  expect(trade.id).toMatch(/^[\w-]{1,64}$/)
  for (const decimal of [trade.price, trade.qty]) {
    expect(decimal).toMatch(/^\d+(\.\d+)?([eE][+-]?\d{1,3})?$/)
    expect(Number(decimal.replace(/e.*$/i, ''))).toBeGreaterThan(0)
  }
  expect(['buy', 'sell']).toContain(trade.side)
  expect(Number.isInteger(trade.time) && trade.time >= 1e12 && trade.time < 1e13).toBe(true)
  const { micros = 0, matches = 1, pushed = trade.time } = trade.extra ?? {}
  expect(Number.isInteger(micros) && micros >= 0 && micros <= 999).toBe(true)
  expect(Number.isSafeInteger(matches) && matches >= 1).toBe(true)
  expect(Number.isInteger(pushed) && pushed >= 1e12 && pushed < 1e13).toBe(true)
}

type Trade = ReturnType<typeof reading>['trades'][number]

/** Fields in which two trades differ; a time and its microseconds count as one. */
function differences(trade: Trade, other: Trade): number {
  const parts = (t: Trade): readonly string[] => [
    t.symbol,
    t.id,
    t.price,
    t.qty,
    t.side,
    `${t.time}.${t.extra?.micros}`,
    `${t.extra?.matches ?? 1}`,
    `${t.extra?.pushed}`,
    `${t.extra?.snapshot}`,
  ]
  const theirs = parts(other)
  return parts(trade).filter((part, n) => part !== theirs[n]).length
}

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

/** Every place in a JSON value that can be changed. */
function placesOf(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])])
}

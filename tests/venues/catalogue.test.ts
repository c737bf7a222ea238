import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { venues } from '../../src/main/venues/index.ts'
import type { StreamLimits } from '../../src/main/venues/venue.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { junk, mutated, reversedRows } from './mutation.ts'
import { fixture, fixtureNames, listed, type ReadTrade, reading } from './reading.ts'
import { expectGoodReading, holds } from './well-formed.ts'

// One numbered catalogue, run over every venue in the list. A new venue passes it or is not ready.
// Points 1–12 are about the stream, those of catalogue-rest.test.ts about REST.
const NOW = epochMs(1_790_000_000_000)
const isStream = (name: string): boolean => !name.startsWith('rest-')

describe.each(venues.map((venue) => ({ name: venue.id, venue })))('$name', ({ venue }) => {
  const { stream } = venue
  const names = fixtureNames(venue)
  const frames = names.filter(isStream)
  const tradeFrames = frames.filter(
    (name) => reading(venue, fixture(venue, name)).trades.length > 0,
  )

  it('1 names itself: id, label, documents over https, secure addresses', () => {
    expect(venue.id).toMatch(/^[a-z][a-z0-9]*$/)
    expect(venue.label).not.toBe('')
    expect(venue.docs).toMatch(/^https:\/\//)
    for (const url of [stream.url, ...(stream.alternatives ?? [])]) expect(url).toMatch(/^wss:\/\//)
    expect(venue.rest.base).toMatch(/^https:\/\/[^?]*[^/]$/)
  })

  it('2 has a fixture for each thing that it does', () => {
    const wanted = ['trade.json', 'rest-time.json', 'rest-instruments.json', 'rest-day.json']
    if (stream.acknowledges !== 'silent') wanted.push('accepted.json')
    if (venue.rest.trades !== undefined) wanted.push('rest-trades.json')
    if (venue.rest.trades?.history !== undefined) wanted.push('rest-history.json')
    for (const [n] of (venue.rest.more ?? []).entries())
      wanted.push(`rest-instruments-${n + 2}.json`)
    for (const name of [...wanted, 'rest-minutes.json']) expect(names).toContain(name)
    expect(names.some((name) => name.startsWith('refused-'))).toBe(true)
  })

  it('3 reads every documented frame without an error; each kind says what it is there for', () => {
    const said = new Set<unknown>()
    for (const name of frames) {
      const read = reading(venue, fixture(venue, name))
      expect(read.error, name).toBe(undefined)
      expectGoodReading(read)
      for (const [call] of read.calls) said.add(call)
    }
    expect(said).toContain('trade')
    if (stream.acknowledges !== 'silent') expect(said).toContain('accepted')
    if (stream.waitsForReady) expect(said).toContain('ready')
    if (typeof stream.ping?.frame === 'function') expect(said).toContain('pong')
  })

  it('4 hears nothing in frames that mean nothing', () => {
    const others = frames
      .filter((name) => name.startsWith('other-'))
      .map((name) => fixture(venue, name))
    for (const frame of [...others, '{}', '[]', 'null', '0', 'true', '""', '{"data":[]}'])
      expect(reading(venue, frame), frame).toEqual({ trades: [], calls: [], error: undefined })
  })

  it('5 throws for text that is no JSON', () => {
    for (const frame of [
      '',
      '{',
      'nonsense',
      '{"e":',
      '\u0000',
      '\u001f\u008b\b\u0000',
      '\ufeff{}',
    ])
      expect(reading(venue, frame).error, frame).toBeInstanceOf(Error)
  })

  it('6 hands ids, prices and quantities over exactly as sent', () => {
    for (const name of tradeFrames) {
      const frame = fixture(venue, name)
      for (const { id, price, qty } of reading(venue, frame).trades)
        for (const value of [id, price, qty]) expect(holds(frame, value), value).toBe(true)
    }
  })

  it('7 reads any mutated trade frame as what was sent, or as an error, or as nothing', () => {
    const frame = fc.constantFrom(...tradeFrames.map((name) => fixture(venue, name)))
    fc.assert(
      fc.property(frame, fc.nat(), junk, fc.boolean(), (text, at, value, remove) => {
        const original = reading(venue, text).trades
        const read = reading(venue, mutated(text, at, value, remove))
        expectGoodReading(read)
        // One place was changed: a trade that still comes differs in what stood there at most.
        for (const trade of read.trades)
          expect(Math.min(...original.map((sent) => differences(trade, sent)))).toBeLessThan(2)
      }),
      { numRuns: 2_000 },
    )
  })

  it('8 reads any cut or garbled text as an error, as nothing, or as what is well-formed', () => {
    const frame = fc.constantFrom(...frames.map((name) => fixture(venue, name)))
    fc.assert(
      fc.property(frame, fc.nat(), fc.nat(), fc.string(), (text, at, length, put) => {
        const from = at % (text.length + 1)
        const garbled = text.slice(0, from) + put + text.slice(from + (length % 8))
        expectGoodReading(reading(venue, garbled))
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(frame, fc.nat(), junk, fc.boolean(), (text, at, value, remove) => {
        if (/^[[{]/.test(text)) expectGoodReading(reading(venue, mutated(text, at, value, remove)))
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
      JSON.stringify({ channel: 'error', data: `{"coin":"${'"coin":'.repeat(20_000)}` }),
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      ...tradeFrames.flatMap((name) =>
        [...fixture(venue, name).matchAll(/\d+/g)].map(({ 0: number, index }) => {
          const frame = fixture(venue, name)
          return frame.slice(0, index) + long + frame.slice(index + number.length)
        }),
      ),
    ]
    const began = performance.now()
    for (const text of texts) expectGoodReading(reading(venue, text))
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('10 subscribes and unsubscribes with valid JSON that names every symbol', () => {
    const symbols = [...listed(venue).map(({ venueSymbol }) => venueSymbol), 'A"B\\C', 'D]},\n']
    const { symbolsPerRequest } = stream.limits
    for (let at = 0; at < symbols.length; at += symbolsPerRequest) {
      const some = symbols.slice(at, at + symbolsPerRequest)
      const requests = [stream.subscribe(some, 7, NOW)]
      if (!stream.replaces) requests.push(stream.unsubscribe(some, 8, NOW))
      for (const frame of requests) {
        const values = textsOf(JSON.parse(frame)).map((value) => value.toLowerCase())
        for (const symbol of some)
          expect(values.some((value) => value.includes(symbol.toLowerCase()))).toBe(true)
      }
    }
    if (stream.hello !== undefined) expect(() => JSON.parse(stream.hello?.(1) ?? '')).not.toThrow()
  })

  it('11 keeps its own limits in order', () => {
    const { limits, ping } = stream
    expect(limits.symbolsPerRequest).toBeGreaterThan(0)
    expect(limits.symbolsPerSocket ?? Infinity).toBeGreaterThanOrEqual(limits.symbolsPerRequest)
    expect(limits.requestPauseMs).toBeGreaterThan(0)
    expect(limits.silenceMs).toBeGreaterThanOrEqual(5_000)
    expect(limits.lifetimeMs ?? Infinity).toBeGreaterThan(limits.silenceMs)
    expect(limits.subscribeWithinMs ?? Infinity).toBeGreaterThan(0)
    expect(limits.sockets ?? 1).toBeGreaterThan(0)
    if (ping !== null) expect(ping.everyMs).toBeLessThan(limits.silenceMs)
    for (const rate of ratesOf(limits)) {
      expect(Number.isInteger(rate.count) && rate.count > 0).toBe(true)
      expect(rate.perMs).toBeGreaterThan(0)
    }
  })

  it('12 hands the rows of a frame over oldest first, whatever order they came in', () => {
    for (const name of tradeFrames) {
      const frame = fixture(venue, name)
      const { trades } = reading(venue, frame)
      const times = trades.map(({ time }) => time)
      expect(times, name).toEqual(times.toSorted((a, b) => a - b))
      const other = reading(venue, reversedRows(frame)).trades
      if (stream.ids !== 'opaque') expect(other, name).toEqual(trades)
      else
        expect(
          other.map(({ time }) => time),
          name,
        ).toEqual(times)
    }
  })
})

const ratesOf = ({ messages = [], subscribes = [], connects }: StreamLimits) => [
  ...messages,
  ...subscribes,
  ...(connects === undefined ? [] : [connects]),
]

/** Every text in a JSON value. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : []
}

/** Fields in which two trades differ; a time and its microseconds count as one. */
function differences(trade: ReadTrade, other: ReadTrade): number {
  const parts = (t: ReadTrade): readonly string[] => [
    t.symbol,
    t.id,
    t.price,
    t.qty,
    t.side,
    `${t.time}.${t.extra?.micros}`,
    `${t.extra?.matches ?? 1}`,
    `${t.extra?.pushed}`,
    `${t.extra?.seq}`,
    `${t.extra?.snapshot}`,
  ]
  const theirs = parts(other)
  return parts(trade).filter((part, n) => part !== theirs[n]).length
}

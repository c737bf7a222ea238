import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { venues } from '../../src/main/venues/index.ts'
import type { RestCall, RestTrade } from '../../src/main/venues/venue.ts'
import { symbolOf } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { junk, mutated, withoutRows } from './mutation.ts'
import { fixture, fixtureNames, listed, readBody, readRest } from './reading.ts'
import { expectGoodMatch, holds } from './well-formed.ts'

// The catalogue's points about REST; those about the stream are in catalogue.test.ts. Fixtures speak
// of the first market of rest-instruments.json wherever the answer names its market.
const FROM = epochMs(1_750_000_020_000)
const TO = epochMs(FROM + 3 * 60_000)
const LEAST = { id: '1', seq: 1 }
const MOST = { id: '9007199254740991', seq: 9_007_199_254_740_991 }
const DATED = { date: 'Mon, 16 Jun 2025 15:07:00 GMT' }

describe.each(venues.map((venue) => ({ name: venue.id, venue })))('$name', ({ venue }) => {
  const { rest } = venue
  const { trades } = rest
  const symbol = listed(venue)[0]?.venueSymbol ?? ''
  const span = { after: { time: FROM, ...LEAST }, before: { time: TO, ...MOST }, now: TO }
  const byTime = { after: { time: FROM }, before: { time: TO }, now: TO }
  const limited = fixtureNames(venue).includes('rest-limited.json')
    ? [fixture(venue, 'rest-limited.json')]
    : []

  it('13 reads the server time within 2001–2286 and names its step', () => {
    const time = readRest(venue, rest.serverTime, 'rest-time.json', undefined, DATED)
    expect(Number.isInteger(time.time)).toBe(true)
    expect(time.time).toBeGreaterThan(1e12)
    expect(time.resolutionMs).toBeGreaterThan(0)
  })

  it('14 lists markets by their canonical names, each once', () => {
    const markets = listed(venue)
    expect(markets).not.toHaveLength(0)
    expect(new Set(markets.map(({ id }) => id)).size).toBe(markets.length)
    expect(new Set(markets.map(({ venueSymbol }) => venueSymbol)).size).toBe(markets.length)
    for (const market of markets) {
      expect(market.symbol).toBe(symbolOf(market.base, market.quote, market.kind))
      expect(market.id).toBe(`${venue.id}:${market.symbol}`)
      // A venue that must not be asked for what it does not list may have names nobody can spell.
      if (!venue.stream.listedOnly)
        expect(market.venueSymbol).toBe(
          venue.spell(market.base, market.quote, market.kind === 'perpetual'),
        )
      for (const step of [market.tickSize, market.lotSize]) expect(step).toMatch(/^(\d*\.?\d+)?$/)
      expect(market.contractSize ?? '1').toMatch(/^(?=.*[1-9])\d+(\.\d+)?$/)
    }
    expect(
      markets.some(
        (one) => venue.spell(one.base, one.quote, one.kind === 'perpetual') === one.venueSymbol,
      ),
    ).toBe(true)
  })

  it('15 takes no REST answer of the wrong shape for a good one', () => {
    const bodies = ['null', '{}', '"x"', '{"code":0}', ...limited]
    for (const body of bodies) {
      expect(() => readBody(rest.serverTime, body, undefined)).toThrow()
      expect(() => readBody(rest.day, body, { symbol })).toThrow()
      expect(() => readBody(rest.minutes, body, { symbol, from: FROM, to: TO })).toThrow()
      if (trades === undefined) continue
      expect(() => readBody(trades.recent, body, { symbol })).toThrow()
      if (trades.history === undefined) continue
      expect(() => readBody(trades.history?.page ?? never, body, { symbol, ...span })).toThrow()
    }
    for (const call of [rest.instruments, ...(rest.more ?? [])])
      for (const body of [...bodies, '[]']) expect(() => readBody(call, body, undefined)).toThrow()
    expect(() => readBody(rest.serverTime, '[]', undefined)).toThrow()
    expect(() => readBody(rest.day, '[]', { symbol })).toThrow()
  })

  it('16 returns minute bars ascending, within the span, high above low', () => {
    const all = { symbol, from: epochMs(0), to: epochMs(4e12) }
    const bars = readRest(venue, rest.minutes, 'rest-minutes.json', all)
    expect(bars).toHaveLength(2)
    expect(bars[1]?.openTime).toBe((bars[0]?.openTime ?? 0) + 60_000)
    for (const { open, high, low, close } of bars) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close, low))
      expect(low).toBeLessThanOrEqual(Math.min(open, close))
    }
    const second = bars[1]?.openTime ?? epochMs(0)
    const read = (part: typeof all) => readRest(venue, rest.minutes, 'rest-minutes.json', part)
    expect(read({ ...all, from: second })).toEqual(bars.slice(1))
    expect(read({ ...all, to: second })).toEqual(bars.slice(0, 1))
  })

  it('17 escapes symbols in REST paths and bodies', () => {
    const strange = 'A/B?c=d&é"#'
    const expectEscaped = <T>(call: RestCall<{ symbol: string } & T, unknown>, rest: T): void => {
      const [plain, hostile] = ['XY', strange].map((symbol) => {
        const input = { ...rest, symbol }
        return { url: new URL(`https://x.test${call.path(input)}`), body: call.body?.(input) }
      })
      expect([...(hostile?.url.searchParams.keys() ?? [])]).toEqual([
        ...(plain?.url.searchParams.keys() ?? []),
      ])
      expect(hostile?.url.pathname.split('/')).toHaveLength(
        plain?.url.pathname.split('/').length ?? 0,
      )
      expect(hostile?.url.hash).toBe('')
      if (plain?.url.href !== hostile?.url.href)
        expect(decodeURIComponent(hostile?.url.href ?? '').toLowerCase()).toContain(
          strange.toLowerCase(),
        )
      if (hostile?.body !== undefined && hostile.body !== plain?.body)
        expect(JSON.stringify(JSON.parse(hostile.body))).toContain(JSON.stringify(strange))
    }
    expectEscaped(rest.day, {})
    expectEscaped(rest.minutes, { from: FROM, to: TO })
    if (trades !== undefined) expectEscaped(trades.recent, {})
    if (trades?.history !== undefined) {
      expectEscaped(trades.history.page, span)
      expectEscaped(trades.history.page, byTime)
    }
  })

  it('18 weighs each call within its budget', () => {
    const calls = [rest.serverTime, rest.instruments, rest.day, rest.minutes, ...(rest.more ?? [])]
    const more = [trades?.recent, trades?.history?.page, venue.stream.ticket]
    for (const call of [...calls, ...more])
      if (call !== undefined) expect(call.weight).toBeLessThanOrEqual(rest.budget.weight)
    expect(rest.budget.perMs).toBeGreaterThan(0)
  })

  describe.runIf(trades !== undefined)('trades', () => {
    const recent = trades?.recent ?? never
    const page = trades?.history?.page

    it('19 reads the newest trades well-formed, digit by digit as sent', () => {
      expect(recent.rows).toBeGreaterThan(0)
      const found = readRest(venue, recent, 'rest-trades.json', { symbol })
      expect(found.length).toBeGreaterThan(0)
      expectAsSent(found, fixture(venue, 'rest-trades.json'))
    })

    it('20 reads any mutated answer as an error or as well-formed trades', () => {
      const name = page === undefined ? 'rest-trades.json' : 'rest-history.json'
      const text = fc.constantFrom(fixture(venue, 'rest-trades.json'), fixture(venue, name))
      fc.assert(
        fc.property(text, fc.nat(), junk, fc.boolean(), (body, at, value, remove) => {
          const wrong = mutated(body, at, value, remove)
          for (const trade of attempt(() => readBody(recent, wrong, { symbol })) ?? [])
            expectGoodMatch(trade)
          if (page === undefined) return
          for (const hole of [span, byTime]) {
            const read = attempt(() => readBody(page, wrong, { symbol, ...hole }))
            for (const trade of read?.trades ?? []) expectGoodMatch(trade)
            expect(read?.next ?? 'none').toMatch(/^.{1,200}$/)
          }
        }),
        { numRuns: 2_000 },
      )
    })

    it.runIf(page !== undefined)('21 pages through history and knows when to stop', () => {
      if (page === undefined) return
      const body = fixture(venue, 'rest-history.json')
      const found = readBody(page, body, { symbol, ...span }).trades.toSorted(
        (a, b) => a.time - b.time || (a.seq ?? Number(a.id)) - (b.seq ?? Number(b.id)),
      )
      expectAsSent(found, body)
      const [first, last] = [found[0], found.at(-1)]
      if (first === undefined || last === undefined || first === last)
        throw new Error('rest-history.json wants two trades or more')
      const hole = { symbol, after: pointOf(first), before: pointOf(last), now: pointOf(last).time }
      // From end to end: nothing more to ask for.
      expect(readBody(page, body, hole).next).toBe(undefined)
      expect(readBody(page, withoutRows(body), hole).next).toBe(undefined)
      // A page whose rows all lie on the wrong side ends it in the one direction or the other.
      const hour = 3_600_000
      const [least, most] = [epochMs(first.time - hour), epochMs(last.time + hour)]
      const earlier = { ...hole, after: { time: least, ...LEAST }, before: pointOf(first) }
      const later = { ...hole, after: pointOf(last), before: { time: most, ...MOST } }
      const nexts = [earlier, later].map((input) => readBody(page, body, input).next)
      expect(nexts).toContain(undefined)
      // The next page is another request than the one before.
      const wide = { ...hole, after: earlier.after, before: later.before, now: most }
      const { next } = readBody(page, body, wide)
      if (next !== undefined)
        expect(asked(page, { ...wide, cursor: next })).not.toBe(asked(page, wide))
    })
  })
})

const never: RestCall<never, never> = {
  weight: 0,
  path: () => '',
  read: () => {
    throw new Error('no such call')
  },
}

const pointOf = ({ time, id, seq }: RestTrade) =>
  seq === undefined ? { time: epochMs(time), id } : { time: epochMs(time), id, seq }

const asked = <T>(call: RestCall<T, unknown>, input: T): string =>
  `${call.path(input)} ${call.body?.(input) ?? ''}`

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function expectAsSent(trades: readonly RestTrade[], body: string): void {
  for (const trade of trades) {
    expectGoodMatch(trade)
    for (const value of [trade.id, trade.price, trade.qty])
      expect(holds(body, value), value).toBe(true)
  }
}

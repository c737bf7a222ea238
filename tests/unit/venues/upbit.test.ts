import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { upbit } from '../../../src/main/venues/upbit.ts'
import type { HistoryPage, KnownPoint, RestTrade } from '../../../src/main/venues/venue.ts'
import { parseExact } from '../../../src/main/venues/wire.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, NO_HEADERS, reading, readRest, restBody } from '../../venues/reading.ts'

const said = (name: string) => calls(upbit, fixture(upbit, name))
const NOW = epochMs(Date.parse('2026-06-10T12:00:00.250Z'))
const at = (text: string) => epochMs(Date.parse(`2026-06-${text}Z`))

describe("Upbit's binary frames and quote-first names", () => {
  it('binary frames are plain UTF-8, not compressed', () => {
    expect(upbit.stream.frames).toBeUndefined()
  })

  it('KRW-BTC is BTC-KRW', () => {
    expect(upbit.spell('BTC', 'KRW')).toBe('KRW-BTC')
    expect(readRest(upbit, upbit.rest.instruments, 'rest-instruments.json', undefined)).toEqual([
      {
        id: 'upbit:BTC-KRW',
        venue: 'upbit',
        symbol: 'BTC-KRW',
        base: 'BTC',
        quote: 'KRW',
        venueSymbol: 'KRW-BTC',
        tickSize: '',
        lotSize: '',
      },
    ])
  })
})

describe('upbit stream', () => {
  it('ASK is a taker who sold; the match time is not the push time', () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'KRW-DOGE',
        '1614729599000000',
        '58.4',
        '836.12040133',
        'sell',
        1614729599000,
        { pushed: 1614729599905 },
      ],
    ])
  })

  it('numbers with an exponent and ids of 17 digits come through as sent', () => {
    expect(said('trade-bid-exponent.json')[0]?.slice(2, 6)).toEqual([
      '17500000004710000',
      '1.16539E8',
      '1.0E-8',
      'buy',
    ])
  })

  it('history replayed on subscribe is not live, and is not asked for', () => {
    expect(said('trade-snapshot.json')[0]?.[7]).toEqual({ pushed: 1614729599905, snapshot: true })
    expect(upbit.stream.subscribe(['KRW-BTC'], 1, NOW)).toContain('"is_only_realtime":true')
  })

  it('one frame is the whole subscription', () => {
    const wanted = ['KRW-BTC', 'USDT-BTC']
    expect(upbit.stream.replaces).toBe(true)
    expect(JSON.parse(upbit.stream.subscribe(wanted, 2, NOW))).toEqual([
      { ticket: `tapedeck-${NOW}-2` },
      { type: 'trade', codes: wanted, is_only_realtime: true },
      { format: 'DEFAULT' },
    ])
    expect(upbit.stream.unsubscribe(wanted, 2, NOW)).toBe(upbit.stream.subscribe(wanted, 2, NOW))
  })

  it('nothing is ever acknowledged, and no order of ids is claimed', () => {
    expect(upbit.stream.acknowledges).toBe('silent')
    expect(upbit.stream.ids).toBe('opaque')
  })

  it('an error is followed by the end of the connection', () => {
    expect(said('refused-no-codes.json')).toEqual([['closing', 'NO_CODES: codes is missing']])
    expect(said('refused-format.json')).toEqual([['closing', 'WRONG_FORMAT: Format is wrong']])
  })

  it('a protocol ping every 30 s, because 60 s of idling end it', () => {
    expect(upbit.stream.ping).toEqual({ everyMs: 30_000, frame: 'protocol' })
    expect(upbit.stream.limits.silenceMs).toBeLessThan(60_000)
    expect(said('other-status.json')).toEqual([])
  })

  it('a word that is neither ASK nor BID is an error', () => {
    const frame = fixture(upbit, 'trade.json').replace('"ASK"', '"SELL"')
    expect(reading(upbit, frame)).toMatchObject({ trades: [], error: { name: 'WireError' } })
  })
})

describe('upbit rest', () => {
  const { rest } = upbit

  it('the server time is the date of an answer, by the second', () => {
    const date = 'Wed, 18 Apr 2018 10:23:46 GMT'
    expect(readRest(upbit, rest.serverTime, 'rest-time.json', undefined, { date })).toEqual({
      time: 1524047026000,
      resolutionMs: 1_000,
    })
    for (const bad of [null, '', 'soon'])
      expect(() =>
        readRest(upbit, rest.serverTime, 'rest-time.json', undefined, { date: bad }),
      ).toThrow('no HTTP date')
    expect(() => rest.serverTime.read([], undefined, { date })).toThrow()
  })

  it('an error is an object where a list should be', () => {
    const limited = restBody(upbit, 'rest-limited.json')
    expect(() => rest.day.read(limited, { symbol: 'X' }, NO_HEADERS)).toThrow('too_many_requests')
    const nested = { error: { name: '404', message: 'Code not found' } }
    expect(() => rest.day.read(nested, { symbol: 'X' }, NO_HEADERS)).toThrow(
      'error 404: Code not found',
    )
  })

  it('24 h volumes are rolling; the opening price is of the day and is left out', () => {
    expect(readRest(upbit, rest.day, 'rest-day.json', { symbol: 'KRW-BTC' })).toEqual({
      last: 8621000,
      high: 8679000,
      low: 8445000,
      volume: 23156.55,
      quoteVolume: 198913455312.13,
    })
  })

  it('`to` of bars is exclusive, 200 a page, newest first', () => {
    const input = { symbol: 'KRW-BTC', from: at('10T10:15:00'), to: at('10T10:17:00') }
    expect(rest.minutes.rows).toBe(200)
    expect(rest.minutes.path(input)).toBe(
      '/v1/candles/minutes/1?market=KRW-BTC&to=2026-06-10T10:17:00Z&count=200',
    )
    const all = { symbol: 'KRW-BTC', from: epochMs(0), to: epochMs(4e12) }
    expect(readRest(upbit, rest.minutes, 'rest-minutes.json', all)).toEqual([
      {
        openTime: 1524046500000,
        open: 8610000,
        high: 8616000,
        low: 8610000,
        close: 8615000,
        volume: 3.48,
      },
      {
        openTime: 1524046560000,
        open: 8615000,
        high: 8618000,
        low: 8611000,
        close: 8616000,
        volume: 6.96780929,
      },
    ])
  })

  it('recent trades keep ids that JSON.parse would round', () => {
    const recent = rest.trades?.recent
    if (recent === undefined) throw new Error('no recent trades')
    expect(recent.path({ symbol: 'KRW-BTC' })).toBe('/v1/trades/ticks?market=KRW-BTC&count=500')
    const odd = fixture(upbit, 'rest-trades.json').replace('15240467980000000', '15240467980000001')
    const read = recent.read(parseExact(odd), { symbol: 'KRW-BTC' }, NO_HEADERS)
    expect(read.map(({ id, price, qty }) => [id, price, qty])).toEqual([
      ['15240467980000001', '8616000.0', '0.03060688'],
      ['15240467970000000', '8616000.0', '1.0E-4'],
    ])
  })
})

describe('upbit history', () => {
  const history = upbit.rest.trades?.history
  if (history === undefined) throw new Error('no history')
  const { page } = history
  const asked = (before: KnownPoint, cursor?: string, now = NOW): string => {
    const after = { time: epochMs(0) }
    const input = { symbol: 'KRW-BTC', after, before, now }
    return page.path(cursor === undefined ? input : { ...input, cursor })
  }
  const query = (path: string) => Object.fromEntries(new URL(`http://x${path}`).searchParams)

  it('begins with the second after the known end, so that nothing of its second is missed', () => {
    expect(query(asked({ time: at('10T10:19:58.400') }))).toEqual({
      market: 'KRW-BTC',
      count: '500',
      to: '10:19:59',
    })
  })

  it('an earlier UTC day is asked for by how many days ago it was', () => {
    expect(query(asked({ time: at('09T10:19:58') }))).toMatchObject({ days_ago: '1' })
    expect(query(asked({ time: at('03T10:19:58') }))).toMatchObject({ days_ago: '7' })
    // The same cursor after midnight: one day more.
    const cursor = `${at('10T23:00:00')}/1781132400000000`
    const later = epochMs(NOW + 86_400_000)
    expect(query(asked({ time: at('10T23:30:00') }, cursor, later))).toMatchObject({
      days_ago: '1',
      to: '23:00:01',
      cursor: '1781132400000000',
    })
  })

  it('the last second of a day is asked for without an end', () => {
    expect(query(asked({ time: at('09T23:59:59.999') }))).toEqual({
      market: 'KRW-BTC',
      count: '500',
      days_ago: '1',
    })
  })

  it('a page leads on by its oldest trade', () => {
    const before = { time: at('10T10:19:58.500') }
    const input = { symbol: 'KRW-BTC', after: { time: at('10T10:00:00') }, before, now: NOW }
    const { trades, next } = readRest(upbit, page, 'rest-history.json', input)
    expect(trades).toHaveLength(3)
    expect(next).toBe('1781086797300/1781086797300000')
  })

  it('stops at the trade that is known, and at what is older than wanted', () => {
    const before = { time: at('10T10:19:58.500') }
    const reach = (after: KnownPoint) =>
      readRest(upbit, page, 'rest-history.json', { symbol: 'KRW-BTC', after, before, now: NOW })
        .next
    expect(reach({ time: at('10T10:19:57.300'), id: '1781086797300000' })).toBeUndefined()
    expect(reach({ time: at('10T10:19:58') })).toBeUndefined()
  })

  it('a page that brings nothing new gives no next one', () => {
    const before = { time: at('10T10:19:58.500') }
    const input = { symbol: 'KRW-BTC', after: { time: at('08T10:00:00') }, before, now: NOW }
    const again = { ...input, cursor: '1781086797300/1781086797300000' }
    expect(readRest(upbit, page, 'rest-history.json', again).next).toBeUndefined()
    // A venue that does not understand which day was meant answers with the newest.
    const ignored = { ...input, before: { time: at('09T10:00:00') } }
    expect(readRest(upbit, page, 'rest-history.json', ignored).next).toBeUndefined()
  })

  it('an empty page leads to the day before, unless that is not wanted or too long ago', () => {
    const empty = (after: string, before: string) =>
      page.read(
        [],
        { symbol: 'X', after: { time: at(after) }, before: { time: at(before) }, now: NOW },
        NO_HEADERS,
      ).next
    expect(empty('09T10:00:00', '10T10:00:00')).toBe(`${at('09T23:59:59.999')}/`)
    expect(empty('10T09:00:00', '10T10:00:00')).toBeUndefined()
    expect(empty('01T10:00:00', '04T10:00:00')).toBe(`${at('03T23:59:59.999')}/`)
    expect(empty('01T10:00:00', '03T10:00:00')).toBeUndefined()
  })

  it('page by page brings every trade of a hole, from a venue as the documents describe it', () => {
    // Many trades in few milliseconds, around two midnights.
    const moment = fc.tuple(fc.constantFrom(at('09T00:00:00'), at('10T00:00:00')), fc.nat(4_000))
    const tape = fc.array(
      moment.map(([midnight, off]) => midnight - 2_000 + off),
      { maxLength: 60 },
    )
    const bound = fc.integer({ min: at('08T23:00:00'), max: at('10T01:00:00') })
    fc.assert(
      fc.property(tape, bound, bound, fc.integer({ min: 1, max: 7 }), (times, a, b, rows) => {
        const trades = tapeOf(times)
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const found = new Set<string>()
        const input = {
          symbol: 'X',
          after: { time: epochMs(from) },
          before: { time: epochMs(to) },
          now: NOW,
        }
        let cursor: string | undefined
        for (let pages = 0; ; pages += 1) {
          expect(pages).toBeLessThan(80)
          const asking: HistoryPage = cursor === undefined ? input : { ...input, cursor }
          const answer = documented(trades, page.path(asking), rows)
          const read = page.read(answer, asking, NO_HEADERS)
          for (const trade of read.trades) found.add(trade.id)
          if (read.next === undefined) break
          cursor = read.next
        }
        const wanted = trades.filter(({ time }) => time > from && time < to)
        for (const { id } of wanted) expect(found).toContain(id)
      }),
    )
  })
})

/** Trades with ids as Upbit makes them: microseconds of the match, and a counter. */
function tapeOf(times: readonly number[]): readonly RestTrade[] {
  return times
    .toSorted((a, b) => a - b)
    .map((time, n) => ({ id: `${time * 1_000 + n}`, price: '1', qty: '1', side: 'buy', time }))
}

/** What `/trades/ticks` answers by the documents: one UTC day, before `to`, before the cursor. */
function documented(trades: readonly RestTrade[], path: string, rows: number): readonly unknown[] {
  const query = new URL(`http://x${path}`).searchParams
  const midnight = at('10T00:00:00') - Number(query.get('days_ago') ?? 0) * 86_400_000
  const to = query.get('to')
  const end = to === null ? midnight + 86_400_000 : midnight + Date.parse(`1970-01-01T${to}Z`)
  const cursor = query.get('cursor')
  return trades
    .filter(({ time }) => time >= midnight && time < end)
    .filter(({ id }) => cursor === null || Number(id) < Number(cursor))
    .toReversed()
    .slice(0, rows)
    .map(({ id, price, qty, time }) => ({
      timestamp: String(time),
      trade_price: price,
      trade_volume: qty,
      ask_bid: 'BID',
      sequential_id: id,
    }))
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kraken } from '../../../src/main/venues/kraken.ts'
import type { HistoryPage } from '../../../src/main/venues/venue.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, reading, readRest, restBody } from '../../venues/reading.ts'

const said = (name: string) => calls(kraken, fixture(kraken, name))
const trades = kraken.rest.trades
const history = trades?.history?.page

describe('kraken stream', () => {
  it('reads a trade: number id, RFC 3339 time with microseconds, no push time', () => {
    expect(said('trade.json')).toEqual([
      ['trade', 'BTC/USD', '4665906', '0.5117', '40.0', 'sell', 1695628177708, { micros: 706 }],
    ])
  })

  it("Kraken's numeric prices keep their digits", () => {
    const read = reading(kraken, fixture(kraken, 'trade-digits.json')).trades
    expect(read.map(({ price, qty }) => [price, qty])).toEqual([
      ['1.2345e-05', '123456789012345.12345678'], // JSON.parse would make …345.12 of it
      ['105944.20', '0.00000100'],
    ])
  })

  it('any number that Kraken prints comes out as it was printed', () => {
    const printed = fc.stringMatching(/^[1-9]\d{0,15}\.\d{1,18}$/)
    fc.assert(
      fc.property(printed, printed, (price, qty) => {
        // In one go: the new price may hold the old quantity.
        const frame = fixture(kraken, 'trade.json').replace(/0\.5117|40\.0/g, (old) =>
          old === '40.0' ? qty : price,
        )
        expect(reading(kraken, frame).trades).toMatchObject([{ price, qty }])
      }),
    )
  })

  it('several symbols in one message; a cut-off zero in a time is a zero', () => {
    const read = reading(kraken, fixture(kraken, 'trade-digits.json')).trades
    expect(read.map(({ symbol, time, extra }) => [symbol, time, extra])).toEqual([
      ['PEPE/USD', 1748948527499, { micros: 999 }],
      ['BTC/USD', 1748948527500, { micros: 0 }],
    ])
  })

  it('history replayed on subscribe is not live, and is not asked for', () => {
    const read = reading(kraken, fixture(kraken, 'snapshot.json')).trades
    expect(read.map(({ extra }) => extra?.snapshot)).toEqual([true, true])
    expect(JSON.parse(kraken.stream.subscribe(['BTC/USD', 'ETH/USD'], 1, epochMs(0)))).toEqual({
      method: 'subscribe',
      params: { channel: 'trade', symbol: ['BTC/USD', 'ETH/USD'], snapshot: false },
      req_id: 1,
    })
    expect(JSON.parse(kraken.stream.unsubscribe(['BTC/USD'], 2, epochMs(0)))).toEqual({
      method: 'unsubscribe',
      params: { channel: 'trade', symbol: ['BTC/USD'] },
      req_id: 2,
    })
  })

  it('every symbol has its own acknowledgement', () => {
    expect(said('accepted.json')).toEqual([['accepted', '1', ['BTC/USD']]])
    expect(said('unsubscribed.json')).toEqual([['accepted', '2', ['BTC/USD']]])
  })

  it('an error names its symbol at the top level, where there is no result', () => {
    expect(said('refused-symbol.json')).toEqual([
      ['refused', 'Currency pair not supported FOO/USD', ['FOO/USD'], '1'],
    ])
  })

  it('a symbol that is subscribed already is subscribed', () => {
    expect(said('accepted-already.json')).toEqual([['accepted', '2', ['BTC/USD']]])
  })

  it('too many requests ends with the connection, not with the market', () => {
    expect(said('too-frequent.json')).toEqual([['closing', 'EAPI:Rate limit exceeded']])
  })

  it('a pong tells the venue clock in microseconds', () => {
    expect(said('pong.json')).toEqual([
      ['pong', { request: '101', inMicros: 1695564623799685, outMicros: 1695564623799703 }],
    ])
    expect(calls(kraken, '{"method":"pong","req_id":7}')).toEqual([['pong', undefined]])
    const { ping } = kraken.stream
    if (typeof ping?.frame !== 'function') throw new Error('no ping')
    expect(JSON.parse(ping.frame(101, epochMs(0)))).toEqual({ method: 'ping', req_id: 101 })
  })

  it('heartbeats and the status with its 20-digit connection id are other traffic', () => {
    expect(said('other-heartbeat.json')).toEqual([])
    expect(said('other-status.json')).toEqual([])
  })

  it('a bad row costs itself only', () => {
    const first = fixture(kraken, 'trade.json')
    const row = first.slice(first.indexOf('[') + 1, first.lastIndexOf(']'))
    const bad = row.replace('0.5117', 'null')
    const later = row.replace('4665906', '4665907')
    const read = reading(kraken, first.replace(row, `${bad},${later},${row}`))
    expect(read.trades.map(({ id }) => id)).toEqual(['4665906', '4665907'])
    expect(read.error).toBeInstanceOf(Error)
  })
})

describe('kraken rest', () => {
  const { rest } = kraken
  const point = (time: number, id?: string) => ({
    time: epochMs(time),
    ...(id !== undefined && { id }),
  })
  const hole: HistoryPage = {
    symbol: 'BTC/USD',
    after: point(1762795433000, '10218207'),
    before: point(1762795500000, '10218900'),
    now: epochMs(1762795500000),
  }
  const page = (input: HistoryPage) => {
    if (history === undefined) throw new Error('no history')
    return readRest(kraken, history, 'rest-history.json', input)
  }

  it('errors inside HTTP 200 are errors', () => {
    for (const [name, words] of [
      ['rest-limited.json', 'EAPI:Rate limit exceeded'],
      ['rest-unknown.json', 'EQuery:Unknown asset pair'],
    ] as const) {
      expect(() =>
        rest.day.read(restBody(kraken, name), { symbol: 'X/Y' }, { date: null }),
      ).toThrow(words)
      expect(() =>
        trades?.recent.read(restBody(kraken, name), { symbol: 'X/Y' }, { date: null }),
      ).toThrow(words)
    }
  })

  it("the server time has whole seconds only: the pong's is better", () => {
    expect(readRest(kraken, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1616336594000,
      resolutionMs: 1_000,
    })
  })

  it('version 1 names become version 2 names, and back for REST', () => {
    expect(readRest(kraken, rest.instruments, 'rest-instruments.json', undefined)).toEqual([
      {
        id: 'kraken:BTC-USD',
        venue: 'kraken',
        symbol: 'BTC-USD',
        base: 'BTC',
        quote: 'USD',
        venueSymbol: 'BTC/USD',
        tickSize: '0.1',
        lotSize: '0.00000001',
      },
    ])
    const asked = (symbol: string) => rest.day.path({ symbol }).split('pair=')[1]
    expect(asked('BTC/USD')).toBe('XBTUSD')
    expect(asked('ETH/BTC')).toBe('ETHXBT')
    expect(asked('DOGE/USDT')).toBe('XDGUSDT')
    expect(asked('SOL/EUR')).toBe('SOLEUR')
  })

  it('a pair without a name, with a suffix, or with a tick that nobody can read costs itself only', () => {
    const body = JSON.parse(fixture(kraken, 'rest-instruments.json'))
    body.result.BAD = {
      wsname: 'BAD/USD',
      pair_decimals: 'many',
      lot_decimals: 8,
      status: 'online',
    }
    body.result.XDGUSD = { wsname: 'XDG/USD', pair_decimals: 7, lot_decimals: 0, status: 'online' }
    const read = rest.instruments.read(body, undefined, { date: null })
    expect(read.map(({ symbol, tickSize, lotSize }) => [symbol, tickSize, lotSize])).toEqual([
      ['BTC-USD', '0.1', '0.00000001'],
      ['DOGE-USD', '0.0000001', '1'],
    ])
  })

  it("24 h figures are the second of each two; today's open is not that of 24 h ago", () => {
    expect(readRest(kraken, rest.day, 'rest-day.json', { symbol: 'BTC/USD' })).toEqual({
      last: 30303.2,
      high: 31632,
      low: 29868.2,
      volume: 4412.73601799,
    })
  })

  it('bars have the average price before the volume; `since` may be in or out', () => {
    const from = epochMs(1688671200000)
    const input = { symbol: 'BTC/USD', from, to: epochMs(1688671320000) }
    expect(rest.minutes.path(input)).toBe('/0/public/OHLC?pair=XBTUSD&interval=1&since=1688671199')
    expect(readRest(kraken, rest.minutes, 'rest-minutes.json', input)[0]).toEqual({
      openTime: from,
      open: 30306.1,
      high: 30306.2,
      low: 30305.7,
      close: 30305.7,
      volume: 3.39243896,
      trades: 23,
    })
  })

  it('recent trades: the first key that is not `last`, float times to the microsecond', () => {
    if (trades === undefined) throw new Error('no trades')
    expect(trades.recent.path({ symbol: 'BTC/USD' })).toBe(
      '/0/public/Trades?pair=XBTUSD&count=1000',
    )
    const read = readRest(kraken, trades.recent, 'rest-trades.json', { symbol: 'BTC/USD' })
    expect(read).toEqual([
      {
        id: '10218208',
        price: '105433.60000',
        qty: '0.00027625',
        side: 'buy',
        time: 1762795433971,
        micros: 744,
      },
      {
        id: '10218209',
        price: '105433.50000',
        qty: '0.10000000',
        side: 'sell',
        time: 1762795434250,
        micros: 0,
      },
    ])
    const row = ['1', '2', '1762795434.25', 's', 'm', '', '7']
    const turned = { error: [], result: { last: '1762795434250000000', X: [row] } }
    expect(trades.recent.read(turned, { symbol: 'X' }, { date: null })).toHaveLength(1)
  })

  it('history begins before the millisecond of the known trade and goes on by nanoseconds', () => {
    expect(history?.path(hole)).toBe(
      '/0/public/Trades?pair=XBTUSD&since=1762795432999999999&count=1000',
    )
    const { trades: rows, next } = page(hole)
    expect(rows.map(({ id }) => id)).toEqual(['10218208', '10218209', '10218210', '10218211'])
    // One nanosecond back: trades of the same instant may stand on the next page.
    expect(next).toBe('1762795440100000122')
    expect(history?.path({ ...hole, ...(next !== undefined && { cursor: next }) })).toContain(
      'since=1762795440100000122&',
    )
  })

  it('history ends where the known trade is among the rows, or its time behind them', () => {
    expect(page({ ...hole, before: point(1762795440100, '10218211') }).next).toBeUndefined()
    expect(page({ ...hole, before: point(1762795440100, '10218212') }).next).toBeDefined()
    const seq = { time: epochMs(1762795440100), seq: 10218210 }
    expect(page({ ...hole, before: seq }).next).toBeUndefined()
    expect(page({ ...hole, before: point(1762795440099) }).next).toBeUndefined()
    expect(page({ ...hole, before: point(1762795440100) }).next).toBeDefined()
  })

  it('a page that brings nothing new is the last', () => {
    expect(page({ ...hole, cursor: '1762795440100000122' }).next).toBeUndefined()
    const empty = { error: [], result: { XXBTZUSD: [], last: '1762799999000000000' } }
    expect(history?.read(empty, hole, { date: null })).toEqual({ trades: [] })
  })

  it('keeps to 150 connections in ten minutes and one REST call a second', () => {
    expect(kraken.stream.limits.connects).toEqual({ count: 150, perMs: 600_000 })
    expect(rest.budget).toEqual({ weight: 1, perMs: 1_000 })
  })
})

import { describe, expect, it } from 'vitest'
import { binance } from '../../../src/main/venues/binance.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, captured, fixture, reading, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(binance, fixture(binance, name))
const TRADE = ['trade', 'BTCUSDT', '12345', '0.001', '100', 'sell', 1672515782135]

describe('binance stream', () => {
  it('bare and combined frames mean the same', () => {
    expect(said('trade.json')).toEqual([[...TRADE, { pushed: 1672515782136 }]])
    expect(said('trade-combined.json')).toEqual(said('trade.json'))
  })

  it('buyer is maker means that the taker sold', () => {
    expect(said('trade.json')[0]?.[5]).toBe('sell')
    expect(said('trade-micros.json')[0]?.[5]).toBe('buy')
  })

  it('times of 16 digits are microseconds', () => {
    const extra = { pushed: 1672515782136, micros: 42 }
    expect(said('trade-micros.json')).toEqual([
      ['trade', 'BTCUSDT', '12345', '0.001', '100', 'buy', 1672515782135, extra],
    ])
  })

  it('an aggregate has its own id, counts its matches and is numbered by the last of them', () => {
    const extra = { pushed: 1633998523963, matches: 1, seq: 19862790 }
    expect(said('agg-trade.json')).toEqual([
      ['trade', 'NKNUSDT', '15683430', '0.35280000', '58.00000000', 'buy', 1633998523963, extra],
    ])
    const five = fixture(binance, 'agg-trade.json').replace('"l":19862790', '"l":19862794')
    expect(reading(binance, five).trades[0]?.extra?.matches).toBe(5)
    const none = fixture(binance, 'agg-trade.json').replace('"l":19862790', '"l":-1')
    expect(reading(binance, none).error).toBeInstanceOf(Error)
  })

  it('an acknowledgement proves nothing about the symbol', () => {
    expect(said('accepted.json')).toEqual([['accepted', '1']])
    expect(binance.stream.acknowledges).toBe('unverified')
  })

  it('errors are read nested and flat', () => {
    const refused = [['refused', '2 Invalid request: invalid stream', undefined, '1']]
    expect(said('refused-nested.json')).toEqual(refused)
    expect(said('refused-flat.json')).toEqual(refused)
    expect(said('refused-too-many.json')).toEqual([
      ['refused', '4 Too many subscriptions', undefined, '19'],
    ])
  })

  it('a shutdown is announced, bare or combined', () => {
    const closing = [['closing', 'the server announced its shutdown']]
    expect(said('shutdown.json')).toEqual(closing)
    expect(said('shutdown-combined.json')).toEqual(closing)
  })

  it('depth, klines and book tickers are other traffic', () => {
    for (const name of ['other-depth.json', 'other-kline.json', 'other-book-ticker.json'])
      expect(said(name)).toEqual([])
  })

  it('an id that JSON cannot hold exactly is refused, not rounded', () => {
    const frame = fixture(binance, 'trade.json').replace('12345', '9007199254740993')
    expect(reading(binance, frame).error).toBeInstanceOf(Error)
  })

  it('stream names are lower case', () => {
    expect(binance.stream.subscribe(['BTCUSDT', 'ETHBTC'], 3, epochMs(0))).toBe(
      '{"method":"SUBSCRIBE","params":["btcusdt@trade","ethbtc@trade"],"id":3}',
    )
    expect(binance.stream.unsubscribe(['BTCUSDT'], 4, epochMs(0))).toBe(
      '{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":4}',
    )
  })

  it('reads every frame of the capture of 2021-10-12, and finds its two trades', () => {
    const frames = captured('binance-spot-combined-2021-10-12.ndjson')
    expect(frames).toHaveLength(265)
    const read = frames.map((frame) => reading(binance, frame))
    expect(read.every(({ error }) => error === undefined)).toBe(true)
    const expected = frames
      .map((frame) => JSON.parse(frame).data)
      .filter(({ e }) => e === 'aggTrade')
      .map(({ s, a, p, q, T, E, m, f, l }) => [
        [
          'trade',
          s,
          String(a),
          p,
          q,
          m ? 'sell' : 'buy',
          T,
          { pushed: E, matches: l - f + 1, seq: l },
        ],
      ])
    expect(expected).toHaveLength(2)
    expect(read.map((one) => one.calls).filter((one) => one.length > 0)).toEqual(expected)
  })
})

describe('binance rest', () => {
  const { rest } = binance

  it('time, markets and 24 h figures', () => {
    expect(readRest(binance, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1499827319559,
      resolutionMs: 1,
    })
    expect(readRest(binance, rest.instruments, 'rest-instruments.json', undefined)).toEqual([
      {
        id: 'binance:ETH-BTC',
        venue: 'binance',
        symbol: 'ETH-BTC',
        base: 'ETH',
        quote: 'BTC',
        venueSymbol: 'ETHBTC',
        tickSize: '0.00000100',
        lotSize: '0.00100000',
      },
    ])
    expect(rest.day.path({ symbol: 'BTCUSDT' })).toBe('/api/v3/ticker/24hr?symbol=BTCUSDT')
    expect(readRest(binance, rest.day, 'rest-day.json', { symbol: 'BNBBTC' })).toEqual({
      last: 4.000002,
      open: 99,
      high: 100,
      low: 0.1,
      volume: 8913.3,
      quoteVolume: 15.3,
    })
  })

  it('history goes up by id, on the one host that has it', () => {
    const page = rest.trades?.history?.page
    if (page === undefined) throw new Error('Binance has history')
    const [after, before] = [
      { time: epochMs(1499865549000), id: '28456' },
      { time: epochMs(1499865550000), id: '28460' },
    ]
    const hole = { symbol: 'BTCUSDT', after, before, now: epochMs(1499865560000) }
    expect(page.base).toBe('https://api.binance.com')
    expect(page.path(hole)).toBe('/api/v3/historicalTrades?symbol=BTCUSDT&fromId=28457&limit=1000')
    const read = readRest(binance, page, 'rest-history.json', hole)
    expect(read).toEqual({
      trades: [
        { id: '28457', price: '4.00000100', qty: '12.00000000', side: 'sell', time: 1499865549590 },
        { id: '28458', price: '4.00000200', qty: '0.50000000', side: 'buy', time: 1499865549591 },
      ],
      next: '28459',
    })
    expect(page.path({ ...hole, cursor: '28459' })).toContain('fromId=28459')
    const short = { ...hole, before: { ...before, id: '28459' } }
    expect(readRest(binance, page, 'rest-history.json', short).next).toBe(undefined)
    // The same page again is no way forward.
    expect(readRest(binance, page, 'rest-history.json', { ...hole, cursor: '28459' }).next).toBe(
      undefined,
    )
  })

  it('where only a time is known, an aggregate names the first match; its own id is of another space', () => {
    const page = rest.trades?.history?.page
    if (page === undefined) throw new Error('Binance has history')
    const [after, before] = [{ time: epochMs(1498793709000) }, { time: epochMs(1498793710000) }]
    const hole = { symbol: 'BTCUSDT', after, before, now: before.time }
    expect(page.path(hole)).toBe('/api/v3/aggTrades?symbol=BTCUSDT&startTime=1498793709000&limit=1')
    const name = 'rest-aggregates.json'
    expect(readRest(binance, page, name, hole)).toEqual({ trades: [], next: '27781' })
    const earlier = { ...hole, before: { time: epochMs(1498793709153) } }
    expect(readRest(binance, page, name, earlier)).toEqual({ trades: [] })
  })

  it('four messages a second, of the five that pongs share', () => {
    expect(binance.stream.limits.messages).toEqual([{ count: 4, perMs: 1_000 }])
    expect(binance.stream.limits.lifetimeMs).toBe(24 * 3_600_000)
  })

  it('minute bars count their trades; the end of the span is not in it', () => {
    const input = { symbol: 'BTCUSDT', from: epochMs(1499040000000), to: epochMs(1499040120000) }
    expect(rest.minutes.path(input)).toBe(
      '/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1499040000000&endTime=1499040119999&limit=1000',
    )
    expect(readRest(binance, rest.minutes, 'rest-minutes.json', input)[0]).toEqual({
      openTime: 1499040000000,
      open: 0.0163479,
      high: 0.8,
      low: 0.015758,
      close: 0.015771,
      volume: 148976.11427815,
      trades: 308,
    })
  })
})

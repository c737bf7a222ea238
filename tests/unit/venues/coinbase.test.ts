import { describe, expect, it } from 'vitest'
import { coinbase } from '../../../src/main/venues/coinbase.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, captured, fixture, NO_HEADERS, reading, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(coinbase, fixture(coinbase, name))

describe('coinbase stream', () => {
  it("Coinbase's inverted side: sell is the maker's and means that the taker bought", () => {
    expect(said('trade.json')).toEqual([
      ['trade', 'SKL-BTC', '280232', '0.00001305', '985', 'buy', 1618677817089, { micros: 723 }],
    ])
    expect(said('trade-maker-buy.json')[0]?.[5]).toBe('sell')
  })

  it('microseconds are kept, also where trailing zeros are cut', () => {
    expect(said('trade-maker-buy.json')[0]?.[7]).toEqual({ micros: 720 })
    const whole = fixture(coinbase, 'trade.json').replace('.089723Z', 'Z')
    expect(reading(coinbase, whole).trades[0]).toMatchObject({
      time: 1618677817000,
      extra: { micros: 0 },
    })
  })

  it('last_match is replayed history', () => {
    expect(said('last-match.json')).toEqual([
      [
        'trade',
        'BAND-GBP',
        '881613',
        '14.7775',
        '0.04',
        'buy',
        1618677810244,
        { micros: 75, snapshot: true },
      ],
    ])
  })

  it('the answer lists all that is subscribed; only matches count', () => {
    expect(said('accepted.json')).toEqual([['accepted', '', ['BTC-USD', 'ETH-USD']]])
  })

  it('errors name the product only inside their text', () => {
    expect(said('refused-product.json')).toEqual([
      ['refused', 'Failed to subscribe: ETH-XYZ is not a valid product', ['ETH-XYZ']],
    ])
    expect(said('refused-delisted.json')).toEqual([
      ['refused', 'Failed to subscribe: LOOM-USDC is delisted', ['LOOM-USDC']],
    ])
  })

  it('a channel that is not valid names no product', () => {
    expect(said('refused-channel.json')[0]?.[2]).toBeUndefined()
  })

  it('a heartbeat names the newest match, which may still be on its way', () => {
    expect(said('heartbeat.json')).toEqual([['newest', 'BTC-USD', 20, 1415348368464]])
    const none = fixture(coinbase, 'heartbeat.json').replace('20,', '0,')
    expect(calls(coinbase, none)).toEqual([])
    const odd = fixture(coinbase, 'heartbeat.json').replace('20,', '"many",')
    expect(reading(coinbase, odd).error).toBeInstanceOf(Error)
  })

  it('tickers are other traffic', () => {
    expect(said('other-ticker.json')).toEqual([])
  })

  it('subscribes to heartbeats too, within five seconds', () => {
    expect(JSON.parse(coinbase.stream.subscribe(['BTC-USD'], 1, epochMs(0)))).toEqual({
      type: 'subscribe',
      product_ids: ['BTC-USD'],
      channels: ['matches', 'heartbeat'],
    })
    expect(coinbase.stream.limits.subscribeWithinMs).toBe(5_000)
  })

  it('reads every frame of the capture of 2021-04-17', () => {
    const frames = captured('coinbase-exchange-2021-04-17.ndjson')
    expect(frames).toHaveLength(217)
    const read = frames.map((frame) => reading(coinbase, frame))
    expect(read.every(({ error }) => error === undefined)).toBe(true)
    const expected = frames
      .map((frame) => JSON.parse(frame))
      .filter(({ type }) => type === 'match' || type === 'last_match')
      .map((row) => {
        const [, tail = ''] = /\.(\d+)Z$/.exec(row.time) ?? []
        const micros = Number(tail.padEnd(6, '0').slice(3))
        return {
          symbol: row.product_id,
          id: String(row.trade_id),
          price: row.price,
          qty: row.size,
          side: row.side === 'sell' ? 'buy' : 'sell',
          time: Date.parse(row.time),
          extra: row.type === 'match' ? { micros } : { micros, snapshot: true },
        }
      })
    expect(expected).toHaveLength(107)
    expect(read.flatMap(({ trades }) => trades)).toEqual(expected)
    const accepted = read.flatMap((one) => one.calls).filter(([name]) => name === 'accepted')
    expect(accepted.map(([, , products]) => (products as unknown[]).length)).toEqual([0, 0, 10])
  })

  it('the ticker of the same trade confirms the taker side in the capture', () => {
    const frames = captured('coinbase-exchange-2021-04-17.ndjson')
    const sides = new Map(
      frames
        .map((frame) => JSON.parse(frame))
        .filter(({ type }) => type === 'ticker')
        .map(({ product_id, trade_id, side }) => [`${product_id} ${trade_id}`, side]),
    )
    const trades = frames.flatMap((frame) => reading(coinbase, frame).trades)
    const known = trades.filter(({ symbol, id }) => sides.has(`${symbol} ${id}`))
    expect(known).toHaveLength(107)
    for (const { symbol, id, side } of known) expect(side).toBe(sides.get(`${symbol} ${id}`))
  })
})

describe('coinbase rest', () => {
  const { rest } = coinbase

  it('the server time is as fine as its digits', () => {
    expect(readRest(coinbase, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1589270451504,
      resolutionMs: 1,
    })
    expect(
      rest.serverTime.read({ iso: '2020-05-12T08:00:51.504123Z' }, undefined, NO_HEADERS),
    ).toEqual({
      time: 1589270451504,
      micros: 123,
      resolutionMs: 0.001,
    })
  })

  it('a product that is online but disabled cannot be traded', () => {
    const markets = readRest(coinbase, rest.instruments, 'rest-instruments.json', undefined)
    expect(markets.map(({ symbol }) => symbol)).toEqual(['BTC-USD'])
  })

  it('24 h figures have no quote volume', () => {
    expect(readRest(coinbase, rest.day, 'rest-day.json', { symbol: 'BTC-USD' })).toEqual({
      last: 6250.02,
      open: 5414.18,
      high: 6441.37,
      low: 5261.69,
      volume: 53687.76764233,
    })
  })

  it("Coinbase's inverted side holds in REST; history goes down by id", () => {
    const page = rest.trades?.history?.page
    if (page === undefined) throw new Error('Coinbase has history')
    const [after, before] = [
      { time: epochMs(1415322000000), id: '70' },
      { time: epochMs(1415398768600), id: '75' },
    ]
    const hole = { symbol: 'BTC-USD', after, before, now: before.time }
    expect(page.path(hole)).toBe('/products/BTC-USD/trades?limit=1000&after=75')
    const read = readRest(coinbase, page, 'rest-history.json', hole)
    expect(read.next).toBe('73')
    expect(read.trades.map(({ id, side, time, micros }) => [id, side, time, micros])).toEqual([
      ['74', 'sell', 1415398768578, 544],
      ['73', 'buy', 1415322523642, 366],
    ])
    expect(page.path({ ...hole, cursor: '73' })).toContain('after=73')
    const near = { ...hole, after: { ...after, id: '72' } }
    expect(readRest(coinbase, page, 'rest-history.json', near).next).toBe(undefined)
    const byTime = { ...hole, after: { time: after.time }, before: { time: before.time } }
    expect(page.path(byTime)).toBe('/products/BTC-USD/trades?limit=1000')
    expect(readRest(coinbase, page, 'rest-history.json', byTime).next).toBe('73')
  })

  it('candles have low before high, and a page never asks for more than 300', () => {
    const from = epochMs(1415398800000)
    const input = { symbol: 'BTC-USD', from, to: epochMs(from + 300 * 60_000) }
    const query = new URL(`http://x${rest.minutes.path(input)}`).searchParams
    const span = Date.parse(query.get('end') ?? '') - Date.parse(query.get('start') ?? '')
    expect(Math.floor(span / 60_000) + 1).toBe(300)
    const bars = readRest(coinbase, rest.minutes, 'rest-minutes.json', input)
    expect(bars[0]).toEqual({
      openTime: 1415398800000,
      open: 0.36,
      high: 4.1,
      low: 0.31,
      close: 4.0,
      volume: 1.5,
    })
  })
})

import { describe, expect, it } from 'vitest'
import { kucoin } from '../../../src/main/venues/kucoin.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, NO_HEADERS, reading, readRest, restBody } from '../../venues/reading.ts'

const said = (name: string) => calls(kucoin, fixture(kucoin, name))
const NOW = epochMs(1_660_608_000_000)

describe("KuCoin's token and welcome", () => {
  const { ticket } = kucoin.stream
  const address = (body: unknown, connectId = 'c 1'): string => {
    if (ticket === undefined) throw new Error('no ticket')
    return ticket.read(body, { connectId }, NO_HEADERS)
  }
  const serving = (endpoint: unknown): unknown => ({
    code: '200000',
    data: { token: 't', instanceServers: [{ endpoint }] },
  })

  it('the token is asked for with an empty POST', () => {
    expect(ticket?.path({ connectId: 'x' })).toBe('/api/v1/bullet-public')
    expect(ticket?.body?.({ connectId: 'x' })).toBe('')
  })

  it('the endpoint of the answer is opened, with token and connect id', () => {
    const url = new URL(address(restBody(kucoin, 'rest-ticket.json')))
    expect(url.origin + url.pathname).toBe('wss://ws-api-spot.kucoin.com/')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      token:
        '2neAiuYvAU61ZDXANAGAsiL4-iAExhsBXZxftpOeh_55i3Ysy2q2LEsEWU64mdzUOPusi34M_wGoSf7iNyEWJ==',
      connectId: 'c 1',
    })
    expect(address(serving('wss://other.example/endpoint'))).toBe(
      'wss://other.example/endpoint?token=t&connectId=c+1',
    )
  })

  it('an endpoint without TLS is refused, except on this machine', () => {
    for (const endpoint of [
      'ws://ws-api-spot.kucoin.com/',
      'ws://127.0.0.1.example/',
      'http://127.0.0.1/',
      'https://ws-api-spot.kucoin.com/',
      'ws-api-spot.kucoin.com',
      '',
      7,
      null,
    ])
      expect(() => address(serving(endpoint)), String(endpoint)).toThrow()
    expect(address(serving('ws://127.0.0.1:9000'))).toContain('ws://127.0.0.1:9000/?token=t')
  })

  it('an answer without token or server, or with an error, gives no address', () => {
    const none = { code: '200000', data: { token: 't', instanceServers: [] } }
    const noToken = { code: '200000', data: { instanceServers: [{ endpoint: 'wss://a/' }] } }
    for (const body of [null, {}, none, noToken, restBody(kucoin, 'rest-limited.json')])
      expect(() => address(body)).toThrow()
  })

  it('nothing is sent before the welcome', () => {
    expect(kucoin.stream.waitsForReady).toBe(true)
    expect(said('welcome.json')).toEqual([['ready']])
  })
})

describe('kucoin stream', () => {
  it('the time of a match is text of nanoseconds', () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'LMR-BTC',
        '455391760226305',
        '0.000001094',
        '12.9629',
        'sell',
        1660608000023,
        { micros: 0 },
      ],
    ])
    const [, , id, price, , , time, extra] = said('trade-old-engine.json')[0] ?? []
    expect([id, price, time, extra]).toEqual([
      '1545896669145',
      '0.08200000000000000000',
      1545913818099,
      { micros: 33 },
    ])
  })

  it('nanoseconds as a JSON number are refused, because they are rounded by then', () => {
    const rounded = fixture(kucoin, 'trade.json').replace(
      '"1660608000023000000"',
      '1660608000023000000',
    )
    expect(reading(kucoin, rounded)).toMatchObject({ trades: [], error: { name: 'WireError' } })
  })

  it('stream and REST name a match by the same id', () => {
    // `tradeId` had 24 hex digits on the engine before; REST never had it.
    const recent = kucoin.rest.trades?.recent
    if (recent === undefined) throw new Error('no recent trades')
    const row = { sequence: '1545896669145', price: '1', size: '1', side: 'buy' }
    const body = { code: '200000', data: [{ ...row, time: '1545913818099033203' }] }
    expect(recent.read(body, { symbol: 'BTC-USDT' }, NO_HEADERS)[0]?.id).toBe(
      said('trade-old-engine.json')[0]?.[2],
    )
  })

  it('sequences skip, so that they prove no completeness', () => {
    expect(kucoin.stream.ids).toBe('increasing')
  })

  it('ids come back as strings', () => {
    expect(JSON.parse(kucoin.stream.subscribe(['BTC-USDT', 'ETH-USDT'], 5, NOW))).toEqual({
      id: '5',
      type: 'subscribe',
      topic: '/market/match:BTC-USDT,ETH-USDT',
      privateChannel: false,
      response: true,
    })
    expect(JSON.parse(kucoin.stream.unsubscribe(['BTC-USDT'], 6, NOW))).toMatchObject({
      id: '6',
      type: 'unsubscribe',
      response: true,
    })
    expect(said('accepted.json')).toEqual([['accepted', '1545910660739']])
  })

  it('an unknown symbol can be acknowledged: an acknowledgement proves nothing', () => {
    expect(kucoin.stream.acknowledges).toBe('unverified')
  })

  it('404 names nothing but the topic: a market only when it is alone in it', () => {
    const request = (name: string) => said(name)[0]?.slice(2)
    expect(request('refused-topic.json')).toEqual([['NOPE'], '1545910660740'])
    expect(request('refused-topics.json')).toEqual([undefined, '1545910660741'])
    expect(request('refused-plain.json')).toEqual([undefined, '1545910660742'])
    expect(said('refused-topic.json')[0]?.[1]).toBe('404 topic /market/match:NOPE is not found')
  })

  it('a ping timeout announces the end', () => {
    expect(said('ping-timeout.json')).toEqual([['closing', '400 ping timeout']])
  })

  it('pings carry an id, well within the minute that the venue waits', () => {
    const { ping, limits } = kucoin.stream
    expect(ping?.everyMs).toBe(18_000)
    if (typeof ping?.frame !== 'function') throw new Error('no ping frame')
    expect(JSON.parse(ping.frame(9, NOW))).toEqual({ id: '9', type: 'ping' })
    expect(said('pong.json')).toEqual([['pong']])
    expect(limits).toMatchObject({ symbolsPerRequest: 100, symbolsPerSocket: 300 })
  })
})

describe('kucoin rest', () => {
  const { rest } = kucoin

  it('an error code inside HTTP 200 is an error', () => {
    expect(() => readRest(kucoin, rest.day, 'rest-limited.json', { symbol: 'X' })).toThrow(
      'error 429000: Too many requests',
    )
  })

  it('an old alias is known by its base currency and asked for by its symbol', () => {
    expect(readRest(kucoin, rest.instruments, 'rest-alias.json', undefined)).toMatchObject([
      { id: 'kucoin:BSV-USDT', venueSymbol: 'BCHSV-USDT', tickSize: '0.01', lotSize: '0.0001' },
    ])
  })

  it('time and 24 h figures', () => {
    expect(readRest(kucoin, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1546837113087,
      resolutionMs: 1,
    })
    expect(readRest(kucoin, rest.day, 'rest-day.json', { symbol: 'BTC-USDT' })).toEqual({
      last: 11328.9,
      high: 11610,
      low: 11200,
      volume: 2282.70993217,
      quoteVolume: 25984946.15779043,
    })
  })

  it('bars have their close before their high, newest first, and times in seconds', () => {
    const input = { symbol: 'BTC-USDT', from: epochMs(1545904020000), to: epochMs(1545904140000) }
    const query = new URL(`http://x${rest.minutes.path(input)}`).searchParams
    expect(Object.fromEntries(query)).toEqual({
      type: '1min',
      symbol: 'BTC-USDT',
      startAt: '1545904020',
      endAt: '1545904139',
    })
    expect(readRest(kucoin, rest.minutes, 'rest-minutes.json', input)).toEqual([
      { openTime: 1545904020000, open: 0.05, high: 0.061, low: 0.0499, close: 0.0585, volume: 0.7 },
      {
        openTime: 1545904080000,
        open: 0.058,
        high: 0.058,
        low: 0.049,
        close: 0.049,
        volume: 0.018,
      },
    ])
  })

  it('the last 100 trades and nothing before them; their nanoseconds are numbers, kept exact', () => {
    const trades = rest.trades
    if (trades === undefined) throw new Error('no trades')
    expect(trades.history).toBeUndefined()
    expect(trades.recent.path({ symbol: 'A/B' })).toBe('/api/v1/market/histories?symbol=A%2FB')
    expect(readRest(kucoin, trades.recent, 'rest-trades.json', { symbol: 'X' })[0]).toEqual({
      id: '1545896668571',
      price: '0.07',
      qty: '0.004',
      side: 'buy',
      time: 1545904567062,
      micros: 140,
    })
  })
})

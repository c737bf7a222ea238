import { describe, expect, it } from 'vitest'
import { htx } from '../../../src/main/venues/htx.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, reading, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(htx, fixture(htx, name))
const NOW = epochMs(1_618_678_000_000)

describe('htx stream', () => {
  it('every frame comes gzipped', () => {
    expect(htx.stream.frames).toBe('gzip')
  })

  it("HTX's 25-digit ids are never touched", () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'trioeth',
        '100045088885',
        '9.2e-07',
        '20995.88',
        'buy',
        1618678027940,
        { pushed: 1618678027942 },
      ],
    ])
    const without = fixture(htx, 'trade.json').replace('"id":100182534526255757567432481,', '')
    expect(calls(htx, without)).toEqual(said('trade.json'))
    const bare = fixture(htx, 'trade.json').replace('"tradeId":100045088885,', '')
    expect(reading(htx, bare)).toMatchObject({ trades: [], error: { name: 'WireError' } })
  })

  it('newest-first rows are handed over oldest first', () => {
    const { trades } = reading(htx, fixture(htx, 'trade-newest-first.json'))
    expect(trades.map(({ id }) => id)).toEqual(['102357140867', '102357140868', '102357140869'])
    expect(trades.map(({ qty }) => qty)).toEqual(['0.25', '1.0E-4', '0.0021'])
  })

  it('ids of different lengths are ordered as numbers', () => {
    const frame = fixture(htx, 'trade-newest-first.json').replace('102357140869', '99999999999')
    const { trades } = reading(htx, frame)
    expect(trades.map(({ id }) => id)).toEqual(['99999999999', '102357140867', '102357140868'])
  })

  it('a bad row costs itself only', () => {
    const frame = fixture(htx, 'trade-newest-first.json').replace('61234.51', '"a lot"')
    const read = reading(htx, frame)
    expect(read.trades.map(({ id }) => id)).toEqual(['102357140867', '102357140869'])
    expect(read.error).toBeInstanceOf(Error)
  })

  it('an old trade replayed on subscribe is not live', () => {
    expect(said('trade-old.json')[0]?.[7]).toEqual({ pushed: 1618678069940, snapshot: true })
    const late = fixture(htx, 'trade-old.json').replace('1618678069940', '1618678057940')
    expect(calls(htx, late)[0]?.[7]).toEqual({ pushed: 1618678057940 })
  })

  it("the server's ping is answered with the same integer", () => {
    expect(said('ping.json')).toEqual([['reply', '{"pong":1618678073643}']])
    const long = '{"ping":123456789012345678}'
    expect(calls(htx, long)).toEqual([['reply', '{"pong":123456789012345678}']])
    for (const ping of ['{"ping":"1,\\"sub\\":1"}', '{"ping":1.5}', '{"ping":-1}', '{"ping":1e3}'])
      expect(reading(htx, ping)).toMatchObject({ calls: [], error: { name: 'WireError' } })
    expect(htx.stream.ping).toBeNull()
  })

  it('one topic a frame, and the id comes back', () => {
    expect(htx.stream.limits.symbolsPerRequest).toBe(1)
    expect(JSON.parse(htx.stream.subscribe(['btcusdt'], 3, NOW))).toEqual({
      sub: 'market.btcusdt.trade.detail',
      id: '3',
    })
    expect(JSON.parse(htx.stream.unsubscribe(['btcusdt'], 4, NOW))).toEqual({
      unsub: 'market.btcusdt.trade.detail',
      id: '4',
    })
    expect(said('accepted.json')).toEqual([['accepted', '1']])
    expect(said('accepted-number.json')).toEqual([['accepted', '4']])
    expect(said('unsubscribed.json')).toEqual([['accepted', '4']])
  })

  it('errors name their request', () => {
    expect(said('refused-symbol.json')).toEqual([
      ['refused', 'bad-request: invalid symbol nopeusdt', undefined, '2'],
    ])
    expect(said('refused-topic.json')[0]?.slice(2)).toEqual([undefined, '3'])
    expect(said('refused-closed.json')[0]?.slice(1)).toEqual([
      'bad-request: symbol trade not open now',
      undefined,
      '5',
    ])
    expect(said('refused-json.json')[0]?.slice(2)).toEqual([undefined, undefined])
  })

  it('leaving what was not subscribed is what was asked for', () => {
    expect(said('not-subscribed.json')).toEqual([['accepted', '6']])
  })

  it('too many requests ends with the connection, not with the market', () => {
    expect(said('too-frequent.json')).toEqual([['closing', '429 too many request']])
  })

  it('data of other topics is other traffic', () => {
    expect(said('other-kline.json')).toEqual([])
    const depth = fixture(htx, 'trade.json').replace('trade.detail', 'depth.step0')
    expect(calls(htx, depth)).toEqual([])
  })
})

describe('htx rest', () => {
  const { rest } = htx

  it('an error status inside HTTP 200 is an error', () => {
    expect(() => readRest(htx, rest.serverTime, 'rest-limited.json', undefined)).toThrow(
      'error too-many-request: exceeded rate limit',
    )
  })

  it('markets by base and quote currency; steps from the number of decimals', () => {
    expect(readRest(htx, rest.instruments, 'rest-instruments.json', undefined)).toMatchObject([
      { id: 'htx:BTC-USDT', venueSymbol: 'btcusdt', tickSize: '0.01', lotSize: '0.000001' },
    ])
    expect(htx.spell('BTC', 'USDT')).toBe('btcusdt')
  })

  it('`amount` is base volume, `vol` is quote', () => {
    expect(readRest(htx, rest.day, 'rest-day.json', { symbol: 'btcusdt' })).toEqual({
      last: 49820.92,
      open: 50080,
      high: 50500,
      low: 48767,
      volume: 12055.365781937457,
      quoteVolume: 598561868.5709001,
    })
  })

  it('the id of a bar is its open time in seconds; newest first', () => {
    const all = { symbol: 'btcusdt', from: epochMs(0), to: epochMs(4e12) }
    expect(rest.minutes.path(all)).toBe(
      '/market/history/kline?symbol=btcusdt&period=1min&size=2000',
    )
    const bars = readRest(htx, rest.minutes, 'rest-minutes.json', all)
    expect(bars.map(({ openTime }) => openTime)).toEqual([1629769140000, 1629769200000])
    expect(bars[1]).toMatchObject({ close: 49025.51, volume: 3.946281917950917, trades: 196 })
  })

  it('recent trades are nested, spell `trade-id` with a hyphen and keep exponents', () => {
    const trades = rest.trades
    if (trades === undefined) throw new Error('no trades')
    expect(trades.history).toBeUndefined()
    expect(trades.recent.path({ symbol: 'btcusdt' })).toBe(
      '/market/history/trade?symbol=btcusdt&size=2000',
    )
    const read = readRest(htx, trades.recent, 'rest-trades.json', { symbol: 'btcusdt' })
    expect(read.map(({ id }) => id)).toEqual(['102517374388', '102517374387', '102517374386'])
    expect(read[2]).toEqual({
      id: '102517374386',
      price: '49805.99',
      qty: '9.7E-4',
      side: 'sell',
      time: 1629792191713,
    })
  })
})

import { describe, expect, it } from 'vitest'
import { bybit } from '../../../src/main/venues/bybit.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, NO_HEADERS, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(bybit, fixture(bybit, name))

describe('bybit stream', () => {
  it('type "snapshot" is live data, and ids have more digits than a double', () => {
    const extra = { pushed: 1680652847526 }
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'BTCUSDT',
        '2290000000050703789',
        '28165.38',
        '0.041732',
        'sell',
        1680652847524,
        extra,
      ],
      [
        'trade',
        'BTCUSDT',
        '2290000000050703790',
        '28165.38',
        '0.008513',
        'sell',
        1680652847524,
        extra,
      ],
    ])
  })

  it('newer frames carry RPI and seq, which change nothing', () => {
    expect(said('trade-2026.json')[0]?.slice(1, 6)).toEqual([
      'BTCUSDT',
      '2290000000950703789',
      '108165.38',
      '0.041732',
      'buy',
    ])
  })

  it('the ids are shared between markets: no completeness is claimed', () => {
    expect(bybit.stream.ids).toBe('increasing')
  })

  it('a pong still says op "ping"', () => {
    expect(said('pong.json')).toEqual([['pong']])
    const { ping } = bybit.stream
    if (typeof ping?.frame !== 'function') throw new Error('Bybit wants a ping of its own')
    expect(JSON.parse(ping.frame(3, epochMs(0)))).toMatchObject({ op: 'ping' })
    expect(ping.everyMs).toBe(20_000)
  })

  it('one answer per request', () => {
    expect(said('accepted.json')).toEqual([['accepted', '10001']])
    expect(bybit.stream.acknowledges).toBe('request')
  })

  it('a refusal names the topic that spoiled the batch, in either wording', () => {
    const reason = 'error:handler not found,topic:publicTrade.NOPEUSDT'
    expect(said('refused-topic.json')).toEqual([['refused', reason, ['NOPEUSDT'], 'e1']])
    expect(said('refused-symbol.json')).toEqual([
      ['refused', 'Invalid symbol :[publicTrade.NOPEUSDT]', ['NOPEUSDT'], 'e1'],
    ])
  })

  it("Bybit's whole-batch failure: the one bad topic is named, so that the others can be asked again", () => {
    const [call] = said('refused-topic.json')
    expect(call?.[2]).toEqual(['NOPEUSDT'])
    expect(bybit.stream.acknowledges).toBe('request')
  })

  it('more than ten args is refused without a name or a request id', () => {
    expect(said('refused-too-many.json')).toEqual([
      ['refused', 'args size >10', undefined, undefined],
    ])
    expect(bybit.stream.limits.symbolsPerRequest).toBe(10)
  })

  it('"already subscribed" is no failure of that topic', () => {
    expect(said('already-subscribed.json')).toEqual([['accepted', '7', ['BTCUSDT']]])
  })

  it('an answer to some other op is other traffic', () => {
    expect(said('other-invalid-op.json')).toEqual([])
  })

  it('topics are publicTrade.SYMBOL', () => {
    expect(JSON.parse(bybit.stream.subscribe(['BTCUSDT'], 2, epochMs(0)))).toEqual({
      req_id: '2',
      op: 'subscribe',
      args: ['publicTrade.BTCUSDT'],
    })
  })
})

describe('bybit rest', () => {
  const { rest } = bybit

  it('tells the last sixty trades and nothing older; ids are those of the stream', () => {
    const recent = rest.trades?.recent
    if (recent === undefined) throw new Error('Bybit tells trades')
    expect(recent.path({ symbol: 'BTCUSDT' })).toBe(
      '/v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=60',
    )
    expect(rest.trades?.history).toBe(undefined)
    const trades = readRest(bybit, recent, 'rest-trades.json', { symbol: 'BTCUSDT' })
    expect(trades[1]).toEqual({
      id: '2290000000050703789',
      price: '28165.38',
      qty: '0.041732',
      side: 'sell',
      time: 1680652847524,
    })
  })

  it('the server time has nanoseconds; without them its milliseconds count', () => {
    expect(readRest(bybit, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1688639403423,
      micros: 213,
      resolutionMs: 0.001,
    })
    const plain = { retCode: 0, result: {}, time: 1688639403423 }
    expect(rest.serverTime.read(plain, undefined, NO_HEADERS)).toEqual({
      time: 1688639403423,
      resolutionMs: 1,
    })
  })

  it('an error code inside HTTP 200 is an error', () => {
    expect(() => readRest(bybit, rest.serverTime, 'rest-limited.json', undefined)).toThrow(
      'error 10006: Too many visits!',
    )
  })

  it('markets and 24 h figures', () => {
    expect(readRest(bybit, rest.instruments, 'rest-instruments.json', undefined)).toMatchObject([
      { id: 'bybit:BTC-USDT', tickSize: '0.01', lotSize: '0.000001' },
    ])
    expect(readRest(bybit, rest.day, 'rest-day.json', { symbol: 'BTCUSDT' })).toEqual({
      last: 20533.13,
      open: 20393.48,
      high: 21128.12,
      low: 20318.89,
      volume: 11801.27771,
      quoteVolume: Number('243765620.65899866'),
    })
  })

  it('klines name their category, which would be linear otherwise, and come newest first', () => {
    const input = { symbol: 'BTCUSDT', from: epochMs(1670608800000), to: epochMs(1670608920000) }
    expect(rest.minutes.path(input)).toBe(
      '/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1&start=1670608800000&end=1670608919999&limit=1000',
    )
    const bars = readRest(bybit, rest.minutes, 'rest-minutes.json', input)
    expect(bars.map(({ openTime }) => openTime)).toEqual([1670608800000, 1670608860000])
    expect(bars[0]).toMatchObject({ open: 17071.5, high: 17071.5, low: 17061, volume: 4177 })
  })
})

import { describe, expect, it } from 'vitest'
import { okx } from '../../../src/main/venues/okx.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, reading, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(okx, fixture(okx, name))

describe('okx stream', () => {
  it('a print stands for `count` matches and has the id of the last', () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'BTC-USDT',
        '130639474',
        '42219.9',
        '0.12060306',
        'buy',
        1630048897897,
        { matches: 3 },
      ],
    ])
  })

  it('older frames have no count: one match', () => {
    expect(said('trade-2022.json')[0]?.[7]).toEqual({ matches: 1 })
  })

  it('the pong is bare text', () => {
    expect(said('pong.txt')).toEqual([['pong']])
    expect(okx.stream.ping?.frame).toBeTypeOf('function')
    if (typeof okx.stream.ping?.frame === 'function')
      expect(okx.stream.ping.frame(1, epochMs(0))).toBe('ping')
    expect(okx.stream.ping?.everyMs).toBeLessThan(30_000)
  })

  it('every symbol has its own acknowledgement', () => {
    expect(said('accepted.json')).toEqual([['accepted', '1512', ['BTC-USDT']]])
    expect(said('unsubscribed.json')).toEqual([['accepted', '', ['BTC-USDT']]])
  })

  it('60018 names its market only inside its text', () => {
    const [first] = said('refused-symbol.json')
    expect(first?.slice(2)).toEqual([['NOPE-USDT'], undefined])
    expect(first?.[1]).toMatch(/^60018 Wrong URL or channel/)
    expect(said('refused-symbol-variant.json')[0]?.slice(2)).toEqual([['NOPE-USDT'], '3'])
  })

  it('other errors name their request only', () => {
    expect(said('refused-request.json')).toEqual([
      ['refused', '60012 Invalid request: {}', undefined, '1512'],
    ])
  })

  it('too many requests ends with the connection, not with the market', () => {
    expect(said('too-frequent.json')).toEqual([['closing', '60014 Requests too frequent.']])
  })

  it('64008 announces an upgrade; other notices and events say nothing', () => {
    expect(said('notice.json')).toEqual([['closing', '64008 service upgrade soon']])
    const other = fixture(okx, 'notice.json').replace('64008', '64999')
    expect(calls(okx, other)).toEqual([])
    expect(said('other-conn-count.json')).toEqual([])
  })

  it('data of other channels is other traffic', () => {
    const tickers = fixture(okx, 'trade.json').replace('"trades"', '"tickers"')
    expect(calls(okx, tickers)).toEqual([])
  })

  it('hands over the rows before a bad one', () => {
    const message = JSON.parse(fixture(okx, 'trade.json'))
    message.data.push({ ...message.data[0], tradeId: '130639475', px: 'a lot' })
    const read = reading(okx, JSON.stringify(message))
    expect(read.trades.map(({ id }) => id)).toEqual(['130639474'])
    expect(read.error).toBeInstanceOf(Error)
  })

  it('asks for all symbols in one request', () => {
    expect(JSON.parse(okx.stream.subscribe(['BTC-USDT', 'ETH-USDT'], 5, epochMs(0)))).toEqual({
      id: '5',
      op: 'subscribe',
      args: [
        { channel: 'trades', instId: 'BTC-USDT' },
        { channel: 'trades', instId: 'ETH-USDT' },
      ],
    })
  })
})

describe('okx rest', () => {
  const { rest } = okx

  it('an error code inside HTTP 200 is an error', () => {
    expect(() => readRest(okx, rest.day, 'rest-unknown.json', { symbol: 'X' })).toThrow(
      'error 51001: Instrument ID does not exist',
    )
    expect(() => readRest(okx, rest.serverTime, 'rest-limited.json', undefined)).toThrow(
      'error 50011: Too Many Requests',
    )
  })

  it('time, markets and 24 h figures; vol24h is base, volCcy24h quote', () => {
    expect(readRest(okx, rest.serverTime, 'rest-time.json', undefined).time).toBe(1597026383085)
    expect(readRest(okx, rest.instruments, 'rest-instruments.json', undefined)).toMatchObject([
      { id: 'okx:BTC-USDT', tickSize: '0.1', lotSize: '0.00000001' },
    ])
    expect(readRest(okx, rest.day, 'rest-day.json', { symbol: 'BTC-USDT' })).toEqual({
      last: 9999.99,
      open: 9000,
      high: 10000,
      low: 8888.88,
      volume: 2223,
      quoteVolume: 2222,
    })
  })

  it('`after` means older than and `before` newer than', () => {
    const input = { symbol: 'BTC-USDT', from: epochMs(1597026360000), to: epochMs(1597026480000) }
    const query = new URL(`http://x${rest.minutes.path(input)}`).searchParams
    expect(Object.fromEntries(query)).toEqual({
      instId: 'BTC-USDT',
      bar: '1m',
      after: '1597026480000',
      before: '1597026359999',
      limit: '300',
    })
    const times = readRest(okx, rest.minutes, 'rest-minutes.json', input)
    expect(times.map(({ openTime }) => openTime)).toEqual([1597026360000, 1597026420000])
  })
})

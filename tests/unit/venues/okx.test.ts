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

describe('okx swaps', () => {
  const { rest } = okx
  const swap = { symbol: 'BTC-USDT-SWAP' }

  it('are markets of their own kind, counted in contracts', () => {
    const list = rest.more?.[0]
    if (list === undefined) throw new Error('OKX lists swaps apart')
    expect(list.path()).toBe('/api/v5/public/instruments?instType=SWAP')
    expect(readRest(okx, list, 'rest-instruments-2.json', undefined)).toMatchObject([
      { id: 'okx:BTC-USDT-PERP', venueSymbol: 'BTC-USDT-SWAP', contractSize: '0.01' },
      { id: 'okx:BTC-USD-PERP', kind: 'perpetual', contractSize: '100', qtyUnit: 'quote' },
    ])
    expect(okx.spell('BTC', 'USDT', true)).toBe('BTC-USDT-SWAP')
  })

  it('print contracts as they come; the feed makes base units of them', () => {
    expect(said('trade-swap.json')[0]?.slice(1, 5)).toEqual([
      'BTC-USDT-SWAP',
      '830639474',
      '42219.9',
      '12.5',
    ])
  })

  it('have their base volume where spot has the quote', () => {
    const day = readRest(okx, rest.day, 'rest-day-swap.json', swap)
    expect(day).toEqual({ last: 9999.99, open: 9000, high: 10000, low: 8888.88, volume: 2223 })
    const span = { ...swap, from: epochMs(1597026360000), to: epochMs(1597026420000) }
    expect(readRest(okx, rest.minutes, 'rest-minutes.json', span)[0]?.volume).toBe(529.5858061)
  })
})

describe('okx rest', () => {
  const { rest } = okx

  it('history goes down: `after` means older than, by id or by time', () => {
    const page = rest.trades?.history?.page
    if (page === undefined) throw new Error('OKX has history')
    const [after, before] = [
      { time: epochMs(1654161600000), id: '242720700' },
      { time: epochMs(1654161647000), id: '242720721' },
    ]
    const hole = { symbol: 'BTC-USDT', after, before, now: before.time }
    const where = '/api/v5/market/history-trades?instId=BTC-USDT'
    expect(page.path(hole)).toBe(`${where}&type=1&after=242720721&limit=100`)
    // A print that joins matches has the id of the last; the first of them bounds the hole.
    const joined = { ...hole, before: { ...before, id: '242720723', seq: 242720721 } }
    expect(page.path(joined)).toBe(page.path(hole))
    expect(page.path({ ...hole, before: { time: before.time } })).toBe(
      `${where}&type=2&after=1654161647000&limit=100`,
    )
    expect(readRest(okx, page, 'rest-history.json', hole).next).toBe('242720719')
    const near = { ...hole, after: { ...after, id: '242720718' } }
    expect(readRest(okx, page, 'rest-history.json', near).next).toBe(undefined)
  })

  it('480 subscriptions an hour', () => {
    expect(okx.stream.limits.subscribes).toEqual([{ count: 480, perMs: 3_600_000 }])
  })

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

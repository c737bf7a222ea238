import { describe, expect, it } from 'vitest'
import { deribit } from '../../../src/main/venues/deribit.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, listed, readBody, reading, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(deribit, fixture(deribit, name))
const { stream, rest } = deribit
const NOW = epochMs(1_790_133_840_000)

describe('deribit stream', () => {
  it('numbers come out digit by digit, and the sequence of the market beside the id of the currency', () => {
    expect(said('trade.json')).toEqual([
      [
        'trade',
        'BTC-PERPETUAL',
        '403691824',
        '92294.5',
        '10.0',
        'sell',
        1765531356452,
        { seq: 271252854 },
      ],
    ])
    const burst = reading(deribit, fixture(deribit, 'trade-burst.json')).trades
    expect(burst.map(({ price, qty, extra }) => [price, qty, extra?.seq])).toEqual([
      ['92294.50', '0.0100', 1852],
      ['92295', '1e-4', 1853],
    ])
    expect(stream.ids).toBe('contiguous')
  })

  it("Deribit's silent drop: the answer lists what was taken, and only that is accepted", () => {
    expect(stream.acknowledges).toBe('listed')
    expect(JSON.parse(stream.subscribe(['BTC-PERPETUAL', 'NOPE'], 3, NOW)).params).toEqual({
      channels: ['trades.BTC-PERPETUAL.100ms', 'trades.NOPE.100ms'],
    })
    expect(said('accepted.json')).toEqual([['accepted', '3', ['BTC-PERPETUAL']]])
    expect(said('accepted-none.json')).toEqual([['accepted', '3', []]])
  })

  it('asks for heartbeats right after opening and answers each test request', () => {
    expect(JSON.parse(stream.hello?.(1) ?? '')).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'public/set_heartbeat',
      params: { interval: 10 },
    })
    expect(said('test-request.json')).toEqual([
      ['reply', '{"jsonrpc":"2.0","id":0,"method":"public/test","params":{}}'],
    ])
    expect(said('pong-test-request.json')).toEqual([['pong', undefined]])
    expect(said('other-heartbeat.json')).toEqual([])
    expect(said('other-heartbeat-set.json')).toEqual([])
  })

  it('the answer to a ping tells the clock in microseconds, when the ping came in and when it left', () => {
    if (typeof stream.ping?.frame !== 'function') throw new Error('Deribit is asked for its clock')
    expect(JSON.parse(stream.ping.frame(9, NOW))).toMatchObject({ id: 9, method: 'public/test' })
    const clock = { request: '9', inMicros: 1790133840888348, outMicros: 1790133840889867 }
    expect(said('pong.json')).toEqual([['pong', clock]])
    const without = fixture(deribit, 'pong.json').replace('"usIn":1790133840888348,', '')
    expect(reading(deribit, without).error).toBeInstanceOf(Error)
  })

  it('errors name their request; too many requests is no fault of a market', () => {
    expect(said('refused-raw.json')).toEqual([
      ['refused', '13778 raw_subscriptions_not_available_for_unauthorized', undefined, '5'],
    ])
    expect(said('refused-request.json')).toEqual([
      ['refused', '11050 bad_request', undefined, undefined],
    ])
    expect(said('too-many-requests.json')).toEqual([['closing', '10028 too_many_requests']])
  })

  it('other channels are other traffic', () => {
    expect(said('other-ticker.json')).toEqual([])
    const raw = fixture(deribit, 'trade.json').replace('.100ms', '.raw')
    expect(calls(deribit, raw)).toEqual([])
  })
})

describe('deribit rest', () => {
  const page = rest.trades?.history?.page

  it('perpetuals and spot are told apart; inverse contracts count dollars', () => {
    expect(
      listed(deribit).map(({ id, venueSymbol, tickSize, lotSize, qtyUnit }) => [
        id,
        venueSymbol,
        tickSize,
        lotSize,
        qtyUnit,
      ]),
    ).toEqual([
      ['deribit:BTC-USD-PERP', 'BTC-PERPETUAL', '0.5', '10', 'quote'],
      ['deribit:BTC-USDC-PERP', 'BTC_USDC-PERPETUAL', '1', '0.0001', undefined],
      ['deribit:XRP-USDC-PERP', 'XRP_USDC-PERPETUAL', '0.0001', '1', undefined],
      ['deribit:BTC-USDC', 'BTC_USDC', '1', '0.0001', undefined],
    ])
    expect(rest.instruments.path()).toBe(
      '/api/v2/public/get_instruments?currency=any&kind=future&expired=false',
    )
  })

  it('the server time is the middle of when the request came in and left, to the microsecond', () => {
    expect(readRest(deribit, rest.serverTime, 'rest-time.json', undefined)).toEqual({
      time: 1790133840889,
      micros: 107,
      resolutionMs: 0.001,
    })
  })

  it('an exact back-fill by sequence', () => {
    if (page === undefined) throw new Error('Deribit has history')
    const [after, before] = [
      { time: epochMs(1765531350000), id: '1', seq: 271252853 },
      { time: epochMs(1765531360000), id: '9', seq: 271252900 },
    ]
    const hole = { symbol: 'BTC-PERPETUAL', after, before, now: NOW }
    expect(page.path(hole)).toBe(
      '/api/v2/public/get_last_trades_by_instrument?instrument_name=BTC-PERPETUAL&start_seq=271252854&end_seq=271252899&count=1000&sorting=asc&include_old=true',
    )
    const read = readRest(deribit, page, 'rest-history.json', hole)
    expect(read.trades[0]).toEqual({
      id: '403691824',
      price: '92294.5',
      qty: '10.0',
      side: 'sell',
      time: 1765531356452,
      seq: 271252854,
    })
    expect(read.next).toBe('271252856')
    expect(page.path({ ...hole, cursor: '271252856' })).toContain(
      'start_seq=271252856&end_seq=271252899',
    )
    const short = { ...hole, before: { ...before, seq: 271252856 } }
    expect(readRest(deribit, page, 'rest-history.json', short).next).toBe(undefined)
  })

  it('goes on only while the venue says that there is more', () => {
    if (page === undefined) throw new Error('Deribit has history')
    const [after, before] = [
      { time: epochMs(1), seq: 1 },
      { time: NOW, seq: 900_000_000 },
    ]
    const hole = { symbol: 'BTC-PERPETUAL', after, before, now: NOW }
    const last = fixture(deribit, 'rest-history.json').replace(
      '"has_more":true',
      '"has_more":false',
    )
    expect(readBody(page, last, hole).trades).toHaveLength(2)
    expect(readBody(page, last, hole).next).toBe(undefined)
  })

  it('by time while no sequence is known', () => {
    if (page === undefined) throw new Error('Deribit has history')
    // The id counts the trades of a currency: it is no sequence of the market.
    const after = { time: epochMs(1765531350000), id: '403691800' }
    const before = { time: epochMs(1765531360000), id: '403691900' }
    const hole = { symbol: 'BTC-PERPETUAL', after, before, now: NOW }
    expect(page.path(hole)).toBe(
      '/api/v2/public/get_last_trades_by_instrument_and_time?instrument_name=BTC-PERPETUAL&start_timestamp=1765531350000&end_timestamp=1765531360000&count=1000&sorting=asc&include_old=true',
    )
    expect(page.path({ ...hole, cursor: '271252856' })).toContain('by_instrument?')
    expect(readRest(deribit, page, 'rest-history.json', hole).next).toBe('271252856')
  })

  it('24 h figures and bars in base units', () => {
    const symbol = 'BTC-PERPETUAL'
    expect(readRest(deribit, rest.day, 'rest-day.json', { symbol })).toEqual({
      last: 92294.5,
      high: 93000,
      low: 90001.5,
      volume: 8921.12345678,
    })
    const span = { symbol, from: epochMs(1765531380000), to: epochMs(1765531440000) }
    expect(readRest(deribit, rest.minutes, 'rest-minutes.json', span)).toEqual([
      {
        openTime: 1765531380000,
        open: 92294.5,
        high: 92301,
        low: 92294.5,
        close: 92300,
        volume: 1.25,
      },
    ])
  })
})

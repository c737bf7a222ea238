import { describe, expect, it } from 'vitest'
import { binanceUsdm } from '../../../src/main/venues/binance-usdm.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, listed, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(binanceUsdm, fixture(binanceUsdm, name))
const { stream, rest } = binanceUsdm

describe('binance usd-m stream', () => {
  it('asks for aggregates, whose ids REST tells without a key', () => {
    expect(stream.subscribe(['BTCUSDT'], 1, epochMs(0))).toBe(
      '{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}',
    )
    const recent = rest.trades?.recent
    if (recent === undefined) throw new Error('Binance USD-M tells aggregates')
    const [told] = readRest(binanceUsdm, recent, 'rest-trades.json', { symbol: 'BTCUSDT' })
    expect(told?.id).toBe(said('trade.json')[0]?.[2])
  })

  it('an aggregate of six matches is numbered by the last of them', () => {
    const extra = { pushed: 1790000000130, matches: 6, seq: 105 }
    expect(said('trade.json')).toEqual([
      ['trade', 'BTCUSDT', '5933014', '65432.10', '0.015', 'sell', 1790000000123, extra],
    ])
  })

  it('a single match, with the type that futures add, is read as on spot', () => {
    expect(said('trade-match.json')[0]?.slice(1, 6)).toEqual([
      'BTCUSDT',
      '105',
      '65432.10',
      '0.015',
      'sell',
    ])
  })

  it("an acknowledgement proves nothing, and three minutes between the server's pings are no silence", () => {
    expect(said('accepted.json')).toEqual([['accepted', '1']])
    expect(stream.acknowledges).toBe('unverified')
    expect(stream.limits.silenceMs).toBeGreaterThan(180_000)
  })
})

describe('binance usd-m rest', () => {
  it('lists perpetuals only: no dated contract, nothing that is being settled', () => {
    expect(listed(binanceUsdm).map(({ id, kind }) => [id, kind])).toEqual([
      ['binanceusdm:BTC-USDT-PERP', 'perpetual'],
      ['binanceusdm:1000PEPE-USDT-PERP', 'perpetual'],
    ])
  })

  it('history goes up by the id of the aggregate, not by the number of the match', () => {
    const page = rest.trades?.history?.page
    if (page === undefined) throw new Error('Binance USD-M has history')
    const after = { time: epochMs(1790000000000), id: '5933013', seq: 99 }
    const before = { time: epochMs(1790000001000), id: '5933020', seq: 140 }
    const hole = { symbol: 'BTCUSDT', after, before, now: before.time }
    expect(page.path(hole)).toBe('/fapi/v1/aggTrades?limit=1000&symbol=BTCUSDT&fromId=5933014')
    const read = readRest(binanceUsdm, page, 'rest-history.json', hole)
    expect(read.next).toBe('5933016')
    expect(read.trades[1]).toMatchObject({ id: '5933015', matches: 1, seq: 106, side: 'buy' })
    const short = { ...hole, before: { ...before, id: '5933016' } }
    expect(readRest(binanceUsdm, page, 'rest-history.json', short).next).toBe(undefined)
    const byTime = { ...hole, after: { time: after.time } }
    expect(page.path(byTime)).toContain('&startTime=1790000000000')
  })
})

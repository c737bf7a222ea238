import { describe, expect, it } from 'vitest'
import { bybitLinear } from '../../../src/main/venues/bybit-linear.ts'
import { calls, fixture, listed, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(bybitLinear, fixture(bybitLinear, name))
const { stream, rest } = bybitLinear

describe('bybit linear', () => {
  it('has a socket of its own and speaks as spot does', () => {
    expect(stream.url).toBe('wss://stream.bybit.com/v5/public/linear')
    expect(said('pong.json')).toEqual([['pong']])
    expect(said('refused-topic.json')[0]?.slice(2)).toEqual([['NOPEUSDT'], 'e1'])
  })

  it('an acknowledgement with an empty text is one', () => {
    expect(said('accepted.json')).toEqual([['accepted', '10001']])
  })

  it('ids are UUIDs: nothing is claimed, and the rows of a millisecond stay as they came', () => {
    expect(stream.ids).toBe('opaque')
    expect(said('trade.json').map(([, , id, price]) => [id, price])).toEqual([
      ['7f43950a-0d8d-5b31-8112-0178eb6023b0', '16578.50'],
      ['20f43950-d8dd-5b31-9112-a178eb6023af', '16578.00'],
    ])
  })

  it('lists perpetuals only, settled in USDT or USDC', () => {
    expect(listed(bybitLinear).map(({ id, venueSymbol }) => [id, venueSymbol])).toEqual([
      ['bybitlinear:BTC-USDT-PERP', 'BTCUSDT'],
      ['bybitlinear:BTC-USDC-PERP', 'BTCPERP'],
    ])
    expect(listed(bybitLinear)[0]).toMatchObject({ tickSize: '0.10', lotSize: '0.001' })
  })

  it('every call names its category; a thousand trades are told, and nothing older', () => {
    const symbol = 'BTCUSDT'
    const recent = rest.trades?.recent
    if (recent === undefined) throw new Error('Bybit tells trades')
    for (const call of [rest.day, recent])
      expect(call.path({ symbol })).toContain('?category=linear&symbol=BTCUSDT')
    expect(rest.instruments.path()).toContain('?category=linear&limit=1000')
    expect(recent.rows).toBe(1_000)
    expect(rest.trades?.history).toBe(undefined)
    expect(readRest(bybitLinear, recent, 'rest-trades.json', { symbol })).toHaveLength(2)
  })
})

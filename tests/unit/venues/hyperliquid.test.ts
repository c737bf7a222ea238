import { describe, expect, it } from 'vitest'
import { hyperliquid } from '../../../src/main/venues/hyperliquid.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { calls, fixture, listed, reading, readRest } from '../../venues/reading.ts'

const said = (name: string) => calls(hyperliquid, fixture(hyperliquid, name))
const { stream, rest } = hyperliquid
const NOW = epochMs(1_790_232_240_000)

describe('hyperliquid stream', () => {
  it('A is the ask: the taker sold; B: the taker bought', () => {
    expect(said('trade.json')).toEqual([
      ['trade', 'BTC', '1045359869404765', '84143.0', '0.00036', 'sell', 1790232216193, undefined],
    ])
    expect(said('trade-spot.json')[0]?.slice(1, 6)).toEqual([
      '@107',
      '45359869404765',
      '0.21',
      '1200.0',
      'buy',
    ])
  })

  it("Hyperliquid's unknown coin kills the socket, so only listed coins are asked for", () => {
    expect(stream.listedOnly).toBe(true)
    const coins = listed(hyperliquid).map(({ venueSymbol }) => venueSymbol)
    // In the venue's own case: a coin in the wrong one is unknown too.
    expect(coins).toEqual(['BTC', 'kPEPE', 'PURR/USDC', '@107', '@142'])
  })

  it('one subscription a frame', () => {
    expect(stream.limits.symbolsPerRequest).toBe(1)
    expect(JSON.parse(stream.subscribe(['BTC'], 1, NOW))).toEqual({
      method: 'subscribe',
      subscription: { type: 'trades', coin: 'BTC' },
    })
    expect(JSON.parse(stream.unsubscribe(['@107'], 2, NOW))).toEqual({
      method: 'unsubscribe',
      subscription: { type: 'trades', coin: '@107' },
    })
  })

  it('an answer names its coin; the end of a subscription confirms nothing', () => {
    expect(said('accepted.json')).toEqual([['accepted', '', ['BTC']]])
    expect(said('unsubscribed.json')).toEqual([['accepted', '', []]])
    expect(stream.acknowledges).toBe('symbol')
  })

  it('to be subscribed already is what was asked for; other errors repeat the frame they mean', () => {
    expect(said('already-subscribed.json')).toEqual([['accepted', '', ['BTC']]])
    const [refused] = said('refused-json.json')
    expect(refused?.[0]).toBe('refused')
    expect(refused?.[2]).toEqual(['BTC'])
    expect(calls(hyperliquid, '{"channel":"error","data":"busy"}')).toEqual([
      ['refused', 'busy', undefined],
    ])
  })

  it('the first frame of a coin holds older trades and does not say so', () => {
    const trades = reading(hyperliquid, fixture(hyperliquid, 'trade-first.json')).trades
    expect(trades.map(({ time }) => time)).toEqual([1790232196100, 1790232205000, 1790232216193])
    for (const { extra } of trades) expect(extra?.snapshot).toBe(undefined)
  })

  it('ids are hashes: no completeness is claimed, and a block keeps the order it was sent in', () => {
    expect(stream.ids).toBe('opaque')
    expect(said('trade-block.json').map(([, , id]) => id)).toEqual([
      '900000000000001',
      '100000000000002',
    ])
  })

  it('the parties of a trade are not handed over', () => {
    expect(JSON.stringify(said('trade.json'))).not.toContain('0x')
  })

  it('is pinged before its minute of silence is over', () => {
    expect(said('pong.json')).toEqual([['pong']])
    if (typeof stream.ping?.frame !== 'function') throw new Error('Hyperliquid wants a ping')
    expect(stream.ping.frame(4, NOW)).toBe('{"method":"ping"}')
    expect(stream.ping.everyMs).toBeLessThan(50_000)
  })
})

describe('hyperliquid rest', () => {
  it('all questions are POSTed to one address', () => {
    expect(rest.serverTime.path()).toBe('/info')
    expect(rest.serverTime.body?.()).toBe('{"type":"exchangeStatus"}')
    expect(rest.instruments.body?.()).toBe('{"type":"meta"}')
    expect(rest.more?.[0]?.body?.()).toBe('{"type":"spotMeta"}')
    expect(rest.trades?.recent.body?.({ symbol: '@107' })).toBe(
      '{"type":"recentTrades","coin":"@107"}',
    )
    expect(readRest(hyperliquid, rest.serverTime, 'rest-time.json', undefined).time).toBe(
      1790232216193,
    )
  })

  it('numbered spot coins get their names from the tokens; delisted ones and unknown tokens are left out', () => {
    expect(
      listed(hyperliquid).map(({ id, venueSymbol, lotSize }) => [id, venueSymbol, lotSize]),
    ).toEqual([
      ['hyperliquid:BTC-USDC-PERP', 'BTC', '0.00001'],
      ['hyperliquid:KPEPE-USDC-PERP', 'kPEPE', '1'],
      ['hyperliquid:PURR-USDC', 'PURR/USDC', '1'],
      ['hyperliquid:HYPE-USDC', '@107', '0.01'],
      ['hyperliquid:UBTC-USDC', '@142', '0.00001'],
    ])
    expect(hyperliquid.spell('BTC', 'USDC', true)).toBe('BTC')
    expect(hyperliquid.spell('PURR', 'USDC')).toBe('PURR/USDC')
  })

  it('24 h figures are made of bars, those before that left out', () => {
    const call = rest.day
    expect(JSON.parse(call.body?.({ symbol: 'BTC', now: NOW }) ?? '')).toEqual({
      type: 'candleSnapshot',
      req: { coin: 'BTC', interval: '15m', startTime: NOW - 86_400_000, endTime: NOW },
    })
    expect(readRest(hyperliquid, call, 'rest-day.json', { symbol: 'BTC' })).toEqual({
      last: 84149,
      open: 84000,
      high: 84500,
      low: 83900,
      volume: 12.75,
    })
  })

  it('minute bars count their trades; about ten trades are told, and nothing older', () => {
    const span = { symbol: 'BTC', from: epochMs(1790232180000), to: epochMs(1790232240000) }
    expect(JSON.parse(rest.minutes.body?.(span) ?? '').req.endTime).toBe(1790232239999)
    expect(readRest(hyperliquid, rest.minutes, 'rest-minutes.json', span)).toEqual([
      {
        openTime: 1790232180000,
        open: 84140,
        high: 84144,
        low: 84139,
        close: 84143,
        volume: 1.25036,
        trades: 4,
      },
    ])
    expect(rest.trades?.recent.rows).toBe(10)
    expect(rest.trades?.history).toBe(undefined)
  })
})

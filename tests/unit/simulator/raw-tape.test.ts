import { describe, expect, it } from 'vitest'
import { readTape } from '../../../src/main/simulator/raw-tape.ts'

const line = (value: unknown): string => `${JSON.stringify(value)}\n`
const row = {
  ts: 1_700_000_000_123,
  symbol: 'BTC-USDT',
  price: '37000.10',
  qty: '0.00050',
  side: 'buy',
  id: '12',
}

function read(text: string, venue: 'binance' | 'okx' | 'bybit' = 'binance') {
  const tape = readTape(text, venue)
  if (!tape.ok) throw new Error(tape.failure.message)
  return tape.value
}

describe('recorded tapes', () => {
  it('reads trades with the steps that their decimals need', () => {
    const { listings, entries } = read(line(row) + line({ ...row, price: 37_000.123, id: 13 }))
    expect(listings).toMatchObject([
      { symbol: 'BTC-USDT', venueSymbol: 'BTCUSDT', priceDecimals: 3, lotDecimals: 4 },
    ])
    expect(entries.map(({ trades }) => trades[0])).toMatchObject([
      { ticks: 37_000_100, lots: 5, id: 12n, buy: true, micros: 1_700_000_000_123_000 },
      { ticks: 37_000_123, lots: 5, id: 13n },
    ])
  })

  it.each([
    [
      'binance',
      '{"stream":"nknusdt@aggTrade","data":{"e":"aggTrade","E":1633998523963,"s":"NKNUSDT","a":15683430,"p":"0.35280000","q":"58.00000000","f":19862790,"l":19862790,"T":1633998523963,"m":false,"M":true}}',
      'NKN-USDT',
      true,
    ],
    [
      'binance',
      '{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","T":1672515782135,"m":true,"M":true}',
      'BTC-USDT',
      false,
    ],
    [
      'okx',
      '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.9","sz":"0.12060306","side":"buy","ts":"1630048897897","count":"3","source":"0","seqId":1234}]}',
      'BTC-USDT',
      true,
    ],
    [
      'bybit',
      '{"topic":"publicTrade.BTCUSDT","ts":1680652847526,"type":"snapshot","data":[{"i":"2290000000050703789","T":1680652847524,"p":"28165.38","v":"0.041732","S":"Sell","s":"BTCUSDT","BT":false}]}',
      'BTC-USDT',
      false,
    ],
  ] as const)('finds the market in a raw frame of %s', (venue, frame, symbol, buy) => {
    const { listings, entries } = read(line({ recvTime: 1_633_998_523.957, frame }), venue)
    expect(listings.map((listing) => listing.symbol)).toEqual([symbol])
    expect(entries).toMatchObject([{ frame, trades: [{ buy }] }])
  })

  it('keeps frames that are no trades, as they are', () => {
    const frame = '{"stream":"nknusdt@bookTicker","data":{"u":1}}'
    expect(read(line({ recvTime: 1, frame })).entries).toEqual([{ at: 1_000, frame, trades: [] }])
  })

  it.each([
    ['', 'empty'],
    ['{', 'line 1'],
    [line(row) + line({ ...row, side: 'long' }), 'line 2'],
    [line({ ...row, price: '-1' }), 'no decimal number above zero'],
    [line({ ...row, id: 'e3b0c442-98fc' }), 'not a whole number'],
    [line({ ...row, symbol: 'NOPE' }), 'not a symbol'],
  ])('refuses %j', (text, why) => {
    expect(readTape(text, 'binance')).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining(why) },
    })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type { ControlledSimulator } from '../../../src/main/simulator/simulator.ts'
import { manualClock } from './manual-clock.ts'
import { connect, get } from './raw-client.ts'

let simulator: ControlledSimulator
let ws: string
let rest: string

beforeEach(async () => {
  simulator = await startSimulator({ venues: ['okx'], rate: 0, clock: manualClock() })
  const address = simulator.address('okx')
  ws = address.ws
  rest = `${address.rest}/api/v5`
})

afterEach(() => simulator.close())

async function data<T>(path: string): Promise<T> {
  const { body } = await get(`${rest}/${path}`)
  expect(body).toMatchObject({ code: '0' })
  return (body as { data: T }).data
}

describe('OKX swaps', () => {
  it('come over the socket of spot, in contracts', async () => {
    const client = await connect(ws)
    client.send({
      op: 'subscribe',
      args: ['BTC-USDT', 'BTC-USDT-SWAP'].map((instId) => ({ channel: 'trades', instId })),
    })
    await client.take()
    await client.take()
    const [spot] = simulator.emit('okx:BTC-USDT', 1)
    const [swap] = simulator.emit('okx:BTC-USDT-PERP', 1)
    expect(JSON.parse(await client.take()).data).toMatchObject([
      { instId: 'BTC-USDT', tradeId: spot?.id, sz: spot?.qty },
    ])
    expect(JSON.parse(await client.take())).toMatchObject({
      arg: { channel: 'trades', instId: 'BTC-USDT-SWAP' },
      data: [{ instId: 'BTC-USDT-SWAP', tradeId: swap?.id, px: swap?.price, sz: swap?.qty }],
    })
    expect(swap?.qty).toMatch(/^\d+(\.\d{1,2})?$/)
  })

  it('trade for as much money as spot: a contract is its value in coins', async () => {
    const worth = (symbol: string, unit: number): number =>
      simulator
        .emit(`okx:${symbol}`, 400)
        .reduce((sum, { price, qty }) => sum + Number(price) * Number(qty) * unit, 0) / 400
    for (const [symbol, unit] of [
      ['BTC-USDT-PERP', 0.01],
      ['XRP-USDT-PERP', 100],
      ['DOGE-USDT-PERP', 1_000],
    ] as const) {
      expect(worth(symbol, unit)).toBeGreaterThan(100)
      expect(worth(symbol, unit)).toBeLessThan(2_000)
    }
  })

  it('are instruments of their own type, whose currencies stand in other fields', async () => {
    const swaps = await data<Record<string, string>[]>('public/instruments?instType=SWAP')
    expect(swaps.map(({ instId, ctVal }) => [instId, ctVal])).toEqual([
      ['BTC-USDT-SWAP', '0.01'],
      ['ETH-USDT-SWAP', '0.1'],
      ['SOL-USDT-SWAP', '1'],
      ['XRP-USDT-SWAP', '100'],
      ['DOGE-USDT-SWAP', '1000'],
    ])
    expect(swaps[0]).toMatchObject({
      instType: 'SWAP',
      uly: 'BTC-USDT',
      instFamily: 'BTC-USDT',
      baseCcy: '',
      quoteCcy: '',
      settleCcy: 'USDT',
      ctMult: '1',
      ctValCcy: 'BTC',
      ctType: 'linear',
      tickSz: '0.1',
      lotSz: '0.01',
      state: 'live',
    })
    const spot = await data<Record<string, string>[]>('public/instruments?instType=SPOT')
    expect(spot).toHaveLength(12)
    expect(spot.every(({ ctVal, baseCcy }) => ctVal === '' && baseCcy !== '')).toBe(true)
    expect((await get(`${rest}/public/instruments?instType=OPTION`)).body).toMatchObject({
      code: '51000',
    })
  })

  it.each([
    ['BTC-USDT', 0.01],
    ['DOGE-USDT', 1_000],
  ])('count the volume of %s in contracts, coins and money', async (pair, unit) => {
    const path = `market/candles?instId=${pair}-SWAP&bar=1m&limit=1`
    const [before] = await data<string[][]>(path)
    const printed = simulator.emit(`okx:${pair}-PERP`, 20)
    const [after] = await data<string[][]>(path)
    const grown = (column: number) => Number(after?.[column]) - Number(before?.[column])
    const sum = (of: (price: number, qty: number) => number) =>
      printed.reduce((total, { price, qty }) => total + of(Number(price), Number(qty)), 0)
    expect(grown(5)).toBeCloseTo(
      sum((_price, qty) => qty),
      6,
    )
    expect(grown(6)).toBeCloseTo(
      sum((_price, qty) => qty * unit),
      4,
    )
    expect(grown(7)).toBeCloseTo(
      sum((price, qty) => price * qty * unit),
      3,
    )
    const [ticker] = await data<Record<string, string>[]>(`market/ticker?instId=${pair}-SWAP`)
    expect(ticker).toMatchObject({ instType: 'SWAP', last: printed.at(-1)?.price })
    expect(Number(ticker?.volCcy24h)).toBeCloseTo(Number(ticker?.vol24h) * unit, 4)
    expect(await data('market/tickers?instType=SWAP')).toHaveLength(5)
  })

  it('have a history by id', async () => {
    const printed = simulator.emit('okx:ETH-USDT-PERP', 5)
    const after = BigInt(printed[3]?.id ?? 0)
    const rows = await data<{ tradeId: string; sz: string }[]>(
      `market/history-trades?instId=ETH-USDT-SWAP&type=1&after=${after}&limit=3`,
    )
    expect(rows.map(({ tradeId, sz }) => [tradeId, sz])).toEqual(
      printed
        .slice(0, 3)
        .toReversed()
        .map(({ id, qty }) => [id, qty]),
    )
  })
})

import { MainClient, WebsocketClient } from 'binance'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Rig, rig, silent, until } from './third-party-support.ts'

// The published Binance client, written for the real exchange, unchanged apart from the address.
describe('the binance package against the simulator', () => {
  let { simulator, address, network }: Rig = {} as Rig
  beforeEach(async () => {
    ;({ simulator, address, network } = await rig('binance'))
  })
  afterEach(async () => {
    await simulator.close()
    expect(network.attempts).toEqual([])
    vi.restoreAllMocks()
  })

  it('subscribes to trades and hears exactly what was sent', async () => {
    const client = new WebsocketClient({ wsUrl: address.rest.replace('http', 'ws') }, silent)
    const heard: Record<string, unknown>[] = []
    const answers: unknown[] = []
    client.on('message', (message: unknown) => {
      const event = message as { e?: string; data?: Record<string, unknown> }
      const inner = (event.data ?? event) as Record<string, unknown>
      if (inner.e === 'trade') heard.push(inner)
    })
    client.on('response', (answer: unknown) => answers.push(answer))
    client.on('exception', (problem: unknown) => answers.push(problem))
    try {
      void client.subscribe(['btcusdt@trade', 'ethusdt@trade'], 'main')
      await until(() => answers.length > 0, 'the acknowledgement')
      expect(answers).toMatchObject([{ result: null }])
      simulator.emit('binance:BTC-USDT', 30)
      simulator.emit('binance:ETH-USDT', 10, { together: true })
      await until(() => heard.length === 40, '40 trades')
      const sent = simulator.sent()
      expect(
        heard.map(({ s, t, p, q, m, T }) => [s, String(t), Number(p), Number(q), m, T]),
      ).toEqual(
        sent.map(({ market, id, price, qty, side, time }) => [
          market.slice('binance:'.length).replace('-', ''),
          id,
          Number(price),
          Number(qty),
          side === 'sell',
          time,
        ]),
      )
    } finally {
      client.closeAll(true)
    }
  })

  it('reads REST: time, instruments, trades by id, klines, the day', async () => {
    const client = new MainClient({ baseUrl: address.rest })
    const printed = simulator.emit('binance:BTC-USDT', 20)
    // getServerTime() of this package always asks the real host, whatever baseUrl says.
    const { serverTime } = await client.get('api/v3/time')
    expect(Math.abs(serverTime - Date.now())).toBeLessThan(5_000)
    const info = await client.getExchangeInfo({ symbol: 'BTCUSDT' })
    expect(info.symbols).toMatchObject([
      { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
    ])
    const rows = await client.getHistoricalTrades({
      symbol: 'BTCUSDT',
      fromId: Number(printed[0]?.id),
      limit: 1_000,
    })
    expect(rows.map(({ id, price, qty, time }) => [String(id), price, qty, time])).toEqual(
      printed.map(({ id, price, qty, time }) => [id, price, qty, time]),
    )
    expect(await client.getRecentTrades({ symbol: 'BTCUSDT', limit: 20 })).toEqual(rows)
    const klines = await client.getKlines({ symbol: 'BTCUSDT', interval: '1m', limit: 5 })
    expect(klines).toHaveLength(5)
    expect(klines.at(-1)?.[4]).toBe(printed.at(-1)?.price)
    const day = await client.get24hrChangeStatistics({ symbol: 'BTCUSDT' })
    expect(day).toMatchObject({ symbol: 'BTCUSDT', lastId: Number(printed.at(-1)?.id) })
    await expect(client.getRecentTrades({ symbol: 'NOPE' })).rejects.toMatchObject({ code: -1_121 })
  })
})

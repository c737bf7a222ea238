import { RestClientV5, WebsocketClient } from 'bybit-api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Rig, rig, silent, until } from './third-party-support.ts'

// The published Bybit client, written for the real exchange, unchanged apart from the address.
describe('the bybit-api package against the simulator', () => {
  let { simulator, address, network }: Rig = {} as Rig
  beforeEach(async () => {
    ;({ simulator, address, network } = await rig('bybit'))
  })
  afterEach(async () => {
    await simulator.close()
    expect(network.attempts).toEqual([])
    vi.restoreAllMocks()
  })

  it('subscribes to trades and hears exactly what was sent', async () => {
    const client = new WebsocketClient({ wsUrl: address.ws }, silent)
    const heard: Record<string, unknown>[] = []
    const answers: unknown[] = []
    client.on('update', (update: unknown) => {
      heard.push(...(update as { data: Record<string, unknown>[] }).data)
    })
    client.on('response', (answer: unknown) => answers.push(answer))
    client.on('exception', (problem: unknown) => answers.push(problem))
    try {
      await Promise.all(client.subscribeV5(['publicTrade.BTCUSDT', 'publicTrade.ETHUSDT'], 'spot'))
      await until(() => answers.length > 0, 'the acknowledgement')
      expect(answers).toMatchObject([{ success: true, op: 'subscribe' }])
      simulator.emit('bybit:BTC-USDT', 30)
      simulator.emit('bybit:ETH-USDT', 40, { together: true })
      await until(() => heard.length === 70, '70 trades')
      expect(heard.map(({ s, i, p, v, S, T }) => [s, i, p, v, S, T])).toEqual(
        simulator
          .sent()
          .map(({ market, id, price, qty, side, time }) => [
            market.slice('bybit:'.length).replace('-', ''),
            id,
            price,
            qty,
            side === 'buy' ? 'Buy' : 'Sell',
            time,
          ]),
      )
    } finally {
      client.closeAll(true)
    }
  })

  it('reads REST: time, instruments, recent trades, klines, the day', async () => {
    const client = new RestClientV5({ baseUrl: address.rest })
    const printed = simulator.emit('bybit:BTC-USDT', 20)
    expect((await client.getServerTime()).result.timeNano).toMatch(/^\d{19}$/)
    const info = await client.getInstrumentsInfo({ category: 'spot' })
    expect(info.result.list).toHaveLength(12)
    const recent = await client.getPublicTradingHistory({
      category: 'spot',
      symbol: 'BTCUSDT',
      limit: 20,
    })
    expect(recent.result.list).toMatchObject(
      printed.toReversed().map(({ id, price, qty }) => ({ execId: id, price, size: qty })),
    )
    const klines = await client.getKline({
      category: 'spot',
      symbol: 'BTCUSDT',
      interval: '1',
      limit: 3,
    })
    expect(klines.result.list).toHaveLength(3)
    const day = await client.getTickers({ category: 'spot', symbol: 'BTCUSDT' })
    expect(Number(day.result.list[0]?.lastPrice)).toBe(Number(printed.at(-1)?.price))
    expect(
      await client.getKline({ category: 'spot', symbol: 'NOPE', interval: '1' }),
    ).toMatchObject({ retCode: 10_001 })
  })
})

import { RestClient, WebsocketClient } from 'okx-api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Rig, rig, silent, until } from './third-party-support.ts'

// The published OKX client, written for the real exchange, unchanged apart from the address.
describe('the okx-api package against the simulator', () => {
  let { simulator, address, network }: Rig = {} as Rig
  beforeEach(async () => {
    ;({ simulator, address, network } = await rig('okx'))
  })
  afterEach(async () => {
    await simulator.close()
    expect(network.attempts).toEqual([])
    vi.restoreAllMocks()
  })

  it.each(['trades', 'trades-all'] as const)(
    'subscribes to %s and hears exactly what was sent',
    async (channel) => {
      const wsUrl = channel === 'trades' ? address.ws : address.ws.replace('/public', '/business')
      // The package's types do not know trades-all; its code passes it on.
      const typed = channel as 'trades'
      const client = new WebsocketClient({ wsUrl }, silent)
      const heard: Record<string, string>[] = []
      const answers: unknown[] = []
      client.on('update', ({ data }: { data: Record<string, string>[] }) => heard.push(...data))
      client.on('response', (answer: unknown) => answers.push(answer))
      client.on('exception', (problem: unknown) => answers.push(problem))
      try {
        await Promise.all(
          client.subscribe([
            { channel: typed, instId: 'BTC-USDT' },
            { channel: typed, instId: 'ETH-USDT' },
          ]),
        )
        await until(() => answers.length === 2, 'both acknowledgements')
        expect(answers).toMatchObject([{ event: 'subscribe' }, { event: 'subscribe' }])
        simulator.emit('okx:BTC-USDT', 30)
        simulator.emit('okx:ETH-USDT', 40, { together: true })
        await until(() => heard.length === simulator.sent().length, 'all trades')
        expect(
          heard.map((row) => [
            row.instId,
            row.tradeId,
            row.px,
            row.sz,
            row.side,
            row.ts,
            row.count ?? '1',
          ]),
        ).toEqual(
          simulator
            .sent()
            .map(({ market, id, price, qty, side, time, matches }) => [
              market.slice('okx:'.length),
              id,
              price,
              qty,
              side,
              String(time),
              String(matches),
            ]),
        )
        expect(simulator.sent().reduce((sum, { matches }) => sum + matches, 0)).toBe(70)
      } finally {
        client.closeAll(true)
      }
    },
  )

  it('reads REST: time, instruments, history, candles, the day', async () => {
    const client = new RestClient({ baseUrl: address.rest })
    const printed = simulator.emit('okx:BTC-USDT', 20)
    expect(Math.abs((await client.getServerTime()) - Date.now())).toBeLessThan(5_000)
    expect(await client.getInstruments({ instType: 'SPOT' })).toHaveLength(12)
    const newest = printed
      .map(({ id, price, qty, side }) => ({ tradeId: id, px: price, sz: qty, side }))
      .toReversed()
    expect(await client.getTrades({ instId: 'BTC-USDT', limit: 20 })).toMatchObject(newest)
    const older = await client.getHistoricTrades({
      instId: 'BTC-USDT',
      type: '1',
      after: printed.at(-1)?.id ?? '',
      limit: '19',
    })
    expect(older).toMatchObject(newest.slice(1))
    const candles = await client.getCandles({ instId: 'BTC-USDT', bar: '1m', limit: '3' })
    expect(candles).toHaveLength(3)
    expect(candles[0]?.[4]).toBe(printed.at(-1)?.price)
    expect(await client.getTicker({ instId: 'BTC-USDT' })).toMatchObject([
      { last: printed.at(-1)?.price },
    ])
    await expect(client.getTrades({ instId: 'NOPE-USDT' })).rejects.toMatchObject({ code: '51001' })
  })
})

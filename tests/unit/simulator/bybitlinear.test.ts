import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  SimulatorOptions,
} from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get } from './raw-client.ts'

let simulator: ControlledSimulator
let clock: ManualClock
let ws: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['bybitlinear'], rate: 0, clock, ...options })
  const address = simulator.address('bybitlinear')
  ws = address.ws
  rest = `${address.rest}/v5/market`
}

afterEach(() => simulator.close())

const subscribe = (...symbols: readonly string[]) => ({
  req_id: '10001',
  op: 'subscribe',
  args: symbols.map((symbol) => `publicTrade.${symbol}`),
})

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

interface Row {
  readonly i: string
  readonly p: string
  readonly L: string
}

describe('Bybit linear sockets', () => {
  it('has a path of its own, an empty ret_msg and room for more than ten topics', async () => {
    await start()
    expect(ws).toMatch(/\/v5\/public\/linear$/)
    await expect(connect(ws.replace('linear', 'spot'))).rejects.toThrow('404')
    const client = await connect(ws)
    const symbols = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC TON DOT'
      .split(' ')
      .map((base) => `${base}USDT`)
    expect(await client.ask(subscribe(...symbols, 'BTCPERP'))).toEqual({
      success: true,
      ret_msg: '',
      conn_id: expect.stringMatching(UUID),
      req_id: '10001',
      op: 'subscribe',
    })
    expect(await client.ask({ op: 'ping' })).toMatchObject({ ret_msg: 'pong', op: 'ping' })
  })

  it.each(['NOPEUSDT', 'btcusdt', 'BTC-USDT'])(
    'one bad topic (%s) fails the request',
    async (symbol) => {
      await start()
      const client = await connect(ws)
      expect(await client.ask(subscribe('BTCUSDT', symbol))).toMatchObject({
        success: false,
        ret_msg: `error:handler not found,topic:publicTrade.${symbol}`,
      })
      simulator.emit('bybitlinear:BTC-USDT-PERP', 3)
      await client.settled()
      expect(client.frames).toHaveLength(1)
    },
  )

  it('sends an order as rows with UUIDs that share T and seq, and says where the price went', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('BTCUSDT'))
    const printed = simulator.emit('bybitlinear:BTC-USDT-PERP', 30, { together: true })
    const frame = JSON.parse(await client.take()) as { data: Row[] }
    expect(frame).toEqual({
      topic: 'publicTrade.BTCUSDT',
      ts: expect.any(Number),
      type: 'snapshot',
      data: printed.map(({ id, price, qty, side, time }) => ({
        i: id,
        T: time,
        p: price,
        v: qty,
        S: side === 'buy' ? 'Buy' : 'Sell',
        s: 'BTCUSDT',
        L: expect.any(String),
        BT: false,
        RPI: false,
        seq: expect.any(Number),
      })),
    })
    expect(frame.data.every(({ i, p }) => UUID.test(i) && /^\d+\.\d0$/.test(p))).toBe(true)
    let up = frame.data[0]?.L.endsWith('PlusTick') === true
    for (const [index, row] of frame.data.entries()) {
      const before = frame.data[index - 1]
      if (before === undefined) continue
      const same = before.p === row.p
      if (!same) up = Number(row.p) > Number(before.p)
      expect(row.L).toBe(`${same ? 'Zero' : ''}${up ? 'Plus' : 'Minus'}Tick`)
    }
    expect(new Set(frame.data.map(({ L }) => L)).size).toBeGreaterThan(1)
  })

  it('has ids that are different and say nothing about order', async () => {
    await start()
    const ids = simulator.emit('bybitlinear:BTC-USDT-PERP', 500).map(({ id }) => id)
    expect(new Set(ids).size).toBe(500)
    const rising = ids.filter((id, index) => id > (ids[index - 1] ?? '')).length
    expect(rising).toBeGreaterThan(150)
    expect(rising).toBeLessThan(350)
  })
})

describe('Bybit linear REST', () => {
  it('lists contracts, in pages', async () => {
    await start()
    const all = (await get(`${rest}/instruments-info?category=linear`)).body
    expect(all).toMatchObject({
      retCode: 0,
      result: { category: 'linear', list: { length: 12 }, nextPageCursor: '' },
    })
    const { result } = (await get(`${rest}/instruments-info?category=linear&limit=5`)).body as {
      result: { list: unknown[]; nextPageCursor: string }
    }
    expect(result.list[0]).toMatchObject({
      symbol: 'BTCUSDT',
      contractType: 'LinearPerpetual',
      status: 'Trading',
      baseCoin: 'BTC',
      quoteCoin: 'USDT',
      settleCoin: 'USDT',
      priceFilter: { tickSize: '0.10' },
      lotSizeFilter: { qtyStep: '0.001' },
    })
    const cursor = result.nextPageCursor
    expect(
      (await get(`${rest}/instruments-info?category=linear&limit=500&cursor=${cursor}`)).body,
    ).toMatchObject({ result: { list: { length: 7 }, nextPageCursor: '' } })
    expect(
      (await get(`${rest}/instruments-info?category=linear&symbol=BTCPERP`)).body,
    ).toMatchObject({ result: { list: [{ baseCoin: 'BTC', quoteCoin: 'USDC' }] } })
  })

  it('has the thousand newest trades, newest first, under the ids of the socket', async () => {
    await start()
    const printed = simulator.emit('bybitlinear:BTC-USDT-PERP', 1_100)
    const { result } = (await get(`${rest}/recent-trade?category=linear&symbol=BTCUSDT&limit=2000`))
      .body as { result: { list: unknown[] } }
    expect(result.list).toMatchObject(
      printed
        .slice(-1_000)
        .toReversed()
        .map(({ id, price, qty, side, time }) => ({
          execId: id,
          price,
          size: qty,
          side: side === 'buy' ? 'Buy' : 'Sell',
          time: String(time),
        })),
    )
  })

  it('means its contracts where no category is named, and refuses spot', async () => {
    await start()
    const [trade] = simulator.emit('bybitlinear:BTC-USDT-PERP', 1)
    const bars = (await get(`${rest}/kline?symbol=BTCUSDT&interval=1&limit=2`)).body
    expect(bars).toMatchObject({
      retCode: 0,
      result: { category: 'linear', symbol: 'BTCUSDT', list: { length: 2 } },
    })
    expect((await get(`${rest}/tickers?category=linear&symbol=BTCUSDT`)).body).toMatchObject({
      result: {
        list: [{ lastPrice: String(Number(trade?.price)), turnover24h: expect.any(String) }],
      },
    })
    expect((await get(`${rest}/recent-trade?category=spot&symbol=BTCUSDT`)).body).toMatchObject({
      retCode: 10_001,
    })
    expect((await get(`${rest}/time`)).body).toMatchObject({ time: clock.now() })
  })
})

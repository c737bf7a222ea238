import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  SimulatorOptions,
} from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get, until } from './raw-client.ts'

let simulator: ControlledSimulator
let clock: ManualClock
let ws: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['bybit'], rate: 0, clock, ...options })
  const address = simulator.address('bybit')
  ws = address.ws
  rest = address.rest
}

afterEach(() => simulator.close())

const subscribe = (...symbols: readonly string[]) => ({
  req_id: '10001',
  op: 'subscribe',
  args: symbols.map((symbol) => `publicTrade.${symbol}`),
})

describe('Bybit sockets', () => {
  it('acknowledges a request once, with ret_msg "subscribe"', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(subscribe('BTCUSDT', 'ETHUSDT'))).toEqual({
      success: true,
      ret_msg: 'subscribe',
      conn_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      req_id: '10001',
      op: 'subscribe',
    })
    await client.settled()
    expect(client.frames).toHaveLength(1)
  })

  it.each([
    ['NOPEUSDT', 'Invalid symbol :[publicTrade.NOPEUSDT]'],
    ['btcusdt', 'error:handler not found,topic:publicTrade.btcusdt'],
  ])('one bad topic (%s) fails the whole request', async (symbol, message) => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(subscribe('BTCUSDT', symbol))).toMatchObject({
      success: false,
      ret_msg: message,
      op: 'subscribe',
    })
    simulator.emit('bybit:BTC-USDT', 5)
    await client.settled()
    expect(client.frames).toHaveLength(1)
    expect(await client.ask(subscribe('BTCUSDT'))).toMatchObject({ success: true })
    simulator.emit('bybit:BTC-USDT', 1)
    expect(JSON.parse(await client.take())).toMatchObject({ topic: 'publicTrade.BTCUSDT' })
  })

  it('refuses more than 10 args, with the sign escaped', async () => {
    await start()
    const client = await connect(ws)
    client.send({ op: 'subscribe', args: new Array(11).fill('publicTrade.BTCUSDT') })
    expect(await client.take()).toMatch(
      /^\{"success":false,"ret_msg":"args size \\u003e10","conn_id":"[^"]+","op":"subscribe"\}$/,
    )
  })

  it('refuses a topic already subscribed, and the rest of that request with it', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('BTCUSDT'))
    expect(await client.ask(subscribe('ETHUSDT', 'BTCUSDT'))).toMatchObject({
      success: false,
      ret_msg: 'error:already subscribed,topic:publicTrade.BTCUSDT',
    })
    simulator.emit('bybit:ETH-USDT', 1)
    simulator.emit('bybit:BTC-USDT', 1)
    expect(JSON.parse(await client.take())).toMatchObject({ topic: 'publicTrade.BTCUSDT' })
  })

  it('answers a ping with op "ping" and ret_msg "pong"', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask({ req_id: '100001', op: 'ping' })).toEqual({
      success: true,
      ret_msg: 'pong',
      conn_id: expect.any(String),
      op: 'ping',
    })
  })

  it('stays open after nonsense', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask('{oops')).toMatchObject({
      success: false,
      ret_msg: expect.stringMatching(/^Failed to decode incoming data:/),
    })
    expect(await client.ask({ op: 'jump' })).toMatchObject({
      success: false,
      ret_msg: 'error:invalid op',
    })
    expect(await client.ask({ op: 'subscribe' })).toMatchObject({ success: false })
    expect(await client.ask({ op: 'unsubscribe', args: ['publicTrade.BTCUSDT'] })).toMatchObject({
      success: true,
      op: 'unsubscribe',
    })
    await expect(connect(ws.replace('/spot', '/nope'))).rejects.toThrow('404')
  })

  it('sends the prints of one order in one message with one T and one seq', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('BTCUSDT'))
    const printed = simulator.emit('bybit:BTC-USDT', 4, { together: true })
    const frame = JSON.parse(await client.take())
    expect(frame).toMatchObject({
      topic: 'publicTrade.BTCUSDT',
      type: 'snapshot',
      ts: expect.any(Number),
    })
    expect(frame.data).toEqual(
      printed.map(({ id, price, qty, side, time }) => ({
        i: id,
        T: time,
        p: price,
        v: qty,
        S: side === 'buy' ? 'Buy' : 'Sell',
        s: 'BTCUSDT',
        BT: false,
        RPI: false,
        seq: frame.data[0].seq,
      })),
    )
    expect(printed[0]?.id).toMatch(/^\d{19}$/)
  })

  it('splits more than 1,024 rows over messages with the same seq', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('BTCUSDT'))
    simulator.emit('bybit:BTC-USDT', 2_500, { together: true })
    await until(() => client.frames.length === 4, 'three messages')
    const frames = client.frames.slice(1).map((frame) => JSON.parse(frame))
    expect(frames.map(({ data }) => data.length)).toEqual([1_024, 1_024, 452])
    expect(
      new Set(frames.flatMap(({ data }) => data.map((row: { seq: number }) => row.seq))).size,
    ).toBe(1)
  })

  it('ids rise, jump, and run on inside an order', async () => {
    await start()
    const ids: bigint[] = []
    for (let count = 0; count < 30; count++) {
      ids.push(
        ...simulator.emit('bybit:BTC-USDT', 3, { together: true }).map(({ id }) => BigInt(id)),
      )
      simulator.emit('bybit:ETH-USDT', 2)
    }
    const steps = ids.slice(1).map((id, index) => id - (ids[index] ?? 0n))
    expect(steps.every((step) => step > 0n)).toBe(true)
    expect(steps.filter((_, index) => index % 3 !== 2).every((step) => step === 1n)).toBe(true)
    expect(steps.filter((_, index) => index % 3 === 2).every((step) => step > 2n)).toBe(true)
  })

  it('drops who says and hears nothing for ten minutes', async () => {
    await start()
    const client = await connect(ws)
    clock.advance(590_000)
    await client.ask({ op: 'ping' })
    clock.advance(590_000)
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(20_000)
    expect((await client.closed).code).toBe(1_006)
  })
})

describe('Bybit REST', () => {
  it('tells the time with ns, and its markets', async () => {
    await start({ markets: ['BTC-USDT'] })
    expect((await get(`${rest}/v5/market/time`)).body).toMatchObject({
      retCode: 0,
      retMsg: 'OK',
      result: {
        timeSecond: String(Math.floor(clock.now() / 1_000)),
        timeNano: `${clock.now()}000000`,
      },
      time: clock.now(),
    })
    expect((await get(`${rest}/v5/market/instruments-info?category=spot`)).body).toMatchObject({
      result: {
        list: [
          {
            symbol: 'BTCUSDT',
            baseCoin: 'BTC',
            quoteCoin: 'USDT',
            status: 'Trading',
            priceFilter: { tickSize: '0.01' },
            lotSizeFilter: { basePrecision: '0.000001' },
          },
        ],
      },
    })
  })

  it('shows the last 60 trades and no more, newest first', async () => {
    await start()
    const printed = simulator.emit('bybit:BTC-USDT', 100)
    const { result } = (
      await get(`${rest}/v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=1000`)
    ).body as { result: { list: unknown[] } }
    expect(result.list).toEqual(
      printed
        .slice(-60)
        .toReversed()
        .map(({ id, price, qty, side, time }) =>
          expect.objectContaining({
            execId: id,
            price,
            size: qty,
            side: side === 'buy' ? 'Buy' : 'Sell',
            time: String(time),
          }),
        ),
    )
  })

  it('has klines newest first and a ticker that agrees with them', async () => {
    await start()
    const printed = simulator.emit('bybit:BTC-USDT', 10)
    const url = `${rest}/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1`
    const { result } = (await get(`${url}&limit=1000`)).body as { result: { list: string[][] } }
    expect(result.list).toHaveLength(1_000)
    expect(result.list[0]?.[4]).toBe(printed.at(-1)?.price.replace(/0+$/, '').replace(/\.$/, ''))
    const older = (await get(`${url}&end=${Number(result.list.at(-1)?.[0]) - 1}&limit=1000`))
      .body as { result: { list: string[][] } }
    const day = [...result.list, ...older.result.list].slice(0, 1_440)
    const ticker = (await get(`${rest}/v5/market/tickers?category=spot&symbol=BTCUSDT`)).body as {
      result: { list: Record<string, string>[] }
    }
    const volume = day.reduce((sum, row) => sum + Number(row[5]), 0)
    expect(Number(ticker.result.list[0]?.volume24h)).toBeCloseTo(volume, 6)
    expect(ticker.result.list[0]?.prevPrice24h).toBe(day.at(-1)?.[1])
  })

  it('refuses as the venue does', async () => {
    await start()
    expect(await get(`${rest}/v5/market/recent-trade?category=spot&symbol=NOPE`)).toMatchObject({
      status: 200,
      body: { retCode: 10_001 },
    })
    expect(await get(`${rest}/v5/market/kline?symbol=BTCUSDT&interval=1`)).toMatchObject({
      status: 200,
      body: { retCode: 10_001 },
    })
    expect((await get(`${rest}/v5/nope`)).status).toBe(404)
  })

  it('shuts out for ten minutes with 403 beyond 600 requests in 5 s', async () => {
    await start()
    for (let count = 0; count < 600; count++) await get(`${rest}/v5/market/time`)
    expect(await get(`${rest}/v5/market/time`)).toMatchObject({
      status: 403,
      body: 'access too frequent',
    })
    clock.advance(599_000)
    expect((await get(`${rest}/v5/market/time`)).status).toBe(403)
    clock.advance(2_000)
    expect((await get(`${rest}/v5/market/time`)).status).toBe(200)
  })
})

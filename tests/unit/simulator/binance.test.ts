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
let base: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['binance'], rate: 0, clock, ...options })
  const address = simulator.address('binance')
  rest = address.rest
  base = rest.replace('http', 'ws')
}

afterEach(() => simulator.close())

const subscribe = (params: readonly string[], id: unknown = 1) => ({
  method: 'SUBSCRIBE',
  params,
  id,
})

describe('Binance sockets', () => {
  it('acknowledges every subscription, even of names that do not exist', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    expect(await client.ask(subscribe(['btcusdt@trade', 'nopeusdt@trade', 'x']))).toEqual({
      result: null,
      id: 1,
    })
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 'a-3' })).toEqual({
      result: ['btcusdt@trade', 'nopeusdt@trade', 'x'],
      id: 'a-3',
    })
    expect(await client.ask({ method: 'UNSUBSCRIBE', params: ['never'], id: null })).toEqual({
      result: null,
      id: null,
    })
  })

  it('repeats an id of 64 bits to the last digit', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    client.send('{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":9223372036854775807}')
    expect(await client.take()).toBe('{"result":null,"id":9223372036854775807}')
  })

  it('nests its errors', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    client.send('{oops')
    expect(await client.take()).toBe(
      '{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}',
    )
    expect(await client.ask({ id: 4 })).toMatchObject({ error: { code: 2 }, id: 4 })
    expect(await client.ask({ method: 'FOO', id: 5 })).toMatchObject({ error: { code: 2 }, id: 5 })
    clock.advance(1_000)
    expect(
      await client.ask({ method: 'SET_PROPERTY', params: ['foo', true], id: 6 }),
    ).toMatchObject({ error: { code: 0 }, id: 6 })
    expect(
      await client.ask({ method: 'SET_PROPERTY', params: ['combined', 'x'], id: 7 }),
    ).toMatchObject({ error: { code: 1 }, id: 7 })
  })

  it('sends bare events on /ws and wrapped ones on /stream, as the path or SET_PROPERTY says', async () => {
    await start()
    const raw = await connect(`${base}/ws/btcusdt@trade/ethusdt@trade`)
    const combined = await connect(`${base}/stream?streams=btcusdt@trade`)
    const [trade] = simulator.emit('binance:BTC-USDT', 1)
    const event = JSON.parse(await raw.take())
    expect(event).toEqual({
      e: 'trade',
      E: expect.any(Number),
      s: 'BTCUSDT',
      t: Number(trade?.id),
      p: trade?.price,
      q: trade?.qty,
      T: trade?.time,
      m: trade?.side === 'sell',
      M: true,
    })
    expect(event.p).toMatch(/^\d+\.\d{8}$/)
    expect(JSON.parse(await combined.take())).toEqual({ stream: 'btcusdt@trade', data: event })
    expect(await raw.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 1 })).toEqual({
      result: false,
      id: 1,
    })
    await raw.ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 2 })
    simulator.emit('binance:ETH-USDT', 1)
    expect(JSON.parse(await raw.take())).toMatchObject({
      stream: 'ethusdt@trade',
      data: { s: 'ETHUSDT' },
    })
  })

  it('stays silent for upper-case stream names and after UNSUBSCRIBE', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    await client.ask(subscribe(['BTCUSDT@trade', 'ethusdt@trade']))
    simulator.emit('binance:BTC-USDT', 1)
    simulator.emit('binance:ETH-USDT', 1)
    expect(JSON.parse(await client.take())).toMatchObject({ s: 'ETHUSDT' })
    await client.ask({ method: 'UNSUBSCRIBE', params: ['ethusdt@trade'], id: 2 })
    simulator.emit('binance:ETH-USDT', 5)
    await client.settled()
    expect(client.frames).toHaveLength(3)
  })

  it('counts ids up by one per symbol; prints of one order share T', async () => {
    await start()
    const client = await connect(`${base}/ws/btcusdt@trade`)
    simulator.emit('binance:BTC-USDT', 20)
    simulator.emit('binance:ETH-USDT', 7)
    clock.advance(5)
    simulator.emit('binance:BTC-USDT', 20, { together: true })
    await until(() => client.frames.length === 40, '40 trades')
    const events = client.frames.map((frame) => JSON.parse(frame))
    for (const [index, event] of events.entries()) expect(event.t).toBe(events[0].t + index)
    expect(new Set(events.slice(20).map((event) => event.T)).size).toBe(1)
    expect(events[20].T).toBe(events[0].T + 5)
  })

  it('sends aggregates whose ids and inner ranges leave no hole', async () => {
    await start()
    const client = await connect(`${base}/ws/btcusdt@aggTrade`)
    simulator.emit('binance:BTC-USDT', 60, { together: true })
    simulator.emit('binance:BTC-USDT', 5)
    const last = () => JSON.parse(client.frames.at(-1) ?? '{}').l
    await until(() => last() === Number(simulator.printed().at(-1)?.id), 'the last aggregate')
    const events = client.frames.map((frame) => JSON.parse(frame))
    for (const [index, event] of events.entries()) {
      expect(event.a).toBe(events[0].a + index)
      if (index > 0) expect(event.f).toBe(events[index - 1].l + 1)
    }
    expect(events.length).toBeLessThan(65)
  })

  it('tells µs when asked with timeUnit', async () => {
    await start()
    const client = await connect(`${base}/stream?streams=btcusdt@trade&timeUnit=MICROSECOND`)
    const [trade] = simulator.emit('binance:BTC-USDT', 1)
    const { data } = JSON.parse(await client.take())
    expect(Math.floor(data.T / 1_000)).toBe(trade?.time)
    expect(data.E).toBeGreaterThanOrEqual(data.T)
  })

  it('pings every 20 s with the time as text and lives on pongs', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    for (let count = 1; count <= 6; count++) {
      clock.advance(20_000)
      await until(() => client.pings.length === count, `ping ${count}`)
      await client.settled()
    }
    expect(client.pings[1]).toMatch(/^\d{13}$/)
    expect(Number(client.pings[1]) - Number(client.pings[0])).toBe(20_000)
    expect(client.ws.readyState).toBe(client.ws.OPEN)
  })

  it('drops who does not answer pings for a minute; an unsolicited pong does not help', async () => {
    await start()
    const client = await connect(`${base}/ws`, { autoPong: false })
    clock.advance(20_000)
    await until(() => client.pings.length === 1, 'a ping')
    client.ws.pong('something else')
    await client.settled()
    clock.advance(40_000)
    await client.settled()
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(20_000)
    expect((await client.closed).code).toBe(1_006)
  })

  it('closes with 1008 on the sixth message within a second, pongs and pings included', async () => {
    await start()
    const patient = await connect(`${base}/ws`)
    for (let count = 0; count < 12; count++) {
      await patient.ask({ method: 'LIST_SUBSCRIPTIONS', id: count })
      clock.advance(201)
    }
    expect(patient.ws.readyState).toBe(patient.ws.OPEN)
    const hasty = await connect(`${base}/ws`)
    hasty.ws.pong('x')
    hasty.ws.ping('x')
    for (let count = 0; count < 4; count++) hasty.send({ method: 'LIST_SUBSCRIPTIONS', id: count })
    expect(await hasty.closed).toEqual({ code: 1_008, reason: 'Too many requests' })
  })

  it('refuses more than 1,024 streams with code 4 and closes', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    const names = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `s${from + index}@trade`)
    expect(await client.ask(subscribe(names(0, 1_024)))).toEqual({ result: null, id: 1 })
    expect(await client.ask(subscribe(names(1_024, 1), 19))).toEqual({
      error: { code: 4, msg: 'Too many subscriptions' },
      id: 19,
    })
    expect((await client.closed).code).toBe(1_008)
  })

  it('announces a shutdown in the form of the socket, then closes', async () => {
    await start()
    const raw = await connect(`${base}/ws`)
    const combined = await connect(`${base}/stream`)
    simulator.announceShutdown('binance')
    expect(JSON.parse(await raw.take())).toEqual({ e: 'serverShutdown', E: clock.now() })
    expect(JSON.parse(await combined.take())).toEqual({
      stream: '!serverShutdown',
      data: { e: 'serverShutdown', E: clock.now() },
    })
    clock.advance(1_000)
    await Promise.all([raw.closed, combined.closed])
  })

  it('cuts after 24 h', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    for (let minute = 1; minute < 24 * 60; minute++) {
      clock.advance(60_000)
      await until(() => client.pings.length === minute * 3, 'the pings of a minute')
      await client.settled()
    }
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(60_000)
    expect((await client.closed).code).toBe(1_006)
  })

  it('passes its periods faster with timeScale', async () => {
    await start({ timeScale: 100 })
    const client = await connect(`${base}/ws`)
    clock.advance(200)
    await until(() => client.pings.length === 1, 'a ping after a hundredth of 20 s')
  })

  it('knows no other path, and no more than 300 connections in 5 minutes', async () => {
    await start()
    await expect(connect(`${base}/nope`)).rejects.toThrow('404')
    for (let count = 0; count < 300; count++) (await connect(`${base}/ws`)).ws.terminate()
    await expect(connect(`${base}/ws`)).rejects.toThrow('429')
    clock.advance(300_001)
    await connect(`${base}/ws`)
  })
})

describe('Binance REST', () => {
  it('tells the time in ms, or µs on request', async () => {
    await start({ faults: ['skew:ms=-750'] })
    expect((await get(`${rest}/api/v3/time`)).body).toEqual({ serverTime: clock.now() - 750 })
    const micros = await get(`${rest}/api/v3/time`, { 'X-MBX-TIME-UNIT': 'MICROSECOND' })
    expect(micros.body).toEqual({ serverTime: (clock.now() - 750) * 1_000 })
  })

  it('serves by id exactly what was streamed', async () => {
    await start()
    const client = await connect(`${base}/ws/ethusdt@trade`)
    const printed = simulator.emit('binance:ETH-USDT', 1_500)
    await until(() => client.frames.length === 1_500, '1,500 trades')
    const pages: unknown[] = []
    for (let from = Number(printed[0]?.id); pages.length < 1_500; from += 1_000) {
      const page = await get(
        `${rest}/api/v3/historicalTrades?symbol=ETHUSDT&fromId=${from}&limit=1000`,
      )
      expect(Number(page.headers.get('x-mbx-used-weight-1m'))).toBeGreaterThan(0)
      pages.push(...(page.body as unknown[]))
    }
    const streamed = client.frames.map((frame) => {
      const { t, p, q, T, m } = JSON.parse(frame)
      return {
        id: t,
        price: p,
        qty: q,
        time: T,
        isBuyerMaker: m,
        isBestMatch: true,
        quoteQty: expect.any(String),
      }
    })
    expect(pages).toEqual(streamed)
    const recent = (await get(`${rest}/api/v3/trades?symbol=ETHUSDT&limit=3`)).body
    expect(recent).toEqual(streamed.slice(-3))
  })

  it('has a day of minutes without a hole, and a ticker that agrees with them', async () => {
    await start()
    simulator.emit('binance:BTC-USDT', 100)
    const url = `${rest}/api/v3/klines?symbol=BTCUSDT&interval=1m`
    const rows = [
      ...((await get(`${url}&startTime=0&limit=1000`)).body as (string | number)[][]),
      ...((await get(`${url}&limit=443`)).body as (string | number)[][]),
    ]
    const times = rows.map((row) => Number(row[0]))
    expect(new Set(times).size).toBe(1_443)
    expect(
      times.every((time, index) => index === 0 || time === (times[index - 1] ?? 0) + 60_000),
    ).toBe(true)
    const day = rows.slice(-1_440)
    const ticker = (await get(`${rest}/api/v3/ticker/24hr?symbol=BTCUSDT`)).body as Record<
      string,
      unknown
    >
    expect(ticker.count).toBe(day.reduce((sum, row) => sum + Number(row[8]), 0))
    const lots = (text: unknown) => BigInt(String(text).replace('.', ''))
    expect(lots(ticker.volume)).toBe(day.reduce((sum, row) => sum + lots(row[5]), 0n))
    expect(ticker.openPrice).toBe(day[0]?.[1])
    expect(ticker.lastPrice).toBe(simulator.printed().at(-1)?.price)
    expect(Number(ticker.lastId) - Number(ticker.firstId) + 1).toBe(ticker.count)
  })

  it('lists its markets with steps', async () => {
    await start({ markets: ['BTC-USDT', 'ETH-BTC'] })
    const info = (
      await get(`${rest}/api/v3/exchangeInfo?symbolStatus=TRADING&showPermissionSets=false`)
    ).body
    expect(info).toMatchObject({
      symbols: [
        {
          symbol: 'BTCUSDT',
          status: 'TRADING',
          baseAsset: 'BTC',
          quoteAsset: 'USDT',
          filters: [
            { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
            { filterType: 'LOT_SIZE', stepSize: '0.00001000' },
          ],
        },
        { symbol: 'ETHBTC' },
      ],
    })
  })

  it('refuses as the venue does', async () => {
    await start()
    expect(await get(`${rest}/api/v3/trades?symbol=NOPE`)).toMatchObject({
      status: 400,
      body: { code: -1_121, msg: 'Invalid symbol.' },
    })
    expect(await get(`${rest}/api/v3/trades`)).toMatchObject({
      status: 400,
      body: { code: -1_102 },
    })
    expect(await get(`${rest}/api/v3/klines?symbol=BTCUSDT&interval=7m`)).toMatchObject({
      status: 400,
      body: { code: -1_120 },
    })
    expect(await get(`${rest}/api/v3/nope`)).toMatchObject({ status: 404 })
  })

  it('answers 429 beyond 6,000 weight a minute, 418 to those who go on, and recovers', async () => {
    await start()
    for (let count = 0; count < 75; count++)
      expect((await get(`${rest}/api/v3/ticker/24hr`)).status).toBe(200)
    const over = await get(`${rest}/api/v3/time`)
    expect(over).toMatchObject({ status: 429, body: { code: -1_003 } })
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    clock.advance(60_000)
    expect((await get(`${rest}/api/v3/time`)).status).toBe(200)
    for (let count = 0; count < 75; count++) await get(`${rest}/api/v3/ticker/24hr`)
    let last = 0
    for (let count = 0; count < 25; count++) last = (await get(`${rest}/api/v3/time`)).status
    expect(last).toBe(418)
    clock.advance(60_000)
    expect((await get(`${rest}/api/v3/time`)).status).toBe(418)
    clock.advance(120_000)
    expect((await get(`${rest}/api/v3/time`)).status).toBe(200)
  })
})

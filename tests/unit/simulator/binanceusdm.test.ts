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
  simulator = await startSimulator({ venues: ['binanceusdm'], rate: 0, clock, ...options })
  const address = simulator.address('binanceusdm')
  rest = `${address.rest}/fapi/v1`
  base = address.rest.replace('http', 'ws')
}

afterEach(() => simulator.close())

interface Aggregate {
  readonly a: number
  readonly p: string
  readonly q: string
  readonly f: number
  readonly l: number
  readonly T: number
  readonly m: boolean
}

describe('Binance USD-M sockets', () => {
  it('sends single trades with X and without M, prices in digits of their own', async () => {
    await start()
    const raw = await connect(`${base}/ws/btcusdt@trade`)
    const combined = await connect(`${base}/stream?streams=btcusdt@trade&timeUnit=MICROSECOND`)
    const printed = simulator.emit('binanceusdm:BTC-USDT-PERP', 3)
    for (const trade of printed) {
      const event = JSON.parse(await raw.take())
      expect(event).toEqual({
        e: 'trade',
        E: expect.any(Number),
        T: trade.time,
        s: 'BTCUSDT',
        t: Number(trade.id),
        p: trade.price,
        q: trade.qty,
        X: 'MARKET',
        m: trade.side === 'sell',
      })
      expect(event.p).toMatch(/^\d+\.\d0$/)
      expect(event.q).toMatch(/^\d+\.\d{3}$/)
      // Microseconds are for spot only.
      expect(JSON.parse(await combined.take())).toEqual({ stream: 'btcusdt@trade', data: event })
    }
    const ids = printed.map(({ id }) => Number(id))
    expect(ids).toEqual([ids[0], (ids[0] ?? 0) + 1, (ids[0] ?? 0) + 2])
  })

  it('joins one order per price: aggregates are contiguous, and so are the trades inside', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    expect(
      await client.ask({ method: 'SUBSCRIBE', params: ['ethusdt@aggTrade', 'nope@x'], id: 1 }),
    ).toEqual({ result: null, id: 1 })
    const printed = [
      ...simulator.emit('binanceusdm:ETH-USDT-PERP', 40, { together: true }),
      ...simulator.emit('binanceusdm:ETH-USDT-PERP', 5),
    ]
    const lastId = Number(printed.at(-1)?.id)
    const events = () => client.frames.slice(1).map((frame) => JSON.parse(frame) as Aggregate)
    await until(() => events().at(-1)?.l === lastId, 'the last aggregate')
    let previous: Aggregate | undefined
    for (const event of events()) {
      expect(Object.keys(event).sort()).toEqual('E T a e f l m p q s'.split(' ').sort())
      if (previous !== undefined) {
        expect(event.a).toBe(previous.a + 1)
        expect(event.f).toBe(previous.l + 1)
      }
      const inside = printed.filter(({ id }) => Number(id) >= event.f && Number(id) <= event.l)
      expect(inside).toHaveLength(event.l - event.f + 1)
      expect(inside.every(({ price }) => price === event.p)).toBe(true)
      const sum = inside.reduce((total, { qty }) => total + Number(qty), 0)
      expect(Number(event.q)).toBeCloseTo(sum, 9)
      previous = event
    }
    expect(events().length).toBeLessThan(45)
    const { body } = await get(`${rest}/aggTrades?symbol=ETHUSDT&fromId=${events()[0]?.a}`)
    const wire = events().map(({ a, p, q, f, l, T, m }) => ({ a, p, q, f, l, T, m }))
    expect(body).toEqual(wire)
  })

  it('pings every 3 minutes and drops who leaves one unanswered for 10', async () => {
    await start()
    const quiet = await connect(`${base}/stream`, { autoPong: false })
    const lively = await connect(`${base}/stream`)
    clock.advance(179_000)
    await quiet.settled()
    expect(quiet.pings).toEqual([])
    for (let count = 1; count <= 4; count++) {
      clock.advance(count === 1 ? 1_000 : 180_000)
      await until(() => lively.pings.length === count, 'a ping')
      await lively.settled()
    }
    // The first ping went out at 180 s: 599 s later it is not too late yet.
    clock.advance(59_000)
    await quiet.settled()
    expect(quiet.ws.readyState).toBe(quiet.ws.OPEN)
    clock.advance(1_000)
    expect((await quiet.closed).code).toBe(1_006)
    expect(lively.ws.readyState).toBe(lively.ws.OPEN)
  })

  it('closes with 1008 on more than 10 messages a second', async () => {
    await start()
    const client = await connect(`${base}/ws`)
    for (let id = 1; id <= 10; id++)
      expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id })).toHaveProperty('result')
    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 11 })
    expect(await client.closed).toEqual({ code: 1_008, reason: 'Too many requests' })
  })
})

describe('Binance USD-M REST', () => {
  it('lists perpetuals, and a contract with a delivery beside them', async () => {
    await start()
    expect((await get(`${rest}/time`)).body).toEqual({ serverTime: clock.now() })
    const { symbols } = (await get(`${rest}/exchangeInfo`)).body as {
      symbols: { symbol: string; contractType: string }[]
    }
    expect(symbols[0]).toMatchObject({
      symbol: 'BTCUSDT',
      pair: 'BTCUSDT',
      contractType: 'PERPETUAL',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      marginAsset: 'USDT',
      filters: [
        { filterType: 'PRICE_FILTER', tickSize: '0.10000000' },
        { filterType: 'LOT_SIZE', stepSize: '0.00100000' },
      ],
    })
    const delivered = symbols.filter(({ contractType }) => contractType !== 'PERPETUAL')
    expect(delivered).toMatchObject([{ symbol: 'BTCUSDT_261225', contractType: 'CURRENT_QUARTER' }])
    const perpetual = symbols.filter(({ contractType }) => contractType === 'PERPETUAL')
    expect(new Set(perpetual.map(({ symbol }) => symbol)).size).toBe(12)
  })

  it('pages aggregates by id and by time', async () => {
    await start()
    const from = clock.now()
    simulator.emit('binanceusdm:BTC-USDT-PERP', 5)
    clock.advance(60_000)
    simulator.emit('binanceusdm:BTC-USDT-PERP', 5)
    const page = async (query: string): Promise<readonly Aggregate[]> =>
      (await get(`${rest}/aggTrades?symbol=BTCUSDT&${query}`)).body as Aggregate[]
    const all = await page(`startTime=${from}`)
    expect(all).toHaveLength(10)
    expect(await page(`startTime=${from}&endTime=${from}`)).toEqual(all.slice(0, 5))
    expect(await page(`fromId=${all[3]?.a}&limit=4`)).toEqual(all.slice(3, 7))
    expect(await page('limit=2')).toEqual(all.slice(-2))
    const { body } = await get(`${rest}/trades?symbol=BTCUSDT&limit=2`)
    expect(body).toEqual(
      simulator
        .printed()
        .slice(-2)
        .map(({ id, price, qty, time, side }) => ({
          id: Number(id),
          price,
          qty,
          quoteQty: expect.stringMatching(/^\d+\.\d{5}$/),
          time,
          isBuyerMaker: side === 'sell',
        })),
    )
  })

  it('has bars and a day that grow by what was printed', async () => {
    await start()
    const bars = async () =>
      (await get(`${rest}/klines?symbol=BTCUSDT&interval=1m&limit=1500`)).body as string[][]
    const before = (await bars()).at(-1)
    const printed = simulator.emit('binanceusdm:BTC-USDT-PERP', 6)
    const after = await bars()
    expect(after.length).toBeGreaterThan(1_400)
    const last = after.at(-1)
    expect(Number(last?.[8])).toBe(Number(before?.[8]) + 6)
    const qty = printed.reduce((sum, trade) => sum + Number(trade.qty), 0)
    expect(Number(last?.[5])).toBeCloseTo(Number(before?.[5]) + qty, 6)
    const { body } = await get(`${rest}/ticker/24hr?symbol=BTCUSDT`)
    expect(body).toMatchObject({
      lastPrice: printed.at(-1)?.price,
      lastId: Number(printed.at(-1)?.id),
    })
    expect((await get(`${rest}/ticker/24hr`)).body).toHaveLength(12)
  })

  it('refuses as the venue does, and has its own budget', async () => {
    await start()
    const path = `${rest}/aggTrades?symbol`
    expect(await get(`${path}=NOPE`)).toMatchObject({ status: 400, body: { code: -1_121 } })
    expect((await get(`${rest}/klines?symbol=BTCUSDT&interval=1s`)).status).toBe(400)
    expect((await get(`${rest}/historicalTrades?symbol=BTCUSDT`)).status).toBe(404)
    expect((await get(rest.replace('fapi/v1', 'api/v3/time'))).status).toBe(404)
    clock.advance(60_000)
    for (let count = 0; count < 120; count++)
      expect((await get(`${path}=BTCUSDT&limit=1`)).status).toBe(200)
    const refused = await get(`${path}=BTCUSDT&limit=1`)
    expect(refused).toMatchObject({
      status: 429,
      body: { code: -1_003, msg: expect.stringContaining('current limit is 2400 ') },
    })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

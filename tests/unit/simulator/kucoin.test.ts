import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  SimulatorOptions,
} from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get, type RawClient, until } from './raw-client.ts'

let simulator: ControlledSimulator
let clock: ManualClock
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['kucoin'], rate: 0, clock, ...options })
  rest = simulator.address('kucoin').rest
}

afterEach(() => simulator.close())

const BTC = 'kucoin:BTC-USDT'
interface Bullet {
  readonly token: string
  readonly instanceServers: readonly {
    readonly endpoint: string
    readonly pingInterval: number
    readonly pingTimeout: number
  }[]
}

async function bullet(): Promise<Bullet> {
  const response = await fetch(`${rest}/api/v1/bullet-public`, { method: 'POST' })
  const body = (await response.json()) as { code: string; data: Bullet }
  expect(body.code).toBe('200000')
  return body.data
}

const addressOf = ({ token, instanceServers }: Bullet, connectId = 'c1') =>
  `${instanceServers[0]?.endpoint}?token=${encodeURIComponent(token)}&connectId=${connectId}`

/** A socket that has been welcomed. */
async function open(): Promise<RawClient> {
  const client = await connect(addressOf(await bullet()))
  expect(JSON.parse(await client.take())).toEqual({ id: 'c1', type: 'welcome' })
  return client
}

const subscribe = (symbols: string, more: object = {}) => ({
  id: 1_545_910_660_739,
  type: 'subscribe',
  topic: `/market/match:${symbols}`,
  privateChannel: false,
  response: true,
  ...more,
})
const ack = { id: '1545910660739', type: 'ack' }
const names = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `X${from + index}-USDT`).join(',')

describe('KuCoin sockets', () => {
  it('are opened by a token that names where and how', async () => {
    await start()
    const given = await bullet()
    expect(given.instanceServers[0]).toMatchObject({
      endpoint: simulator.address('kucoin').ws,
      pingInterval: 18_000,
      pingTimeout: 10_000,
    })
    const client = await connect(addressOf(given, 'mine'))
    expect(JSON.parse(await client.take())).toEqual({ id: 'mine', type: 'welcome' })
    expect((await get(`${rest}/api/v1/bullet-public`)).status).toBe(404)
  })

  it('refuse tokens that are unknown, used up or older than 24 h', async () => {
    await start()
    const [used, old] = [await bullet(), await bullet()]
    await expect(connect(addressOf({ ...used, token: 'none' }))).rejects.toThrow('401')
    await expect(connect(simulator.address('kucoin').ws)).rejects.toThrow('401')
    await connect(addressOf(used))
    await expect(connect(addressOf(used))).rejects.toThrow('401')
    clock.advance(24 * 3_600_000)
    await expect(connect(addressOf(old))).rejects.toThrow('401')
    await connect(addressOf(await bullet()))
  })

  it('take a list of symbols, and answer with the id as text only if asked to', async () => {
    await start()
    const client = await open()
    expect(await client.ask(subscribe('BTC-USDT,ETH-USDT'))).toEqual(ack)
    client.send(subscribe('SOL-USDT', { response: false }))
    await client.settled()
    expect(client.frames).toHaveLength(2)
    for (const base of ['SOL', 'ETH']) {
      simulator.emit(`kucoin:${base}-USDT`, 1)
      expect(JSON.parse(await client.take()).data.symbol).toBe(`${base}-USDT`)
    }
    expect(await client.ask(subscribe('ETH-USDT', { type: 'unsubscribe' }))).toEqual(ack)
    simulator.emit('kucoin:ETH-USDT', 1)
    simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take()).data.symbol).toBe('BTC-USDT')
  })

  it('print every match by itself, in nanoseconds, with a sequence that skips', async () => {
    await start()
    const client = await open()
    await client.ask(subscribe('BTC-USDT'))
    const made = [...simulator.emit(BTC, 150, { together: true }), ...simulator.emit(BTC, 50)]
    await until(() => client.frames.length === 2 + made.length, 'all trades')
    for (const [index, { id, price, qty, side, time }] of made.entries())
      expect(JSON.parse(client.frames[index + 2] ?? '')).toEqual({
        type: 'message',
        topic: '/market/match:BTC-USDT',
        subject: 'trade.l3match',
        data: {
          makerOrderId: expect.stringMatching(/^[0-9a-f]{24}$/),
          takerOrderId: expect.stringMatching(/^[0-9a-f]{24}$/),
          price,
          sequence: id,
          side,
          size: qty,
          symbol: 'BTC-USDT',
          time: `${time}000000`,
          tradeId: id,
          type: 'match',
        },
      })
    const steps = made.slice(1).map(({ id }, index) => Number(id) - Number(made[index]?.id))
    expect([...new Set(steps)].sort((a, b) => a - b)).toEqual([2, 3, 4, 8, 46, 86, 1_187])
  })

  it.each([
    ['/market/nope:BTC-USDT', 'topic /market/nope:BTC-USDT is not found'],
    ['/market/match', 'topic /market/match is not found'],
    ['', 'topic does not exist'],
  ])('answer the topic "%s" with 404', async (topic, data) => {
    await start()
    const client = await open()
    expect(await client.ask({ id: 'a', type: 'subscribe', topic, response: true })).toEqual({
      id: 'a',
      type: 'error',
      code: 404,
      data,
    })
  })

  it('acknowledge unknown symbols and stay silent', async () => {
    await start()
    const client = await open()
    expect(await client.ask(subscribe('NOPE-USDT,BTC-USDT'))).toEqual(ack)
    simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take()).data.symbol).toBe('BTC-USDT')
  })

  it('take 100 topics a frame and 300 a connection', async () => {
    await start()
    const client = await open()
    const error = (data: string) => ({ id: '1545910660739', type: 'error', code: 509, data })
    expect(await client.ask(subscribe(names(101)))).toEqual(
      error('exceed max subscription count limitation of 100 per time'),
    )
    for (let frame = 0; frame < 3; frame++)
      expect(await client.ask(subscribe(names(100, frame * 100)))).toEqual(ack)
    expect(await client.ask(subscribe('BTC-USDT'))).toEqual(
      error('exceed max subscription count limitation of 300 per session'),
    )
    await client.ask(subscribe(names(1), { type: 'unsubscribe' }))
    expect(await client.ask(subscribe('BTC-USDT'))).toEqual(ack)
    expect(await client.ask(subscribe('BTC-USDT'))).toEqual(ack)
  })

  it('take 100 messages in 10 s', async () => {
    await start()
    const client = await open()
    for (let count = 0; count < 100; count++)
      expect(await client.ask({ id: count, type: 'ping' })).toEqual({
        id: String(count),
        type: 'pong',
        timestamp: clock.now() * 1_000,
      })
    expect(await client.ask({ id: 1, type: 'ping' })).toMatchObject({ type: 'error', code: 509 })
    clock.advance(10_000)
    expect(await client.ask({ id: 1, type: 'ping' })).toMatchObject({ type: 'pong' })
  })

  it('say bye 60 s after the last message, whatever flows; protocol pings do not count', async () => {
    await start({ timeScale: 2 })
    const client = await open()
    await client.ask(subscribe('BTC-USDT'))
    clock.advance(20_000)
    await client.ask({ id: 'p', type: 'ping' })
    clock.advance(29_000)
    simulator.emit(BTC, 1)
    await client.take()
    await client.settled()
    clock.advance(1_000)
    expect(JSON.parse(await client.take())).toEqual({
      id: 'c1',
      type: 'error',
      code: 400,
      data: 'ping timeout',
    })
    expect(await client.closed).toEqual({ code: 1_000, reason: 'Bye' })
  })

  it('are opened 30 times a minute', async () => {
    await start()
    for (let count = 0; count < 30; count++) await connect(addressOf(await bullet()))
    const given = await bullet()
    await expect(connect(addressOf(given))).rejects.toThrow('429')
    clock.advance(60_000)
    await connect(addressOf(given))
  })
})

const data = async (path: string) => {
  const { status, body } = await get(`${rest}${path}`)
  expect([status, body]).toMatchObject([200, { code: '200000' }])
  return (body as { data: unknown }).data
}

describe('KuCoin REST', () => {
  it('tells the time and its symbols', async () => {
    await start()
    expect(await data('/api/v1/timestamp')).toBe(clock.now())
    expect(await data('/api/v2/symbols')).toContainEqual(
      expect.objectContaining({
        symbol: 'BTC-USDT',
        baseCurrency: 'BTC',
        quoteCurrency: 'USDT',
        priceIncrement: '0.1',
        baseIncrement: '0.00000001',
        enableTrading: true,
      }),
    )
  })

  it('has the newest 100 trades, oldest first, with times of 19 digits', async () => {
    await start()
    const made = simulator.emit(BTC, 120)
    const path = '/api/v1/market/histories?symbol=BTC-USDT'
    const rows = (await data(path)) as Record<string, unknown>[]
    expect(rows.map(({ time: _, ...row }) => row)).toEqual(
      made.slice(20).map(({ id, price, qty, side }) => ({ sequence: id, price, size: qty, side })),
    )
    const text = await (await fetch(`${rest}${path}`)).text()
    expect(text).toContain(`"time":${made.at(-1)?.time}000000}`)
  })

  it('has stats and bars that agree with the trades', async () => {
    await start()
    const made = simulator.emit(BTC, 5)
    const last = made.at(-1)?.price
    const stats = await data('/api/v1/market/stats?symbol=BTC-USDT')
    expect(stats).toMatchObject({ symbol: 'BTC-USDT', last, vol: expect.any(String) })
    const { ticker } = (await data('/api/v1/market/allTickers')) as { ticker: unknown[] }
    expect(ticker).toHaveLength(12)
    const { time: _, ...figures } = stats as Record<string, unknown>
    expect(ticker[0]).toMatchObject(figures)
    clock.advance(180_000)
    simulator.emit(BTC, 1)
    const path = '/api/v1/market/candles?type=1min&symbol=BTC-USDT'
    const bars = (await data(`${path}&startAt=1&endAt=9999999999`)) as string[][]
    expect(bars.length).toBeGreaterThan(1_400)
    const [now, before] = bars
    // Two minutes without a trade are not there.
    expect(Number(now?.[0]) - Number(before?.[0])).toBe(180)
    expect(before?.[2]).toBe(last)
    for (const [, open, close, high, low] of bars) {
      expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)))
      expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)))
    }
    const at = Number(bars[9]?.[0])
    const part = (await data(`${path}&startAt=${at}&endAt=${at + 120}`)) as string[][]
    expect(part.map(([time]) => Number(time))).toEqual([at + 60, at])
  })

  it('refuses unknown pairs, and too much weight with 429000 until the pool is full again', async () => {
    await start()
    expect(await get(`${rest}/api/v1/market/stats?symbol=NOPE-USDT`)).toMatchObject({
      status: 400,
      body: { code: '400100' },
    })
    expect(await get(`${rest}/api/v1/nope`)).toMatchObject({ status: 404 })
    let reply = await get(`${rest}/api/v1/market/allTickers`)
    expect(reply.headers.get('gw-ratelimit-limit')).toBe('2000')
    expect(reply.headers.get('gw-ratelimit-remaining')).toBe('1970')
    while (reply.status === 200) reply = await get(`${rest}/api/v1/market/allTickers`)
    expect([reply.status, reply.body]).toMatchObject([429, { code: '429000' }])
    expect(reply.headers.get('gw-ratelimit-reset')).toBe('30000')
    clock.advance(30_000)
    expect((await get(`${rest}/api/v1/timestamp`)).status).toBe(200)
  })
})

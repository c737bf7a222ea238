import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  PrintedTrade,
  SimulatorOptions,
} from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get, type RawClient, until } from './raw-client.ts'

let simulator: ControlledSimulator
let clock: ManualClock
let ws: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['htx'], rate: 0, clock, ...options })
  const address = simulator.address('htx')
  ws = address.ws
  rest = address.rest
}

afterEach(() => simulator.close())

/** A client for which every frame must be gzip in a binary frame. */
const open = (): Promise<RawClient> =>
  connect(ws, {
    decode: (data, isBinary) => {
      expect([isBinary, ...data.subarray(0, 3)]).toEqual([true, 0x1f, 0x8b, 0x08])
      return gunzipSync(data).toString('utf8')
    },
  })

const BTC = 'htx:BTC-USDT'
const TOPIC = 'market.btcusdt.trade.detail'

/** Subscribes and passes over the old trade. */
async function subscribe(client: RawClient, topic = TOPIC): Promise<void> {
  expect(await client.ask({ sub: topic, id: 'id1' })).toMatchObject({ status: 'ok', subbed: topic })
  expect(JSON.parse(await client.take())).toMatchObject({ ch: topic })
}

const rowOf = ({ id, price, qty, side, time }: PrintedTrade, key = 'tradeId') => ({
  id: expect.any(Number),
  ts: time,
  [key]: Number(id),
  amount: Number(qty),
  price: Number(price),
  direction: side,
})

describe('HTX sockets', () => {
  it.each([1, 'id1'])('acknowledge one topic at a time with the id %j as it was', async (id) => {
    await start()
    const client = await open()
    expect(await client.ask({ sub: TOPIC, id })).toEqual({
      id,
      status: 'ok',
      subbed: TOPIC,
      ts: clock.now(),
    })
    await client.take()
    expect(await client.ask({ unsub: TOPIC, id })).toEqual({
      id,
      status: 'ok',
      unsubbed: TOPIC,
      ts: clock.now(),
    })
    simulator.emit(BTC, 1)
    await client.settled()
    expect(client.frames).toHaveLength(3)
    await expect(connect(ws.replace('/ws', '/'))).rejects.toThrow('404')
  })

  it('begin with the trade before, at its old time', async () => {
    await start()
    const [old] = simulator.emit(BTC, 1)
    clock.advance(3_000)
    const client = await open()
    await client.ask({ sub: TOPIC, id: 1 })
    expect(JSON.parse(await client.take())).toEqual({
      ch: TOPIC,
      ts: clock.now(),
      tick: { id: expect.any(Number), ts: old?.time, data: [old && rowOf(old)] },
    })
    await client.ask({ sub: TOPIC, id: 2 })
    const [live] = simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take()).tick.data).toEqual([live && rowOf(live)])
    expect(Number(live?.id)).toBe(Number(old?.id) + 1)
  })

  it('print a taker order as one tick, newest row first, ids up by one', async () => {
    await start()
    const client = await open()
    await subscribe(client)
    const made = simulator.emit(BTC, 5, { together: true })
    const text = await client.take()
    expect(JSON.parse(text)).toEqual({
      ch: TOPIC,
      ts: clock.now(),
      tick: {
        id: expect.any(Number),
        ts: made[0]?.time,
        data: made.map((trade) => rowOf(trade)).toReversed(),
      },
    })
    const ids = made.map(({ id }) => Number(id))
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index))
    expect(text).toMatch(/"data":\[\{"id":\d{25,},/)
    expect(simulator.sent().map(({ id }) => id)).toEqual(made.map(({ id }) => id).toReversed())
  })

  it('write small prices with an exponent', async () => {
    await start()
    const client = await open()
    await subscribe(client, 'market.dogebtc.trade.detail')
    const [trade] = simulator.emit('htx:DOGE-BTC', 1)
    const text = await client.take()
    expect(text).toMatch(/"price":1\.\d+e-06,/)
    expect(JSON.parse(text).tick.data[0].price).toBe(Number(trade?.price))
    expect(trade?.price).toMatch(/^0\.000001\d+$/)
  })

  it.each([
    [{ sub: 'market.nope.trade.detail', id: 2 }, 'invalid symbol nope'],
    [{ sub: 'market.btcusdt.nope', id: 2 }, 'invalid topic market.btcusdt.nope'],
    [{ sub: [TOPIC, TOPIC], id: 2 }, `invalid topic ${TOPIC},${TOPIC}`],
    [{ unsub: TOPIC, id: 2 }, `unsub with not subbed topic ${TOPIC}`],
    [{ id: 2 }, 'invalid topic'],
  ])('answer %j with an error', async (request, message) => {
    await start()
    const client = await open()
    expect(await client.ask(request)).toEqual({
      ts: clock.now(),
      status: 'error',
      'err-code': 'bad-request',
      'err-msg': message,
      id: 2,
    })
  })

  it('stay open on what is no JSON', async () => {
    await start()
    const client = await open()
    expect(await client.ask('{oops')).toMatchObject({ 'err-msg': 'not json string' })
    await subscribe(client)
  })

  it('give the latest 300 trades on request, newest first, one request in 100 ms', async () => {
    await start()
    const client = await open()
    const made = simulator.emit(BTC, 300, { together: true })
    expect(await client.ask({ req: TOPIC, id: 'id11' })).toEqual({
      id: 'id11',
      rep: TOPIC,
      status: 'ok',
      ts: clock.now(),
      data: made.map((trade) => rowOf(trade)).toReversed(),
    })
    clock.advance(99)
    expect(await client.ask({ req: TOPIC, id: 12 })).toMatchObject({
      'err-msg': '429 too many request',
      id: 12,
    })
    clock.advance(100)
    expect(await client.ask({ req: TOPIC, id: 13 })).toMatchObject({ rep: TOPIC })
  })

  it('ping every 5 s, and drop who has missed two, data or not', async () => {
    await start()
    const [quiet, wrong, fair] = [await open(), await open(), await open()]
    await subscribe(quiet)
    for (let round = 1; round <= 3; round++) {
      clock.advance(5_000)
      const { ping } = JSON.parse(await fair.take())
      expect(ping).toBe(clock.now())
      fair.send({ pong: ping })
      wrong.send({ pong: ping + 1 })
      await Promise.all([fair.settled(), round < 3 && wrong.settled()])
      simulator.emit(BTC, 1)
    }
    expect([(await quiet.closed).code, (await wrong.closed).code]).toEqual([1_006, 1_006])
    expect(quiet.frames.filter((frame) => frame.startsWith('{"ping"'))).toHaveLength(2)
    await subscribe(fair)
  })

  it('tell of every match of a busy while, once', async () => {
    await start({ rate: 300 })
    const client = await open()
    await subscribe(client)
    clock.advance(4_000)
    simulator.pause()
    const made = simulator.printed().filter(({ market }) => market === BTC)
    await until(() => simulator.sent().length >= made.length, 'all trades')
    const heard = simulator.sent().map(({ id }) => Number(id))
    expect(heard.sort((a, b) => a - b)).toEqual(made.map(({ id }) => Number(id)))
  })
})

const ok = async (path: string) => {
  const { status, body } = await get(`${rest}${path}`)
  expect([status, body]).toMatchObject([200, { status: 'ok' }])
  return body as Record<string, unknown>
}

describe('HTX REST', () => {
  it('tells the time and its symbols in small letters', async () => {
    await start()
    expect(await ok('/v1/common/timestamp')).toEqual({ status: 'ok', data: clock.now() })
    expect((await ok('/v1/common/symbols')).data).toContainEqual(
      expect.objectContaining({
        symbol: 'btcusdt',
        'base-currency': 'btc',
        'quote-currency': 'usdt',
        'price-precision': 1,
        'amount-precision': 8,
        state: 'online',
      }),
    )
  })

  it('has trades by taker order, newest first, under another name', async () => {
    await start()
    const orders = [3, 1, 2].map((count) => simulator.emit(BTC, count, { together: true }))
    expect(await ok('/market/history/trade?symbol=btcusdt&size=3')).toEqual({
      status: 'ok',
      ch: TOPIC,
      ts: clock.now(),
      data: orders.toReversed().map((made) => ({
        id: expect.any(Number),
        ts: made[0]?.time,
        data: made.map((trade) => rowOf(trade, 'trade-id')).toReversed(),
      })),
    })
    const whole = await ok('/market/history/trade?symbol=btcusdt&size=2000')
    const groups = whole.data as { data: { 'trade-id': number }[] }[]
    const ids = groups.flatMap(({ data }) => data.map((row) => row['trade-id']))
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) - index))
    simulator.emit(BTC, 2_100)
    const most = await ok('/market/history/trade?symbol=btcusdt&size=2000')
    expect(most.data).toHaveLength(2_000)
  })

  it('has klines newest first, and figures of the day that agree', async () => {
    await start()
    const last = Number(simulator.emit(BTC, 5).at(-1)?.price)
    const { tick } = await ok('/market/detail/merged?symbol=btcusdt')
    expect(tick).toMatchObject({ close: last, amount: expect.any(Number), bid: [last - 0.1, 1] })
    const { data } = await ok('/market/tickers')
    const { amount, vol } = tick as { amount: number; vol: number }
    expect(data).toContainEqual(expect.objectContaining({ symbol: 'btcusdt', amount, vol }))
    expect(vol / amount).toBeGreaterThan(last * 0.8)
    const path = '/market/history/kline?symbol=btcusdt&period=1min'
    const bars = (await ok(`${path}&size=1440`)).data as Record<string, number>[]
    expect(bars.map(({ id }) => id)).toEqual(bars.map((_, row) => (bars[0]?.id ?? 0) - row * 60))
    expect(bars[0]).toMatchObject({ id: Math.floor(clock.now() / 60_000) * 60, close: last })
    expect(bars.reduce((sum, bar) => sum + (bar.amount ?? 0), 0)).toBeCloseTo(amount, 6)
  })

  it('refuses with HTTP 200, and with 429 over 10 calls a second', async () => {
    await start()
    for (const path of [
      '/market/detail/merged?symbol=nope',
      '/market/history/trade?symbol=btcusdt&size=2001',
      '/market/history/kline?symbol=btcusdt&period=2min',
    ])
      expect(await get(`${rest}${path}`)).toMatchObject({ status: 200, body: { status: 'error' } })
    expect((await get(`${rest}/nope`)).status).toBe(404)
    const first = await get(`${rest}/v1/common/timestamp`)
    expect(first.headers.get('x-hb-ratelimit-requests-remain')).toBe('6')
    for (let call = 0; call < 6; call++) await get(`${rest}/v1/common/timestamp`)
    expect(await get(`${rest}/v1/common/timestamp`)).toMatchObject({
      status: 429,
      body: { status: 'error', 'err-code': 'too-many-request' },
    })
    clock.advance(1_000)
    await ok('/v1/common/timestamp')
  })
})

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
  simulator = await startSimulator({ venues: ['gate'], rate: 0, clock, ...options })
  const address = simulator.address('gate')
  ws = address.ws
  rest = `${address.rest}/api/v4/spot`
}

afterEach(() => simulator.close())

const BTC = 'gate:BTC-USDT'
const seconds = () => Math.floor(clock.now() / 1_000)
const request = (event: string, payload: readonly string[], more: object = {}) => ({
  time: seconds(),
  channel: 'spot.trades',
  event,
  payload,
  ...more,
})

type Trade = { id: string; sequence_id: string; create_time_ms: string; side: string }
const trades = async (query: string) =>
  (await get(`${rest}/trades?currency_pair=BTC_USDT${query}`)).body as Trade[]
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)

describe('Gate sockets', () => {
  it('answer a request once, with error null and status success', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(request('subscribe', ['BTC_USDT', 'ETH_USDT'], { id: 1 }))).toEqual({
      time: seconds(),
      time_ms: clock.now(),
      id: 1,
      conn_id: expect.any(String),
      channel: 'spot.trades',
      event: 'subscribe',
      payload: ['BTC_USDT', 'ETH_USDT'],
      error: null,
      result: { status: 'success' },
    })
    await expect(connect(ws.replace(/\/$/, ''))).rejects.toThrow('404')
  })

  it('print both ids: id jumps over all markets, id_market counts up by one', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(request('subscribe', ['BTC_USDT']))
    const made = [...simulator.emit(BTC, 2), ...simulator.emit('gate:ETH-USDT', 3)]
    made.push(...simulator.emit(BTC, 3, { together: true }))
    const own = made.filter(({ market }) => market === BTC)
    await until(() => client.frames.length === 1 + own.length, 'all trades')
    for (const [index, { id, seq, price, qty, side, time }] of own.entries())
      expect(JSON.parse(client.frames[index + 1] ?? '')).toEqual({
        time: seconds(),
        time_ms: clock.now(),
        channel: 'spot.trades',
        event: 'update',
        result: {
          id: Number(id),
          id_market: Number(seq),
          create_time: Math.floor(time / 1_000),
          create_time_ms: expect.stringMatching(new RegExp(`^${time}\\.\\d{4}$`)),
          side,
          currency_pair: 'BTC_USDT',
          amount: qty,
          price,
          range: `${seq}-${seq}`,
        },
      })
    const steps = (key: 'id' | 'seq') =>
      own.slice(1).map((trade, index) => Number(trade[key]) - Number(own[index]?.[key]))
    expect(steps('seq')).toEqual([1, 1, 1, 1])
    expect(Math.min(...steps('id'))).toBeGreaterThan(0)
    expect(Math.max(...steps('id'))).toBeGreaterThan(3)
  })

  it('refuse an unknown pair, and the whole request with it', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(request('subscribe', ['BTC_USDT', 'NOPE_USDT']))).toMatchObject({
      error: { code: 2, message: 'unknown currency pair NOPE_USDT' },
      result: { status: 'fail' },
    })
    simulator.emit(BTC, 1)
    await client.settled()
    expect(client.frames).toHaveLength(1)
  })

  it.each([-61, 61])('refuse a request whose time is %i s off', async (off) => {
    await start()
    const client = await connect(ws)
    const late = { ...request('subscribe', ['BTC_USDT']), time: seconds() + off }
    expect(await client.ask(late)).toMatchObject({ error: { code: 2 }, result: { status: 'fail' } })
    const fair = { ...late, time: seconds() + Math.sign(off) * 60 }
    expect(await client.ask(fair)).toMatchObject({ error: null })
  })

  it('stay open on what is no JSON', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask('{oops')).toMatchObject({
      error: { code: 1, message: 'request message need json scheme' },
    })
    expect(await client.ask(request('subscribe', []))).toMatchObject({ error: { code: 2 } })
    expect(await client.ask(request('jump', ['BTC_USDT']))).toMatchObject({ error: { code: 2 } })
  })

  it('ping by protocol, answer spot.ping, and drop who is silent without subscription', async () => {
    await start()
    const [idle, client, listener] = [await connect(ws), await connect(ws), await connect(ws)]
    await listener.ask(request('subscribe', ['BTC_USDT']))
    clock.advance(20_000)
    expect(await client.ask({ time: seconds(), channel: 'spot.ping' })).toEqual({
      time: seconds(),
      time_ms: clock.now(),
      channel: 'spot.pong',
      event: '',
      error: null,
      result: null,
    })
    clock.advance(12_000)
    expect((await idle.closed).code).toBe(1_006)
    await client.settled()
    expect(client.pings.length).toBeGreaterThan(0)
    simulator.emit(BTC, 1)
    await listener.take((frame) => frame.includes('"update"'))
  })

  it('tell of an upgrade without a channel, then close', async () => {
    await start()
    const client = await connect(ws)
    simulator.announceShutdown('gate')
    expect(JSON.parse(await client.take())).toEqual({
      type: 'upgrade',
      msg: 'The connection will soon be closed for a service upgrade. Please reconnect.',
    })
    clock.advance(1_000)
    expect((await client.closed).code).toBe(1_001)
  })

  it('unsubscribe', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(request('subscribe', ['BTC_USDT', 'ETH_USDT']))
    expect(await client.ask(request('unsubscribe', ['BTC_USDT']))).toMatchObject({ error: null })
    simulator.emit(BTC, 1)
    simulator.emit('gate:ETH-USDT', 1)
    expect(JSON.parse(await client.take()).result.currency_pair).toBe('ETH_USDT')
  })
})

describe('Gate REST', () => {
  it('tells the time and the pairs', async () => {
    await start()
    expect((await get(`${rest}/time`)).body).toEqual({ server_time: clock.now() })
    expect((await get(`${rest}/currency_pairs`)).body).toContainEqual(
      expect.objectContaining({
        id: 'BTC_USDT',
        base: 'BTC',
        quote: 'USDT',
        precision: 1,
        amount_precision: 8,
        trade_status: 'tradable',
      }),
    )
  })

  it('trades: newest first with both ids, from and to in whole seconds', async () => {
    await start()
    const [first] = simulator.emit(BTC, 1)
    clock.advance(10_000)
    const made = simulator.emit(BTC, 2)
    const rows = await trades('&limit=2')
    expect(ids(rows)).toEqual(ids(made).toReversed())
    expect(rows[1]).toMatchObject({
      sequence_id: made[0]?.seq,
      side: made[0]?.side,
      currency_pair: 'BTC_USDT',
      create_time_ms: expect.stringMatching(new RegExp(`^${made[0]?.time}\\.`)),
    })
    const at = Math.floor((first?.time ?? 0) / 1_000)
    expect(ids(await trades(`&from=${at}&to=${at}`))[0]).toBe(first?.id)
    expect(ids(await trades(`&from=${at + 1}`))).toEqual(ids(made).toReversed())
  })

  it('gives every match of the run page by page', async () => {
    await start({ rate: 400 })
    const from = seconds()
    clock.advance(20_000)
    simulator.pause()
    const made = simulator.printed().filter(({ market }) => market === BTC)
    expect(made.length).toBeGreaterThan(1_000)
    const found: string[] = []
    for (let page = 1; ; page++) {
      const rows = await trades(`&from=${from}&to=${seconds()}&limit=1000&page=${page}`)
      found.push(...ids(rows))
      if (rows.length < 1_000) break
    }
    expect(found.slice(0, made.length).toReversed()).toEqual(ids(made))
  })

  it('pages by last_id too, the older way', async () => {
    await start()
    const made = simulator.emit(BTC, 6)
    expect(ids(await trades(`&limit=2&last_id=${made[1]?.id}`))).toEqual([made[3]?.id, made[2]?.id])
    expect(ids(await trades(`&limit=2&last_id=${made[4]?.id}&reverse=true`))).toEqual([
      made[3]?.id,
      made[2]?.id,
    ])
  })

  it('tickers, and bars as text with the close before the high', async () => {
    await start()
    const { body } = await get(`${rest}/tickers?currency_pair=BTC_USDT`)
    expect(body).toMatchObject([{ currency_pair: 'BTC_USDT', base_volume: expect.any(String) }])
    const path = `${rest}/candlesticks?currency_pair=BTC_USDT&interval=1m`
    const bars = (await get(`${path}&limit=1000`)).body as string[][]
    expect(bars).toHaveLength(1_000)
    for (const [, , close, high, low, open] of bars) {
      expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)))
      expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)))
    }
    expect(bars.at(-1)?.[7]).toBe('false')
    expect(bars.at(-2)?.[7]).toBe('true')
    const at = Number(bars[5]?.[0])
    const part = (await get(`${path}&from=${at}&to=${at + 60}`)).body as string[][]
    expect(part.map(([time]) => Number(time))).toEqual([at, at + 60])
  })

  it('refuses unknown pairs and too many calls, and tells what is left', async () => {
    await start()
    const unknown = await get(`${rest}/trades?currency_pair=NOPE_USDT`)
    expect([unknown.status, unknown.body]).toMatchObject([400, { label: 'INVALID_CURRENCY_PAIR' }])
    const first = await get(`${rest}/time`)
    expect(first.headers.get('x-gate-ratelimit-requests-remain')).toBe('199')
    for (let call = 0; call < 199; call++) await get(`${rest}/time`)
    const refused = await get(`${rest}/time`)
    expect([refused.status, refused.body]).toMatchObject([429, { label: 'TOO_MANY_REQUESTS' }])
    expect((await get(`${rest}/currency_pairs`)).status).toBe(200)
    clock.advance(10_000)
    expect((await get(`${rest}/time`)).status).toBe(200)
  })
})

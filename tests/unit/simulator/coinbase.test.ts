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
  simulator = await startSimulator({ venues: ['coinbase'], rate: 0, clock, ...options })
  const address = simulator.address('coinbase')
  ws = address.ws
  rest = address.rest
}

afterEach(() => simulator.close())

const BTC = 'coinbase:BTC-USD'
const subscribe = (products: readonly string[], channels: readonly string[] = ['matches']) => ({
  type: 'subscribe',
  product_ids: products,
  channels,
})
const typed = (type: string) => (frame: string) => JSON.parse(frame).type === type

type Trade = { trade_id: number; side: string; size: string; price: string; time: string }
const trades = async (query: string) => {
  const { body, headers, status } = await get(`${rest}/products/BTC-USD/trades${query}`)
  return { rows: body as Trade[], headers, status }
}

describe('Coinbase sockets', () => {
  it('drops who does not subscribe within 5 s, and keeps who does', async () => {
    await start()
    const idle = await connect(ws)
    const client = await connect(ws)
    client.send(subscribe(['BTC-USD']))
    await client.take(typed('last_match'))
    clock.advance(5_000)
    expect((await idle.closed).code).toBe(1_006)
    clock.advance(60_000)
    simulator.emit(BTC, 1)
    await client.take(typed('match'))
  })

  it('tells the last match first, then live ones, and the answer may come after them', async () => {
    await start()
    const { rows } = await trades('?limit=1')
    const client = await connect(ws)
    client.send(subscribe(['BTC-USD']))
    const last = JSON.parse(await client.take())
    expect(last).toMatchObject({ type: 'last_match', trade_id: rows[0]?.trade_id })
    const [trade] = simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take())).toEqual({
      type: 'match',
      trade_id: Number(trade?.id),
      maker_order_id: expect.stringMatching(/^[0-9a-f]{8}-/),
      taker_order_id: expect.stringMatching(/^[0-9a-f]{8}-/),
      side: trade?.side === 'buy' ? 'sell' : 'buy',
      size: trade?.qty,
      price: trade?.price,
      product_id: 'BTC-USD',
      sequence: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
    clock.advance(10)
    expect(JSON.parse(await client.take())).toEqual({
      type: 'subscriptions',
      channels: [{ name: 'matches', product_ids: ['BTC-USD'], account_ids: null }],
    })
  })

  it('prints the side of the maker on both ways', async () => {
    await start()
    const client = await connect(ws)
    client.send(subscribe(['BTC-USD']))
    await client.take(typed('last_match'))
    const made = simulator.emit(BTC, 20)
    expect(new Set(made.map(({ side }) => side)).size).toBe(2)
    const { rows } = await trades('?limit=20')
    for (const [index, { side }] of made.entries()) {
      const inverted = side === 'buy' ? 'sell' : 'buy'
      expect(JSON.parse(await client.take()).side).toBe(inverted)
      expect(rows.toReversed()[index]?.side).toBe(inverted)
    }
  })

  it('counts trade_id up by one, while sequence jumps', async () => {
    await start()
    const client = await connect(ws)
    client.send(subscribe(['BTC-USD']))
    await client.take(typed('last_match'))
    simulator.emit(BTC, 5)
    simulator.emit(BTC, 5, { together: true })
    await until(() => client.frames.length === 11, 'all matches')
    const frames = client.frames.map((frame) => JSON.parse(frame))
    for (const [index, frame] of frames.slice(1).entries()) {
      expect(frame.trade_id).toBe(frames[index].trade_id + 1)
      expect(frame.sequence).toBeGreaterThan(frames[index].sequence + 1)
    }
  })

  it('answers every request with the full list of what is subscribed', async () => {
    await start()
    const client = await connect(ws)
    const list = async (message: unknown) => {
      client.send(message)
      const heard = simulator.sockets()[0]?.heard.length ?? 0
      await until(() => (simulator.sockets()[0]?.heard.length ?? 0) > heard, 'the request')
      clock.advance(10)
      const { channels } = JSON.parse(await client.take(typed('subscriptions')))
      return Object.fromEntries(
        channels.map((one: { name: string; product_ids: string[] }) => [
          one.name,
          one.product_ids.toSorted(),
        ]),
      )
    }
    await list(subscribe(['BTC-USD'], ['matches']))
    expect(await list(subscribe(['ETH-USD'], ['matches', 'heartbeat']))).toEqual({
      matches: ['BTC-USD', 'ETH-USD'],
      heartbeat: ['ETH-USD'],
    })
    expect(
      await list({ type: 'unsubscribe', product_ids: ['BTC-USD'], channels: ['matches'] }),
    ).toEqual({ matches: ['ETH-USD'], heartbeat: ['ETH-USD'] })
    expect(await list({ type: 'unsubscribe', channels: ['heartbeat'] })).toEqual({
      matches: ['ETH-USD'],
    })
    simulator.emit(BTC, 1)
    simulator.emit('coinbase:ETH-USD', 1)
    expect(JSON.parse(await client.take(typed('match'))).product_id).toBe('ETH-USD')
  })

  it.each([
    [subscribe(['ETH-XYZ', 'BTC-USD']), 'ETH-XYZ is not a valid product'],
    [subscribe(['BTC-USD'], ['not_a_valid_channel']), 'not_a_valid_channel is not a valid channel'],
  ])('rejects the whole request %j', async (message, reason) => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(message)).toEqual({
      type: 'error',
      message: 'Failed to subscribe',
      reason,
    })
    simulator.emit(BTC, 1)
    await client.settled()
    expect(client.frames).toHaveLength(1)
  })

  it.each(['{oops', '{"type":"jump"}'])('answers %s with an error and stays open', async (text) => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(text)).toMatchObject({ type: 'error' })
    client.send(subscribe(['BTC-USD']))
    await client.take(typed('last_match'))
  })

  it('beats each second; the last_trade_id of a dropped match gives it away', async () => {
    await start({ faults: ['drop:at=2'] })
    const client = await connect(ws)
    client.send(subscribe(['BTC-USD', 'ETH-USD'], ['matches', 'heartbeat']))
    await client.take(typed('last_match'))
    const [heard, lost] = simulator.emit(BTC, 2)
    expect(JSON.parse(await client.take(typed('match'))).trade_id).toBe(Number(heard?.id))
    clock.advance(1_000)
    expect(JSON.parse(await client.take(typed('heartbeat')))).toEqual({
      type: 'heartbeat',
      sequence: expect.any(Number),
      last_trade_id: Number(lost?.id),
      product_id: 'BTC-USD',
      time: expect.stringMatching(/\.\d{6}Z$/),
    })
    expect(JSON.parse(await client.take(typed('heartbeat'))).product_id).toBe('ETH-USD')
    await client.settled()
    expect(client.frames.filter(typed('match'))).toHaveLength(1)
  })
})

describe('Coinbase REST', () => {
  it('tells the time in ms and the products with their steps', async () => {
    await start()
    const { body } = await get(`${rest}/time`)
    expect(body).toEqual({ iso: new Date(clock.now()).toISOString(), epoch: clock.now() / 1_000 })
    const { body: products } = await get(`${rest}/products`)
    expect(products).toContainEqual(
      expect.objectContaining({
        id: 'BTC-USD',
        base_currency: 'BTC',
        quote_currency: 'USD',
        quote_increment: '0.1',
        base_increment: '0.00000001',
        status: 'online',
        trading_disabled: false,
      }),
    )
  })

  it('pages newest first: after= is older, the cursors come as headers', async () => {
    await start()
    const made = simulator.emit(BTC, 10).map(({ id }) => Number(id))
    const first = await trades('?limit=4')
    expect(first.rows.map(({ trade_id }) => trade_id)).toEqual(made.slice(6).toReversed())
    expect(first.headers.get('cb-before')).toBe(String(made[9]))
    expect(first.headers.get('cb-after')).toBe(String(made[6]))
    const second = await trades(`?limit=4&after=${first.headers.get('cb-after')}`)
    expect(second.rows.map(({ trade_id }) => trade_id)).toEqual(made.slice(2, 6).toReversed())
    // The newest page newer than the cursor, not the one next to it.
    const newer = await trades(`?limit=4&before=${made[1]}`)
    expect(newer.rows.map(({ trade_id }) => trade_id)).toEqual(made.slice(6).toReversed())
    expect((await trades('?limit=4&before=999999999999')).rows).toEqual([])
    expect((await trades('?after=x')).status).toBe(400)
  })

  it('gives every match of the run to who pages by id', async () => {
    await start({ rate: 400 })
    clock.advance(20_000)
    simulator.pause()
    const made = simulator.printed().filter(({ market }) => market === BTC)
    expect(made.length).toBeGreaterThan(1_000)
    const found: string[] = []
    let cursor = ''
    while (!found.includes(made[0]?.id ?? '')) {
      const { rows, headers } = await trades(cursor)
      found.push(...rows.map(({ trade_id }) => String(trade_id)))
      cursor = `?after=${headers.get('cb-after')}`
    }
    expect(found.slice(0, made.length).toReversed()).toEqual(made.map(({ id }) => id))
  })

  it('candles: low before high, newest first, 300 at most', async () => {
    await start()
    const { body } = await get(`${rest}/products/BTC-USD/candles?granularity=60`)
    const rows = body as number[][]
    expect(rows).toHaveLength(300)
    expect(rows[0]?.[0]).toBeGreaterThan(rows[1]?.[0] ?? Number.POSITIVE_INFINITY)
    for (const [, low = 0, high = 0, open = 0, close = 0] of rows) {
      expect(low).toBeLessThanOrEqual(Math.min(open, close))
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
    }
    const at = rows[5]?.[0] ?? 0
    const iso = (seconds: number) => new Date(seconds * 1_000).toISOString()
    const range = `&start=${iso(at - 60)}&end=${iso(at)}`
    const part = await get(`${rest}/products/BTC-USD/candles?granularity=60${range}`)
    expect((part.body as number[][]).map(([time]) => time)).toEqual([at, at - 60])
    const wide = `&start=${iso(at - 86_400)}&end=${iso(at)}`
    expect((await get(`${rest}/products/BTC-USD/candles?granularity=60${wide}`)).status).toBe(400)
    const { body: stats } = await get(`${rest}/products/BTC-USD/stats`)
    expect(stats).toMatchObject({ open: expect.any(String), volume: expect.any(String) })
  })

  it('refuses too many calls, unknown products and unknown paths', async () => {
    await start()
    expect((await get(`${rest}/products/NO-PE/trades`)).status).toBe(404)
    expect((await get(`${rest}/nope`)).body).toEqual({ message: 'NotFound' })
    for (let call = 0; call < 13; call++) expect((await get(`${rest}/time`)).status).toBe(200)
    const refused = await get(`${rest}/time`)
    expect([refused.status, refused.body]).toEqual([429, { message: 'Public rate limit exceeded' }])
    clock.advance(1_500)
    expect((await get(`${rest}/time`)).status).toBe(200)
  })
})

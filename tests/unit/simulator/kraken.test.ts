import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  SimulatorOptions,
} from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get, type RawClient } from './raw-client.ts'

let simulator: ControlledSimulator
let clock: ManualClock
let ws: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['kraken'], rate: 0, clock, ...options })
  const address = simulator.address('kraken')
  ws = address.ws
  rest = `${address.rest}/0/public`
}

afterEach(() => simulator.close())

const BTC = 'kraken:BTC-USD'
const MICROS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const times = { time_in: expect.stringMatching(MICROS), time_out: expect.stringMatching(MICROS) }
const subscribe = (symbol: readonly string[], more: object = {}) => ({
  method: 'subscribe',
  params: { channel: 'trade', symbol, ...more },
})

/** A client that has read the greeting. */
async function greeted(): Promise<RawClient> {
  const client = await connect(ws)
  await client.take()
  return client
}

const result = async (path: string) =>
  (await get(`${rest}/${path}`)).body as { error: string[]; result: Record<string, unknown> }

type Rows = readonly (readonly [string, string, number, string, string, string, number])[]

describe('Kraken sockets', () => {
  it('greet with their status; the number of the connection is above 2^53', async () => {
    await start()
    const client = await connect(ws)
    const text = await client.take()
    expect(JSON.parse(text)).toMatchObject({
      channel: 'status',
      type: 'update',
      data: [{ api_version: 'v2', system: 'online' }],
    })
    expect(text).toMatch(/"connection_id":13834774380200032\d{3},/)
    await expect(connect(ws.replace('/v2', '/v1'))).rejects.toThrow('404')
  })

  it('acknowledge each symbol by itself; errors stand at the top without a result', async () => {
    await start()
    const client = await greeted()
    client.send({ ...subscribe(['BTC/USD', 'FOO/USD', 'ETH/USD']), req_id: 7 })
    expect(JSON.parse(await client.take())).toEqual({
      method: 'subscribe',
      req_id: 7,
      result: { channel: 'trade', snapshot: false, symbol: 'BTC/USD' },
      success: true,
      ...times,
    })
    expect(JSON.parse(await client.take())).toEqual({
      error: 'Currency pair not supported FOO/USD',
      method: 'subscribe',
      req_id: 7,
      success: false,
      symbol: 'FOO/USD',
      ...times,
    })
    expect(JSON.parse(await client.take())).toMatchObject({
      success: true,
      result: { symbol: 'ETH/USD' },
    })
    simulator.emit('kraken:ETH-USD', 1)
    expect(JSON.parse(await client.take())).toMatchObject({ channel: 'trade' })
  })

  it.each(['XBT/USD', 'XDG/USD'])('refuse the first version’s name %s', async (symbol) => {
    await start()
    const client = await greeted()
    expect(await client.ask(subscribe([symbol]))).toMatchObject({ success: false, symbol })
  })

  it('print prices and quantities as numbers that keep their zeros, times in µs', async () => {
    await start()
    const client = await greeted()
    await client.ask(subscribe(['BTC/USD']))
    const made = simulator.emit(BTC, 6, { together: true })
    const text = await client.take()
    expect(JSON.parse(text)).toEqual({
      channel: 'trade',
      type: 'update',
      data: made.map(({ id, price, qty, side }) => ({
        symbol: 'BTC/USD',
        side,
        price: Number(price),
        qty: Number(qty),
        ord_type: expect.stringMatching(/^(limit|market)$/),
        trade_id: Number(id),
        timestamp: expect.stringMatching(MICROS),
      })),
    })
    for (const { price, qty } of made) expect(text).toContain(`"price":${price},"qty":${qty},`)
    expect(made[0]?.qty).toMatch(/^\d+\.\d{8}$/)
  })

  it('replay the last 50 trades only when asked', async () => {
    await start()
    const client = await greeted()
    await client.ask(subscribe(['BTC/USD'], { snapshot: true }))
    const snapshot = JSON.parse(await client.take())
    expect(snapshot).toMatchObject({ channel: 'trade', type: 'snapshot' })
    expect(snapshot.data).toHaveLength(50)
    const [trade] = simulator.emit(BTC, 1)
    expect(snapshot.data.at(-1).trade_id).toBe(Number(trade?.id) - 1)
    const other = await greeted()
    await other.ask(subscribe(['BTC/USD']))
    await other.settled()
    expect(other.frames).toHaveLength(2)
  })

  it('beat each second after the first subscription, and not while trades come', async () => {
    await start()
    const client = await greeted()
    clock.advance(3_000)
    await client.ask(subscribe(['BTC/USD']))
    clock.advance(3_000)
    for (let beat = 0; beat < 3; beat++)
      expect(JSON.parse(await client.take())).toEqual({ channel: 'heartbeat' })
    simulator.emit(BTC, 1)
    clock.advance(900)
    simulator.emit(BTC, 1)
    clock.advance(900)
    await client.take()
    await client.take()
    await client.settled()
    expect(client.frames.filter((frame) => frame.includes('heartbeat'))).toHaveLength(3)
  })

  it('answer pings with two times, and drop who is silent for a minute without subscription', async () => {
    await start()
    const client = await greeted()
    expect(await client.ask({ method: 'ping', req_id: 101 })).toEqual({
      method: 'pong',
      req_id: 101,
      ...times,
    })
    const listener = await greeted()
    await listener.ask(subscribe(['BTC/USD']))
    clock.advance(61_000)
    expect((await client.closed).code).toBe(1_006)
    simulator.emit(BTC, 1)
    await listener.take((frame) => frame.includes('"type":"update"'))
  })

  it('list instruments by their v2 names', async () => {
    await start()
    const client = await greeted()
    await client.ask({ method: 'subscribe', params: { channel: 'instrument' }, req_id: 3 })
    expect(JSON.parse(await client.take()).data.pairs).toContainEqual(
      expect.objectContaining({
        symbol: 'BTC/USD',
        base: 'BTC',
        quote: 'USD',
        price_increment: 0.1,
        qty_increment: 1e-8,
        status: 'online',
      }),
    )
  })

  it('unsubscribe, and stay open on nonsense', async () => {
    await start()
    const client = await greeted()
    await client.ask(subscribe(['BTC/USD']))
    expect(
      await client.ask({
        method: 'unsubscribe',
        params: { channel: 'trade', symbol: ['BTC/USD'] },
      }),
    ).toMatchObject({ method: 'unsubscribe', success: true, result: { symbol: 'BTC/USD' } })
    simulator.emit(BTC, 1)
    for (const text of ['{oops', '{"method":"jump"}', '{"method":"subscribe"}'])
      expect(await client.ask(text)).toMatchObject({ success: false })
  })

  it('tell of maintenance before they close', async () => {
    await start()
    const client = await greeted()
    simulator.announceShutdown('kraken')
    expect(JSON.parse(await client.take())).toMatchObject({ data: [{ system: 'maintenance' }] })
    clock.advance(1_000)
    expect((await client.closed).code).toBe(1_001)
  })
})

describe('Kraken REST', () => {
  it('tells the time in whole seconds, and pairs by its own names', async () => {
    await start()
    expect((await result('Time')).result.unixtime).toBe(Math.floor(clock.now() / 1_000))
    const { result: pairs } = await result('AssetPairs')
    expect(pairs.XXBTZUSD).toMatchObject({
      altname: 'XBTUSD',
      wsname: 'XBT/USD',
      pair_decimals: 1,
      tick_size: '0.1',
    })
    expect(pairs.XDGUSD).toMatchObject({ wsname: 'XDG/USD' })
    expect(pairs.XBTUSDT).toMatchObject({ altname: 'XBTUSDT' })
    expect(pairs.SOLUSD).toMatchObject({ wsname: 'SOL/USD' })
    expect(pairs.XETHXXBT).toMatchObject({ altname: 'ETHXBT' })
  })

  it('trades: rows oldest first under the pair’s own name, and a cursor in ns', async () => {
    await start()
    const made = simulator.emit(BTC, 3)
    const { result: found } = await result('Trades?pair=XBTUSD&count=3')
    const rows = found.XXBTZUSD as Rows
    expect(rows.map((row) => String(row[6]))).toEqual(made.map(({ id }) => id))
    for (const [index, [price, volume, time, side]] of rows.entries()) {
      expect([Number(price), Number(volume)]).toEqual([
        Number(made[index]?.price),
        Number(made[index]?.qty),
      ])
      expect(Math.floor(time * 1_000)).toBe(made[index]?.time)
      expect(side).toBe(made[index]?.side === 'buy' ? 'b' : 's')
    }
    expect(String(found.last)).toMatch(/^\d{19}$/)
    const { result: next } = await result(`Trades?pair=XBTUSD&since=${found.last}`)
    expect(next).toEqual({ XXBTZUSD: [], last: found.last })
  })

  it('a cursor stops within an order of one instant and loses nothing', async () => {
    await start()
    const [before] = simulator.emit(BTC, 1)
    clock.advance(5_000)
    const made = simulator.emit(BTC, 40, { together: true })
    const found: string[] = []
    let since = String(Math.floor((before?.time ?? 0) / 1_000) + 1)
    for (let page = 0; page < 7; page++) {
      const { result: part } = await result(`Trades?pair=XXBTZUSD&count=7&since=${since}`)
      found.push(...(part.XXBTZUSD as Rows).map((row) => String(row[6])))
      since = String(part.last)
    }
    expect(found).toEqual(made.map(({ id }) => id))
  })

  it('gives every match of the run to who follows the cursor', async () => {
    await start({ rate: 400 })
    const begun = clock.now()
    clock.advance(20_000)
    simulator.pause()
    const made = simulator.printed().filter(({ market }) => market === BTC)
    expect(made.length).toBeGreaterThan(1_000)
    const found: string[] = []
    let since = `${begun - 1_000}000000`
    for (let page = 0; page < 10; page++) {
      const { result: part } = await result(`Trades?pair=XBTUSD&since=${since}`)
      found.push(...(part.XXBTZUSD as Rows).map((row) => String(row[6])))
      since = String(part.last)
    }
    expect(found.slice(-made.length)).toEqual(made.map(({ id }) => id))
  })

  it('ticker and bars', async () => {
    await start()
    const { result: ticker } = await result('Ticker?pair=XBTUSD')
    expect(ticker.XXBTZUSD).toMatchObject({
      c: [expect.stringMatching(/\.\d{5}$/), expect.any(String)],
      v: [expect.any(String), expect.any(String)],
    })
    const { result: bars } = await result('OHLC?pair=XBTUSD&interval=1')
    const rows = bars.XXBTZUSD as readonly (readonly [number, ...string[]])[]
    expect(rows).toHaveLength(720)
    expect(rows[0]).toHaveLength(8)
    expect(bars.last).toBe(rows.at(-2)?.[0])
    const { result: later } = await result(`OHLC?pair=XBTUSD&interval=1&since=${bars.last}`)
    expect(later.XXBTZUSD).toHaveLength(1)
  })

  it('errors come with HTTP 200', async () => {
    await start()
    expect(await result('Trades?pair=NOPE')).toEqual({ error: ['EQuery:Unknown asset pair'] })
    expect(await result('Nope')).toEqual({ error: ['EGeneral:Unknown method'] })
    expect(await result('Trades')).toEqual({ error: ['EGeneral:Invalid arguments'] })
    for (let call = 0; call < 13; call++) expect((await result('Time')).error).toEqual([])
    expect(await result('Time')).toEqual({ error: ['EAPI:Rate limit exceeded'] })
    clock.advance(15_000)
    expect((await result('Time')).error).toEqual([])
  })
})

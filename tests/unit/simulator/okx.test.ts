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
let business: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['okx'], rate: 0, clock, ...options })
  const address = simulator.address('okx')
  ws = address.ws
  business = ws.replace('/public', '/business')
  rest = address.rest
}

afterEach(() => simulator.close())

const trades = (...instIds: readonly string[]) =>
  instIds.map((instId) => ({ channel: 'trades', instId }))

describe('OKX sockets', () => {
  it('acknowledges each arg by itself with connId and the id of the request', async () => {
    await start()
    const client = await connect(ws)
    client.send({ id: '1512', op: 'subscribe', args: trades('BTC-USDT', 'ETH-USDT') })
    const first = JSON.parse(await client.take())
    expect(first).toEqual({
      id: '1512',
      event: 'subscribe',
      arg: { channel: 'trades', instId: 'BTC-USDT' },
      connId: expect.stringMatching(/^[0-9a-f]{8}$/),
    })
    expect(JSON.parse(await client.take())).toEqual({
      ...first,
      arg: { channel: 'trades', instId: 'ETH-USDT' },
    })
    client.send({ op: 'unsubscribe', args: trades('BTC-USDT') })
    expect(JSON.parse(await client.take())).toEqual({
      event: 'unsubscribe',
      arg: { channel: 'trades', instId: 'BTC-USDT' },
      connId: first.connId,
    })
  })

  it('refuses an unknown market without arg, and spoils nothing else of the request', async () => {
    await start()
    const client = await connect(ws)
    client.send({ op: 'subscribe', args: trades('NOPE-USDT', 'BTC-USDT') })
    const error = JSON.parse(await client.take())
    expect(error).toEqual({
      event: 'error',
      code: '60018',
      msg: "Wrong URL or channel:trades,instId:NOPE-USDT doesn't exist. Please use the correct URL, channel and parameters referring to API document.",
      connId: expect.any(String),
    })
    expect(JSON.parse(await client.take())).toMatchObject({
      event: 'subscribe',
      arg: { instId: 'BTC-USDT' },
    })
    simulator.emit('okx:BTC-USDT', 1)
    expect(JSON.parse(await client.take())).toMatchObject({
      arg: { channel: 'trades', instId: 'BTC-USDT' },
    })
  })

  it('keeps trades-all to /business and trades to /public', async () => {
    await start()
    const client = await connect(ws)
    expect(
      await client.ask({ op: 'subscribe', args: [{ channel: 'trades-all', instId: 'BTC-USDT' }] }),
    ).toMatchObject({ event: 'error', code: '60018' })
    const other = await connect(business)
    expect(await other.ask({ op: 'subscribe', args: trades('BTC-USDT') })).toMatchObject({
      event: 'error',
      code: '60018',
    })
    expect(
      await other.ask({ op: 'subscribe', args: [{ channel: 'trades-all', instId: 'BTC-USDT' }] }),
    ).toMatchObject({ event: 'subscribe' })
    const [trade] = simulator.emit('okx:BTC-USDT', 1)
    expect(JSON.parse(await other.take())).toEqual({
      arg: { channel: 'trades-all', instId: 'BTC-USDT' },
      data: [
        {
          instId: 'BTC-USDT',
          tradeId: trade?.id,
          px: trade?.price,
          sz: trade?.qty,
          side: trade?.side,
          source: '0',
          ts: String(trade?.time),
        },
      ],
    })
    await expect(connect(ws.replace('/public', '/nope'))).rejects.toThrow('404')
  })

  it.each([
    ['{oops', '60012'],
    ['{"args":[]}', '60012'],
    ['{"op":"jump","args":[]}', '60019'],
    ['{"op":"subscribe","args":"x"}', '60013'],
    ['{"op":"subscribe","args":[]}', '60027'],
    ['{"op":"subscribe","args":[{"instId":"BTC-USDT"}]}', '60013'],
    [
      '{"id":"not allowed!","op":"subscribe","args":[{"channel":"trades","instId":"BTC-USDT"}]}',
      '60012',
    ],
  ])('answers %s with %s', async (text, code) => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(text)).toMatchObject({ event: 'error', code })
  })

  it('answers the bare word ping with the bare word pong, and protocol pings not at all', async () => {
    await start()
    const client = await connect(ws)
    let ponged = false
    client.ws.on('pong', () => {
      ponged = true
    })
    client.ws.ping()
    client.send('ping')
    expect(await client.take()).toBe('pong')
    expect(ponged).toBe(false)
  })

  it('closes with 4004 after 30 s without word or data; ping and trades keep it', async () => {
    await start()
    const client = await connect(ws)
    clock.advance(25_000)
    client.send('ping')
    await client.take()
    clock.advance(25_000)
    client.send({ op: 'subscribe', args: trades('BTC-USDT') })
    await client.take()
    clock.advance(25_000)
    simulator.emit('okx:BTC-USDT', 1)
    await client.take()
    clock.advance(29_000)
    client.ws.ping()
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(2_000)
    expect(await client.closed).toEqual({ code: 4_004, reason: 'No data received in 30s.' })
  })

  it('aggregates one taker order per price: ids, counts and quantities add up', async () => {
    await start()
    const client = await connect(ws)
    await client.ask({ op: 'subscribe', args: trades('ETH-USDT') })
    const printed = [
      ...simulator.emit('okx:ETH-USDT', 50, { together: true }),
      ...simulator.emit('okx:ETH-USDT', 3),
    ]
    const rows = () => client.frames.slice(1).map((frame) => JSON.parse(frame).data[0])
    await until(() => rows().at(-1)?.tradeId === printed.at(-1)?.id, 'the last aggregate')
    let last = BigInt(printed[0]?.id ?? 0) - 1n
    for (const row of rows()) {
      expect(BigInt(row.tradeId) - BigInt(row.count)).toBe(last)
      const inside = printed.filter(
        ({ id }) => BigInt(id) > last && BigInt(id) <= BigInt(row.tradeId),
      )
      expect(inside.map(({ price }) => price)).toEqual(inside.map(() => row.px))
      expect(inside.reduce((sum, { qty }) => sum + Number(qty), 0)).toBeCloseTo(Number(row.sz), 9)
      expect(row).toMatchObject({
        side: inside[0]?.side,
        ts: String(inside[0]?.time),
        source: '0',
        seqId: expect.any(Number),
      })
      last = BigInt(row.tradeId)
    }
    expect(rows().some(({ count }) => Number(count) > 1)).toBe(true)
    expect(rows().length).toBeLessThan(53)
  })

  it('refuses the 481st request of an hour with 60014', async () => {
    await start()
    const client = await connect(ws)
    for (let count = 0; count < 480; count++)
      await client.ask({ op: 'subscribe', args: trades('BTC-USDT') })
    expect(await client.ask({ op: 'subscribe', args: trades('BTC-USDT') })).toMatchObject({
      event: 'error',
      code: '60014',
    })
    for (let minute = 0; minute < 181; minute++) {
      client.send('ping')
      await client.take()
      clock.advance(20_000)
    }
    expect(await client.ask({ op: 'subscribe', args: trades('BTC-USDT') })).toMatchObject({
      event: 'subscribe',
    })
  })

  it('tells of an upgrade 60 s before it closes', async () => {
    await start()
    const client = await connect(ws)
    simulator.announceShutdown('okx')
    expect(JSON.parse(await client.take())).toMatchObject({
      event: 'notice',
      code: '64008',
      connId: expect.any(String),
    })
    for (let count = 0; count < 2; count++) {
      clock.advance(29_000)
      client.send('ping')
      expect(await client.take()).toBe('pong')
    }
    clock.advance(2_000)
    await client.closed
  })

  it('closes on a message over 64 KB, and takes 3 connections a second', async () => {
    await start()
    const client = await connect(ws)
    client.send('x'.repeat(65_537))
    expect((await client.closed).code).toBe(1_009)
    await connect(ws)
    await connect(ws)
    await expect(connect(ws)).rejects.toThrow('429')
    clock.advance(1_001)
    await connect(ws)
  })
})

describe('OKX REST', () => {
  it('tells the time and its markets', async () => {
    await start({ markets: ['BTC-USDT'] })
    expect((await get(`${rest}/api/v5/public/time`)).body).toEqual({
      code: '0',
      msg: '',
      data: [{ ts: String(clock.now()) }],
    })
    expect((await get(`${rest}/api/v5/public/instruments?instType=SPOT`)).body).toMatchObject({
      code: '0',
      data: [
        {
          instId: 'BTC-USDT',
          baseCcy: 'BTC',
          quoteCcy: 'USDT',
          tickSz: '0.1',
          lotSz: '0.00000001',
          state: 'live',
        },
      ],
    })
  })

  it('pages history by id, newest first, each match by itself', async () => {
    await start()
    const printed = simulator.emit('okx:BTC-USDT', 250, { together: true })
    const expected = printed
      .map(({ id, price, qty, side, time }) => ({
        instId: 'BTC-USDT',
        side,
        sz: qty,
        source: '0',
        px: price,
        tradeId: id,
        ts: String(time),
      }))
      .toReversed()
    const url = `${rest}/api/v5/market/history-trades?instId=BTC-USDT&type=1`
    const pages: { tradeId: string }[] = []
    let after = (BigInt(printed.at(-1)?.id ?? 0) + 1n).toString()
    while (pages.length < 250) {
      const { data } = (await get(`${url}&after=${after}&limit=100`)).body as {
        data: { tradeId: string }[]
      }
      pages.push(...data)
      after = pages.at(-1)?.tradeId ?? '0'
    }
    expect(pages.slice(0, 250)).toEqual(expected)
    // `before` alone gives the latest page of those that are newer.
    const newer = (await get(`${url}&before=${printed[240]?.id}`)).body as { data: unknown[] }
    expect(newer.data).toEqual(expected.slice(0, 9))
    expect(
      (
        (await get(`${rest}/api/v5/market/trades?instId=BTC-USDT&limit=500`)).body as {
          data: unknown[]
        }
      ).data.slice(0, 250),
    ).toEqual(expected)
  })

  it('has candles newest first, the running one unconfirmed, and a ticker that agrees', async () => {
    await start()
    const printed = simulator.emit('okx:BTC-USDT', 10)
    const { data } = (await get(`${rest}/api/v5/market/candles?instId=BTC-USDT&bar=1m&limit=300`))
      .body as { data: string[][] }
    expect(data).toHaveLength(300)
    expect(data.map((row) => row[8])).toEqual(['0', ...new Array(299).fill('1')])
    expect(data[0]?.[4]).toBe(printed.at(-1)?.price)
    const older = (
      await get(
        `${rest}/api/v5/market/history-candles?instId=BTC-USDT&after=${data.at(-1)?.[0]}&limit=2`,
      )
    ).body as { data: string[][] }
    expect(Number(older.data[0]?.[0])).toBe(Number(data.at(-1)?.[0]) - 60_000)
    expect((await get(`${rest}/api/v5/market/ticker?instId=BTC-USDT`)).body).toMatchObject({
      data: [
        { last: printed.at(-1)?.price, vol24h: expect.any(String), open24h: expect.any(String) },
      ],
    })
    expect((await get(`${rest}/api/v5/market/tickers?instType=SPOT`)).body).toMatchObject({
      data: { length: 12 },
    })
  })

  it('refuses as the venue does', async () => {
    await start()
    expect(await get(`${rest}/api/v5/market/trades?instId=NOPE-USDT`)).toMatchObject({
      body: { code: '51001', data: [] },
    })
    expect(await get(`${rest}/api/v5/nope`)).toMatchObject({ status: 404 })
    for (let count = 0; count < 10; count++) await get(`${rest}/api/v5/public/time`)
    expect(await get(`${rest}/api/v5/public/time`)).toMatchObject({
      status: 429,
      body: { code: '50011', msg: 'Too Many Requests', data: [] },
    })
    clock.advance(2_001)
    expect((await get(`${rest}/api/v5/public/time`)).status).toBe(200)
  })
})

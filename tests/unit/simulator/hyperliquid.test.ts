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
  simulator = await startSimulator({ venues: ['hyperliquid'], rate: 0, clock, ...options })
  const address = simulator.address('hyperliquid')
  ws = address.ws
  rest = address.rest
}

afterEach(() => simulator.close())

const subscribe = (coin: string, type = 'trades') => ({
  method: 'subscribe',
  subscription: { type, coin },
})

interface TradeRow {
  readonly coin: string
  readonly side: string
  readonly px: string
  readonly sz: string
  readonly time: number
  readonly tid: number
  readonly hash: string
  readonly users: readonly string[]
}

/** POST /info. */
async function info(body: unknown) {
  const response = await fetch(`${rest}/info`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    body: response.status === 200 ? JSON.parse(text) : undefined,
  }
}

describe('Hyperliquid sockets', () => {
  it('acknowledges one subscription a frame and then tells older trades first', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(subscribe('BTC'))).toEqual({
      channel: 'subscriptionResponse',
      data: { method: 'subscribe', subscription: { type: 'trades', coin: 'BTC' } },
    })
    const history = JSON.parse(await client.take()) as { channel: string; data: TradeRow[] }
    expect(history.channel).toBe('trades')
    expect(history.data.length).toBeGreaterThan(0)
    for (const { coin, time } of history.data) {
      expect(coin).toBe('BTC')
      expect(clock.now() - time).toBeLessThanOrEqual(20_000)
      expect(time).toBeLessThan(clock.now())
    }
    const printed = simulator.emit('hyperliquid:BTC-USDC-PERP', 4, { together: true })
    const { data } = JSON.parse(await client.take()) as { data: TradeRow[] }
    expect(data).toEqual(
      printed.map(({ id, price, qty, side, time }) => ({
        coin: 'BTC',
        side: side === 'buy' ? 'B' : 'A',
        px: price,
        sz: qty,
        time,
        hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        tid: Number(id),
        users: [
          expect.stringMatching(/^0x[0-9a-f]{40}$/),
          expect.stringMatching(/^0x[0-9a-f]{40}$/),
        ],
      })),
    )
    client.send({ method: 'unsubscribe', subscription: { type: 'trades', coin: 'BTC' } })
    expect(JSON.parse(await client.take())).toMatchObject({
      channel: 'subscriptionResponse',
      data: { method: 'unsubscribe' },
    })
    simulator.emit('hyperliquid:BTC-USDC-PERP', 1)
    await client.settled()
    expect(client.frames).toHaveLength(4)
  })

  it('has trade ids of 50 bits without order', async () => {
    await start()
    const ids = simulator.emit('hyperliquid:ETH-USDC-PERP', 400).map(({ id }) => Number(id))
    expect(new Set(ids).size).toBe(400)
    expect(ids.every((id) => id >= 0 && id < 2 ** 50)).toBe(true)
    expect(ids.some((id) => id > 2 ** 49)).toBe(true)
    const rising = ids.filter((id, index) => id > (ids[index - 1] ?? 0)).length
    expect(rising).toBeGreaterThan(100)
    expect(rising).toBeLessThan(300)
  })

  it('keeps prices to five figures and to the decimals that szDecimals leaves', async () => {
    await start()
    for (const symbol of ['BTC-USDC-PERP', 'SOL-USDC-PERP', 'DOGE-USDC-PERP', 'BTC-USDC'])
      for (const { price, qty } of simulator.emit(`hyperliquid:${symbol}`, 20)) {
        expect(price).toMatch(/^\d+\.\d+$/)
        expect(qty).toMatch(/^\d+\.\d+$/)
        const [whole = '', fraction = ''] = price.replace(/\.0$/, '').split('.')
        if (fraction !== '')
          expect((whole + fraction).replace(/^0+/, '').length).toBeLessThanOrEqual(5)
      }
  })

  it.each([
    ['@142', 'BTC-USDC'],
    ['PURR/USDC', 'PURR-USDC'],
  ])('has spot %s on the same socket', async (coin, symbol) => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('BTC'))
    client.send(subscribe(coin))
    await client.take((frame) => frame.includes('subscriptionResponse') && frame.includes(coin))
    const [trade] = simulator.emit(`hyperliquid:${symbol}`, 1)
    const frame = await client.take((text) => text.includes(`"tid":${trade?.id}`))
    expect(JSON.parse(frame).data).toMatchObject([{ coin, px: trade?.price, sz: trade?.qty }])
  })

  it.each(['NOPE', 'btc', 'UBTC', 'UBTC/USDC', '@9999'])(
    'dies at once and without a word on the coin %s',
    async (coin) => {
      await start()
      const client = await connect(ws)
      await client.ask(subscribe('ETH'))
      client.send(subscribe(coin))
      expect((await client.closed).code).toBe(1_006)
      expect(client.frames.filter((frame) => frame.includes('error'))).toEqual([])
    },
  )

  it.each([
    '{oops',
    '{"method":"subscribe","subscription":[{"type":"trades","coin":"BTC"}]}',
    '{"method":"subscribe","subscriptions":[{"type":"trades","coin":"BTC"}]}',
    '{"method":"subscribe","subscription":{"type":"trades","coin":["BTC","ETH"]}}',
    '[{"method":"ping"}]',
    '{"method":"jump"}',
  ])('answers %s with the frame itself in an error', async (text) => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(text)).toEqual({
      channel: 'error',
      data: `Error parsing JSON into valid websocket request: ${text}`,
    })
    expect(await client.ask({ method: 'ping' })).toEqual({ channel: 'pong' })
  })

  it('says so when something is subscribed twice', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('BTC', 'l2Book'))
    expect(await client.ask(subscribe('BTC', 'l2Book'))).toEqual({
      channel: 'error',
      data: 'Already subscribed: {"type":"l2Book","coin":"BTC"}',
    })
  })

  it('hangs up after 60 s in which it had nothing to say; pings get it to talk', async () => {
    await start()
    const client = await connect(ws)
    clock.advance(50_000)
    expect(await client.ask({ method: 'ping' })).toEqual({ channel: 'pong' })
    clock.advance(50_000)
    await client.ask(subscribe('ETH'))
    clock.advance(50_000)
    simulator.emit('hyperliquid:ETH-USDC-PERP', 1)
    await client.settled()
    clock.advance(59_000)
    // A protocol ping is answered, but the answer is no message.
    await client.settled()
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(1_000)
    expect((await client.closed).code).toBe(1_006)
  })

  it('takes 10 connections at once and 30 new ones a minute', async () => {
    await start()
    const clients = []
    for (let count = 0; count < 10; count++) clients.push(await connect(ws))
    await expect(connect(ws)).rejects.toThrow('429')
    for (const client of clients) {
      client.ws.close()
      await client.closed
    }
    for (let count = 0; count < 20; count++) {
      const client = await connect(ws)
      client.ws.close()
      await client.closed
    }
    await expect(connect(ws)).rejects.toThrow('429')
    clock.advance(60_001)
    await connect(ws)
    await expect(connect(ws.replace('/ws', '/nope'))).rejects.toThrow('404')
  })

  it('takes 1,000 subscriptions of all connections together', async () => {
    await start()
    const types = ['l2Book', 'bbo', 'activeAssetCtx', 'trades']
    const intervals = '1m 3m 5m 15m 30m 1h 2h 4h 8h 12h 1d'.split(' ')
    const coins = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC TON DOT @142 @151 @156'.split(' ')
    const wanted = coins.flatMap((coin) => [
      ...types.map((type) => ({ type, coin })),
      ...intervals.map((interval) => ({ type: 'candle', coin, interval })),
    ])
    let accepted = 0
    const clients = []
    for (let count = 0; count < 5; count++) {
      const client = await connect(ws)
      clients.push(client)
      for (const subscription of wanted) client.send({ method: 'subscribe', subscription })
      await client.settled()
      accepted += client.frames.filter((frame) => frame.includes('subscriptionResponse')).length
    }
    expect(accepted).toBe(1_000)
    expect(clients[4]?.frames.at(-1)).toContain('Cannot track more than 1000')
    clients[0]?.ws.close()
    await clients[0]?.closed
    clock.advance(10)
    const next = await connect(ws)
    expect(await next.ask(subscribe('BTC', 'bbo'))).toMatchObject({
      channel: 'subscriptionResponse',
    })
  })

  it('dies of more than 2,000 messages a minute', async () => {
    await start()
    const client = await connect(ws)
    for (let count = 0; count <= 2_000; count++) client.send({ method: 'ping' })
    expect((await client.closed).code).toBe(1_006)
    expect(client.frames).toHaveLength(2_000)
  })
})

describe('Hyperliquid REST', () => {
  it('names perpetuals, the delisted ones with them, and their figures in the same order', async () => {
    await start()
    const [trade] = simulator.emit('hyperliquid:BTC-USDC-PERP', 1)
    const { universe } = (await info({ type: 'meta' })).body
    expect(universe[0]).toMatchObject({ name: 'BTC', szDecimals: 5 })
    expect(universe.at(-1)).toMatchObject({ isDelisted: true })
    const { body } = await info({ type: 'metaAndAssetCtxs' })
    expect(body[0].universe).toEqual(universe)
    expect(body[1]).toHaveLength(universe.length)
    expect(body[1][0]).toMatchObject({
      markPx: trade?.price,
      prevDayPx: expect.stringMatching(/^\d+\.\d+$/),
      dayNtlVlm: expect.stringMatching(/^\d+\.\d+$/),
    })
  })

  it('names spot pairs by index, and their tokens by place', async () => {
    await start()
    const { universe, tokens } = (await info({ type: 'spotMeta' })).body
    const names = Object.fromEntries(
      universe.map((pair: { name: string; tokens: [number, number] }) => [
        pair.name,
        pair.tokens.map((place) => tokens[place].name).join('/'),
      ]),
    )
    expect(names).toEqual({
      'PURR/USDC': 'PURR/USDC',
      '@142': 'UBTC/USDC',
      '@151': 'UETH/USDC',
      '@156': 'USOL/USDC',
    })
    expect(universe.map(({ index }: { index: number }) => index)).toEqual([0, 142, 151, 156])
    const { body } = await info({ type: 'spotMetaAndAssetCtxs' })
    expect(body[1].map(({ coin }: { coin: string }) => coin)).toEqual(
      universe.map(({ name }: { name: string }) => name),
    )
  })

  it('has the ten newest trades, and the mids of all', async () => {
    await start()
    const printed = simulator.emit('hyperliquid:BTC-USDC', 12)
    const { body } = await info({ type: 'recentTrades', coin: '@142' })
    expect(body.map(({ tid }: TradeRow) => String(tid))).toEqual(
      printed
        .slice(2)
        .map(({ id }) => id)
        .toReversed(),
    )
    expect((await info({ type: 'allMids' })).body['@142']).toBe(printed.at(-1)?.price)
    expect((await info({ type: 'exchangeStatus' })).body).toEqual({
      specialStatuses: null,
      time: clock.now(),
    })
  })

  it('counts the trades of a candle', async () => {
    await start()
    const minute = Math.floor(clock.now() / 60_000) * 60_000
    const request = (startTime: number, endTime: number) => ({
      type: 'candleSnapshot',
      req: { coin: 'ETH', interval: '1m', startTime, endTime },
    })
    const [before] = (await info(request(minute, minute))).body
    const printed = simulator.emit('hyperliquid:ETH-USDC-PERP', 7)
    const [after] = (await info(request(minute, minute))).body
    expect(after).toMatchObject({
      t: minute,
      T: minute + 59_999,
      s: 'ETH',
      i: '1m',
      o: before.o,
      c: printed.at(-1)?.price,
      n: before.n + 7,
    })
    const added = printed.reduce((sum, { qty }) => sum + Number(qty), 0)
    expect(Number(after.v)).toBeCloseTo(Number(before.v) + added, 6)
    const hour = (await info(request(minute - 3_600_000, minute))).body
    expect(hour).toHaveLength(61)
    expect(hour.at(-1)).toEqual(after)
  })

  it.each([
    ['{oops', 422],
    [{ type: 'nope' }, 422],
    [{ type: 'recentTrades' }, 422],
    [{ type: 'recentTrades', coin: 'NOPE' }, 500],
    [{ type: 'candleSnapshot', req: { coin: 'BTC', interval: '7m', startTime: 0 } }, 422],
  ])('refuses %j with %d', async (body, status) => {
    await start()
    expect((await info(body)).status).toBe(status)
    expect((await get(`${rest}/info`)).status).toBe(405)
    expect((await get(`${rest}/nope`)).status).toBe(404)
  })

  it('gives 1,200 weight a minute: 60 usual calls, 600 small ones', async () => {
    await start()
    for (let count = 0; count < 59; count++) await info({ type: 'meta' })
    for (let count = 0; count < 10; count++)
      expect((await info({ type: 'exchangeStatus' })).status).toBe(200)
    expect((await info({ type: 'exchangeStatus' })).status).toBe(429)
    clock.advance(60_000)
    const hours = { type: 'candleSnapshot', req: { coin: 'BTC', interval: '1m', startTime: 0 } }
    // 20, and 1 for each 60 of its 1,443 candles.
    for (let count = 0; count < 27; count++) expect((await info(hours)).status).toBe(200)
    expect((await info(hours)).status).toBe(429)
  })
})

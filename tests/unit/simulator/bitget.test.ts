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
let older: string
let rest: string

async function start(options: SimulatorOptions = {}): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['bitget'], rate: 0, clock, ...options })
  const address = simulator.address('bitget')
  ws = address.ws
  older = ws.replace('/v3/', '/v2/')
  rest = `${address.rest}/api/v2`
}

afterEach(() => simulator.close())

const BTC = 'bitget:BTC-USDT'
const v3 = (symbol: string, instType = 'spot') => ({ instType, topic: 'publicTrade', symbol })
const v2 = (instId: string, instType = 'SPOT') => ({ instType, channel: 'trade', instId })
const subscribe = (...args: readonly object[]) => ({ op: 'subscribe', args })
const action = (wanted: string) => (frame: string) =>
  frame !== 'pong' && JSON.parse(frame).action === wanted

type Reply<T> = { code: string; data: T }
const call = async <T>(path: string) => (await get(`${rest}/${path}`)).body as Reply<T>
type Fill = { tradeId: string; side: string; price: string; size: string; ts: string }

describe('Bitget sockets', () => {
  it('v3: an ack with connId, history newest first as snapshot, then updates', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(subscribe(v3('BTCUSDT')))).toEqual({
      event: 'subscribe',
      arg: v3('BTCUSDT'),
      connId: expect.any(String),
    })
    const snapshot = JSON.parse(await client.take())
    expect(snapshot).toMatchObject({ action: 'snapshot', arg: v3('BTCUSDT') })
    expect(snapshot.data).toHaveLength(50)
    const ids = snapshot.data.map(({ i }: { i: string }) => BigInt(i))
    expect(ids.toSorted((a: bigint, b: bigint) => (a < b ? 1 : -1))).toEqual(ids)
    const made = simulator.emit(BTC, 4, { together: true })
    expect(JSON.parse(await client.take())).toEqual({
      action: 'update',
      arg: v3('BTCUSDT'),
      data: made.toReversed().map(({ id, price, qty, side, time }) => ({
        i: id,
        p: price,
        v: qty,
        S: side,
        T: String(time),
        L: String(BigInt(id) + 1n),
        isRPI: 'no',
      })),
      ts: clock.now(),
    })
  })

  it('v2: the older words, no connId', async () => {
    await start()
    const client = await connect(older)
    expect(await client.ask(subscribe(v2('BTCUSDT')))).toEqual({
      event: 'subscribe',
      arg: v2('BTCUSDT'),
    })
    await client.take(action('snapshot'))
    const [trade] = simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take())).toEqual({
      action: 'update',
      arg: v2('BTCUSDT'),
      data: [
        {
          ts: String(trade?.time),
          price: trade?.price,
          size: trade?.qty,
          side: trade?.side,
          tradeId: trade?.id,
        },
      ],
      ts: clock.now(),
    })
    await expect(connect(ws.replace('/v3/', '/v1/'))).rejects.toThrow('404')
  })

  it('ids have 19 digits, grow and jump', async () => {
    await start()
    const ids = [...simulator.emit(BTC, 50), ...simulator.emit(BTC, 20, { together: true })].map(
      ({ id }) => BigInt(id),
    )
    const steps = ids.slice(1).map((id, index) => id - (ids[index] ?? 0n))
    expect(steps.every((step) => step > 0n)).toBe(true)
    expect(steps.filter((step) => step > 1n).length).toBeGreaterThan(20)
    expect(String(ids[0])).toHaveLength(19)
  })

  it('an unknown market is an error, and spoils nothing else of the request', async () => {
    await start()
    const client = await connect(ws)
    client.send(subscribe(v3('NOPEUSDT'), v3('BTCUSDT')))
    expect(JSON.parse(await client.take())).toEqual({
      event: 'error',
      code: 30_001,
      msg: "instType:spot,topic:publicTrade,symbol:NOPEUSDT doesn't exist",
      connId: expect.any(String),
    })
    expect(JSON.parse(await client.take())).toMatchObject({ event: 'subscribe' })
    const old = await connect(older)
    expect(await old.ask(subscribe(v2('NOPEUSDT')))).toEqual({
      event: 'error',
      arg: v2('NOPEUSDT'),
      code: 30_001,
      msg: "instType:SPOT,channel:trade,instId:NOPEUSDT doesn't exist",
    })
  })

  it('a market under another instType is acknowledged and silent', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(subscribe(v3('BTCUSDT', 'usdt-futures')))).toMatchObject({
      event: 'subscribe',
    })
    simulator.emit(BTC, 2)
    await client.settled()
    expect(client.frames).toHaveLength(1)
  })

  it('drops who sends no text ping for two minutes, even while trades come', async () => {
    await start()
    const [silent, client] = [await connect(ws), await connect(ws)]
    silent.send(subscribe(v3('BTCUSDT')))
    await silent.take(action('snapshot'))
    for (let round = 0; round < 5; round++) {
      clock.advance(28_000)
      client.send('ping')
      expect(await client.take()).toBe('pong')
      simulator.emit(BTC, 1)
    }
    expect((await silent.closed).code).toBe(1_006)
    client.send('ping')
    expect(await client.take()).toBe('pong')
  })

  it('25 args end the socket', async () => {
    await start()
    const client = await connect(ws)
    client.send(subscribe(...Array.from({ length: 25 }, () => v3('BTCUSDT'))))
    expect((await client.closed).code).toBe(1_006)
  })

  it('takes 240 subscriptions an hour and 10 messages a second', async () => {
    await start()
    const client = await connect(ws)
    for (let request = 0; request < 240; request++) {
      client.send(subscribe(v3('BTCUSDT', 'usdt-futures')))
      await client.take()
      clock.advance(100)
    }
    expect(await client.ask(subscribe(v3('BTCUSDT')))).toMatchObject({ code: 30_006 })
    clock.advance(1_000)
    for (let message = 0; message < 11; message++) client.send('ping')
    await until(() => client.frames.filter((frame) => frame === 'pong').length === 10, 'pongs')
    expect(JSON.parse(await client.take((frame) => frame !== 'pong'))).toMatchObject({
      code: 30_006,
    })
  })

  it.each([
    ['{oops', 30_002],
    ['{"op":"subscribe"}', 30_002],
    ['{"op":"jump","args":[]}', 30_003],
    [JSON.stringify(subscribe({ instType: 'x'.repeat(5_000) })), 30_016],
  ])('answers %.30s with %i and stays open', async (text, code) => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(text)).toMatchObject({ event: 'error', code })
    expect(await client.ask(subscribe(v3('BTCUSDT')))).toMatchObject({ event: 'subscribe' })
  })

  it('unsubscribes', async () => {
    await start()
    const client = await connect(ws)
    client.send(subscribe(v3('BTCUSDT')))
    await client.take(action('snapshot'))
    expect(await client.ask({ op: 'unsubscribe', args: [v3('BTCUSDT')] })).toMatchObject({
      event: 'unsubscribe',
    })
    simulator.emit(BTC, 1)
    await client.settled()
    expect(client.frames).toHaveLength(3)
  })
})

describe('Bitget REST', () => {
  it('tells the time and the markets', async () => {
    await start()
    expect(await call('public/time')).toEqual({
      code: '00000',
      msg: 'success',
      requestTime: clock.now(),
      data: { serverTime: String(clock.now()) },
    })
    expect((await call('spot/public/symbols')).data).toContainEqual(
      expect.objectContaining({
        symbol: 'BTCUSDT',
        baseCoin: 'BTC',
        quoteCoin: 'USDT',
        pricePrecision: '1',
        quantityPrecision: '8',
        status: 'online',
      }),
    )
  })

  it('fills: newest first, ms and small letters', async () => {
    await start()
    clock.advance(123)
    const made = simulator.emit(BTC, 3)
    const { data } = await call<Fill[]>('spot/market/fills?symbol=BTCUSDT&limit=3')
    expect(data).toEqual(
      made.toReversed().map(({ id, price, qty, side, time }) => ({
        symbol: 'BTCUSDT',
        tradeId: id,
        side,
        price,
        size: qty,
        ts: String(time),
      })),
    )
  })

  it('fills-history: whole seconds, capital sides, pages by idLessThan', async () => {
    await start({ rate: 400 })
    clock.advance(10_123)
    simulator.pause()
    const made = simulator.printed().filter(({ market }) => market === BTC)
    expect(made.length).toBeGreaterThan(1_000)
    const found: Fill[] = []
    let below = ''
    while (!found.some(({ tradeId }) => tradeId === made[0]?.id)) {
      const path = `spot/market/fills-history?symbol=BTCUSDT&limit=1000${below}`
      const { data } = await call<Fill[]>(path)
      found.push(...data)
      below = `&idLessThan=${data.at(-1)?.tradeId}`
    }
    const back = found.slice(0, made.length).toReversed()
    expect(back.map(({ tradeId }) => tradeId)).toEqual(made.map(({ id }) => id))
    for (const [index, { side, ts }] of back.entries()) {
      expect(side).toBe(made[index]?.side === 'buy' ? 'Buy' : 'Sell')
      expect(Number(ts)).toBe(Math.floor((made[index]?.time ?? 0) / 1_000) * 1_000)
    }
  })

  it('fills-history: a range of times, 7 days at most', async () => {
    await start()
    const [first] = simulator.emit(BTC, 1)
    clock.advance(10_000)
    const [second] = simulator.emit(BTC, 1)
    const range = (from: number, to: number) =>
      get(`${rest}/spot/market/fills-history?symbol=BTCUSDT&startTime=${from}&endTime=${to}`)
    const at = first?.time ?? 0
    const ids = async (from: number, to: number) =>
      ((await range(from, to)).body as Reply<Fill[]>).data.map(({ tradeId }) => tradeId)
    expect(await ids(at, at + 5_000)).toEqual([first?.id])
    expect(await ids(at + 5_000, at + 15_000)).toEqual([second?.id])
    const wide = await range(at - 8 * 86_400_000, at)
    expect([wide.status, wide.body]).toMatchObject([400, { code: '40020' }])
  })

  it('tickers and candles', async () => {
    await start()
    const { data } = await call<object[]>('spot/market/tickers?symbol=BTCUSDT')
    expect(data).toMatchObject([{ symbol: 'BTCUSDT', open: expect.any(String) }])
    const path = 'candles?symbol=BTCUSDT&granularity=1min&limit=1000'
    const { data: bars } = await call<string[][]>(`spot/market/${path}`)
    expect(bars).toHaveLength(1_000)
    expect(bars[0]).toHaveLength(8)
    const { data: history } = await call<string[][]>(`spot/market/history-${path}`)
    expect(history).toHaveLength(200)
    expect(Number(bars[1]?.[0]) - Number(bars[0]?.[0])).toBe(60_000)
  })

  it('refuses too many calls and unknown markets', async () => {
    await start()
    const unknown = await get(`${rest}/spot/market/fills?symbol=NOPE`)
    expect([unknown.status, unknown.body]).toMatchObject([400, { code: '40034' }])
    for (let index = 0; index < 9; index++) await call('spot/market/fills?symbol=BTCUSDT')
    const refused = await get(`${rest}/spot/market/fills?symbol=BTCUSDT`)
    expect([refused.status, refused.body]).toMatchObject([429, { code: '429' }])
    clock.advance(1_000)
    expect((await call('spot/market/fills?symbol=BTCUSDT')).code).toBe('00000')
  })
})

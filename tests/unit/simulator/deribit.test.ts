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
  simulator = await startSimulator({ venues: ['deribit'], rate: 0, clock, ...options })
  const address = simulator.address('deribit')
  ws = address.ws
  rest = `${address.rest}/api/v2/public`
}

afterEach(() => simulator.close())

const request = (method: string, params: object = {}, id: number | string = 3) => ({
  jsonrpc: '2.0',
  id,
  method: `public/${method}`,
  params,
})

const subscribe = (...channels: readonly string[]) => request('subscribe', { channels })
const perpetual = 'trades.BTC-PERPETUAL.100ms'

interface Row {
  readonly timestamp: number
  readonly price: number
  readonly amount: number
  readonly direction: string
  readonly instrument_name: string
  readonly trade_seq: number
  readonly trade_id: string
  readonly contracts?: number
  readonly tick_direction: number
}

const rowsOf = (frame: string | undefined): readonly Row[] =>
  JSON.parse(frame ?? '{}').params?.data ?? []

/** The result of a REST call. */
async function result<T>(path: string): Promise<T> {
  const { status, body } = await get(`${rest}/${path}`)
  expect(status).toBe(200)
  return (body as { result: T }).result
}

interface Trades {
  readonly trades: readonly Row[]
  readonly has_more: boolean
}

describe('Deribit sockets', () => {
  it('leaves out of the result, without a word, channels that there are not', async () => {
    await start()
    const client = await connect(ws)
    const now = clock.now() * 1_000
    expect(
      await client.ask(
        subscribe(
          'trades.BTC_USDC.100ms',
          'trades.NOPE-PERPETUAL.100ms',
          'trades.btc-perpetual.100ms',
          'trades.BTC-PERPETUAL.5ms',
          perpetual,
        ),
      ),
    ).toEqual({
      jsonrpc: '2.0',
      id: 3,
      // In an order of its own.
      result: [perpetual, 'trades.BTC_USDC.100ms'],
      usIn: now,
      usOut: now,
      usDiff: 0,
      testnet: false,
    })
  })

  it('tells all trades of 100 ms in one frame, numbers as numbers', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe(perpetual))
    const printed = simulator.emit('deribit:BTC-USD-PERP', 3, { together: true })
    clock.advance(60)
    const later = simulator.emit('deribit:BTC-USD-PERP', 2)
    await client.settled()
    expect(client.frames).toHaveLength(1)
    clock.advance(40)
    const frame = await client.take()
    expect(JSON.parse(frame)).toMatchObject({
      jsonrpc: '2.0',
      method: 'subscription',
      params: { channel: perpetual },
    })
    expect(frame).toMatch(/"price":\d+\.\d+,"amount":\d+\.0,/)
    expect(rowsOf(frame)).toEqual(
      [...printed, ...later].map(({ id, seq, price, qty, side, time }) => ({
        timestamp: time,
        price: Number(price),
        amount: Number(qty),
        direction: side,
        index_price: expect.any(Number),
        instrument_name: 'BTC-PERPETUAL',
        trade_seq: Number(seq),
        mark_price: expect.any(Number),
        tick_direction: expect.any(Number),
        contracts: Number(qty) / 10,
        trade_id: id,
      })),
    )
    expect(simulator.sent().map(({ id }) => id)).toEqual([...printed, ...later].map(({ id }) => id))
    // The next trade opens a batch of its own.
    simulator.emit('deribit:BTC-USD-PERP', 1)
    clock.advance(100)
    expect(rowsOf(await client.take())).toHaveLength(1)
  })

  it('counts trade_seq up in each instrument and trade_id in each currency', async () => {
    await start()
    const inverse = simulator.emit('deribit:BTC-USD-PERP', 3)
    const linear = [
      ...simulator.emit('deribit:BTC-USDC-PERP', 2),
      ...simulator.emit('deribit:ETH-USDC-PERP', 2),
      ...simulator.emit('deribit:BTC-USDC', 2),
    ]
    const again = simulator.emit('deribit:BTC-USD-PERP', 2)
    const steps = (values: readonly number[]) =>
      values.slice(1).map((value, index) => value - (values[index] ?? 0))
    expect(steps([...inverse, ...again].map(({ seq }) => Number(seq)))).toEqual([1, 1, 1, 1])
    expect(steps([...inverse, ...again].map(({ id }) => Number(id)))).toEqual([1, 1, 1, 1])
    expect(linear.every(({ id }) => id.startsWith('USDC-'))).toBe(true)
    expect(steps(linear.map(({ id }) => Number(id.slice(5))))).toEqual([1, 1, 1, 1, 1])
    expect(steps(linear.map(({ seq }) => Number(seq))).filter((step) => step === 1)).toHaveLength(3)
  })

  it('counts dollars on inverse contracts and coins on the others', async () => {
    await start()
    for (const symbol of ['BTC-USD-PERP', 'ETH-USD-PERP'])
      for (const { price, qty } of simulator.emit(`deribit:${symbol}`, 50)) {
        expect(Number(qty) % 10).toBe(0)
        expect(qty).toMatch(/^\d+\.0$/)
        expect(Math.round(Number(price) * 100) % 5).toBe(0)
      }
    const mean = (symbol: string): number => {
      const trades = simulator.emit(`deribit:${symbol}`, 300)
      return trades.reduce((sum, { qty }) => sum + Number(qty), 0) / trades.length
    }
    // A trade is worth some hundred dollars.
    expect(mean('BTC-USD-PERP')).toBeGreaterThan(50)
    expect(mean('BTC-USDC-PERP')).toBeLessThan(1)
    expect(mean('BTC-USDC')).toBeLessThan(1)
  })

  it('tells whole kinds and currencies under the name that was subscribed', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe('trades.spot.any.100ms', 'trades.future.BTC.agg2'))
    simulator.emit('deribit:BTC-USDC', 1)
    simulator.emit('deribit:ETH-USD-PERP', 1)
    simulator.emit('deribit:BTC-USD-PERP', 1)
    clock.advance(100)
    await until(() => client.frames.length === 3, 'two frames')
    expect(
      client.frames
        .slice(1)
        .map((frame) => [JSON.parse(frame).params.channel, rowsOf(frame)[0]?.instrument_name]),
    ).toEqual([
      ['trades.spot.any.100ms', 'BTC_USDC'],
      ['trades.future.BTC.agg2', 'BTC-PERPETUAL'],
    ])
  })

  it('stops what is unsubscribed', async () => {
    await start()
    const client = await connect(ws)
    await client.ask(subscribe(perpetual, 'trades.BTC_USDC.100ms'))
    expect(
      await client.ask(request('unsubscribe', { channels: [perpetual, 'trades.NOPE.100ms'] })),
    ).toMatchObject({ result: [perpetual] })
    simulator.emit('deribit:BTC-USD-PERP', 1)
    simulator.emit('deribit:BTC-USDC', 1)
    clock.advance(100)
    expect(rowsOf(await client.take())[0]?.instrument_name).toBe('BTC_USDC')
    expect(await client.ask(request('unsubscribe_all'))).toMatchObject({ result: 'ok' })
    simulator.emit('deribit:BTC-USDC', 1)
    clock.advance(100)
    await client.settled()
    expect(client.frames).toHaveLength(4)
  })

  it.each([
    ['raw', subscribe(perpetual, 'trades.BTC_USDC.raw'), 13_778, 3],
    ['an unknown method', request('jump'), -32_601, 3],
    ['no list of channels', request('subscribe', { channels: 'x' }), -32_602, 3],
    ['a heartbeat of 9 s', request('set_heartbeat', { interval: 9 }), -32_602, 3],
    ['what is no JSON', '{oops', 11_050, undefined],
  ])('refuses %s', async (_what, message, code, id) => {
    await start()
    const client = await connect(ws)
    const answer = (await client.ask(message)) as { id?: number }
    expect(answer).toMatchObject({
      error: { code },
      usIn: expect.any(Number),
      usOut: expect.any(Number),
      usDiff: expect.any(Number),
      testnet: false,
    })
    expect(answer.id).toBe(id)
    simulator.emit('deribit:BTC-USD-PERP', 1)
    clock.advance(100)
    await client.settled()
    expect(client.frames).toHaveLength(1)
  })

  it('asks for a test with each heartbeat and closes with 4000 when none comes', async () => {
    await start()
    const client = await connect(ws)
    expect(await client.ask(request('set_heartbeat', { interval: 30 }))).toMatchObject({
      result: 'ok',
    })
    const beat = (type: string) => ({ jsonrpc: '2.0', method: 'heartbeat', params: { type } })
    for (let count = 0; count < 3; count++) {
      clock.advance(count === 0 ? 30_000 : 21_000)
      expect(JSON.parse(await client.take())).toEqual(beat('heartbeat'))
      expect(JSON.parse(await client.take())).toEqual(beat('test_request'))
      clock.advance(9_000)
      expect(await client.ask(request('test', {}, 'x'))).toMatchObject({
        id: 'x',
        result: { version: expect.any(String) },
      })
    }
    clock.advance(21_000)
    await client.take((frame) => frame.includes('test_request'))
    // Another answer than public/test does not help.
    clock.advance(5_000)
    await client.ask(request('get_time'))
    clock.advance(4_900)
    await client.settled()
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(200)
    expect(await client.closed).toEqual({ code: 4_000, reason: 'heartbeat close' })
  })

  it('drops an idle socket after 60 s; a subscription or a heartbeat keeps it', async () => {
    await start()
    const idle = await connect(ws)
    const subscribed = await connect(ws)
    await subscribed.ask(subscribe(perpetual))
    clock.advance(59_000)
    await idle.settled()
    expect(idle.ws.readyState).toBe(idle.ws.OPEN)
    clock.advance(2_000)
    expect((await idle.closed).code).toBe(1_006)
    clock.advance(300_000)
    await subscribed.settled()
    expect(subscribed.ws.readyState).toBe(subscribed.ws.OPEN)
  })

  it('answers the eleventh subscription in one go with 10028, and 3.3 a second after it', async () => {
    await start()
    const client = await connect(ws)
    for (let count = 0; count < 10; count++)
      expect(await client.ask(subscribe(perpetual))).toHaveProperty('result')
    expect(await client.ask(subscribe(perpetual))).toMatchObject({
      error: { code: 10_028, message: 'too_many_requests' },
    })
    expect(await client.ask(request('get_time'))).toHaveProperty('result')
    clock.advance(301)
    expect(await client.ask(subscribe(perpetual))).toHaveProperty('result')
    expect(await client.ask(subscribe(perpetual))).toHaveProperty('error')
  })

  it('takes 32 connections, and tells who asked for it of maintenance', async () => {
    await start()
    const clients = []
    for (let count = 0; count < 32; count++) clients.push(await connect(ws))
    await expect(connect(ws)).rejects.toThrow('429')
    await expect(connect(ws.replace('v2', 'v1'))).rejects.toThrow('404')
    expect(await clients[0]?.ask(subscribe('platform_state'))).toMatchObject({
      result: ['platform_state'],
    })
    simulator.announceShutdown('deribit')
    expect(JSON.parse((await clients[0]?.take()) ?? '')).toMatchObject({
      params: { channel: 'platform_state', data: { maintenance: true } },
    })
    clock.advance(1_000)
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients[1]?.frames).toEqual([])
  })
})

describe('Deribit REST', () => {
  it('tells the time, and answers tests, over the socket too', async () => {
    await start()
    const now = clock.now()
    expect((await get(`${rest}/get_time`)).body).toEqual({
      jsonrpc: '2.0',
      result: now,
      usIn: now * 1_000,
      usOut: now * 1_000,
      usDiff: 0,
      testnet: false,
    })
    expect(await result('test')).toHaveProperty('version')
    const client = await connect(ws)
    expect(await client.ask(request('get_time'))).toMatchObject({ id: 3, result: now })
  })

  it('lists instruments by kind and currency', async () => {
    await start()
    const names = async (query: string) =>
      (await result<{ instrument_name: string }[]>(`get_instruments?${query}`)).map(
        ({ instrument_name }) => instrument_name,
      )
    expect(await names('currency=any&kind=spot')).toEqual([
      'BTC_USDC',
      'ETH_USDC',
      'BTC_USDT',
      'ETH_BTC',
    ])
    expect(await names('currency=ETH')).toEqual(['ETH-PERPETUAL'])
    expect(await names('currency=any&kind=option')).toEqual([])
    const all = await result<Record<string, unknown>[]>('get_instruments?currency=any')
    const one = (name: string) => all.find(({ instrument_name }) => instrument_name === name)
    expect(one('BTC-PERPETUAL')).toMatchObject({
      kind: 'future',
      instrument_type: 'reversed',
      settlement_period: 'perpetual',
      base_currency: 'BTC',
      quote_currency: 'USD',
      tick_size: 0.5,
      min_trade_amount: 10,
      contract_size: 10,
    })
    expect(one('BTC_USDC-PERPETUAL')).toMatchObject({
      instrument_type: 'linear',
      quote_currency: 'USDC',
      min_trade_amount: 0.001,
    })
    expect(one('BTC_USDC')).not.toHaveProperty('settlement_period')
  })

  it('gives back exactly what a sequence names, both ends included', async () => {
    await start()
    const printed = simulator.emit('deribit:BTC-USD-PERP', 1_300)
    const seq = (index: number) => printed[index]?.seq
    const path = 'get_last_trades_by_instrument?instrument_name=BTC-PERPETUAL'
    const inside = await result<Trades>(
      `${path}&start_seq=${seq(5)}&end_seq=${seq(9)}&count=1000&sorting=asc`,
    )
    expect(inside.has_more).toBe(false)
    expect(inside.trades).toMatchObject(
      printed.slice(5, 10).map(({ id, seq: number, price, qty, side, time }) => ({
        trade_id: id,
        trade_seq: Number(number),
        price: Number(price),
        amount: Number(qty),
        direction: side,
        timestamp: time,
      })),
    )
    const first = await result<Trades>(`${path}&start_seq=${seq(0)}&count=1000&sorting=asc`)
    expect([first.trades.length, first.has_more]).toEqual([1_000, true])
    expect(first.trades[0]?.trade_seq).toBe(Number(seq(0)))
    const tail = await result<Trades>(`${path}&start_seq=${seq(1_000)}&count=1000&sorting=asc`)
    expect([tail.trades.length, tail.has_more]).toEqual([300, false])
    // Without a word about it: the ten newest, newest first.
    const latest = await result<Trades>(path)
    expect(latest.trades.map(({ trade_seq }) => trade_seq)).toEqual(
      printed
        .slice(-10)
        .map(({ seq: number }) => Number(number))
        .toReversed(),
    )
    const none = await result<Trades>(`${path}&start_seq=${seq(9)}&end_seq=${seq(5)}&sorting=asc`)
    expect(none).toEqual({ trades: [], has_more: false })
  })

  it('gives back a stretch of time, both ends included', async () => {
    await start()
    const before = simulator.emit('deribit:ETH-USDC', 2)
    clock.advance(1_000)
    const from = clock.now()
    const printed = simulator.emit('deribit:ETH-USDC', 3)
    clock.advance(1_000)
    const last = simulator.emit('deribit:ETH-USDC', 2)
    const to = clock.now()
    clock.advance(1_000)
    simulator.emit('deribit:ETH-USDC', 2)
    const path = `get_last_trades_by_instrument_and_time?instrument_name=ETH_USDC&count=100&sorting=asc`
    const { trades } = await result<Trades>(`${path}&start_timestamp=${from}&end_timestamp=${to}`)
    expect(trades.map(({ trade_id }) => trade_id)).toEqual(
      [...printed, ...last].map(({ id }) => id),
    )
    const earlier = await result<Trades>(
      `${path}&start_timestamp=${from - 1_000}&end_timestamp=${from - 1}`,
    )
    expect(earlier.trades.map(({ trade_id }) => trade_id)).toEqual(before.map(({ id }) => id))
  })

  it.each([
    ['BTC-PERPETUAL', 'BTC-USD-PERP', true],
    ['BTC_USDC-PERPETUAL', 'BTC-USDC-PERP', false],
  ])('has bars of %s that grow by what was printed', async (name, symbol, inverse) => {
    await start()
    interface Chart {
      readonly status: string
      readonly ticks: readonly number[]
      readonly close: readonly number[]
      readonly volume: readonly number[]
      readonly cost: readonly number[]
    }
    const minute = Math.floor(clock.now() / 60_000) * 60_000
    const path = `get_tradingview_chart_data?instrument_name=${name}&resolution=1&start_timestamp=${minute - 600_000}&end_timestamp=${minute}`
    const before = await result<Chart>(path)
    const printed = simulator.emit(`deribit:${symbol}`, 40)
    const after = await result<Chart>(path)
    expect(after.status).toBe('ok')
    expect(after.ticks).toHaveLength(11)
    expect(after.close.at(-1)).toBe(Number(printed.at(-1)?.price))
    const worth = (of: (price: number, qty: number) => number) =>
      printed.reduce((sum, { price, qty }) => sum + of(Number(price), Number(qty)), 0)
    const grown = (column: 'volume' | 'cost') =>
      (after[column].at(-1) ?? 0) - (before[column].at(-1) ?? 0)
    if (inverse) {
      expect(grown('cost')).toBeCloseTo(
        worth((_price, qty) => qty),
        4,
      )
      expect(grown('volume')).toBeCloseTo(
        worth((price, qty) => qty / price),
        4,
      )
    } else {
      expect(grown('volume')).toBeCloseTo(
        worth((_price, qty) => qty),
        6,
      )
      expect(grown('cost')).toBeCloseTo(
        worth((price, qty) => price * qty),
        4,
      )
    }
    const last = Number(printed.at(-1)?.price)
    expect(await result(`ticker?instrument_name=${name}`)).toMatchObject({
      last_price: last,
      stats: { volume: expect.any(Number), high: expect.any(Number) },
    })
    expect(await result(`get_book_summary_by_instrument?instrument_name=${name}`)).toMatchObject([
      { instrument_name: name, last, volume_usd: expect.any(Number) },
    ])
  })

  it.each([
    ['ticker', -32_602],
    ['ticker?instrument_name=NOPE', 13_020],
    ['get_last_trades_by_instrument?instrument_name=BTC_USDC&count=1001', -32_602],
    ['get_last_trades_by_instrument?instrument_name=BTC_USDC&start_seq=x', -32_602],
    ['get_last_trades_by_instrument_and_time?instrument_name=BTC_USDC', -32_602],
    ['get_instruments', -32_602],
    ['jump', -32_601],
  ])('refuses %s with %d and HTTP 400', async (path, code) => {
    await start()
    expect(await get(`${rest}/${path}`)).toMatchObject({ status: 400, body: { error: { code } } })
  })

  it('answers 429 with 10028 when the credits are spent, and they come back', async () => {
    await start()
    for (let count = 0; count < 100; count++) expect((await get(`${rest}/test`)).status).toBe(200)
    expect(await get(`${rest}/test`)).toMatchObject({
      status: 429,
      body: { error: { code: 10_028 } },
    })
    clock.advance(50)
    expect((await get(`${rest}/test`)).status).toBe(200)
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import { readTape } from '../../../src/main/simulator/raw-tape.ts'
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

async function start(options: SimulatorOptions = {}, at?: number): Promise<void> {
  clock = manualClock(at)
  simulator = await startSimulator({ venues: ['upbit'], rate: 0, clock, ...options })
  const address = simulator.address('upbit')
  ws = address.ws
  rest = `${address.rest}/v1`
}

afterEach(() => simulator.close())

/** A client for which every frame must be binary. */
const open = (): Promise<RawClient> =>
  connect(ws, {
    decode: (data, isBinary) => {
      expect(isBinary).toBe(true)
      return data.toString('utf8')
    },
  })

const BTC = 'upbit:BTC-KRW'
const TICKET = { ticket: 'bd10766d-e3bb-4df9-bb18-9d97b6968d25' }
const request = (codes: readonly string[], more: object = {}, format = 'DEFAULT') => [
  TICKET,
  { type: 'trade', codes, is_only_realtime: true, ...more },
  { format },
]

const rowOf = ({ id, price, qty, side, time }: PrintedTrade, pushed = time) => ({
  type: 'trade',
  code: 'KRW-BTC',
  timestamp: pushed,
  trade_date: new Date(time).toISOString().slice(0, 10),
  trade_time: new Date(time).toISOString().slice(11, 19),
  trade_timestamp: time,
  trade_price: Number(price),
  trade_volume: Number(qty),
  ask_bid: side === 'buy' ? 'BID' : 'ASK',
  prev_closing_price: expect.any(Number),
  change: expect.stringMatching(/^(RISE|EVEN|FALL)$/),
  change_price: expect.any(Number),
  sequential_id: Number(id),
  best_ask_price: expect.any(Number),
  best_ask_size: expect.any(Number),
  best_bid_price: expect.any(Number),
  best_bid_size: expect.any(Number),
  stream_type: 'REALTIME',
})

describe('Upbit sockets', () => {
  it('say nothing to a request, and print each match in a binary frame of its own', async () => {
    await start()
    const client = await open()
    client.send(request(['KRW-BTC']))
    await client.settled()
    expect(client.frames).toEqual([])
    const made = simulator.emit(BTC, 4, { together: true })
    await until(() => client.frames.length === 4, 'all trades')
    expect(client.frames.map((frame) => JSON.parse(frame))).toEqual(made.map((one) => rowOf(one)))
    await expect(connect(ws.replace('/v1', '/v2'))).rejects.toThrow('404')
  })

  it('compare a price with the close of the day before, which begins at midnight UTC', async () => {
    await start()
    const client = await open()
    client.send(request(['KRW-BTC']))
    await client.settled()
    simulator.emit(BTC, 1)
    const row = JSON.parse(await client.take())
    const moved = row.trade_price - row.prev_closing_price
    expect(row.change_price).toBe(Math.abs(moved))
    expect(row.change).toBe(moved > 0 ? 'RISE' : moved < 0 ? 'FALL' : 'EVEN')
    const to = new Date(clock.now()).toISOString().slice(0, 10)
    const { body } = await get(
      `${rest}/candles/minutes/1?market=KRW-BTC&count=1&to=${to}T00:00:00Z`,
    )
    expect((body as { trade_price: number }[])[0]?.trade_price).toBe(row.prev_closing_price)
  })

  it('write large and small numbers with an exponent', async () => {
    await start()
    const client = await open()
    client.send(request(['KRW-BTC', 'BTC-XRP', 'KRW-DOGE']))
    await client.settled()
    const texts: string[] = []
    for (const market of ['BTC-KRW', 'XRP-BTC', 'DOGE-KRW']) {
      const [trade] = simulator.emit(`upbit:${market}`, 1)
      const text = await client.take()
      expect(JSON.parse(text).trade_price).toBe(Number(trade?.price))
      texts.push(/"trade_price":([^,]+)/.exec(text)?.[1] ?? '')
    }
    expect(texts[0]).toMatch(/^1\.2\d+E8$/)
    expect(texts[1]).toMatch(/^2\.\d+E-5$/)
    expect(texts[2]).toMatch(/^2\d\d\.\d$/)
  })

  it('have ids made of the time that are unique and not in order', async () => {
    await start()
    const made = [
      ...simulator.emit(BTC, 200, { together: true }),
      ...simulator.emit(BTC, 1_300, { together: true }),
    ]
    clock.advance(1)
    made.push(...simulator.emit(BTC, 50))
    const ids = made.map(({ id }) => Number(id))
    expect(new Set(ids).size).toBe(made.length)
    expect(Math.floor((ids[0] ?? 0) / 1_000)).toBe(made[0]?.time)
    const steps = ids.slice(1).map((id, index) => id - (ids[index] ?? 0))
    expect(new Set(steps)).toEqual(new Set([1, -1, 2, 3]))
    expect(Math.max(...ids)).toBeLessThan(2 ** 53)
  })

  it('take one request for the whole subscription: the next one replaces it', async () => {
    await start()
    const client = await open()
    client.send(request(['KRW-BTC', 'KRW-ETH']))
    client.send(request(['KRW-ETH', 'USDT-BTC']))
    await client.settled()
    simulator.emit(BTC, 1)
    simulator.emit('upbit:BTC-USDT', 1)
    simulator.emit('upbit:ETH-KRW', 1)
    expect(JSON.parse(await client.take()).code).toBe('USDT-BTC')
    expect(JSON.parse(await client.take()).code).toBe('KRW-ETH')
  })

  it('pass over unknown codes and those in small letters', async () => {
    await start()
    const client = await open()
    client.send(request(['KRW-NOPE', 'krw-btc', 'KRW-ETH']))
    await client.settled()
    simulator.emit(BTC, 1)
    simulator.emit('upbit:ETH-KRW', 1)
    expect(JSON.parse(await client.take()).code).toBe('KRW-ETH')
  })

  it('begin with the last trade as SNAPSHOT, unless only what is live is wanted', async () => {
    await start()
    const [old] = simulator.emit(BTC, 1)
    clock.advance(5_000)
    const client = await open()
    client.send(request(['KRW-BTC'], { is_only_realtime: false }))
    const snapshot = { ...(old && rowOf(old)), stream_type: 'SNAPSHOT' }
    expect(JSON.parse(await client.take())).toEqual(snapshot)
    const [live] = simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take())).toEqual(live && rowOf(live))
    client.send(request(['KRW-BTC'], { is_only_realtime: false, is_only_snapshot: true }))
    expect(JSON.parse(await client.take())).toMatchObject({ sequential_id: Number(live?.id) })
    simulator.emit(BTC, 1)
    await client.settled()
    expect(client.frames).toHaveLength(3)
  })

  it('have short keys and lists on request', async () => {
    await start()
    const client = await open()
    client.send(request(['KRW-BTC'], {}, 'SIMPLE'))
    await client.settled()
    const [one] = simulator.emit(BTC, 1)
    expect(Object.keys(JSON.parse(await client.take())).join(' ')).toBe(
      'ty cd tms td ttm ttms tp tv ab pcp c cp sid bap bas bbp bbs st',
    )
    client.send(request(['KRW-BTC'], {}, 'SIMPLE_LIST'))
    await client.settled()
    const two = simulator.emit(BTC, 2, { together: true })
    const list = JSON.parse(await client.take()) as { sid: number; tp: number }[]
    expect(list.map(({ sid, tp }) => [sid, tp])).toEqual(
      two.map(({ id, price }) => [Number(id), Number(price)]),
    )
    client.send(request(['KRW-BTC'], {}, 'JSON_LIST'))
    await client.settled()
    const [three] = simulator.emit(BTC, 1)
    expect(JSON.parse(await client.take())).toEqual([three && rowOf(three)])
    expect(simulator.sent().map(({ id }) => id)).toEqual(
      [one, ...two, three].map((trade) => trade?.id),
    )
  })

  it.each([
    ['{oops', 'WRONG_FORMAT'],
    [{ ticket: 'x' }, 'WRONG_FORMAT'],
    [[{ type: 'trade', codes: ['KRW-BTC'] }], 'NO_TICKET'],
    [[TICKET], 'NO_TYPE'],
    [[TICKET, { type: 'trade' }], 'NO_CODES'],
    [[TICKET, { type: 'trade', codes: [] }], 'NO_CODES'],
    [request(['KRW-BTC'], { type: 'nope' }), 'INVALID_PARAM'],
    [request(['KRW-BTC'], {}, 'NOPE'), 'INVALID_PARAM'],
  ])('answer %j with %s, and close 150 ms later', async (message, name) => {
    await start()
    const client = await open()
    expect(await client.ask(message)).toEqual({ error: { name, message: expect.any(String) } })
    clock.advance(149)
    await client.settled()
    expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(1)
    expect(await client.closed).toEqual({ code: 1_000, reason: '' })
  })

  it('drop who is idle for 60 s; a protocol ping, the word PING and trades keep a socket', async () => {
    await start()
    const [idle, pinging, talking, listening] = await Promise.all([open(), open(), open(), open()])
    listening.send(request(['KRW-BTC']))
    await listening.settled()
    clock.advance(50_000)
    await pinging.settled()
    expect(await talking.ask('PING')).toEqual({ status: 'UP' })
    simulator.emit(BTC, 1)
    await listening.take()
    clock.advance(10_000)
    expect((await idle.closed).code).toBe(1_006)
    expect(JSON.parse(await talking.take())).toEqual({ status: 'UP' })
    clock.advance(40_000)
    for (const client of [pinging, talking, listening])
      expect(client.ws.readyState).toBe(client.ws.OPEN)
    clock.advance(10_000)
    for (const client of [pinging, talking, listening])
      expect((await client.closed).code).toBe(1_006)
  })

  it.each([
    [5, 0],
    [100, 250],
  ])('take %i messages, %i ms apart', async (most, gap) => {
    await start()
    const client = await open()
    for (let count = 0; count < most; count++) {
      client.send('PING')
      await client.settled()
      clock.advance(gap)
    }
    expect(client.frames.some((frame) => frame.includes('error'))).toBe(false)
    client.send('PING')
    const error = await client.take((frame) => frame.includes('error'))
    expect(JSON.parse(error)).toMatchObject({ error: { name: 'TOO_MANY_REQUESTS' } })
  })

  it('take 5 connections a second, and one in 10 s that names an origin', async () => {
    await start()
    const origin = 'https://example.com'
    await connect(ws, { origin })
    await expect(connect(ws, { origin })).rejects.toThrow('429')
    for (let count = 0; count < 4; count++) await open()
    await expect(open()).rejects.toThrow('429')
    clock.advance(9_999)
    await expect(connect(ws, { origin })).rejects.toThrow('429')
    expect((await get(`${rest}/market/all`, { origin })).status).toBe(429)
    clock.advance(1)
    expect((await get(`${rest}/market/all`, { origin })).status).toBe(200)
    expect((await get(`${rest}/market/all`, { origin })).status).toBe(429)
    expect((await get(`${rest}/market/all`)).status).toBe(200)
  })
})

interface Tick {
  readonly sequential_id: number
  readonly trade_date_utc: string
}
const ticks = async (query: string) =>
  (await get(`${rest}/trades/ticks?market=KRW-BTC${query}`)).body as Tick[]
const idsOf = (rows: readonly Tick[]) => rows.map((row) => String(row.sequential_id))
/** Ids of trades, largest first: the order of REST. */
const newest = (made: readonly PrintedTrade[]) =>
  made.map(({ id }) => id).sort((a, b) => Number(b) - Number(a))

describe('Upbit REST', () => {
  it('lists its markets quote first, with details if asked, and tells the time by Date', async () => {
    await start()
    const { body, headers } = await get(`${rest}/market/all?is_details=true`)
    const rows = body as { market: string }[]
    expect(rows.map(({ market }) => market)).toEqual(
      expect.arrayContaining(['KRW-BTC', 'USDT-BTC', 'BTC-ETH']),
    )
    expect(rows[0]).toMatchObject({ market: 'KRW-BTC', market_event: { warning: false } })
    expect(headers.get('date')).toBe(new Date(clock.now()).toUTCString())
    expect(((await get(`${rest}/market/all`)).body as object[])[0]).not.toHaveProperty(
      'market_event',
    )
  })

  it('has trades newest first', async () => {
    await start()
    const made = simulator.emit(BTC, 3)
    const trade = made.at(-1)
    expect((await ticks('')).length).toBe(1)
    const rows = await ticks('&count=3')
    expect(idsOf(rows)).toEqual(newest(made))
    expect(rows.find((row) => String(row.sequential_id) === trade?.id)).toEqual({
      market: 'KRW-BTC',
      trade_date_utc: '2026-06-01',
      trade_time_utc: '12:00:30',
      timestamp: trade?.time,
      trade_price: Number(trade?.price),
      trade_volume: Number(trade?.qty),
      prev_closing_price: expect.any(Number),
      change_price: expect.any(Number),
      ask_bid: trade?.side === 'buy' ? 'BID' : 'ASK',
      sequential_id: Number(trade?.id),
    })
  })

  it('gives every match of the run page by page, 500 at most', async () => {
    await start({ rate: 400 })
    clock.advance(20_000)
    simulator.pause()
    const made = simulator.printed().filter(({ market }) => market === BTC)
    expect(made.length).toBeGreaterThan(1_000)
    const found: string[] = []
    let cursor = ''
    while (found.length < made.length) {
      const rows = await ticks(`&count=600${cursor}`)
      expect(rows).toHaveLength(500)
      found.push(...idsOf(rows))
      cursor = `&cursor=${found.at(-1)}`
      clock.advance(100)
    }
    expect(found.slice(0, made.length)).toEqual(newest(made))
  })

  it('ends before `to`, a time of the day or a full time', async () => {
    await start()
    const made = simulator.emit(BTC, 2)
    clock.advance(1_000)
    const later = simulator.emit(BTC, 2)
    for (const to of ['12:00:31', '120031', '2026-06-01T12:00:31Z', '2026-06-01 12:00:31'])
      expect(idsOf(await ticks(`&count=2&to=${encodeURIComponent(to)}`))).toEqual(newest(made))
    const zone = encodeURIComponent('2026-06-01T21:00:32+09:00')
    expect(idsOf(await ticks(`&count=2&to=${zone}`))).toEqual(newest(later))
  })

  it('answers with one UTC day: the last one, or up to seven before it', async () => {
    await start({}, Date.UTC(2026, 5, 1, 23, 59, 58))
    const before = simulator.emit(BTC, 3)
    clock.advance(3_000)
    const after = simulator.emit(BTC, 2)
    const today = await ticks('&count=500')
    expect(idsOf(today)).toEqual(newest(after))
    for (const name of ['days_ago', 'daysAgo']) {
      const rows = await ticks(`&count=500&${name}=1`)
      expect(idsOf(rows).slice(0, 3)).toEqual(newest(before))
      expect(new Set(rows.map((row) => row.trade_date_utc))).toEqual(new Set(['2026-06-01']))
    }
    expect(idsOf(await ticks('&count=3&days_ago=1&to=23:59:59'))).toEqual(newest(before))
    expect(idsOf(await ticks(`&count=5&cursor=${idsOf(today).at(-1)}`))).toEqual([])
    clock.advance(6 * 86_400_000)
    simulator.emit(BTC, 1)
    expect(idsOf(await ticks('&count=3&days_ago=7'))).toEqual(newest(before))
    clock.advance(86_400_000)
    simulator.emit(BTC, 1)
    expect(idsOf(await ticks('&count=3&days_ago=7'))).toEqual(newest(after))
    expect(idsOf(await ticks('&count=3&to=2026-06-02T00:00:00Z'))).toEqual([])
    expect((await get(`${rest}/trades/ticks?market=KRW-BTC&days_ago=8`)).status).toBe(400)
  })

  it('has bars that agree with the ticker: `to` exclusive, 200 at most, empty minutes absent', async () => {
    await start()
    const price = Number(simulator.emit(BTC, 2).at(-1)?.price)
    clock.advance(180_000)
    const last = Number(simulator.emit(BTC, 1)[0]?.price)
    type Candle = Record<string, string> & { trade_price: number }
    const candles = async (query: string) =>
      (await get(`${rest}/candles/minutes/1?market=KRW-BTC${query}`)).body as Candle[]
    const bars = await candles('&count=500')
    expect(bars).toHaveLength(200)
    expect(bars.slice(0, 2)).toMatchObject([
      {
        candle_date_time_utc: '2026-06-01T12:03:00',
        candle_date_time_kst: '2026-06-01T21:03:00',
        trade_price: last,
        unit: 1,
      },
      { candle_date_time_utc: '2026-06-01T12:00:00', trade_price: price },
    ])
    const older = await candles(`&count=2&to=${bars[1]?.candle_date_time_utc}Z`)
    expect(older).toEqual(bars.slice(2, 4))
    const { body } = await get(`${rest}/ticker?markets=KRW-BTC,USDT-BTC`)
    expect(body).toMatchObject([
      { market: 'KRW-BTC', trade_price: last, acc_trade_volume_24h: expect.any(Number) },
      { market: 'USDT-BTC' },
    ])
  })

  it('refuses unknown codes, and more than 10 calls a second in one group', async () => {
    await start()
    expect(await get(`${rest}/ticker?markets=KRW-NOPE`)).toMatchObject({
      status: 404,
      body: { error: { name: 404, message: 'Code not found' } },
    })
    expect((await get(`${rest}/nope`)).status).toBe(404)
    for (let left = 9; left >= 0; left--) {
      const { headers } = await get(`${rest}/market/all`)
      expect(headers.get('remaining-req')).toBe(`group=market; min=600; sec=${left}`)
    }
    expect(await get(`${rest}/market/all`)).toMatchObject({
      status: 429,
      body: { name: 'too_many_requests' },
    })
    expect((await get(`${rest}/trades/ticks?market=KRW-BTC`)).status).toBe(200)
    clock.advance(1_000)
    expect((await get(`${rest}/market/all`)).status).toBe(200)
  })
})

describe('an Upbit tape', () => {
  it('puts the quote first and reads it back', () => {
    const line = { ts: 1, symbol: 'BTC-KRW', price: '126000000', qty: '0.1', side: 'buy' }
    const tape = readTape(JSON.stringify(line), 'upbit')
    const expected = { symbol: 'BTC-KRW', base: 'BTC', quote: 'KRW', venueSymbol: 'KRW-BTC' }
    expect(tape).toMatchObject({ ok: true, value: { listings: [expected] } })
  })
})

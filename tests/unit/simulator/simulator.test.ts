import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { runSimulate } from '../../../src/main/simulator/command.ts'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  SimulatorOptions,
} from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get, type RawClient, until } from './raw-client.ts'

const running: ControlledSimulator[] = []
const folders: string[] = []

async function start(options: SimulatorOptions, clock: ManualClock = manualClock()) {
  const simulator = await startSimulator({ clock, ...options })
  running.push(simulator)
  return { simulator, clock }
}

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function tapeFile(lines: readonly unknown[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
  folders.push(folder)
  const file = join(folder, 'tape.ndjson')
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return file
}

/** A Binance client on BTC-USDT whose trades are read as ids. */
async function listen(simulator: ControlledSimulator): Promise<RawClient & { ids(): string[] }> {
  const { rest } = simulator.address('binance')
  const client = await connect(`${rest.replace('http', 'ws')}/ws/btcusdt@trade`)
  return { ...client, ids: () => client.frames.map((frame) => String(JSON.parse(frame).t)) }
}

/** Venues whose ids do not depend on the time of day. */
const venues = ['binance', 'okx', 'bybit'] as const

const without = ({ time: _, ...trade }: { time: number }) => trade

describe('the generated tape', () => {
  it('is the same for the same seed at another time of day, in other steps of time', async () => {
    const one = await start(
      { venues, seed: 7, rate: 200 },
      manualClock(Date.UTC(2026, 1, 3, 4, 5, 6)),
    )
    const two = await start(
      { venues, seed: 7, rate: 200 },
      manualClock(Date.UTC(2027, 8, 9, 10, 11, 52)),
    )
    for (let second = 0; second < 20; second++) one.clock.advance(1_000)
    two.clock.advance(20_000)
    const trades = one.simulator.printed().map(without)
    expect(trades.length).toBeGreaterThan(4_000)
    expect(two.simulator.printed().map(without)).toEqual(trades)
    const other = await start({ venues, seed: 8, rate: 200 })
    other.clock.advance(20_000)
    expect(other.simulator.printed().map(without)).not.toEqual(trades)
  })

  it('has real times that never go back, and each venue with its own kind of ids', async () => {
    const { simulator, clock } = await start({ venues, rate: 300 })
    const begun = clock.now()
    clock.advance(5_000)
    const last = new Map<string, { id: bigint; time: number }>()
    for (const { venue, market, id, time } of simulator.printed()) {
      expect(time).toBeGreaterThanOrEqual(begun - 10)
      expect(time).toBeLessThanOrEqual(clock.now())
      const before = last.get(market)
      if (before !== undefined) {
        if (venue === 'bybit') expect(BigInt(id)).toBeGreaterThan(before.id)
        else expect(BigInt(id)).toBe(before.id + 1n)
        expect(time).toBeGreaterThanOrEqual(before.time)
      }
      last.set(market, { id: BigInt(id), time })
    }
    expect(last.size).toBeGreaterThan(30)
  })

  it('keeps times in the order of ids when the wall clock is set back', async () => {
    let back = 0
    const clock = manualClock()
    const shifted = { ...clock, now: () => clock.now() - back }
    const simulator = await startSimulator({ venues: ['okx'], rate: 0, clock: shifted })
    running.push(simulator)
    const [before] = simulator.emit('okx:BTC-USDT', 1)
    back = 5_000
    const [after] = simulator.emit('okx:BTC-USDT', 1)
    expect(after?.time).toBe(before?.time)
  })

  it('goes on from the pre-history: ids follow, prices do not jump', async () => {
    const { simulator } = await start({ venues: ['okx'], rate: 0 })
    const { rest } = simulator.address('okx')
    const before = (await get(`${rest}/api/v5/market/trades?instId=BTC-USDT&limit=1`)).body as {
      data: { tradeId: string; px: string }[]
    }
    const [trade] = simulator.emit('okx:BTC-USDT', 1)
    expect(BigInt(trade?.id ?? 0)).toBe(BigInt(before.data[0]?.tradeId ?? 0) + 1n)
    expect(Math.abs(Number(trade?.price) / Number(before.data[0]?.px) - 1)).toBeLessThan(0.005)
  })

  it('stands while paused; 0 never begins', async () => {
    const { simulator, clock } = await start({ rate: 100 })
    simulator.pause()
    clock.advance(5_000)
    expect(simulator.printed()).toHaveLength(0)
    simulator.resume()
    clock.advance(5_000)
    expect(simulator.printed().length).toBeGreaterThan(100)
    const still = await start({ rate: 0 })
    still.clock.advance(5_000)
    expect(still.simulator.printed()).toHaveLength(0)
  })

  it('logs per socket what was sent, equal to what arrived', async () => {
    const { simulator, clock } = await start({ venues: ['binance'], rate: 500 })
    const one = await listen(simulator)
    const two = await listen(simulator)
    clock.advance(2_000)
    for (const [index, client] of [one, two].entries()) {
      const sent = simulator.sent().filter(({ socket }) => socket === index + 1)
      await until(() => client.frames.length === sent.length, 'all frames')
      expect(sent.length).toBeGreaterThan(100)
      expect(client.ids()).toEqual(sent.map(({ id }) => id))
      expect(simulator.sockets()[index]).toMatchObject({
        trades: sent.length,
        open: true,
        path: '/ws/btcusdt@trade',
      })
    }
    expect(simulator.totals().trades).toBe(one.frames.length + two.frames.length)
  })
})

describe('faults on the wire', () => {
  const btc = 'binance:BTC-USDT'
  const faulty = (...faults: string[]) => start({ venues: ['binance'], rate: 0, faults })

  it('drop: lost on the stream, kept in REST', async () => {
    const { simulator } = await faulty('drop:at=3,n=2')
    const client = await listen(simulator)
    const ids = simulator.emit(btc, 6).map(({ id }) => id)
    await until(() => client.frames.length === 4, 'four trades')
    expect(client.ids()).toEqual(ids.filter((_, index) => index !== 2 && index !== 3))
    const { body } = await get(
      `${simulator.address('binance').rest}/api/v3/trades?symbol=BTCUSDT&limit=6`,
    )
    expect((body as { id: number }[]).map(({ id }) => String(id))).toEqual(ids)
    expect(simulator.sent().map(({ id }) => id)).toEqual(client.ids())
  })

  it('duplicate and reorder', async () => {
    const { simulator } = await faulty('duplicate:at=2', 'reorder:at=4')
    const client = await listen(simulator)
    const [a, b, c, d, e] = simulator.emit(btc, 5).map(({ id }) => id)
    await until(() => client.frames.length === 6, 'six frames')
    expect(client.ids()).toEqual([a, b, b, c, e, d])
  })

  it('reorder lets go of a frame that no other follows', async () => {
    const { simulator, clock } = await faulty('reorder:at=1')
    const client = await listen(simulator)
    const [a] = simulator.emit(btc, 1).map(({ id }) => id)
    clock.advance(600)
    await until(() => client.frames.length === 1, 'the frame')
    expect(client.ids()).toEqual([a])
  })

  it('bad-frame comes besides the trades, not instead of one', async () => {
    const { simulator } = await faulty('bad-frame:every=2')
    const client = await listen(simulator)
    const ids = simulator.emit(btc, 4).map(({ id }) => id)
    await until(() => client.frames.length === 6, 'six frames')
    const readable = client.frames.filter((frame) => {
      try {
        return JSON.parse(frame).e === 'trade'
      } catch {
        return false
      }
    })
    expect(readable.map((frame) => String(JSON.parse(frame).t))).toEqual(ids)
  })

  it('delay holds trades back, in order', async () => {
    const { simulator, clock } = await faulty('delay:by=200ms')
    const client = await listen(simulator)
    const ids = simulator.emit(btc, 3).map(({ id }) => id)
    clock.advance(199)
    // An answer would wait behind the trades; REST does not.
    await get(`${simulator.address('binance').rest}/api/v3/time`)
    expect(client.frames).toHaveLength(0)
    clock.advance(1)
    await until(() => client.frames.length === 3, 'three trades')
    expect(client.ids()).toEqual(ids)
  })

  it('stall: silence on open sockets, pings included; then all of it', async () => {
    const { simulator, clock } = await faulty('stall:at=10s,for=30s')
    const client = await listen(simulator)
    clock.advance(10_000)
    simulator.emit(btc, 3)
    client.ws.send('{"method":"LIST_SUBSCRIPTIONS","id":1}')
    await until(() => simulator.sockets()[0]?.heard.length === 1, 'the request')
    clock.advance(29_000)
    expect([client.frames.length, client.pings.length]).toEqual([0, 0])
    clock.advance(1_000)
    await until(() => client.frames.length === 4 && client.pings.length > 0, 'everything')
  })

  it('cut: no close frame, or the code asked for; for= keeps clients out', async () => {
    const { simulator, clock } = await faulty('cut:every=20s', 'cut:at=25s,code=1012,for=5s')
    const one = await listen(simulator)
    clock.advance(20_000)
    expect((await one.closed).code).toBe(1_006)
    const two = await listen(simulator)
    clock.advance(5_000)
    expect((await two.closed).code).toBe(1_012)
    await expect(listen(simulator)).rejects.toThrow()
    clock.advance(5_001)
    await listen(simulator)
  })

  it('skew moves all clocks of the venue', async () => {
    const { simulator, clock } = await faulty('skew:ms=-750')
    const client = await listen(simulator)
    const [trade] = simulator.emit(btc, 1)
    expect(trade?.time).toBe(clock.now() - 750)
    expect(JSON.parse(await client.take()).E).toBe(clock.now() - 750)
  })

  it('venue= spares the others; a fault can be added while running', async () => {
    const { simulator } = await start({ rate: 0, faults: ['drop:p=1,venue=okx'] })
    const client = await listen(simulator)
    const ids = simulator.emit(btc, 2).map(({ id }) => id)
    simulator.fault('drop:p=1,venue=binance')
    simulator.emit(btc, 2)
    await client.settled()
    expect(client.ids()).toEqual(ids)
    expect(() => simulator.fault('nope')).toThrow('not one of')
  })
})

describe('recorded tapes', () => {
  it('plays raw frames as they are, paced as recorded, to every subscribed socket', async () => {
    const frames = [
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":2,"s":"BTCUSDT","t":12345,"p":"0.00100000","q":"100","T":1672515782135,"m":true,"M":true}}',
      '{"stream":"x","data":1}',
      'not even json',
    ]
    const tape = await tapeFile(frames.map((frame, index) => ({ recvTime: 1_000 + index, frame })))
    const { simulator, clock } = await start({ venues: ['binance'], tape, speed: 1 })
    const idle = await connect(simulator.address('binance').ws)
    const client = await listen(simulator)
    clock.advance(310)
    await until(() => client.frames.length === 1, 'the first frame')
    clock.advance(1_000)
    await until(() => client.frames.length === 2, 'the second frame')
    clock.advance(1_000)
    await simulator.tapeEnded
    await until(() => client.frames.length === 3, 'the third frame')
    expect(client.frames).toEqual(frames)
    expect(idle.frames).toHaveLength(0)
    const { rest } = simulator.address('binance')
    expect((await get(`${rest}/api/v3/exchangeInfo`)).body).toMatchObject({
      symbols: [{ symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' }],
    })
    expect(
      (await get(`${rest}/api/v3/historicalTrades?symbol=BTCUSDT&fromId=1`)).body,
    ).toMatchObject([
      {
        id: 12_345,
        price: '0.00100000',
        qty: '100.00000000',
        time: 1_672_515_782_135,
        isBuyerMaker: true,
      },
    ])
    expect(simulator.totals()).toMatchObject({ printed: 1, trades: 1, frames: 3 })
  })

  it.each(['binance', 'okx', 'bybit'] as const)(
    'puts trades into the words of %s, as fast as possible',
    async (venue) => {
      const rows = Array.from({ length: 5_000 }, (_, index) => ({
        ts: 1_700_000_000_000 + index,
        symbol: 'BTC-USDT',
        price: (37_000 + index / 100).toFixed(2),
        qty: `0.${String(index + 1).padStart(5, '0')}`,
        side: index % 3 === 0 ? 'buy' : 'sell',
        id: String(1_000 + index),
      }))
      const { simulator, clock } = await start({
        venues: [venue],
        tape: await tapeFile(rows),
        speed: 0,
      })
      const client = await connect(simulator.address(venue).ws)
      client.send(
        {
          binance: { method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 },
          okx: { op: 'subscribe', args: [{ channel: 'trades', instId: 'BTC-USDT' }] },
          bybit: { op: 'subscribe', args: ['publicTrade.BTCUSDT'] },
        }[venue],
      )
      await client.take()
      clock.advance(400)
      await simulator.tapeEnded
      await until(() => client.frames.length === 5_001, 'all trades')
      const numbers = { id: expect.any(String), market: `${venue}:BTC-USDT` }
      expect(simulator.sent()).toHaveLength(5_000)
      for (const [index, trade] of simulator.sent().entries()) {
        const row = rows[index]
        expect(trade).toMatchObject({ ...numbers, id: row?.id, side: row?.side, time: row?.ts })
        expect([Number(trade.price), Number(trade.qty)]).toEqual([
          Number(row?.price),
          Number(row?.qty),
        ])
      }
      const text = client.frames[1] ?? ''
      expect(text).toContain(venue === 'binance' ? '"p":"37000.00000000"' : '37000')
    },
  )

  it('says what is wrong with a tape', async () => {
    await expect(startSimulator({ tape: await tapeFile([{ x: 1 }]) })).rejects.toThrow('line 1')
    await expect(startSimulator({ tape: '/nowhere/at/all' })).rejects.toThrow('ENOENT')
  })
})

describe('options', () => {
  it.each([
    [{ markets: ['NOPE-USDT'] }, 'NOPE-USDT'],
    [{ rate: -1 }, 'rate'],
    [{ rate: Number.NaN }, 'rate'],
    [{ faults: ['explode'] }, 'explode'],
  ])('refuses %j', async (options, why) => {
    await expect(startSimulator(options)).rejects.toThrow(why)
  })

  it('says which port is taken', async () => {
    const { simulator } = await start({ venues: ['okx'], rate: 0 })
    const port = Number(new URL(simulator.address('okx').rest).port)
    await expect(startSimulator({ venues: ['okx'], ports: { okx: port } })).rejects.toThrow(
      String(port),
    )
  })

  it('close may be called twice and ends all sockets', async () => {
    const { simulator } = await start({ venues: ['binance'], rate: 0 })
    const client = await listen(simulator)
    await Promise.all([simulator.close(), simulator.close()])
    expect((await client.closed).code).toBe(1_001)
    await expect(get(simulator.address('binance').rest)).rejects.toThrow()
  })
})

describe('as a worker and as a command', () => {
  const worker = (workerData: unknown) =>
    new Worker(new URL('../../../src/main/simulator/simulator-worker.ts', import.meta.url), {
      workerData,
    })
  const message = (of: Worker) => new Promise((resolve) => of.once('message', resolve))

  it('the worker posts its addresses, serves, and ends when told', async () => {
    const simulator = worker({ seed: 5, rate: 300 })
    const ready = (await message(simulator)) as {
      t: string
      addresses: { venue: string; ws: string; rest: string }[]
    }
    expect(ready.t).toBe('ready')
    expect(ready.addresses.map(({ venue }) => venue)).toEqual(['binance', 'okx', 'bybit'])
    const client = await connect(ready.addresses[0]?.ws ?? '')
    await client.ask({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 })
    expect(JSON.parse(await client.take())).toMatchObject({ stream: 'btcusdt@trade' })
    const ended = new Promise((resolve) => simulator.once('exit', resolve))
    simulator.postMessage({ t: 'stop' })
    expect(await ended).toBe(0)
  })

  it('the worker tells why it cannot start', async () => {
    expect(await message(worker({ faults: ['explode'] }))).toMatchObject({
      t: 'failed',
      message: expect.stringContaining('explode'),
    })
  })

  it('the command prints ready and stopped, with the counts that arrived', async () => {
    const lines: Record<string, unknown>[] = []
    const stop = new AbortController()
    const code = runSimulate(
      { venues: ['bybit'], rate: 2_000, seed: 3, faults: [] },
      { print: (line) => lines.push(line as Record<string, unknown>), signal: stop.signal },
    )
    await until(() => lines.length === 1, 'the ready line')
    expect(lines[0]).toMatchObject({
      event: 'ready',
      ws: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/v5\/public\/spot$/),
      rest: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    })
    const client = await connect(String(lines[0]?.ws))
    await client.ask({ op: 'subscribe', args: ['publicTrade.BTCUSDT'] })
    await until(() => client.frames.length > 50, 'some trades')
    stop.abort()
    expect(await code).toBe(0)
    await client.closed
    const rows = client.frames.slice(1).flatMap((frame) => JSON.parse(frame).data)
    expect(lines[1]).toEqual({
      event: 'stopped',
      trades: rows.length,
      frames: client.frames.length - 1,
    })
  })
})

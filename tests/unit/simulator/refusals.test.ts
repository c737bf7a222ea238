import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startSimulator } from '../../../src/main/simulator/index.ts'
import type { ControlledSimulator } from '../../../src/main/simulator/simulator.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { connect, get, until } from './raw-client.ts'

let simulator: ControlledSimulator
let clock: ManualClock
let ws: string
let time: string

async function start(...faults: readonly string[]): Promise<void> {
  clock = manualClock()
  simulator = await startSimulator({ venues: ['okx'], rate: 0, clock, faults })
  const address = simulator.address('okx')
  ws = address.ws
  time = `${address.rest}/api/v5/public/time`
}

afterEach(() => simulator.close())

/** Status and Retry-After of a handshake. */
function knock(): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(ws)
    socket.on('error', () => {})
    socket.on('unexpected-response', (_request, response) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] })
      socket.terminate()
    })
    socket.on('open', () => {
      resolve({ status: 101, retryAfter: undefined })
      socket.terminate()
    })
  })
}

const subscribe = { op: 'subscribe', args: [{ channel: 'trades', instId: 'BTC-USDT' }] }
const btc = 'okx:BTC-USDT'

describe('refused connections', () => {
  it('handshakes get the status for a time, with Retry-After on 429; REST and open sockets go on', async () => {
    await start('refuse:at=5s,for=3s,status=429')
    const client = await connect(ws)
    expect(await knock()).toEqual({ status: 101, retryAfter: undefined })
    clock.advance(5_500)
    expect(await knock()).toEqual({ status: 429, retryAfter: '3' })
    expect((await get(time)).status).toBe(200)
    expect(await client.ask(subscribe)).toMatchObject({ event: 'subscribe' })
    clock.advance(2_500)
    expect((await knock()).status).toBe(101)
  })

  it.each([403, 503])('%i comes without Retry-After', async (status) => {
    await start(`refuse:status=${status}`)
    expect(await knock()).toEqual({ status, retryAfter: undefined })
  })

  it('rest=1 refuses REST calls too; every= comes back', async () => {
    await start('refuse:every=10s,for=2s,status=418,rest=1')
    expect((await get(time)).status).toBe(200)
    for (let round = 0; round < 2; round++) {
      clock.advance(10_000)
      const { status, headers } = await get(time)
      expect([status, headers.get('retry-after')]).toEqual([418, '2'])
    }
    clock.advance(2_000)
    expect((await get(time)).status).toBe(200)
  })

  it('p= refuses some calls: a storm', async () => {
    await start('refuse:p=0.5,status=429,rest=1')
    const statuses = new Set<number>()
    for (let call = 0; call < 9; call++) statuses.add((await get(time)).status)
    expect([...statuses].sort()).toEqual([200, 429])
  })
})

describe('REST that goes wrong', () => {
  it('slow-rest holds answers whose clock was read before', async () => {
    await start('slow-rest:by=2s,at=1s,for=5s')
    clock.advance(1_000)
    const asked = clock.now()
    let answered = false
    const answer = get(time).then((reply) => {
      answered = true
      return reply
    })
    await until(() => clock.pending() > 1, 'the answer to be held')
    clock.advance(1_999)
    expect(answered).toBe(false)
    clock.advance(1)
    expect((await answer).body).toMatchObject({ data: [{ ts: String(asked) }] })
    clock.advance(3_000)
    expect((await get(time)).status).toBe(200)
  })

  it('rest-down drops calls while sockets go on', async () => {
    await start('rest-down:at=5s,for=10s')
    clock.advance(5_000)
    await expect(get(time)).rejects.toThrow()
    const client = await connect(ws)
    expect(await client.ask(subscribe)).toMatchObject({ event: 'subscribe' })
    clock.advance(10_000)
    expect((await get(time)).status).toBe(200)
  })

  it('lag reads the clock after the way up and before the way down', async () => {
    await start('lag:up=40ms,down=10ms')
    const asked = clock.now()
    const idle = clock.pending()
    const answer = get(time)
    await until(() => clock.pending() > idle, 'the call to be held')
    clock.advance(40)
    await until(() => clock.pending() > idle, 'the answer to be held')
    clock.advance(10)
    expect((await answer).body).toMatchObject({ data: [{ ts: String(asked + 40) }] })
  })
})

describe('streams that go wrong', () => {
  it('silent: trades are lost to the socket while answers go on, and REST has them', async () => {
    await start('silent:at=10s,for=20s')
    const client = await connect(ws)
    await client.ask(subscribe)
    clock.advance(10_000)
    const lost = simulator.emit(btc, 3)
    client.send('ping')
    expect(await client.take()).toBe('pong')
    clock.advance(20_000)
    const [heard] = simulator.emit(btc, 1)
    expect(JSON.parse(await client.take())).toMatchObject({ data: [{ tradeId: heard?.id }] })
    expect(simulator.sent()).toHaveLength(1)
    const { rest } = simulator.address('okx')
    const { body } = await get(`${rest}/api/v5/market/trades?instId=BTC-USDT&limit=4`)
    expect((body as { data: { tradeId: string }[] }).data.map(({ tradeId }) => tradeId)).toEqual(
      [...lost, heard].map((trade) => trade?.id).toReversed(),
    )
  })

  it('oversized: a frame of 20 MB, and the trade behind it', async () => {
    await start('oversized:at=1')
    const client = await connect(ws)
    await client.ask(subscribe)
    const [trade] = simulator.emit(btc, 1)
    expect((await client.take()).length).toBeGreaterThan(20_000_000)
    expect(JSON.parse(await client.take())).toMatchObject({ data: [{ tradeId: trade?.id }] })
  })

  it('clock-step: the venue’s clock jumps once, REST and trades alike', async () => {
    await start('clock-step:at=10s,ms=700')
    const serverTime = async () =>
      Number(((await get(time)).body as { data: { ts: string }[] }).data[0]?.ts)
    expect(await serverTime()).toBe(clock.now())
    clock.advance(10_000)
    expect(await serverTime()).toBe(clock.now() + 700)
    expect(simulator.emit(btc, 1)[0]?.time).toBe(clock.now() + 700)
    clock.advance(50_000)
    expect(await serverTime()).toBe(clock.now() + 700)
  })
})

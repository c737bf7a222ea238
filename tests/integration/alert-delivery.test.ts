import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Network } from '../../src/main/engine/network.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { Clock } from '../../src/main/ports.ts'
import { Deliveries } from '../../src/main/services/alerts/deliveries.ts'
import type { AlertChange, KeptAlert } from '../../src/main/store/alert-changes.ts'
import type { AlertEvent, Delivery } from '../../src/shared/contract/alerts.ts'
import type { Settings } from '../../src/shared/contract/status.ts'
import type { AlertId } from '../../src/shared/domain/alert.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import { silent } from '../unit/services/fakes.ts'
import { until } from './command.ts'
import { connectProxy } from './proxy-peers.ts'

// Webhooks and chats over real sockets: the app's own network and a server that answers as servers do. Pauses and
// deadlines are a fiftieth of what they are for people.
const FASTER = 50
const clock: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms / FASTER, run),
}

type Answer = (response: ServerResponse) => void
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end('{}')

interface Got {
  readonly path: string
  readonly body: { text: string; chat_id?: string; events?: readonly { id: number }[] }
  readonly at: number
}

class Peer {
  readonly got: Got[] = []
  answers: Answer[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    this.got.push({ path: request.url ?? '', body: JSON.parse(text), at: performance.now() })
    const answer = this.answers.shift() ?? status(200)
    answer(response)
  }
}

/** What the log says of each firing's deliveries. */
type Log = Map<number, readonly Delivery[]>

function deliveriesOver(log: Log, secrets: Map<string, string>, proxy = ''): Deliveries {
  const settings = { proxy: { mode: proxy === '' ? 'none' : 'manual', url: proxy }, venues: {} }
  const keychain = {
    isHeld: () => false,
    get: async (name: string) => secrets.get(name),
    set: async (name: string, secret: string) => {
      secrets.set(name, secret)
      return { kept: true }
    },
  }
  const network = new Network({
    settings: () => settings as unknown as Settings,
    ...{ secrets: keychain, systemProxy: () => '', fetchJson, clock, addresses: {} },
    connect: () => {
      throw new Error('no sockets here')
    },
  })
  return new Deliveries({
    ...{ clock, log: silent, secrets: keychain },
    post: (url, body) => network.post(url, body),
    note: (change: AlertChange) => {
      if (change.t === 'delivered') log.set(change.id, change.deliveries)
    },
  })
}

let peer: Peer
let port: number
let log: Log
let secrets: Map<string, string>
let deliveries: Deliveries
let lastId = 0

function firing(channels: KeptAlert['channels'], alert = `a${lastId}`): AlertEvent {
  lastId += 1
  return {
    ...{ id: lastId, alert: alert as AlertId, name: 'High', severity: 'info', expr: 'x' },
    ...{ at: epochMs(Date.now()), time: epochMs(Date.now()), market: 'okx:BTC-USDT' as MarketId },
    ...{ price: 61_200, values: {}, late: null, notifiedMs: null },
    deliveries: deliveries.queued({ channels } as KeptAlert),
  }
}
function send(...channels: KeptAlert['channels']): AlertEvent {
  const event = firing(channels)
  deliveries.send([event], Date.now())
  return event
}
const outcome = (event: AlertEvent): Delivery | undefined => log.get(event.id)?.[0]
const over = (event: AlertEvent): Promise<void> =>
  until(
    'the delivery is over',
    async () => ['sent', 'failed'].includes(outcome(event)?.state ?? ''),
    20,
  )

beforeEach(async () => {
  peer = new Peer()
  port = await peer.listen()
  log = new Map()
  secrets = new Map()
  deliveries = deliveriesOver(log, secrets)
  await deliveries.setAddress('webhook', `http://127.0.0.1:${port}/hook/secret`)
  await deliveries.setAddress('telegram', `http://127.0.0.1:${port}/bot1:x`, '42')
})
afterEach(async () => {
  deliveries.stop()
  await peer.close()
})

describe('firings over HTTP', () => {
  it('arrive at the webhook and the chat', async () => {
    const [hook, chat] = [send('webhook'), send('telegram')]
    await Promise.all([over(hook), over(chat)])
    expect(outcome(hook)).toMatchObject({ state: 'sent', attempts: 1 })
    expect(outcome(chat)).toMatchObject({ state: 'sent', attempts: 1 })
    const paths = peer.got.map(({ path }) => path).sort()
    expect(paths).toEqual(['/bot1:x/sendMessage', '/hook/secret'])
    const posted = peer.got.find(({ path }) => path === '/hook/secret')
    expect(posted?.body.events).toMatchObject([{ id: hook.id }])
  })

  it('are tried again after HTTP 500, a cut connection, and an answer that does not come', async () => {
    peer.answers = [status(500), (response) => void response.destroy(), () => {}]
    const event = send('webhook')
    await over(event)
    // On a connection that was kept, what was cut is sent again at once: that counts as one attempt.
    expect(outcome(event)).toMatchObject({ state: 'sent', attempts: 3 })
    expect(peer.got).toHaveLength(4)
  })

  it('wait as long as a server asks for', async () => {
    peer.answers = [status(429, { 'retry-after': '60' })]
    const event = send('webhook')
    await until('the first answer', async () => outcome(event)?.attempts === 1, 10)
    expect(outcome(event)).toMatchObject({
      state: 'queued',
      reason: expect.stringContaining('429'),
    })
    await over(event)
    const [first, second] = peer.got
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(60_000 / FASTER - 20)
  })

  it('outlast a server that is away', async () => {
    await peer.close()
    const event = send('webhook')
    await until('it was tried', async () => (outcome(event)?.attempts ?? 0) > 1, 10)
    expect(outcome(event)?.reason).toContain('cannot be reached')
    peer = new Peer()
    await peer.listen(port)
    await over(event)
    expect(outcome(event)?.state).toBe('sent')
  })

  it('fail at once at an address that does not exist, with what to do', async () => {
    peer.answers = [status(404)]
    const event = send('webhook')
    await over(event)
    expect(outcome(event)).toMatchObject({
      ...{ state: 'failed', attempts: 1 },
      reason: 'It answered HTTP 404. Check the address.',
    })
  })

  it('do not follow a redirect elsewhere, and say so without the address', async () => {
    const other = new Peer()
    const away = await other.listen()
    const redirect = status(302, { location: `http://127.0.0.1:${away}/elsewhere` })
    peer.answers = [redirect, redirect]
    const event = send('webhook')
    await until('it was tried', async () => outcome(event)?.attempts === 1, 10)
    expect(outcome(event)?.reason).toContain('redirect (HTTP 302), which is not followed')
    expect(outcome(event)?.reason).not.toContain('secret')
    // The door of a hotel's network lets through later.
    await over(event)
    expect(outcome(event)).toMatchObject({ state: 'sent', attempts: 3 })
    expect(other.got).toEqual([])
    await other.close()
  })

  it('that were queued or on their way when the program ended are sent by the next run: twice is possible', async () => {
    // The server took it, and the program ended before it knew.
    peer.answers = [() => {}]
    const [taken, waiting] = [send('webhook'), firing(['webhook'])]
    await until('the server has it', async () => peer.got.length === 1, 10)
    deliveries.stop()

    const next = deliveriesOver(log, secrets)
    await next.load()
    next.resume([taken, waiting], null)
    await Promise.all([over(taken), over(waiting)])
    const ids = peer.got.flatMap(({ body }) => body.events?.map(({ id }) => id) ?? [])
    expect(ids.filter((id) => id === taken.id)).toHaveLength(2)
    expect(ids.filter((id) => id === waiting.id)).toHaveLength(1)
    next.stop()
  })

  it("go through the app's proxy", async () => {
    const proxy = await connectProxy()
    const through = deliveriesOver(log, secrets, `http://127.0.0.1:${proxy.port}`)
    await through.load()
    const event = firing(['webhook'])
    through.send([event], Date.now())
    await over(event)
    expect(outcome(event)?.state).toBe('sent')
    expect(proxy.asked).toEqual([`127.0.0.1:${port}`])
    through.stop()
    await proxy.close()
  })
})

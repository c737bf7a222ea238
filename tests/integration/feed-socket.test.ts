import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { createFeed } from '../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../src/main/ingest/ws-connect.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { okx } from '../../src/main/venues/okx.ts'
import { marketOf } from '../unit/ingest/fake-venue-side.ts'
import { heard } from '../unit/ingest/print-kit.ts'

const DEADLINE = 10_000
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

/** Waits until something is so, looking each time something happened. */
class Watch {
  readonly #waiting = new Set<() => void>()
  happened = (): void => {
    for (const look of this.#waiting) look()
  }
  until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not in time: ${what}`)), DEADLINE)
      const look = (): void => {
        if (!isSo()) return
        clearTimeout(late)
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}

const trade = (id: number) =>
  JSON.stringify({
    arg: { channel: 'trades', instId: 'BTC-USDT' },
    data: [
      {
        instId: 'BTC-USDT',
        tradeId: String(id),
        px: '1',
        sz: '2',
        side: 'buy',
        ts: '1750000000000',
      },
    ],
  })

describe('a feed on a real socket', () => {
  it('connects, subscribes, receives, is cut off, connects and subscribes again, closes cleanly', async () => {
    const watch = new Watch()
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    closers.push(() => server.close())
    await once(server, 'listening')
    const requests: string[] = []
    const closings: number[] = []
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        const { id, op, args } = JSON.parse(String(data))
        requests.push(op)
        for (const arg of args) socket.send(JSON.stringify({ event: op, id, arg }))
        socket.send(Buffer.from(trade(requests.length)), { binary: true })
        socket.send(trade(requests.length))
        socket.send(trade(100))
        watch.happened()
      })
      socket.on('close', (code) => {
        closings.push(code)
        watch.happened()
      })
    })
    const trades: string[] = []
    const broken: string[] = []
    const states: string[] = []
    const feed = createFeed({
      venue: okx,
      address: { ws: `ws://127.0.0.1:${portOf(server)}`, rest: 'http://127.0.0.1:9' },
      listener: {
        trades: heard((_market, id, _price, _qty, _side, _time, receivedAt) => {
          expect(Math.abs(Date.now() - receivedAt)).toBeLessThan(5_000)
          trades.push(id)
          watch.happened()
        }),
        changed: () => {
          const { state } = feed.status()
          if (states.at(-1) !== state) states.push(state)
          watch.happened()
        },
        newest: () => {},
        began: (market) => void broken.push(`${market} began`),
        broken: (market, cause) => void broken.push(`${market} ${cause}`),
      },
      clock: systemClock,
      random: () => 0.1,
      connect: connectWebSocket,
      fetchJson,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    })
    feed.start()
    feed.watch(marketOf(okx, 'BTC-USDT'))
    await watch.until('the first trades', () => trades.includes('100'))
    for (const socket of server.clients) socket.terminate()
    await watch.until('the second subscription', () => trades.includes('2'))
    expect(requests).toEqual(['subscribe', 'subscribe'])
    expect(trades).toEqual(['1', '100', '2'])
    await watch.until('the repeated trade', () => feed.status().duplicates >= 3)
    expect(broken).toEqual(['okx:BTC-USDT began', 'okx:BTC-USDT disconnect', 'okx:BTC-USDT began'])
    expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live'])
    expect(feed.status()).toMatchObject({ reconnects: 1, unreadable: 0 })
    await feed.stop()
    await watch.until('the clean close', () => closings.length === 2)
    expect(closings).toEqual([1006, 1000])
  })

  it('gives a server up that never answers the closing frame', async () => {
    const server = await deafServer()
    const opened = Promise.withResolvers<void>()
    const socket = connectWebSocket(`ws://127.0.0.1:${portOf(server)}`, {
      opened: () => opened.resolve(),
      frame: () => {},
      garbled: () => {},
      alive: () => {},
      closed: (reason) => opened.reject(new Error(reason)),
    })
    await opened.promise
    const began = performance.now()
    await socket.close()
    expect(performance.now() - began).toBeLessThan(4_000)
  })

  it('loses no frame that comes in one packet with the handshake', async () => {
    const server = await deafServer(['first', 'second'])
    const frames: string[] = []
    await new Promise<void>((resolve, reject) => {
      const socket = connectWebSocket(`ws://127.0.0.1:${portOf(server)}`, {
        opened: () => {},
        frame: (chunk, from, to) => {
          frames.push(chunk.toString('utf8', from, to))
          if (frames.length === 2) void socket.close().then(resolve)
        },
        garbled: () => {},
        alive: () => {},
        closed: (reason) => reject(new Error(reason)),
      })
    })
    expect(frames).toEqual(['first', 'second'])
  })

  it.each([
    [451, 'the venue refuses this address or location (HTTP 451)'],
    [429, 'the venue limits our connections (HTTP 429)'],
    [500, 'the venue answered HTTP 500 instead of opening a WebSocket'],
  ])('says why a handshake was refused with HTTP %i', async (status, words) => {
    const server = createHttpServer()
    server.on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
    await listening(server)
    expect(await reasonFrom(`ws://127.0.0.1:${portOf(server)}`)).toBe(words)
  })

  it('says why an address cannot be used or reached', async () => {
    expect(await reasonFrom('nonsense')).toContain('the address nonsense cannot be used')
    const server = createServer()
    await listening(server)
    const port = portOf(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await reasonFrom(`ws://127.0.0.1:${port}`)).toContain('ECONNREFUSED')
  })
})

describe('frames that are no good', () => {
  /** Everything that a socket told, against a server that sends these raw bytes. */
  async function told(bytes: readonly Buffer[], frames?: 'gzip') {
    const server = await deafServer([], bytes)
    const seen: string[] = []
    const ended = Promise.withResolvers<string>()
    const socket = connectWebSocket(
      `ws://127.0.0.1:${portOf(server)}`,
      {
        opened: () => {},
        frame: (chunk, from, to) => {
          const frame = chunk.toString('utf8', from, to)
          seen.push(frame)
          if (frame === 'last') ended.resolve('last')
        },
        garbled: (reason) => void seen.push(`garbled: ${reason}`),
        alive: () => {},
        closed: (reason) => ended.resolve(reason),
      },
      { frames },
    )
    const reason = await ended.promise
    await socket.close()
    return { seen, reason }
  }

  it('reads compressed frames, counts a broken one and one that would burst, and lives on', async () => {
    const { seen, reason } = await told(
      [
        rawFrame(0x82, gzipSync('{"ping":1}')),
        rawFrame(0x82, Buffer.from('no gzip at all')),
        rawFrame(0x82, gzipSync(Buffer.alloc(17 * 1024 * 1024))),
        rawFrame(0x82, gzipSync('last')),
      ],
      'gzip',
    )
    expect(reason).toBe('last')
    expect(seen).toEqual([
      '{"ping":1}',
      expect.stringContaining('garbled: a compressed frame that cannot be unpacked'),
      expect.stringContaining('garbled: a compressed frame that cannot be unpacked'),
      'last',
    ])
  })

  it.each([
    ['is longer than 16 MB', rawFrame(0x81, Buffer.alloc(0), 17 * 1024 * 1024)],
    ['has an opcode that does not exist', rawFrame(0x83, Buffer.from('x'))],
    ['has reserved bits set', rawFrame(0xf1, Buffer.from('x'))],
  ])('tells of a frame that %s, and ends the socket and nothing else', async (_, bytes) => {
    const { seen, reason } = await told([rawFrame(0x81, Buffer.from('good')), bytes])
    const garbled = expect.stringContaining('garbled: a frame that breaks the protocol: ')
    expect(seen).toEqual(['good', garbled])
    expect(reason).not.toBe('last')
  })

  it('hands the refusal of a handshake on with its Retry-After', async () => {
    const server = createHttpServer()
    server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\n\r\n'),
    )
    await listening(server)
    const refusal = await new Promise((resolve) => {
      connectWebSocket(`ws://127.0.0.1:${portOf(server)}`, {
        opened: () => resolve('opened'),
        frame: () => {},
        garbled: () => {},
        alive: () => {},
        closed: (_reason, how) => resolve(how),
      })
    })
    expect(refusal).toEqual({ status: 429, retryAfter: '17' })
  })
})

describe('fetchJson', () => {
  const body = JSON.stringify({ text: 'abc'.repeat(1_000) })
  it.each([
    ['gzip', gzipSync(body)],
    ['br', brotliCompressSync(body)],
    ['deflate', deflateSync(body)],
    ['identity', Buffer.from(body)],
  ])('unpacks an answer in %s and says how long it was on the wire', async (coding, packed) => {
    const server = createHttpServer((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': coding })
      response.end(packed)
    })
    await listening(server)
    closers.push(() => server.closeAllConnections())
    const url = `http://127.0.0.1:${portOf(server)}/`
    const answer = await fetchJson(url, new AbortController().signal)
    expect(answer).toMatchObject({ status: 200, text: body, bytes: packed.length })
  })

  it('sends a body as JSON, by the agent that it is given', async () => {
    const server = createHttpServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method, headers } = request
        const text = Buffer.concat(chunks).toString('utf8')
        response.end(JSON.stringify([method, headers['content-type'], text]))
      })
    })
    await listening(server)
    closers.push(() => server.closeAllConnections())
    let used = 0
    class Counting extends Agent {
      override createConnection(...way: Parameters<Agent['createConnection']>) {
        used += 1
        return super.createConnection(...way)
      }
    }
    const url = `http://127.0.0.1:${portOf(server)}/info`
    const agent = new Counting()
    const answer = await fetchJson(url, new AbortController().signal, { body: '{"é":1}', agent })
    expect(answer.text).toBe(JSON.stringify(['POST', 'application/json', '{"é":1}']))
    expect(used).toBe(1)
  })

  it('refuses redirects, unknown codings, broken and endless bodies', async () => {
    const server = createHttpServer((request, response) => {
      if (request.url === '/redirect') response.writeHead(302, { Location: '/' }).end()
      else if (request.url === '/coding')
        response.writeHead(200, { 'Content-Encoding': 'zip' }).end('x')
      else if (request.url === '/broken')
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no gzip')
      else if (request.url === '/bomb')
        response
          .writeHead(200, { 'Content-Encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(70 * 1024 * 1024)))
      else {
        response.writeHead(200, { 'Content-Length': 100 })
        response.write('[')
        response.socket?.destroy()
      }
    })
    await listening(server)
    closers.push(() => server.closeAllConnections())
    const get = (path: string) =>
      fetchJson(`http://127.0.0.1:${portOf(server)}${path}`, new AbortController().signal)
    await expect(get('/redirect')).rejects.toThrow('redirect')
    await expect(get('/coding')).rejects.toThrow('unknown way: zip')
    await expect(get('/broken')).rejects.toThrow()
    await expect(get('/bomb')).rejects.toThrow('longer than')
    await expect(get('/cut')).rejects.toThrow()
  })

  it('names Tapedeck, and hands on status, Retry-After and text', async () => {
    const server = createHttpServer((request, response) => {
      response.writeHead(429, { 'Retry-After': '7' })
      response.end(`{"agent":"${request.headers['user-agent']}"}`)
    })
    await listening(server)
    const url = `http://127.0.0.1:${portOf(server)}/x`
    expect(await fetchJson(url, new AbortController().signal)).toEqual({
      status: 429,
      retryAfter: '7',
      date: expect.stringContaining('GMT'),
      bytes: expect.any(Number),
      text: expect.stringMatching(/^\{"agent":"Tapedeck\/\d/),
    })
  })

  it('stops when told to, even within the body', async () => {
    const controller = new AbortController()
    const server = createHttpServer((_request, response) => {
      response.write('[')
      controller.abort()
    })
    await listening(server)
    closers.push(() => server.closeAllConnections())
    await expect(
      fetchJson(`http://127.0.0.1:${portOf(server)}/`, controller.signal),
    ).rejects.toThrow()
  })
})

function reasonFrom(url: string): Promise<string> {
  return new Promise((resolve) => {
    connectWebSocket(url, {
      opened: () => resolve('opened'),
      frame: () => {},
      garbled: () => {},
      alive: () => {},
      closed: resolve,
    })
  })
}

async function listening<T extends Server>(server: T): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => void server.close())
  return server
}

/** A frame as a server sends it; `length` claims another length than it has. */
function rawFrame(first: number, payload: Buffer, length = payload.length): Buffer {
  const head = Buffer.alloc(10)
  head.writeUInt8(first, 0)
  head.writeUInt8(127, 1)
  head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

/** Shakes hands, sends frames in the same write, and never says anything again. */
function deafServer(frames: readonly string[] = [], raw: readonly Buffer[] = []): Promise<Server> {
  const server = createServer((socket) => {
    closers.push(() => void socket.destroy())
    socket.on('error', () => {})
    socket.once('data', (data) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(String(data))?.[1] ?? ''
      const accept = createHash('sha1')
        .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64')
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
      const bodies = frames.map((text) =>
        Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]),
      )
      socket.write(Buffer.concat([Buffer.from(head), ...bodies, ...raw]))
    })
  })
  return listening(server)
}

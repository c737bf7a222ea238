import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SimulatorClock } from './clock.ts'
import { Connection } from './connection.ts'
import type { RestReply } from './dialects/dialect.ts'
import type { Exchange } from './exchange.ts'
import type { Refused } from './fault-plan.ts'
import type { Journal } from './journal.ts'
import type { SimulatorAddress } from './simulator.ts'
import { SlidingWindow } from './window.ts'

const HOST = '127.0.0.1'
/** How long clients get to answer a close before their sockets are dropped. */
const CLOSE_DEADLINE_MS = 2_000

export interface RunningServer {
  readonly address: SimulatorAddress
  close(): Promise<void>
}

export interface ServerOptions {
  readonly exchange: Exchange
  /** 0 takes a free one. */
  readonly port: number
  readonly clock: SimulatorClock
  readonly journal: Journal
  readonly nextSocketId: () => number
}

/** Serves one exchange, sockets and REST on one port of the loopback. Rejects if the port is taken. */
export async function serve(options: ServerOptions): Promise<RunningServer> {
  const { exchange } = options
  const http = createServer((request, response) => void answer(options, request, response))
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: 4 * 1024 * 1024,
  })
  const { most, ms } = exchange.dialect.connects
  const connects = new SlidingWindow(most, ms)
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = urlOf(request)
    const refused = exchange.faults.handshake()
    const accepted = url !== undefined && exchange.dialect.accepts(url, headerOf(request))
    if (exchange.refusing) socket.destroy()
    else if (refused !== null) refuse(socket, refused)
    else if (url === undefined || accepted !== true)
      refuse(socket, { status: typeof accepted === 'number' ? accepted : 404, retryAfter: null })
    else if (!connects.take(exchange.time.monotonic()))
      refuse(socket, { status: 429, retryAfter: null })
    else
      sockets.handleUpgrade(request, socket, head, (ws) => {
        if (socket instanceof Socket) open(options, ws, socket, url)
        else ws.terminate()
      })
  })
  const port = await listen(http, options.port)
  exchange.address = `${HOST}:${port}`
  return {
    address: {
      venue: exchange.venue,
      ws: `ws://${HOST}:${port}${exchange.dialect.wsPath}`,
      rest: `http://${HOST}:${port}`,
    },
    close: () => close(http, sockets),
  }
}

function listen(http: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) =>
      reject(new Error(`Cannot listen on ${HOST}:${port}: ${error.message}`)),
    )
    http.listen(port, HOST, () => {
      const address = http.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Closing handshakes flush what was sent; who does not answer is dropped. */
async function close(http: Server, sockets: WebSocketServer): Promise<void> {
  const gone = [...sockets.clients].map(
    (ws) =>
      new Promise<void>((resolve) => {
        const deadline = setTimeout(() => ws.terminate(), CLOSE_DEADLINE_MS)
        ws.once('close', () => {
          clearTimeout(deadline)
          resolve()
        })
        ws.close(1_001)
      }),
  )
  await Promise.all(gone)
  sockets.close()
  await new Promise<void>((resolve) => {
    http.close(() => resolve())
    http.closeAllConnections()
  })
}

function urlOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? '/', `http://${HOST}`) ?? undefined
}

const headerOf =
  (request: IncomingMessage) =>
  (name: string): string | undefined => {
    const value = request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

const retryLine = ({ retryAfter }: Refused): string =>
  retryAfter === null ? '' : `Retry-After: ${retryAfter}\r\n`

function refuse(socket: Duplex, refused: Refused): void {
  const status = `${refused.status} ${STATUS_CODES[refused.status] ?? ''}`.trim()
  const headers = `Connection: close\r\n${retryLine(refused)}Content-Length: 0\r\n`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n`)
}

function open(options: ServerOptions, ws: WebSocket, socket: Socket, url: URL): void {
  const { exchange, clock, journal } = options
  const id = options.nextSocketId()
  const connection = new Connection({
    id,
    venue: exchange.venue,
    ws,
    socket,
    clock,
    protocolNow: () => exchange.time.monotonic(),
    faults: exchange.faults,
    journal,
    wire: exchange.wire,
    onStrike: (fault) => exchange.strike(fault),
  })
  journal.opened(id, exchange.venue, url.pathname + url.search)
  exchange.connections.add(connection)
  const session = exchange.dialect.open(url, connection)
  ws.on('message', (data: Buffer) => {
    const text = data.toString('utf8')
    journal.heard(id, text)
    session.message(text)
  })
  ws.on('ping', (payload: Buffer) => session.pinged(payload))
  ws.on('pong', (payload: Buffer) => session.ponged(payload.toString('utf8')))
  // A broken client is no fault of the venue: ws closes the socket itself.
  ws.on('error', () => ws.terminate())
  ws.on('close', () => {
    session.closed()
    connection.closed()
    exchange.subscriptions.forget(connection)
    exchange.connections.delete(connection)
    journal.closed(id)
  })
}

/** Bodies that clients send are small. */
const MOST_BODY_BYTES = 1024 * 1024

/** Answers one REST call, or does to it what the faults want. */
async function answer(
  { exchange, clock }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const verdict = exchange.faults.call()
  const body = await bodyOf(request)
  if (verdict.dropped || exchange.refusing || body === undefined) {
    request.socket.destroy()
    return
  }
  await pause(clock, verdict.upMs)
  const { refused } = verdict
  const reply = refused === null ? replyTo(exchange, request, body) : refusalOf(exchange, refused)
  const date = new Date(exchange.nowMs()).toUTCString()
  await pause(clock, verdict.downMs)
  response.writeHead(reply.status, { date, ...reply.headers })
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}

/** Undefined if the client broke off or sent too much. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue
      chunks.push(chunk)
      length += chunk.length
      if (length > MOST_BODY_BYTES) return undefined
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}

const pause = (clock: SimulatorClock, ms: number): Promise<void> | undefined =>
  ms === 0 ? undefined : new Promise((resolve) => clock.after(ms, () => resolve()))

function refusalOf({ dialect }: Exchange, { status, retryAfter }: Refused): RestReply {
  const reply = dialect.refusal?.(status) ?? { status, body: '' }
  const headers = retryAfter === null ? {} : { 'retry-after': String(retryAfter) }
  return { ...reply, status, headers: { ...reply.headers, ...headers } }
}

function replyTo({ dialect }: Exchange, request: IncomingMessage, body: string): RestReply {
  const url = urlOf(request)
  if (url === undefined) return { status: 400, body: '' }
  const posted = request.method === 'POST' && dialect.posts?.includes(url.pathname) === true
  if (!posted && request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, body: '' }
  return dialect.rest({
    method: posted ? 'POST' : 'GET',
    path: url.pathname,
    query: url.searchParams,
    body,
    header: headerOf(request),
  })
}

import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Port } from '../../shared/rpc/port.ts'
import type { Clock, Logger } from '../ports.ts'
import { answerTo, knockOf, target } from './answers.ts'
import { API, Api, type TapeSource } from './api.ts'
import { createGate, type Gate, hostInUrl } from './auth.ts'
import { exportedName, sendExport } from './export-files.ts'
import { createRate } from './rate.ts'
import { loadStaticFiles, type StaticFiles } from './static-files.ts'
import { CLOSE, MAX_MESSAGE_BYTES, websocketPort } from './websocket-port.ts'

/** Windows and scripts that may be connected at a time. */
const MOST_CLIENTS = 64
/** Clients that do not answer the goodbye are cut off after this long, milliseconds. */
const GOODBYE_MS = 500

export interface HttpOptions {
  /** Address to listen on: `127.0.0.1` unless the person asked for another. */
  readonly host: string
  /** 0: take a free one. */
  readonly port: number
  /** The key of this start; `newToken()` makes one. */
  readonly token: string
  /** Folder of the built screen. */
  readonly screen: string
  /** Folder of the exported files. */
  readonly exports: string
  /** Called with each client that was let in. */
  readonly onClient: (port: Port) => void
  /** Answers programs from the tape. */
  readonly tape: TapeSource
  readonly clock: Clock
  readonly log: Logger
}

export interface RunningHttp {
  readonly port: number
  /** Opens the screen; holds the key, so it is for the person who started this alone. */
  readonly url: string
  /** Says goodbye to every client and frees the port. */
  close(): Promise<void>
}

/** Serves the screen and the engine's wire on one port, to whoever holds the token. */
export async function startHttp(options: HttpOptions): Promise<Outcome<RunningHttp>> {
  const { host, token, clock, log } = options
  const files = await loadStaticFiles(options.screen)
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 })
  const listening = await listen(server, host, options.port)
  if (!listening.ok) return listening
  const port = listening.value
  const gate = createGate({ token, port, boundTo: host })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  })
  const refusals = createRate(0.2, 10)
  const refused = (reason: string): void => {
    if (refusals.take(clock.monotonic())) log.warn('http-refused', { reason })
  }
  const api = new Api(options.tape, gate, clock, refused)
  answerRequests(server, gate, { files, exports: options.exports }, api, refused)
  admitClients(server, sockets, gate, refused, (socket) =>
    options.onClient(websocketPort(socket, clock)),
  )
  server.on('clientError', (_, stream) => refuse(stream, 400))
  server.on('error', (error) => log.error('http-error', { message: error.message }))

  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  let closing: Promise<void> | null = null
  return ok({
    port,
    url: `http://${hostInUrl(reachable)}:${port}/?token=${token}`,
    close: () => {
      closing ??= goodbye(server, sockets, clock)
      return closing
    },
  })
}

function answerRequests(
  server: Server,
  gate: Gate,
  { files, exports }: { readonly files: StaticFiles; readonly exports: string },
  api: Api,
  refused: (reason: string) => void,
): void {
  server.on('request', async (request, response) => {
    if (request.url?.startsWith(API) === true) return api.handle(request, response)
    const { status, headers, body, refused: reason } = answerTo(request, gate, files)
    if (reason !== undefined) refused(reason)
    // Let in like everybody else, and asking for nothing of the screen.
    const name = status === 404 ? exportedName(target(request.url).path) : null
    if (name !== null && (await sendExport(exports, name, request, response))) return
    response.writeHead(status, headers)
    response.end(request.method === 'HEAD' ? undefined : body)
  })
}

function admitClients(
  server: Server,
  sockets: WebSocketServer,
  gate: Gate,
  refused: (reason: string) => void,
  onSocket: (socket: WebSocket) => void,
): void {
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    const problem = upgradeProblem(request, gate, sockets.clients.size)
    if (problem === null) sockets.handleUpgrade(request, stream, head, onSocket)
    else {
      refused(problem.reason)
      refuse(stream, problem.status)
    }
  })
}

/** The port that was opened, or why none was. */
function listen(server: Server, host: string, port: number): Promise<Outcome<number>> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE')
        resolve(fail('busy', `Port ${port} is taken by another program. Choose another --port.`))
      else if (error.code === 'EACCES')
        resolve(
          fail(
            'unavailable',
            `Port ${port} may not be used by this user. Choose a --port above 1023.`,
          ),
        )
      else resolve(fail('unavailable', `Cannot listen on ${host}:${port}: ${error.message}`))
    }
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve(ok((server.address() as AddressInfo).port))
    })
  })
}

/** Why a WebSocket is not opened; null when it may be. */
function upgradeProblem(
  request: IncomingMessage,
  gate: Gate,
  clients: number,
): { readonly status: number; readonly reason: string } | null {
  const knock = knockOf(request)
  if (!gate.hostAllowed(knock)) return { status: 403, reason: 'host' }
  if (!gate.originAllowed(knock)) return { status: 403, reason: 'origin' }
  if (!gate.tokenRight(knock) && !gate.cookieRight(knock)) return { status: 401, reason: 'no key' }
  if (target(request.url).path !== '/ws') return { status: 404, reason: 'path' }
  if (clients >= MOST_CLIENTS) return { status: 503, reason: 'too many clients' }
  return null
}

function refuse(stream: Duplex, status: number): void {
  if (stream.writable)
    stream.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    )
  else stream.destroy()
}

async function goodbye(server: Server, sockets: WebSocketServer, clock: Clock): Promise<void> {
  const gone = [...sockets.clients].map(
    (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
  )
  gone.push(new Promise((resolve) => server.close(() => resolve())))
  for (const socket of sockets.clients) socket.close(CLOSE.stopping, 'Tapedeck is stopping.')
  server.closeIdleConnections()
  const cancel = clock.after(GOODBYE_MS, () => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
  })
  await Promise.all(gone)
  cancel()
}

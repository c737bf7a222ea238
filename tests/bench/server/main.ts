import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { endWithParent, say } from '../harness/answers.ts'
import { MARKETS } from '../harness/synthetic.ts'
import { dialectOf } from './dialects.ts'
import { makeFrames } from './frames.ts'
import { blast, END, type Plan, pace, planOf, type Run, WARM } from './pump.ts'

// A venue's server for one client at a time: `node main.ts VENUE TRADES [STRETCH]`. Says `ready` with its port
// when all frames are made. A message { run } tells what the next client is sent; it answers `armed`.
// Then come `begun` and `warm`, and after a message { go } `end`: milliseconds from `go` until the client
// had read all.
const [venue = '', count = '0', stretch = '1'] = process.argv.slice(2)
const dialect = dialectOf(venue)
const frames = makeFrames(dialect, Number(count), Number(stretch))
const wanted = new Set(MARKETS.map((market) => dialect.symbol(market)))

/** A client that asked by REST, as a recorder at its start, is left in peace until it is done. */
const QUIET_MS = 1_500
const SETTLE_MS = 300
const MOST_WAIT_MS = 45_000
const LOOK_MS = 50

let run: Run | null = null
let askedAt: number | null = null
const unknown = new Set<string>()

export interface Armed extends Plan {
  readonly bytes: number
}

let goOn: () => void = () => {}
let wentAt = 0
const go = (): Promise<void> =>
  new Promise((resolve) => {
    goOn = () => {
      wentAt = performance.now()
      resolve()
    }
  })

process.on('message', (message: { readonly run?: Run; readonly go?: true }) => {
  if (message.go) goOn()
  if (message.run === undefined) return
  run = message.run
  askedAt = null
  const plan = planOf(frames, run.trades)
  const armed: Armed = { ...plan, bytes: frames.ends[plan.frames - 1] ?? 0 }
  say('armed', armed)
})

const http = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  // Clocks are asked for all the time; that is no sign of a start.
  if (!url.pathname.endsWith('/time')) askedAt = performance.now()
  const body = dialect.rest(url)
  if (body === undefined) unknown.add(url.pathname)
  response.setHeader('content-type', 'application/json')
  response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body ?? {}))
})

new WebSocketServer({ server: http, perMessageDeflate: false }).on(
  'connection',
  (client, request) => {
    const missing = new Set(wanted)
    client.on('message', (data) => {
      const { replies, symbols } = dialect.answer(String(data))
      for (const reply of replies) client.send(reply)
      const before = missing.size
      for (const symbol of symbols) missing.delete(symbol)
      if (before > 0 && missing.size === 0) waitForPeace(client, request.socket)
    })
    client.on('pong', (payload) => {
      const mark = payload.toString()
      if (mark === WARM || mark === END) say(mark, performance.now() - wentAt)
    })
    client.on('error', () => {}) // a client that was killed
    request.socket.setNoDelay(true)
  },
)

function waitForPeace(client: WebSocket, socket: Duplex): void {
  const since = performance.now()
  const look = setInterval(() => {
    const now = performance.now()
    const busy = askedAt !== null && now - askedAt < QUIET_MS
    if (now - since < SETTLE_MS || (busy && now - since < MOST_WAIT_MS)) return
    clearInterval(look)
    const chosen = run
    run = null
    if (chosen === null || client.readyState !== client.OPEN) return
    const plan = planOf(frames, chosen.trades)
    const { framesPerSecond } = chosen
    const sent =
      framesPerSecond === null
        ? blast(socket, frames, plan, go)
        : pace(socket, frames, plan, framesPerSecond, go)
    say('begun', [...unknown])
    sent.catch((error: unknown) => {
      throw error
    })
  }, LOOK_MS)
}

http.listen(0, '127.0.0.1', () => say('ready', (http.address() as { port: number }).port))
endWithParent()

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/**
 * Plays recorded frames over a real socket, exactly as they were received, to whoever subscribes.
 * It knows nothing of Tapedeck: REST answers and acknowledgements are given by the test.
 */
export interface RawPlayer {
  readonly ws: string
  readonly rest: string
  /** Resolves when every frame has left for the first subscriber. */
  readonly played: Promise<void>
  close(): Promise<void>
}

export interface RawPlayerOptions {
  readonly frames: readonly string[]
  readonly path: string
  /** What the server answers to a control frame, if anything. */
  readonly answer: (frame: string) => string | undefined
  readonly rest: (path: string) => unknown
}

export async function startRawPlayer(options: RawPlayerOptions): Promise<RawPlayer> {
  const http = createServer((request: IncomingMessage, response) => {
    const body = options.rest(request.url ?? '/')
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { message: 'not found' }))
  })
  let done: () => void = () => {}
  const played = new Promise<void>((resolve) => {
    done = resolve
  })
  const server = new WebSocketServer({ server: http, path: options.path })
  let playing = false
  server.on('connection', (client: WebSocket) => {
    client.on('message', (data) => {
      const answer = options.answer(String(data))
      if (answer !== undefined) client.send(answer)
      if (playing) return
      playing = true
      for (const frame of options.frames) client.send(frame)
      done()
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    ws: `ws://127.0.0.1:${port}${options.path}`,
    rest: `http://127.0.0.1:${port}`,
    played,
    close: async () => {
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** The frames of a capture file: one JSON object a line, `frame` as received. */
export const framesOf = (file: URL): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { frame: string }).frame)

import { WebSocket } from 'ws'

const DEADLINE_MS = 5_000

/** A bare ws client that keeps all it hears. */
export interface RawClient {
  readonly ws: WebSocket
  readonly frames: readonly string[]
  readonly pings: readonly string[]
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  send(message: unknown): void
  /** The next frame not yet taken for which `wanted` holds; earlier ones are passed over. */
  take(wanted?: (frame: string) => boolean): Promise<string>
  /** Sends and takes the answer. */
  ask(message: unknown): Promise<unknown>
  /** Resolves when all that the server sent before has arrived: a protocol ping round trip. */
  settled(): Promise<void>
}

/** Waits for a condition with a deadline, looking again after each turn of the event loop. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export async function connect(
  url: string,
  options: {
    readonly autoPong?: boolean
    readonly origin?: string
    /** What a frame says; its text if not given. */
    readonly decode?: (data: Buffer, isBinary: boolean) => string
  } = {},
): Promise<RawClient> {
  const { decode = (data: Buffer) => data.toString('utf8'), ...rest } = options
  const ws = new WebSocket(url, { perMessageDeflate: false, ...rest })
  const frames: string[] = []
  const pings: string[] = []
  let taken = 0
  ws.on('message', (data: Buffer, isBinary) => frames.push(decode(data, isBinary)))
  ws.on('ping', (data: Buffer) => pings.push(data.toString('utf8')))
  ws.on('error', () => {})
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })),
  )
  await new Promise<void>((resolve, reject) => {
    ws.once('open', () => resolve())
    ws.once('error', reject)
  })
  const send = (message: unknown): void =>
    ws.send(typeof message === 'string' ? message : JSON.stringify(message))
  const take = async (wanted: (frame: string) => boolean = () => true): Promise<string> => {
    let found: string | undefined
    await until(
      () => {
        while (found === undefined && taken < frames.length) {
          const frame = frames[taken]
          taken += 1
          if (frame !== undefined && wanted(frame)) found = frame
        }
        return found !== undefined
      },
      `a frame; heard ${JSON.stringify(frames.slice(-3))}`,
    )
    return found ?? ''
  }
  return {
    ws,
    frames,
    pings,
    closed,
    send,
    take,
    ask: async (message) => {
      send(message)
      return JSON.parse(await take())
    },
    settled: () =>
      new Promise((resolve) => {
        ws.once('pong', () => resolve())
        ws.ping()
      }),
  }
}

/** GET with the body read as JSON. */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const response = await fetch(url, { headers })
  const text = await response.text()
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {
    // Not every answer is JSON; the text itself is the body then.
  }
  return { status: response.status, headers: response.headers, body }
}

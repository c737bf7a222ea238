import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import type { TradeFrame } from '../trade-frame.ts'
import { SlidingWindow } from '../window.ts'
import { bitgetRefusal, bitgetRest } from './bitget-rest.ts'
import { type BitgetVersion, frameText, row, rowText, snowflake } from './bitget-rows.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, parseJson } from './dialect.ts'

/** Measured: 127 to 142 s after the last text ping, whatever else was sent. */
const PING_DEADLINE_MS = 130_000
const REQUESTS_PER_HOUR = 240
const HOUR_MS = 3_600_000
const MESSAGES_PER_SECOND = 10
/** Frames with so many args have been seen to end the socket. */
const FATAL_ARGS = 25
const MOST_BYTES = 4_096
const MOST_CHANNELS = 1_000
const SNAPSHOT_ROWS = 50
const CHANNEL = 'trade'

const VERSIONS: Readonly<Record<string, BitgetVersion>> = {
  '/v2/ws/public': 'v2',
  '/v3/ws/public': 'v3',
}
const INST_TYPES = ['spot', 'usdt-futures', 'coin-futures', 'usdc-futures']

/** Bitget's public sockets, v3 and the older v2. */
export function bitget(house: House): Dialect {
  return {
    wsPath: '/v3/ws/public',
    channels: [CHANNEL],
    ids: snowflake,
    connects: { most: 300, ms: 300_000 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => VERSIONS[pathname] !== undefined,
    open: (url, connection) => new BitgetSession(house, VERSIONS[url.pathname] ?? 'v3', connection),
    encode,
    row,
    // Bitget tells nothing before it closes.
    announceShutdown: () => {},
    rest: bitgetRest(house),
    refusal: bitgetRefusal,
  }
}

type Fields = Readonly<Record<string, unknown>>

class BitgetSession implements Session {
  readonly #house: House
  readonly #version: BitgetVersion
  readonly #connection: Connection
  readonly #requests = new SlidingWindow(REQUESTS_PER_HOUR, HOUR_MS)
  readonly #messages = new SlidingWindow(MESSAGES_PER_SECOND, 1_000)
  readonly #cancel: () => void
  #pingedAt: number

  constructor(house: House, version: BitgetVersion, connection: Connection) {
    this.#house = house
    this.#version = version
    this.#connection = connection
    connection.format = version
    this.#pingedAt = house.time.monotonic()
    this.#cancel = house.time.every(1_000, () => {
      if (house.time.monotonic() - this.#pingedAt >= PING_DEADLINE_MS) connection.terminate()
    })
  }

  message(text: string): void {
    const now = this.#house.time.monotonic()
    if (!this.#messages.take(now)) {
      this.#error(undefined, 30_006, 'too many requests')
      return
    }
    if (text === 'ping') {
      this.#pingedAt = now
      this.#connection.reply('pong')
    } else this.#request(text, now)
  }

  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancel()
  }

  #request(text: string, now: number): void {
    const request = parseJson(text)
    if (!isRecord(request) || !Array.isArray(request.args)) {
      this.#error(undefined, 30_002, 'illegal request')
      return
    }
    const { op } = request
    const args: readonly unknown[] = request.args
    if (op !== 'subscribe' && op !== 'unsubscribe') this.#error(undefined, 30_003, 'invalid op')
    else if (args.length >= FATAL_ARGS) this.#connection.terminate()
    else if (Buffer.byteLength(JSON.stringify(args)) > MOST_BYTES)
      this.#error(undefined, 30_016, 'param error')
    else if (op === 'subscribe' && !this.#requests.take(now))
      this.#error(undefined, 30_006, 'too many requests')
    else for (const arg of args) this.#obey(op, isRecord(arg) ? arg : {})
  }

  #obey(op: 'subscribe' | 'unsubscribe', arg: Fields): void {
    const v2 = this.#version === 'v2'
    const [channel, symbol] = v2 ? [arg.channel, arg.instId] : [arg.topic, arg.symbol]
    const type = typeof arg.instType === 'string' ? arg.instType : ''
    const listing = typeof symbol === 'string' ? this.#house.find(symbol) : undefined
    const known = INST_TYPES.map((name) => (v2 ? name.toUpperCase() : name)).includes(type)
    if (!known || channel !== (v2 ? 'trade' : 'publicTrade') || listing === undefined) {
      const named = Object.entries(arg).map(([key, value]) => `${key}:${value}`)
      this.#error(arg, 30_001, `${named.join(',')} doesn't exist`)
      return
    }
    // A market of another kind is acknowledged too, and stays silent.
    const { subscriptions } = this.#house
    this.#answer({ event: op, arg })
    if (type.toLowerCase() !== 'spot') return
    if (op === 'unsubscribe') subscriptions.remove(CHANNEL, listing, this.#connection)
    else if (subscriptions.count(this.#connection) >= MOST_CHANNELS) {
      this.#error(arg, 30_007, 'over limit')
      this.#connection.close(1_000, '')
    } else {
      this.#history(listing)
      subscriptions.add(CHANNEL, listing, this.#connection)
    }
  }

  #history(listing: Listing): void {
    const tape = this.#house.tape(listing)
    const texts = tape
      .slice(tape.end - SNAPSHOT_ROWS, tape.end)
      .map((match) => rowText(this.#version, match, row(listing, match)))
    const now = this.#house.nowMs()
    this.#connection.reply(frameText(this.#version, 'snapshot', listing, texts, now))
  }

  #error(arg: Fields | undefined, code: number, msg: string): void {
    const told = this.#version === 'v2' && arg !== undefined ? { arg } : {}
    this.#answer({ event: 'error', ...told, code, msg })
  }

  /** The newer version names the connection. */
  #answer(fields: Fields): void {
    const connId = `b1tg${this.#connection.id.toString(16).padStart(8, '0')}`
    this.#connection.reply(
      JSON.stringify({ ...fields, ...(this.#version === 'v3' ? { connId } : {}) }),
    )
  }
}

function encode(_channel: string, format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, matches } = execution
  const version = format === 'v2' ? 'v2' : 'v3'
  const rows = matches.map((match) => row(listing, match)).toReversed()
  const texts = matches.map((match) => rowText(version, match, row(listing, match)))
  const pushed = Math.floor(execution.pushedMicros / 1_000)
  return [{ text: frameText(version, 'update', listing, texts, pushed), listing, rows }]
}

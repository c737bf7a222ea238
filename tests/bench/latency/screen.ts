import WebSocket from 'ws'
import type { Api } from '../../../src/shared/contract/contract.ts'
import type { EngineStatus, StageReport } from '../../../src/shared/contract/status.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import type { Failure } from '../../../src/shared/domain/outcome.ts'
import { createClient } from '../../../src/shared/rpc/client.ts'
import type { Port } from '../../../src/shared/rpc/port.ts'

/** Counts per whole millisecond; what is longer counts as the last one. */
const MOST_MS = 60_000
const AGAIN_MS = 500

/**
 * A page without a picture: follows the tapes of some markets on the socket that feeds the browser, and
 * keeps how long each trade took from its receipt to here, by this machine's one clock.
 */
export class Screen {
  readonly #counts = new Uint32Array(MOST_MS + 1)
  readonly #socket: WebSocket
  #closed = false
  trades = 0
  skipped = 0
  engine: EngineStatus | null = null
  stages: readonly StageReport[] = []
  /** One figure a second: what the engine said of its thread's delay. */
  readonly loopDelays: number[] = []
  /** Why a topic ended, if one did. */
  readonly ended: string[] = []

  /** `url` as `serve` prints it. */
  constructor(url: string, markets: readonly MarketId[]) {
    const page = new URL(url)
    this.#socket = new WebSocket(`ws://${page.host}/ws${page.search}`)
    const api = createClient(portOf(this.#socket))
    const end = (failure: Failure): void => void this.ended.push(failure.message)
    this.#socket.on('error', (error) => this.ended.push(error.message))
    this.#socket.on('open', () => {
      for (const market of markets) this.#follow(api, market)
      api.subscribe(
        'engine.status',
        {},
        (status) => {
          this.engine = status
          this.loopDelays.push(status.loopDelayP99Ms)
        },
        end,
      )
      api.subscribe(
        'latency.stages',
        {},
        (stages) => {
          this.stages = stages
        },
        end,
      )
    })
  }

  /** A market is not on the watchlist before its venue's list is there: asks until it is. */
  #follow(api: Api, market: MarketId): void {
    api.subscribe(
      'market.tape',
      { market },
      (frame) => this.#take(frame),
      (failure) => {
        if (failure.code !== 'not-found') this.ended.push(failure.message)
        else if (!this.#closed) setTimeout(() => this.#follow(api, market), AGAIN_MS)
      },
    )
  }

  /** Forgets what was seen so far: the warm-up. */
  reset(): void {
    this.#counts.fill(0)
    this.loopDelays.length = 0
    this.trades = 0
    this.skipped = 0
  }

  /** Receipt → here, nearest rank, whole milliseconds. */
  percentile(share: number): number {
    const rank = Math.ceil(this.trades * share)
    let passed = 0
    for (let ms = 0; ms <= MOST_MS; ms += 1) {
      passed += this.#counts[ms] ?? 0
      if (passed >= rank && rank > 0) return ms
    }
    return Number.NaN
  }

  close(): void {
    this.#closed = true
    this.#socket.terminate()
  }

  #take(frame: {
    readonly trades: readonly { readonly receiveTime: number; readonly origin: string }[]
    readonly skipped: number
  }): void {
    const now = Date.now()
    this.skipped += frame.skipped
    for (const { receiveTime, origin } of frame.trades) {
      if (origin !== 'stream') continue
      const ms = Math.min(MOST_MS, Math.max(0, now - receiveTime))
      this.#counts[ms] = (this.#counts[ms] ?? 0) + 1
      this.trades += 1
    }
  }
}

const portOf = (socket: WebSocket): Port => ({
  send: (message) => socket.send(JSON.stringify(message)),
  onMessage: (listener) => void socket.on('message', (data) => listener(JSON.parse(String(data)))),
  onClose: (listener) => void socket.on('close', listener),
  close: () => socket.close(),
})

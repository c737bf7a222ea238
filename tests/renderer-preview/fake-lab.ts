import { LEAD_EDGES } from '../../src/main/pipeline/source-comparison.ts'
import type { LabStatus, Way, WayFigures } from '../../src/shared/contract/status.ts'
import type { LatencyFigures } from '../../src/shared/domain/latency.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { epochMs } from '../../src/shared/domain/time.ts'

const IDLE: LabStatus = {
  market: null,
  state: 'idle',
  startedAt: null,
  elapsedMs: 0,
  union: 0,
  ways: [],
  leads: [],
  notes: [],
}

const delays = (middle: number, spread: number, count: number): LatencyFigures => ({
  count,
  avg: middle * 1.06,
  p50: middle,
  p95: middle + spread,
  p99: middle + spread * 1.2,
  max: middle + spread * 1.5,
  min: middle * 0.4,
  negative: 0,
})

/** A comparison with made-up figures that grow with the time it runs. */
export class FakeLab {
  #market: MarketId | null = null
  #ways: readonly Way[] = []
  #startedAt = 0
  #stoppedAt: number | null = null

  start(market: MarketId, ways: readonly Way[]): void {
    this.#market = market
    this.#ways = ways
    this.#startedAt = Date.now() - 83_000
    this.#stoppedAt = null
  }

  stop(): void {
    this.#stoppedAt ??= Date.now()
  }

  status(): LabStatus {
    if (this.#market === null) return IDLE
    const elapsedMs = (this.#stoppedAt ?? Date.now()) - this.#startedAt
    const union = Math.round(elapsedMs / 80)
    const ways = this.#ways.map((way) => figuresOf(way, union, elapsedMs))
    return {
      market: this.#market,
      state: this.#stoppedAt === null ? 'running' : 'stopped',
      startedAt: epochMs(this.#startedAt),
      elapsedMs,
      union,
      ways,
      leads: this.#ways.slice(1).map((way, n) => ({
        ahead: this.#ways[0]?.id ?? '',
        behind: way.id,
        lead: delays(300 * (n + 1), 400, union - 40),
        histogram: {
          edgesMs: LEAD_EDGES,
          counts: LEAD_EDGES.map((edge) =>
            Math.round(union * 0.2 * Math.exp(-(((edge - 200 * (n + 1)) / 300) ** 2))),
          ),
        },
      })),
      notes: [],
    }
  }
}

function figuresOf(way: Way, union: number, elapsedMs: number): WayFigures {
  const { kind, intervalMs = 1_000 } = way
  const failed = kind === 'relay'
  const missed = failed ? union : kind === 'rest' && intervalMs >= 5_000 ? Math.round(union / 9) : 0
  const trades = union - missed
  const middle = kind === 'websocket' ? 6.2 : intervalMs / 2 + 40
  return {
    way,
    state: failed ? 'failed' : 'running',
    ...(failed ? { reason: 'connect ECONNREFUSED 127.0.0.1:4000' } : {}),
    trades,
    completeness: union === 0 ? null : trades / union,
    missed,
    delay: delays(middle, kind === 'websocket' ? 18 : intervalMs / 2, trades),
    uncertaintyMs: 8.4,
    requests: kind === 'rest' ? Math.round(elapsedMs / intervalMs) : 0,
    weight: kind === 'rest' ? Math.round((elapsedMs / intervalMs) * 25) : 0,
    bytes: kind === 'rest' ? Math.round((elapsedMs / intervalMs) * 92_000) : union * 180,
    cpuMs: kind === 'rest' ? elapsedMs / intervalMs : union * 0.01,
  }
}

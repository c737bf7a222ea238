import type { Market } from '../../../shared/domain/market.ts'
import type { Feed, FeedListener } from '../../ingest/feed.ts'
import type { Clock } from '../../ports.ts'

/** Least pause between two polls of one way, whatever was asked for, milliseconds. */
const LEAST_PAUSE_MS = 100

/** One match as a way saw it. `seenAt`: our wall clock, epoch ms with a fraction. */
export interface Sighted {
  readonly key: string
  readonly matchTime: number
  readonly seenAt: number
}

/** What a way tells the comparison. */
export interface WayEvents {
  saw(match: Sighted): void
  /** It runs: what the venue prints from now on it can see. */
  running(): void
  failed(reason: string): void
}

/** What a way has spent. */
export interface WayCost {
  readonly requests: number
  readonly weight: number
  readonly bytes: number
  readonly cpuMs: number
}

/** A way to get a market's trades, while it is measured. */
export interface RunningWay {
  cost(): WayCost
  stop(): Promise<void>
}

/**
 * Names the matches of a print, so that a print of several (OKX joins them) is the same as the single
 * matches that REST tells of. Ids that are no contiguous numbers name themselves.
 */
export function matchKeys(
  contiguous: boolean,
  id: string,
  seq: number | undefined,
  matches: number,
): readonly string[] {
  if (!contiguous) return [id]
  const last = seq ?? Number(id)
  if (!Number.isSafeInteger(last)) return [id]
  if (matches <= 1) return [String(last)]
  return Array.from({ length: matches }, (_, n) => String(last - matches + 1 + n))
}

/** The native WebSocket: a feed of its own, so that nothing but this market is measured. */
export function webSocketWay(
  market: Market,
  contiguous: boolean,
  createFeed: (listener: FeedListener) => Feed,
  events: WayEvents,
): RunningWay {
  const feed = createFeed({
    trades: (_market, prints, rows, count, receivedAt) => {
      for (const row of rows.subarray(0, count)) {
        const { id, time, extra } = prints.text(row)
        if (extra?.snapshot === true) continue
        const matchTime = time + (extra?.micros ?? 0) / 1_000
        for (const key of matchKeys(contiguous, id, extra?.seq, extra?.matches ?? 1))
          events.saw({ key, matchTime, seenAt: receivedAt })
      }
    },
    newest: () => undefined,
    changed: () => {
      const { state, reason } = feed.status()
      if (state === 'failed' || state === 'blocked') events.failed(reason ?? state)
      const refused = feed.markets().find((one) => one.state === 'refused')
      if (refused !== undefined) events.failed(refused.reason ?? 'the venue refuses this market')
    },
    began: () => events.running(),
    broken: () => undefined,
  })
  feed.start()
  feed.watch(market)
  return {
    cost: () => {
      const { busyMs, bytes = 0 } = feed.status()
      return { requests: 0, weight: 0, bytes, cpuMs: busyMs }
    },
    stop: () => feed.stop(),
  }
}

/** REST polling: the newest trades, again and again, one request at a time. */
export function restWay(
  market: Market,
  contiguous: boolean,
  feed: Pick<Feed, 'recent'>,
  intervalMs: number,
  clock: Clock,
  events: WayEvents,
): RunningWay {
  let cost: WayCost = { requests: 0, weight: 0, bytes: 0, cpuMs: 0 }
  let cancel: (() => void) | null = null
  let stopped = false
  const poll = async (): Promise<void> => {
    const began = clock.monotonic()
    const answer = await feed.recent(market)
    if (stopped) return
    if (answer.ok) {
      const { trades, answeredAt, bytes, weight } = answer.value
      const reading = clock.monotonic()
      for (const { id, seq, matches, time, micros } of trades)
        for (const key of matchKeys(contiguous, id, seq, matches ?? 1))
          events.saw({ key, matchTime: time + (micros ?? 0) / 1_000, seenAt: answeredAt })
      cost = {
        requests: cost.requests + 1,
        weight: cost.weight + weight,
        bytes: cost.bytes + bytes,
        cpuMs: cost.cpuMs + clock.monotonic() - reading,
      }
      events.running()
    } else {
      cost = { ...cost, requests: cost.requests + 1 }
      events.failed(answer.failure.message)
    }
    const spent = clock.monotonic() - began
    cancel = clock.after(Math.max(LEAST_PAUSE_MS, intervalMs - spent), () => void poll())
  }
  void poll()
  return {
    cost: () => cost,
    stop: async () => {
      stopped = true
      cancel?.()
    },
  }
}

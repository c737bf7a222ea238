import type { TradesFrame } from '../../../shared/contract/status.ts'
import type { Market, MarketId } from '../../../shared/domain/market.ts'
import type { Clock } from '../../ports.ts'
import { matchKeys, type RunningWay, type WayEvents } from './ways.ts'

/** Subscribes to `market.trades` at another Tapedeck, or at whatever speaks like one. */
export type ConnectRelay = (
  url: string,
  market: MarketId,
  events: {
    trades(frame: TradesFrame, bytes: number): void
    opened(): void
    /** The connection could not be made or ended; comes once and last. */
    closed(reason: string): void
  },
) => { close(): Promise<void> }

const RETRY_MS = 5_000

/** A relay: trades as another program passes them on. Connects again when it is cut off. */
export function relayWay(
  market: Market,
  contiguous: boolean,
  url: string,
  connect: ConnectRelay,
  clock: Clock,
  events: WayEvents,
): RunningWay {
  let bytes = 0
  let cpuMs = 0
  let stopped = false
  let cancel: (() => void) | null = null
  let connection = open()

  function open(): ReturnType<ConnectRelay> {
    return connect(url, market.id, {
      opened: () => events.running(),
      trades: (frame, size) => {
        if (stopped) return
        const began = clock.monotonic()
        const seenAt = clock.now()
        bytes += size
        for (const { id, seq, matches, exchangeTime, exchangeMicros, origin } of frame.trades) {
          if (origin !== 'stream') continue
          const matchTime = exchangeTime + (exchangeMicros ?? 0) / 1_000
          for (const key of matchKeys(contiguous, id, seq, matches))
            events.saw({ key, matchTime, seenAt })
        }
        cpuMs += clock.monotonic() - began
      },
      closed: (reason) => {
        if (stopped) return
        events.failed(reason)
        cancel = clock.after(RETRY_MS, () => {
          connection = open()
        })
      },
    })
  }

  return {
    cost: () => ({ requests: 0, weight: 0, bytes, cpuMs }),
    stop: async () => {
      stopped = true
      cancel?.()
      await connection.close()
    },
  }
}

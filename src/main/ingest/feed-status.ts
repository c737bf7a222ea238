import type { ClockOffset } from '../../shared/domain/latency.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { FeedStatus } from './feed.ts'
import type { FrameReader } from './frame-reader.ts'
import type { SessionStatus } from './venue-state.ts'

export interface StatusParts {
  readonly line: SessionStatus
  readonly host: string | undefined
  readonly proxy: string | undefined
  readonly reader: FrameReader
  readonly duplicates: number
  readonly lastTradeAt: EpochMs | null
  readonly instruments: FeedStatus['instruments']
  readonly clock: ClockOffset | null
}

/** What a feed says of itself, from what its parts say. */
export function feedStatus({ line, host, proxy, reader, ...rest }: StatusParts): FeedStatus {
  const { messages, bytes, unreadable, busyMs, lastMessageAt, example } = reader
  return {
    ...line,
    ...rest,
    messages,
    bytes,
    unreadable,
    ...(example !== null && { unreadableExample: example }),
    lastMessageAt: lastMessageAt === null ? null : epochMs(lastMessageAt),
    ...(host !== undefined && { host }),
    ...(proxy !== undefined && { proxy }),
    busyMs,
  }
}

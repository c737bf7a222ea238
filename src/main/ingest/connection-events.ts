import type { GapCause } from '../../shared/domain/ledger.ts'
import type { Prints } from '../../shared/domain/prints.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Venue } from '../venues/venue.ts'
import type { Dial } from './dial.ts'
import type { FrameReader } from './frame-reader.ts'
import type { PaceBook } from './pace.ts'
import type { PongSample } from './request-times.ts'
import type { HandshakeRefusal } from './socket.ts'
import type { SymbolTable } from './symbol-table.ts'
import type { FeedTiming } from './timing.ts'

/** What a connection needs and shares with those before and after it. */
export interface ConnectionDeps {
  readonly venue: Venue
  readonly clock: Clock
  readonly dial: Dial
  readonly log: Logger
  readonly timing: FeedTiming
  readonly reader: FrameReader
  readonly symbols: SymbolTable
  readonly paces: PaceBook
}

/** Why a connection ended. */
export interface ConnectionEnd {
  readonly reason: string
  readonly cause: GapCause
  readonly refusal?: HandshakeRefusal | undefined
}

/** What one connection tells its session. Nothing comes after `ended` or after `close()`. */
export interface ConnectionEvents {
  /** What the frames of one chunk said was traded; the columns are emptied afterwards. */
  prints(prints: Prints, receivedAt: number): void
  newest(symbol: string, seq: number, time: number): void
  /** The venue told its clock. */
  pong(sample: PongSample): void
  confirmed(symbol: string): void
  refused(symbol: string, reason: string): void
  opened(): void
  /** `activity` may have changed. */
  looked(): void
  /** The venue will close it: better replaced while it lasts. */
  closing(reason: string): void
  /** These markets are silent for longer than they ever are. */
  overdue(symbols: readonly string[]): void
  ended(end: ConnectionEnd): void
}

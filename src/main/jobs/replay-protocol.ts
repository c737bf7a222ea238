import type {
  ReplayAction,
  ReplayRequest,
  ReplayStatus,
  ReplayTapeFrame,
} from '../../shared/contract/replay.ts'
import type { Alert } from '../../shared/domain/alert.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure } from '../../shared/domain/outcome.ts'

/** What is asked of a replay's thread. */
export type ToReplay =
  | {
      readonly t: 'start'
      /** The database. */
      readonly path: string
      readonly request: ReplayRequest
      /** Evaluated on the way. */
      readonly alerts: readonly Alert[]
    }
  | { readonly t: 'act'; readonly action: Exclude<ReplayAction, { do: 'stop' }> }
  /** Somebody looks at the tape of a market from now on, or nobody does any more. */
  | { readonly t: 'watch'; readonly market: MarketId; readonly on: boolean }
  /** The news was taken: the next may come. */
  | { readonly t: 'taken' }
  | { readonly t: 'end' }

/** What it says. News comes one at a time, ten times a second at most. */
export type FromReplay =
  | { readonly t: 'started' }
  | { readonly t: 'refused'; readonly failure: Failure }
  | {
      readonly t: 'news'
      readonly status: ReplayStatus
      readonly frames: readonly ReplayTapeFrame[]
    }

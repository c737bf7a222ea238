import { createStore, type StoreApi } from 'zustand/vanilla'
import type { LedgerStatus } from '../../shared/contract/status.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'
import type { Connection } from '../connection/api.ts'
import { changedStretch } from './ledger-change.ts'
import { MinuteLedger } from './minute-ledger.ts'
import { StretchReader } from './stretch.ts'

const MINUTE = 60_000
export const DAY = 86_400_000

/** The minutes of one market over the last 24 hours. */
export interface DayMinutes {
  /** `failed` with rows held: they may be old. */
  readonly state: 'loading' | 'ready' | 'failed'
  readonly failure: Failure | null
  readonly rows: MinuteLedger
  /** Rises with each change of the rows. */
  readonly version: number
}

export interface DayReader {
  readonly store: StoreApi<DayMinutes>
  /** The engine said something new of the ledger. */
  heard(before: LedgerStatus | null, after: LedgerStatus): void
  /** Reads the whole day again. */
  retry(): void
  close(): void
}

/** Reads a market's day, and what changes of it. */
export function readDay(
  connection: Pick<Connection, 'call'>,
  market: MarketId,
  now: () => EpochMs,
): DayReader {
  const abort = new AbortController()
  const rows = new MinuteLedger()
  const store = createStore<DayMinutes>(() => ({
    state: 'loading',
    failure: null,
    rows,
    version: rows.version,
  }))
  const reader = new StretchReader(async (wish) => {
    const range = {
      from: epochMs(Math.max(now() - DAY, Math.floor(wish.from / MINUTE) * MINUTE)),
      to: epochMs(wish.to + MINUTE),
    }
    const outcome = await connection.call('ledger.minutes', { market, ...range }, abort.signal)
    if (abort.signal.aborted) return
    if (outcome.ok) rows.replace(range, outcome.value)
    store.setState({
      state: outcome.ok ? 'ready' : 'failed',
      failure: outcome.ok ? null : outcome.failure,
      version: rows.version,
    })
  })
  const whole = (): TimeRange => ({ from: epochMs(now() - DAY), to: now() })
  reader.want(whole())
  return {
    store,
    heard: (before, after) => {
      // After a failure nobody knows what was missed.
      const changed = changedStretch(market, before, after, now())
      if (changed !== null) reader.want(store.getState().state === 'failed' ? whole() : changed)
    },
    retry: () => reader.want(whole()),
    close: () => abort.abort(),
  }
}

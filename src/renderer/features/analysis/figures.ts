import { useEffect, useRef, useState } from 'react'
import {
  ANALYSES,
  type AnalysisKind,
  type Snapshot,
  type Verdict,
} from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { useDesk, useNow, useSession } from '../../binding/desk.ts'

/** What statistics say of now is asked for again this often, ms. */
const EVERY = 5_000

export interface Said {
  readonly snapshot: Snapshot
  readonly baseline: Verdict
}

/** What plain statistics say, analysis by analysis. Undefined: not known yet. */
export type SaidByStatistics = Readonly<Partial<Record<AnalysisKind, Said | Failure>>>

const NOTHING: SaidByStatistics = {}

/** Statistics of a market, now (again and again) or at a moment. They need no key and send nothing. */
export function useFigures(market: MarketId, at: EpochMs | null): SaidByStatistics {
  const { connection } = useDesk()
  const connected = useSession((session) => session.connection.phase === 'connected')
  const tick = Math.floor(useNow() / EVERY)
  const [said, setSaid] = useState(NOTHING)
  const busy = useRef<AbortSignal | null>(null)
  const scope = useRef(new AbortController())
  // Another market or moment: what is known and what is under way are of no use any more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const own = new AbortController()
    scope.current = own
    setSaid(NOTHING)
    return () => own.abort()
  }, [market, at])
  // A slow answer is waited for, not asked for twice.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tick asks again
  useEffect(() => {
    const { signal } = scope.current
    if (!connected || (busy.current === signal && !signal.aborted)) return
    busy.current = signal
    const read = async (): Promise<void> => {
      for (const kind of ANALYSES) {
        const input = at === null ? { market, kind } : { market, kind, at }
        const outcome = await connection.call('analysis.figures', input, signal)
        if (signal.aborted) return
        const value = outcome.ok ? outcome.value : outcome.failure
        setSaid((before) => ({ ...before, [kind]: value }))
      }
      busy.current = null
    }
    void read()
  }, [connection, connected, market, at, at === null ? tick : 0])
  return said
}

export const isSaid = (value: Said | Failure | undefined): value is Said =>
  value !== undefined && 'snapshot' in value

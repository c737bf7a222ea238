import { useEffect } from 'react'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import { useDesk } from '../../binding/desk.ts'
import { MINUTE } from '../../state/span.ts'

/**
 * The first reading of single seconds after a start takes five times as long as the next ones: done once where the tape
 * begins, for a place that nobody waits for, before somebody does for another. Its answers are of no use.
 */
export function useWarmReading(market: MarketId | undefined, first: EpochMs | null): void {
  const { connection } = useDesk()
  useEffect(() => {
    if (market === undefined || first === null) return
    const abort = new AbortController()
    const stretch = { from: first, to: epochMs(first + MINUTE), resolution: '1s' } as const
    void connection.call('history.bars', { market, ...stretch }, abort.signal)
    void connection.call('history.around', { market, at: first, before: 1, after: 1 }, abort.signal)
    return () => abort.abort()
  }, [connection, market, first])
}

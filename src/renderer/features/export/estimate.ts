import { useEffect, useState } from 'react'
import type { StorageReport } from '../../../shared/contract/storage.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs, type TimeRange } from '../../../shared/domain/time.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import type { Desk } from '../../state/desk.ts'
import { countedIn, countOf, keptPart } from './model.ts'

/** A wish that changes while somebody types is counted once it has stood still for this long, ms. */
const CALM = 200

/** Which trades are kept; null until it is known. */
export function useKept(): StorageReport['markets'] | null {
  const { connection } = useDesk()
  const phase = useSession((session) => session.connection.phase)
  const [markets, setMarkets] = useState<StorageReport['markets'] | null>(null)
  useEffect(() => {
    if (phase !== 'connected') return
    const abort = new AbortController()
    void connection.call('storage.report', {}, abort.signal).then((outcome) => {
      if (!abort.signal.aborted) setMarkets(outcome.ok ? outcome.value.markets : [])
    })
    return () => abort.abort()
  }, [connection, phase])
  return markets
}

export type Estimate = number | 'counting' | 'unknown'

/** About how many trades lie in a stretch, by the bars of its markets. Null: nothing to count. */
export function useEstimate(
  markets: readonly MarketId[],
  stretch: TimeRange | null,
  kept: StorageReport['markets'] | null,
): Estimate {
  const { connection } = useDesk()
  const [counted, setCounted] = useState<{ readonly of: string; readonly is: Estimate } | null>(
    null,
  )
  const wish = JSON.stringify([markets, stretch])
  // The wish stands for markets and stretch, which are made anew at each drawing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (stretch === null || kept === null || markets.length === 0) return
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      const parts = markets.map((market) => {
        const from = kept.find((each) => each.market === market)?.keptFrom ?? undefined
        return count(connection, market, keptPart(stretch, from), abort.signal)
      })
      const counts = await Promise.all(parts)
      if (abort.signal.aborted) return
      const known = counts.filter((each) => each !== null)
      const sum = known.reduce((total, each) => total + each, 0)
      setCounted({ of: wish, is: known.length === counts.length ? sum : 'unknown' })
    }, CALM)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [connection, wish, kept])
  return counted?.of === wish ? counted.is : 'counting'
}

/** Null: it cannot be told. */
async function count(
  connection: Desk['connection'],
  market: MarketId,
  stretch: TimeRange,
  signal: AbortSignal,
): Promise<number | null> {
  if (stretch.to <= stretch.from) return 0
  const resolution = countedIn(stretch)
  if (resolution === null) return null
  const query = { market, from: stretch.from, to: epochMs(stretch.to), resolution }
  const outcome = await connection.call('history.bars', query, signal)
  if (!outcome.ok) return null
  return countOf(outcome.value.candles, outcome.value.resolution, stretch)
}

import { useEffect, useMemo, useState } from 'react'
import type { AnalysisEntry } from '../../shared/contract/analysis.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { useDesk, useSession } from './desk.ts'

/** Answers that a chart shows at most. */
const MOST = 300
/** A stretch that is dragged about is read when it stands still, ms. */
const STILL = 250
const NONE: readonly AnalysisEntry[] = []

/**
 * Answers about a market, newest first, at moments in [from, to); without these, the newest. They are read again when
 * there is a new one. What cannot be read is not shown: the log says why.
 */
export function useAnswers(
  market: MarketId | null,
  from: number | null,
  to: number | null,
): readonly AnalysisEntry[] {
  const { connection } = useDesk()
  const newest = useSession(({ analysis }) => analysis?.newestId ?? 0)
  const phase = useSession((session) => session.connection.phase)
  const [answers, setAnswers] = useState(NONE)
  useEffect(() => {
    if (market === null || phase !== 'connected' || newest === 0) return setAnswers(NONE)
    const abort = new AbortController()
    const stretch = from === null || to === null ? {} : { from: whole(from), to: whole(to) }
    const read = async (): Promise<void> => {
      const input = { market, limit: MOST, ...stretch }
      const outcome = await connection.call('analysis.log', input, abort.signal)
      if (!abort.signal.aborted) setAnswers(outcome.ok ? outcome.value : NONE)
    }
    const timer = setTimeout(() => void read(), STILL)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [connection, market, from, to, newest, phase])
  return answers
}

/** The same as marks on a chart, newest moment first: what was answered, whether it is believed or not. */
export function useNotes(market: MarketId | null, from: number | null, to: number | null) {
  const answers = useAnswers(market, from, to)
  return useMemo(
    () =>
      answers
        .filter(({ state }) => state !== 'failed')
        .map(({ id, state, snapshot }) => ({ id, at: snapshot.at, doubted: state === 'refused' }))
        .sort((one, other) => other.at - one.at),
    [answers],
  )
}

const whole = (at: number) => epochMs(Math.max(0, Math.ceil(at)))

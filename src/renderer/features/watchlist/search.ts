import { useEffect, useState } from 'react'
import type { MarketChoice } from '../../../shared/contract/status.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'

export type Search =
  | { readonly state: 'idle' | 'searching' }
  | { readonly state: 'found'; readonly text: string; readonly choices: readonly MarketChoice[] }
  | { readonly state: 'failed'; readonly failure: Failure }

const PAUSE = 120
const LIMIT = 60

/** Markets that the engine finds for what is typed, asked after a short pause in typing. */
export function useMarketSearch(text: string): Search {
  const { connection } = useDesk()
  const [search, setSearch] = useState<Search>({ state: 'idle' })
  useEffect(() => {
    if (text === '') {
      setSearch({ state: 'idle' })
      return
    }
    const abort = new AbortController()
    setSearch((before) => (before.state === 'found' ? before : { state: 'searching' }))
    const timer = setTimeout(async () => {
      const input = { text, limit: LIMIT }
      const outcome = await connection.call('markets.search', input, abort.signal)
      if (abort.signal.aborted) return
      setSearch(
        outcome.ok
          ? { state: 'found', text, choices: outcome.value }
          : { state: 'failed', failure: outcome.failure },
      )
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [connection, text])
  return search
}

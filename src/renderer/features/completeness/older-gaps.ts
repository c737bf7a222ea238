import { useState } from 'react'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'

const MOST = 10_000

export interface OlderGaps {
  readonly gaps: readonly Gap[]
  readonly state: 'unread' | 'reading' | 'read'
  readonly failure: Failure | null
  readonly read: () => void
}

/** The gaps that the engine leaves out of its state because they are too many; read on demand. */
export function useOlderGaps(): OlderGaps {
  const { connection } = useDesk()
  const [gaps, setGaps] = useState<readonly Gap[]>([])
  const [state, setState] = useState<OlderGaps['state']>('unread')
  const [failure, setFailure] = useState<Failure | null>(null)
  const read = async (): Promise<void> => {
    setState('reading')
    const outcome = await connection.call('ledger.gaps', { limit: MOST })
    setFailure(outcome.ok ? null : outcome.failure)
    setState(outcome.ok ? 'read' : 'unread')
    if (outcome.ok) setGaps(outcome.value)
  }
  return { gaps, state, failure, read: () => void read() }
}

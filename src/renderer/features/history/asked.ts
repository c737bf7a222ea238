import { useEffect, useState } from 'react'
import type { CommandName, Commands } from '../../../shared/contract/contract.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'

export interface Asked<Value> {
  /** The newest answer; it stays while another is awaited. */
  readonly value: Value | null
  readonly failure: Failure | null
}

/** A wish that changes while somebody drags is asked once it has stood still for this long, ms. */
const CALM = 120

/** Asks the engine for a list, anew whenever the wish changes; null: nothing to ask. */
export function useAsked<Name extends CommandName>(
  name: Name,
  input: Commands[Name]['input'] | null,
): Asked<Commands[Name]['output']> {
  const { connection } = useDesk()
  const phase = useSession((session) => session.connection.phase)
  const [asked, setAsked] = useState<Asked<Commands[Name]['output']>>({
    value: null,
    failure: null,
  })
  const key = JSON.stringify(input)
  // The key stands for the input, which is made anew at each drawing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (input === null || phase !== 'connected') return
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      const outcome = await connection.call(name, input, abort.signal)
      if (abort.signal.aborted) return
      setAsked(({ value }) =>
        outcome.ok ? { value: outcome.value, failure: null } : { value, failure: outcome.failure },
      )
    }, CALM)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [connection, name, key, phase])
  return asked
}

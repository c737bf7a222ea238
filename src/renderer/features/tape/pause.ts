import { useRef, useState } from 'react'
import type { TapeEntry } from '../../state/tape.ts'
import { newerThan } from './model.ts'

export interface Pause {
  readonly entries: readonly TapeEntry[]
  readonly paused: boolean
  /** Entries that came in since the list stopped. */
  readonly waiting: number
  hold(reason: 'hover' | 'scroll' | 'button', on: boolean): void
  release(): void
}

/** Holds the list still while someone reads it; the tape itself goes on. */
export function usePause(live: readonly TapeEntry[]): Pause {
  const [reasons, setReasons] = useState<ReadonlySet<string>>(new Set())
  const held = useRef<readonly TapeEntry[] | null>(null)
  const paused = reasons.size > 0
  if (!paused) held.current = null
  else held.current ??= live
  const entries = held.current ?? live
  return {
    entries,
    paused,
    waiting: paused ? newerThan(live, entries) : 0,
    hold: (reason, on) =>
      setReasons((before) => {
        if (before.has(reason) === on) return before
        const after = new Set(before)
        if (on) after.add(reason)
        else after.delete(reason)
        return after
      }),
    release: () => setReasons(new Set()),
  }
}

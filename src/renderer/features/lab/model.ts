import type { LabStatus, Lead, Way, WayFigures } from '../../../shared/contract/status.ts'

/** Pauses between two polls that can be chosen, milliseconds. */
export const INTERVALS = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const

/** What the form holds. */
export interface Choice {
  readonly webSocket: boolean
  /** Chosen pauses of REST polling, milliseconds. */
  readonly rest: readonly number[]
  readonly relay: string
}

export const FIRST_CHOICE: Choice = { webSocket: true, rest: [1_000, 5_000], relay: '' }

/** `250 ms`, `5 s`. */
export const pauseText = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`)

/** Whether the text in the field can be a relay's address; an empty field asks for none. */
export const isRelay = (text: string): boolean =>
  text.trim() === '' || /^wss?:\/\/[^/\s]/.test(text.trim())

/** The ways that a choice asks for, named as they are shown. */
export function waysOf({ webSocket, rest, relay }: Choice): readonly Way[] {
  return [
    ...(webSocket ? [{ id: 'WebSocket', kind: 'websocket' } as const] : []),
    ...[...rest]
      .sort((a, b) => a - b)
      .map((intervalMs) => ({
        id: `REST ${pauseText(intervalMs)}`,
        kind: 'rest' as const,
        intervalMs,
      })),
    ...(relay.trim() === '' ? [] : [{ id: 'Relay', kind: 'relay' as const, url: relay.trim() }]),
  ]
}

export const isRunning = (lab: LabStatus | null): boolean => lab?.state === 'running'

/** A delay that is smaller than what the clocks leave open says nothing. */
export const isUnclear = (ms: number | null, { uncertaintyMs }: WayFigures): boolean =>
  ms !== null && uncertaintyMs !== null && Math.abs(ms) <= uncertaintyMs

export interface LeadBar {
  readonly from: number
  readonly to: number
  readonly count: number
  /** Height against the tallest, 0–1. */
  readonly share: number
}

/** The buckets that hold anything, and those between them, so that the bars stand at their distance. */
export function leadBars({ histogram: { edgesMs, counts } }: Lead): readonly LeadBar[] {
  const first = counts.findIndex((count) => count > 0)
  const last = counts.findLastIndex((count) => count > 0)
  if (first < 0) return []
  const tallest = Math.max(...counts)
  return counts.slice(first, last + 1).map((count, n) => ({
    from: edgesMs[first + n] ?? Number.NEGATIVE_INFINITY,
    to: edgesMs[first + n + 1] ?? Number.POSITIVE_INFINITY,
    count,
    share: count / tallest,
  }))
}

import type { Settings } from '../../../shared/contract/status.ts'

/** What the engine lets one choose, with the limits that it will hold us to. */
export const NUMBERS = {
  batchSize: [1, 50_000],
  batchMs: [10, 900],
  latencyWindowSeconds: [10, 3_600],
} as const
export type NumberName = keyof typeof NUMBERS
export type Draft = Readonly<Record<NumberName, string>>

export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[]

export const toDraft = (settings: Settings): Draft => ({
  batchSize: String(settings.batchSize),
  batchMs: String(settings.batchMs),
  latencyWindowSeconds: String(settings.latencyWindowSeconds),
})

/** The whole number that was typed, if it is one within the limits. */
export function readNumber(name: NumberName, typed: string): number | undefined {
  const [least, most] = NUMBERS[name]
  const text = typed.trim()
  if (!/^\d{1,9}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}

/** The settings of a whole draft; undefined while any of it is wrong. */
export function readDraft(draft: Draft): Record<NumberName, number> | undefined {
  const batchSize = readNumber('batchSize', draft.batchSize)
  const batchMs = readNumber('batchMs', draft.batchMs)
  const latencyWindowSeconds = readNumber('latencyWindowSeconds', draft.latencyWindowSeconds)
  return batchSize === undefined || batchMs === undefined || latencyWindowSeconds === undefined
    ? undefined
    : { batchSize, batchMs, latencyWindowSeconds }
}

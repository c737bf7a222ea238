import type { Branded } from './brand.ts'

/** Milliseconds since 1970-01-01 UTC by some named clock; a whole number unless said otherwise. */
export type EpochMs = Branded<number, 'EpochMs'>

/** A half-open span of time: `from` is in it, `to` is not. */
export interface TimeRange {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Marks a number that is known to be epoch milliseconds. */
export const epochMs = (value: number): EpochMs => value as EpochMs

// Twelve to fourteen digits: 1973 to 5138. Ten would be seconds, sixteen microseconds.
const EPOCH = /^(0|\d{12,14})$/
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/i

/** Reads ISO 8601 (UTC where it names no zone) or epoch milliseconds; `undefined` if it is neither. */
export function parseInstant(text: string): EpochMs | undefined {
  if (EPOCH.test(text)) return epochMs(Number(text))
  const match = ISO.exec(text)
  if (match === null) return undefined
  const zoned = text.includes('T') || text.includes('t') ? text + (match[1] ? '' : 'Z') : text
  const time = Date.parse(zoned.toUpperCase())
  return Number.isFinite(time) ? epochMs(time) : undefined
}

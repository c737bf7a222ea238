import { type EpochMs, epochMs } from '../../shared/domain/time.ts'

// Times as a person types them into a field of the calendar.

const two = (value: number): string => String(value).padStart(2, '0')

/** As a `datetime-local` field wants it: the reader's wall clock, with seconds. */
export function toField(at: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day}T${clock}`
}

/** Null while the field is not filled in. */
export function fromField(text: string): EpochMs | null {
  const at = text === '' ? Number.NaN : new Date(text).getTime()
  return Number.isFinite(at) ? epochMs(at) : null
}

export type SpanFault = 'incomplete' | 'order' | 'future'

/** What is wrong with a stretch that was typed. */
export function spanFault(from: EpochMs | null, to: EpochMs | null, now: number): SpanFault | null {
  if (from === null || to === null) return 'incomplete'
  if (to <= from) return 'order'
  return from > now ? 'future' : null
}

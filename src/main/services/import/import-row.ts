import type { BatchRow } from '../../pipeline/batcher.ts'

/** A trade as it was read: one object, written anew for each row. */
export type ImportRow = { -readonly [K in keyof BatchRow]: BatchRow[K] }

/** Reads one line into `row`. Null, or in plain words why it is refused. */
export type ReadLine = (line: string, row: ImportRow) => string | null

/** What all rows of a file share. */
export interface RowBounds {
  /** Receipt of trades whose file does not tell it, epoch ms. */
  readonly received: number
  /** Match times after this are refused, epoch ms. */
  readonly latest: number
}

/** 2009-01-03: nothing was traded before. */
const EARLIEST = 1_230_940_800_000
const DAY = 86_400_000
const MOST_VALUE = 1e18
const MOST_ID = 200

/** Clocks may differ; a day ahead is no clock. */
export const boundsAt = (now: number): RowBounds => ({ received: now, latest: now + DAY })

const PLAIN = /^\d{1,40}(?:\.\d{0,40})?$/
const WITH_EXPONENT = /^\d{1,40}(?:\.\d{0,40})?[eE][+-]?\d{1,2}$/

/** Why text is no price or quantity; null when it is one. */
export function wrongAmount(name: string, text: string): string | null {
  if (!PLAIN.test(text) && !WITH_EXPONENT.test(text))
    return `${name} ${quoted(text)} is no plain number`
  const value = Number(text)
  return value > 0 && value <= MOST_VALUE ? null : `${name} ${quoted(text)} is out of range`
}

/** Why text is no id; null when it is one. */
export function wrongId(text: string): string | null {
  if (text === '') return 'there is no id'
  if (text.length > MOST_ID) return `the id has more than ${MOST_ID} characters`
  return ODD.test(text) ? `the id ${quoted(text)} holds signs that no id has` : null
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant
const ODD = /[\u0000-\u001f\u007f\ufffd]/

const DIGITS = /^\d{1,17}$/
/** Above: microseconds. The year 5138 in milliseconds, 1973 in microseconds. */
const MOST_MILLIS = 1e14

/**
 * Sets the match time from whole milliseconds or microseconds since 1970, told apart by their size. Null,
 * or why it is refused.
 */
export function takeTime(text: string, row: ImportRow, { latest }: RowBounds): string | null {
  const value = DIGITS.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) return `the time ${quoted(text)} is no number of milliseconds`
  const micros = value >= MOST_MILLIS
  const ms = micros ? Math.floor(value / 1_000) : value
  if (ms < EARLIEST || ms > latest) return `the time ${quoted(text)} is out of range`
  row.exchangeTime = ms
  row.exchangeMicros = micros ? value - ms * 1_000 : -1
  return null
}

/** A piece of a file as it can be shown. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

import { isDigit, POINT, ZERO } from './bytes.ts'
import type { Scan } from './state.ts'

/** `2026-09-21T14:13:20`, without its fraction and its `Z`. */
const SECONDS = 19
const LETTER_Z = 90
const DASH = 45
const LETTER_T = 84
const COLON = 58

/**
 * RFC 3339 UTC text, to the microsecond; up to nine decimals of a second, the last three cut off.
 * @returns where it ends, −1 for anything else, such as the 30th of February
 */
export function scanCalendar({ bytes, prints, row }: Scan, from: number): number {
  if (!hasMarks(bytes, from)) return -1
  const seconds = epochSeconds(bytes, from)
  let at = from + SECONDS
  let micros = 0
  if (bytes[at] === POINT) {
    const begin = at + 1
    for (at = begin; isDigit(bytes[at] ?? 0); at += 1)
      if (at < begin + 6) micros = micros * 10 + (bytes[at] ?? 0) - ZERO
    const digits = at - begin
    if (digits === 0 || digits > 9) return -1
    for (let n = digits; n < 6; n += 1) micros *= 10
  }
  const time = seconds * 1_000 + Math.floor(micros / 1_000)
  if (bytes[at] !== LETTER_Z || !(seconds >= 1e9 && seconds < 1e10)) return -1
  prints.time[row] = time
  prints.micros[row] = micros % 1_000
  return at + 1
}

const hasMarks = (bytes: Uint8Array, from: number): boolean =>
  bytes[from + 4] === DASH &&
  bytes[from + 7] === DASH &&
  bytes[from + 10] === LETTER_T &&
  bytes[from + 13] === COLON &&
  bytes[from + 16] === COLON

/** NaN if a digit is missing or a part is out of its range. */
function epochSeconds(bytes: Uint8Array, from: number): number {
  const year = 100 * two(bytes, from) + two(bytes, from + 2)
  const month = two(bytes, from + 5)
  const day = two(bytes, from + 8)
  const [hour, minute, second] = [
    two(bytes, from + 11),
    two(bytes, from + 14),
    two(bytes, from + 17),
  ]
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  return ((daysFrom1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
}

function two(bytes: Uint8Array, at: number): number {
  const [high, low] = [(bytes[at] ?? 0) - ZERO, (bytes[at + 1] ?? 0) - ZERO]
  return high < 0 || high > 9 || low < 0 || low > 9 ? Number.NaN : high * 10 + low
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const daysIn = (year: number, month: number): number =>
  month === 2
    ? isLeap(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31

/** Years begin in March here, so that the leap day is the last one. */
function daysFrom1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1
  const inYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return shifted * 365 + leaps + inYear - 719_468
}

import type { Prints } from '../../../shared/domain/prints.ts'
import { PLAIN } from './bytes.ts'
import { scanCalendar } from './calendar.ts'
import { scanDecimal } from './decimals.ts'
import { scanDigits, scanId } from './ids.ts'
import { standsAt } from './literal.ts'
import { scanWhole, skipNumber } from './numbers.ts'
import type { Scan } from './state.ts'
import * as fields from './template.ts'
import * as times from './times.ts'

/**
 * Holds bytes against steps and writes what the fields say into row `row`.
 * @returns where the last step ends, −1 when something does not fit
 */
export function scanSteps(scan: Scan, steps: readonly fields.Step[], from: number): number {
  const view = scan.view
  const end = scan.end
  let at = from
  for (let n = 0; n < steps.length; n += 1) {
    const step = steps[n] as fields.Step
    const begin = at + step.length
    if (at < 0 || begin > end || !standsAt(view, at, step)) return -1
    switch (step.field) {
      case fields.END:
        return begin
      case fields.TEXT:
        at = skipText(scan, begin, step.stop)
        break
      case fields.PRICE:
        at = scanDecimal(scan, begin, scan.prints.price, step.bare)
        break
      case fields.QTY:
        at = scanDecimal(scan, begin, scan.prints.qty, step.bare)
        break
      case fields.SYMBOL:
        at = scanSymbol(scan, begin, step.stop)
        break
      case fields.ID_NUMBER:
        at = scanDigits(scan, begin, true)
        break
      case fields.ID_DIGITS:
        at = scanDigits(scan, begin, false)
        break
      case fields.ID:
        at = scanId(scan, begin)
        break
      case fields.TIME_MS:
        at = times.scanMillis(scan, begin, scan.prints.time)
        break
      case fields.TIME_MS_US:
        at = times.scanMatchInstant(scan, begin)
        break
      case fields.PUSHED_MS:
        at = times.scanMillis(scan, begin, scan.prints.pushed)
        break
      case fields.PUSHED_MS_US:
        at = times.scanInstant(scan, begin, scan.prints.pushed)
        break
      case fields.SIDE:
        at = scanSide(scan, begin, step)
        break
      case fields.BOOL:
        at = skipBool(scan, begin)
        break
      case fields.NUMBER:
        at = skipNumber(scan.bytes, begin)
        break
      default:
        at = scanSeldom(scan, step.field, begin)
    }
  }
  return at
}

/** Fields that few venues have. */
function scanSeldom(scan: Scan, field: number, from: number): number {
  const { bytes, prints, row } = scan
  switch (field) {
    case fields.TIME_DECIMALS:
      return times.scanMatchMillis(scan, from)
    case fields.TIME_NS:
      return times.scanMatchNanos(scan, from)
    case fields.TIME_CALENDAR:
      return scanCalendar(scan, from)
    case fields.SEQ:
      return atLeast(1, prints.seq, row, scanWhole(bytes, from, prints.seq, row))
    case fields.COUNT:
      return atLeast(1, whole, 0, scanWhole(bytes, from, whole, 0))
    case fields.MATCHES:
      return setMatches(prints, row, scanWhole(bytes, from, whole, 0))
    case fields.FIRST:
      return inTrust(from, scanWhole(bytes, from, prints.seq, row))
    case fields.LAST:
      return setLast(prints, row, inTrust(from, scanWhole(bytes, from, whole, 0)))
    default:
      return -1
  }
}

/** A number on its way from one function to another; a double handed on is made anew each time. */
const whole = new Float64Array(1)

const atLeast = (least: number, column: Float64Array, row: number, at: number): number =>
  (column[row] ?? Number.NaN) >= least ? at : -1

/** First and last numbers have 15 digits at most. */
const inTrust = (from: number, at: number): number => (at - from > 15 ? -1 : at)

const MOST_MATCHES = 0xffff_ffff

function setMatches(prints: Prints, row: number, at: number): number {
  const matches = whole[0] ?? Number.NaN
  if (!(matches >= 1 && matches <= MOST_MATCHES)) return -1
  prints.matches[row] = matches
  return at
}

/** The first number stands in `seq` until the last one is known. */
function setLast(prints: Prints, row: number, at: number): number {
  const last = whole[0] ?? Number.NaN
  const matches = last - (prints.seq[row] ?? Number.NaN) + 1
  if (!(matches >= 1 && matches <= MOST_MATCHES)) return -1
  prints.matches[row] = matches
  prints.seq[row] = last
  return at
}

/** Where plain text ends: at `stop`, or at a byte that does not stand for itself in JSON. */
function skipText({ bytes, view }: Scan, from: number, stop: number): number {
  let at = from
  for (const most = from + SHORT; at < most; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === stop || PLAIN[byte] === 0) return at
  }
  // Long texts (hashes, order ids) go by four bytes at a time.
  const stops = Math.imul(stop, ONES)
  for (const most = bytes.length - 4; at <= most; at += 4) {
    const four = view.getInt32(at, true)
    const odd =
      four |
      hasZero(four ^ stops) |
      hasZero(four ^ QUOTES) |
      hasZero(four ^ BACKSLASHES) |
      hasZero(four ^ DELETES) |
      ((four - SPACES) & ~four)
    if ((odd & HIGH_BITS) !== 0) break
  }
  for (;;) {
    const byte = bytes[at] ?? 0
    if (byte === stop || PLAIN[byte] === 0) return at
    at += 1
  }
}

const SHORT = 24
const ONES = 0x0101_0101
const QUOTES = 0x2222_2222
const BACKSLASHES = 0x5c5c_5c5c
const DELETES = 0x7f7f_7f7f
const SPACES = 0x2020_2020
const HIGH_BITS = 0x8080_8080 | 0

/** The high bit of a byte is set if it is zero; of one behind it, too, at times. */
const hasZero = (word: number): number => (word - ONES) & ~word

function scanSymbol(scan: Scan, from: number, stop: number): number {
  const { bytes } = scan
  const at = skipText(scan, from, stop)
  const symbol = scan.known.find(scan.symbols, bytes, scan.view, from, at)
  if (symbol < 0 || at === from) return -1
  scan.prints.symbol[scan.row] = symbol
  return at
}

/** The first byte says which word it must be. */
function scanSide({ bytes, view, end, prints, row }: Scan, at: number, step: fields.Step): number {
  const buys = bytes[at] === step.buyByte
  const word = buys ? step.buy : step.sell
  if (at + word.length > end || !standsAt(view, at, word)) return -1
  prints.side[row] = buys ? 0 : 1
  return at + word.length
}

/** `true` and `fals`, as the number that four bytes are. */
const TRUE = 0x6575_7274
const FALS = 0x736c_6166
const LETTER_E = 101

function skipBool({ bytes, view, end }: Scan, at: number): number {
  if (at + 4 > end) return -1
  const word = view.getInt32(at, true)
  if (word === TRUE) return at + 4
  return word === FALS && bytes[at + 4] === LETTER_E ? at + 5 : -1
}

import type { Prints } from '../../../shared/domain/prints.ts'
import type { SymbolTable } from '../symbol-table.ts'
import { PLAIN } from './bytes.ts'
import { scanCalendar } from './calendar.ts'
import { scanDecimal } from './decimals.ts'
import { scanDigits, scanId } from './ids.ts'
import { type Literal, literalOf, standsAt } from './literal.ts'
import { scanWhole, skipNumber } from './numbers.ts'
import * as fields from './template.ts'
import * as times from './times.ts'

/** The memory that a frame lies in, whole: places are counted from its beginning. */
export interface Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/**
 * Holds bytes against steps and writes what the fields say into row `row`.
 * @param end of the frame: what lies behind it is not its own
 * @returns where the last step ends, −1 when something does not fit
 */
export function scanSteps(
  steps: readonly fields.Step[],
  memory: Memory,
  from: number,
  end: number,
  prints: Prints,
  row: number,
  symbols: SymbolTable,
): number {
  const { bytes, view } = memory
  let at = from
  for (const step of steps) {
    const { literal } = step
    const begin = at + literal.length
    if (at < 0 || begin > end || !standsAt(view, at, literal)) return -1
    switch (step.field) {
      case fields.END:
        return begin
      case fields.TEXT:
        at = skipText(bytes, begin, step.stop)
        break
      case fields.PRICE:
        at = scanDecimal(bytes, begin, prints.price, row, step.bare)
        break
      case fields.QTY:
        at = scanDecimal(bytes, begin, prints.qty, row, step.bare)
        break
      case fields.SYMBOL:
        at = scanSymbol(bytes, begin, step.stop, prints, row, symbols)
        break
      case fields.ID_NUMBER:
        at = scanDigits(bytes, begin, prints.id, row, true)
        break
      case fields.ID_DIGITS:
        at = scanDigits(bytes, begin, prints.id, row, false)
        break
      case fields.ID:
        at = scanId(bytes, begin, prints.id, row)
        break
      case fields.TIME_MS:
        at = times.scanMillis(bytes, view, begin, prints.time, row)
        break
      case fields.TIME_MS_US:
        at = times.scanMatchInstant(bytes, view, begin, prints, row)
        break
      case fields.PUSHED_MS:
        at = times.scanMillis(bytes, view, begin, prints.pushed, row)
        break
      case fields.PUSHED_MS_US:
        at = times.scanInstant(bytes, view, begin, prints.pushed, row)
        break
      case fields.SIDE:
        at = scanSide(view, begin, end, step, prints, row)
        break
      case fields.BOOL:
        at = skipBool(view, begin, end)
        break
      case fields.NUMBER:
        at = skipNumber(bytes, begin)
        break
      default:
        at = scanSeldom(step.field, memory, begin, prints, row)
    }
  }
  return at
}

/** Fields that few venues have. */
function scanSeldom(
  field: number,
  { bytes, view }: Memory,
  from: number,
  prints: Prints,
  row: number,
): number {
  switch (field) {
    case fields.TIME_DECIMALS:
      return times.scanMatchMillis(bytes, view, from, prints, row)
    case fields.TIME_NS:
      return times.scanMatchNanos(bytes, view, from, prints, row)
    case fields.TIME_CALENDAR:
      return scanCalendar(bytes, from, prints, row)
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

function skipText(bytes: Uint8Array, from: number, stop: number): number {
  let at = from
  for (;;) {
    const byte = bytes[at] ?? 0
    if (byte === stop || PLAIN[byte] === 0) return at
    at += 1
  }
}

function scanSymbol(
  bytes: Uint8Array,
  from: number,
  stop: number,
  prints: Prints,
  row: number,
  symbols: SymbolTable,
): number {
  const at = skipText(bytes, from, stop)
  const symbol = symbols.findBytes(bytes, from, at)
  if (symbol < 0 || at === from) return -1
  prints.symbol[row] = symbol
  return at
}

function scanSide(
  view: DataView,
  at: number,
  end: number,
  { buy, sell }: fields.Step,
  prints: Prints,
  row: number,
): number {
  if (at + buy.length <= end && standsAt(view, at, buy)) {
    prints.side[row] = 0
    return at + buy.length
  }
  if (at + sell.length > end || !standsAt(view, at, sell)) return -1
  prints.side[row] = 1
  return at + sell.length
}

const skipBool = (view: DataView, at: number, end: number): number =>
  skipWord(view, at, end, TRUE) || skipWord(view, at, end, FALSE) || -1

const skipWord = (view: DataView, at: number, end: number, word: Literal): number =>
  at + word.length <= end && standsAt(view, at, word) ? at + word.length : 0

const TRUE = literalOf('true')
const FALSE = literalOf('false')

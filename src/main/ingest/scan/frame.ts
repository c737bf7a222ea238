import type { Prints } from '../../../shared/domain/prints.ts'
import type { Layout } from './layout.ts'
import { compareRows } from './order.ts'
import type { Scan } from './state.ts'
import { scanSteps } from './steps.ts'
import type { Step } from './template.ts'

const COMMA = 44
/** Where the rows of the frame being scanned begin. */
const starts: number[] = []

/** Whether the frame from `from` on is of this layout; its rows are in `prints` then, else it is as it was. */
export function fits(scan: Scan, layout: Layout, from: number): boolean {
  const { prints } = scan
  const first = prints.count
  prints.reserve()
  blank(prints, first)
  scan.row = first
  let at = scanSteps(scan, layout.head, from)
  if (at >= 0 && layout.row !== null) at = scanRows(scan, layout, layout.row, at)
  if (at === scan.end) {
    if (layout.row === null) prints.count = first + 1
    if (layout.freshMs === Number.POSITIVE_INFINITY || areFresh(layout, prints, first)) return true
  }
  prints.cut(first)
  return false
}

/** What a layout that does not have them leaves open. */
function blank(prints: Prints, row: number): void {
  prints.micros[row] = -1
  prints.pushed[row] = Number.NaN
  prints.seq[row] = Number.NaN
  prints.matches[row] = 1
  prints.snapshot[row] = 0
}

/** One row at least, then the tail. What the frame says for all of them stands in the first one. */
function scanRows(scan: Scan, layout: Layout, row: readonly Step[], from: number): number {
  const { prints } = scan
  const first = prints.count
  let at = from
  let ascending = true
  let descending = true
  for (let here = first; ; here += 1) {
    if (here > first) {
      prints.reserve()
      blank(prints, here)
    }
    starts[here - first] = at
    scan.row = here
    at = scanSteps(scan, row, at)
    if (at < 0) return -1
    prints.count = here + 1
    if (here > first) {
      const apart = compareRows(prints, here - 1, here, layout.order)
      ascending = ascending && apart <= 0
      descending = descending && apart > 0
      if (!ascending && !descending) return -1
    }
    if (scan.bytes[at] !== COMMA) break
    at += 1
  }
  scan.row = first
  at = scanSteps(scan, layout.tail, at)
  if (at !== scan.end) return -1
  if (!ascending) turnRound(scan, row, first)
  if (layout.oneSymbol) repeat(prints.symbol, first, prints.count)
  if (layout.onePushed) repeat(prints.pushed, first, prints.count)
  return at
}

/** `fill` is a call out of JavaScript: for a few rows it takes longer than they do. */
function repeat(column: Uint32Array | Float64Array, first: number, end: number): void {
  const value = column[first] ?? 0
  for (let row = first + 1; row < end; row += 1) column[row] = value
}

/** Rows that came newest first are read once more, from the last to the first. */
function turnRound(scan: Scan, row: readonly Step[], first: number): void {
  const { prints } = scan
  const last = prints.count - 1
  prints.id.cut(first)
  for (let here = first; here <= last; here += 1) {
    prints.micros[here] = -1
    scan.row = here
    scanSteps(scan, row, starts[last - here] ?? scan.end)
  }
}

function areFresh({ freshMs }: Layout, prints: Prints, first: number): boolean {
  for (let row = first; row < prints.count; row += 1) {
    const age = (prints.pushed[row] ?? Number.NaN) - (prints.time[row] ?? Number.NaN)
    if (!(age <= freshMs)) return false
  }
  return true
}

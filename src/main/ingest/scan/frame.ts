import type { Prints } from '../../../shared/domain/prints.ts'
import type { SymbolTable } from '../symbol-table.ts'
import type { Layout } from './layout.ts'
import { compareRows } from './order.ts'
import { type Memory, scanSteps } from './steps.ts'
import type { Step } from './template.ts'

const COMMA = 44
/** Where the rows of the frame being scanned begin. */
const starts: number[] = []

/** Whether a frame is of this layout; its rows are in `prints` then, else `prints` is as it was. */
export function fits(
  layout: Layout,
  memory: Memory,
  from: number,
  end: number,
  prints: Prints,
  symbols: SymbolTable,
): boolean {
  const first = prints.count
  prints.reserve()
  blank(prints, first)
  let at = scanSteps(layout.head, memory, from, end, prints, first, symbols)
  if (at >= 0 && layout.row !== null)
    at = scanRows(layout, layout.row, memory, at, end, prints, symbols)
  if (at === end) {
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
function scanRows(
  layout: Layout,
  row: readonly Step[],
  memory: Memory,
  from: number,
  end: number,
  prints: Prints,
  symbols: SymbolTable,
): number {
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
    at = scanSteps(row, memory, at, end, prints, here, symbols)
    if (at < 0) return -1
    prints.count = here + 1
    if (here > first) {
      const apart = compareRows(prints, here - 1, here, layout.order)
      ascending = ascending && apart <= 0
      descending = descending && apart > 0
      if (!ascending && !descending) return -1
    }
    if (memory.bytes[at] !== COMMA) break
    at += 1
  }
  at = scanSteps(layout.tail, memory, at, end, prints, first, symbols)
  if (at !== end) return -1
  if (!ascending) turnRound(row, memory, end, prints, first, symbols)
  if (layout.oneSymbol) prints.symbol.fill(prints.symbol[first] ?? 0, first, prints.count)
  if (layout.onePushed) prints.pushed.fill(prints.pushed[first] ?? Number.NaN, first, prints.count)
  return at
}

/** Rows that came newest first are read once more, from the last to the first. */
function turnRound(
  row: readonly Step[],
  memory: Memory,
  end: number,
  prints: Prints,
  first: number,
  symbols: SymbolTable,
): void {
  const { count } = prints
  prints.id.cut(first)
  for (let here = first; here < count; here += 1) {
    prints.micros[here] = -1
    const start = starts[count - 1 - here] ?? end // the last row's at count − first − 1
    scanSteps(row, memory, start, end, prints, here, symbols)
  }
}

function areFresh({ freshMs }: Layout, prints: Prints, first: number): boolean {
  for (let row = first; row < prints.count; row += 1) {
    const age = (prints.pushed[row] ?? Number.NaN) - (prints.time[row] ?? Number.NaN)
    if (!(age <= freshMs)) return false
  }
  return true
}

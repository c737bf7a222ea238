import type { FrameLayout } from '../../venues/venue.ts'
import {
  FIRST,
  ID,
  ID_DIGITS,
  ID_NUMBER,
  LAST,
  PRICE,
  PUSHED_MS,
  PUSHED_MS_US,
  QTY,
  SIDE,
  type Step,
  SYMBOL,
  TIME_CALENDAR,
  TIME_MS,
  templateOf,
} from './template.ts'

/** A layout, ready to be held against frames. */
export interface Layout {
  /** Of a frame without rows: all of it. */
  readonly head: readonly Step[]
  readonly row: readonly Step[] | null
  readonly tail: readonly Step[]
  readonly order: 'id' | 'time' | 'sent'
  /** The frame says for all rows of which market they are, or when they were pushed. */
  readonly oneSymbol: boolean
  readonly onePushed: boolean
  /** Most milliseconds from the match to the push. */
  readonly freshMs: number
}

/** @throws Error for a layout that says nothing sensible */
export function layoutOf({ frame, rows, freshMs = Number.POSITIVE_INFINITY }: FrameLayout): Layout {
  const whole = templateOf(frame)
  const row = rows === undefined ? null : templateOf(rows.each)
  if ((row === null) !== (whole.tail === null) || (row !== null && row.tail !== null))
    throw new Error(`layout: <rows> and what they are belong together: ${frame}`)
  const times = Array.from({ length: TIME_CALENDAR - TIME_MS + 1 }, (_, n) => TIME_MS + n)
  for (const wanted of [[SYMBOL], [ID, ID_NUMBER, ID_DIGITS], [PRICE], [QTY], [SIDE], times])
    if (whole.count(wanted) + (row?.count(wanted) ?? 0) !== 1)
      throw new Error(`layout: a trade has each of its fields once: ${frame}`)
  if (row !== null && whole.count([ID, ID_NUMBER, ID_DIGITS, PRICE, QTY, SIDE, ...times]) > 0)
    throw new Error(`layout: of the trade's own fields each row has one: ${frame}`)
  if ((row ?? whole).count([FIRST]) !== (row ?? whole).count([LAST]))
    throw new Error(`layout: first and last belong together: ${frame}`)
  const pushed = [PUSHED_MS, PUSHED_MS_US]
  return {
    head: whole.head,
    row: row === null ? null : row.head,
    tail: whole.tail ?? [],
    order: rows?.order ?? 'sent',
    oneSymbol: row !== null && whole.count([SYMBOL]) > 0,
    onePushed: row !== null && whole.count(pushed) > 0,
    freshMs,
  }
}

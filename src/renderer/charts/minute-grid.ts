/** Minutes in rows that begin at round hours of the reader's clock. */
export interface MinuteGrid {
  readonly perRow: number
  readonly rows: number
  /** The first minute of the first row, epoch ms; it may be before what is drawn. */
  readonly start: number
}

const MINUTE = 60_000
const PER_ROW = [720, 480, 360, 240, 120, 60] as const
/** A cell narrower than this cannot be pointed at, px. */
const LEAST_CELL = 2.1

/** `offset`: the reader's clock minus UTC, milliseconds. Both ends are drawn. */
export function minuteGrid(from: number, to: number, width: number, offset: number): MinuteGrid {
  const perRow = PER_ROW.find((count) => width / count >= LEAST_CELL) ?? 60
  const length = perRow * MINUTE
  const start = Math.floor((from + offset) / length) * length - offset
  return { perRow, rows: Math.ceil((to + 1 - start) / length), start }
}

export const minuteAt = ({ perRow, start }: MinuteGrid, row: number, column: number): number =>
  start + (row * perRow + column) * MINUTE

/** Row and column of a minute. */
export function placeOf({ perRow, start }: MinuteGrid, minute: number): readonly [number, number] {
  const index = Math.floor((minute - start) / MINUTE)
  return [Math.floor(index / perRow), index % perRow]
}

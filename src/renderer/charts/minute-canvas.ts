import { hatch } from './hatch.ts'
import { type MinuteGrid, minuteAt, placeOf } from './minute-grid.ts'
import { type ChartColours, faded } from './palette.ts'

export type MinuteLook =
  | 'complete'
  | 'backfilled'
  | 'gap'
  | 'unknown'
  | 'none'
  | 'underWay'
  | 'outside'

/** Room for the times at the left, px. */
export const LABELS = 44
/** Height of a row with its margin, px: lower where there are many. */
export const rowHeight = (rows: number): number => (rows > 8 ? 17 : 22)
const MARGIN = 6

export interface MinuteDrawing {
  readonly grid: MinuteGrid
  readonly width: number
  readonly height: number
  readonly look: (minute: number) => MinuteLook
  readonly chosen: number
  readonly label: (at: number) => string
  readonly colours: ChartColours
}

/**
 * Each state has its own shape besides its colour. complete: a block; backfilled: a half block; gap: a
 * hatched block that stands out above and below; unknown: a line in the middle; none: a line at the
 * foot.
 */
export function drawMinutes(context: CanvasRenderingContext2D, drawing: MinuteDrawing): void {
  const { grid, width, height, colours } = drawing
  const ratio = window.devicePixelRatio
  const { canvas } = context
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  context.scale(ratio, ratio)
  const style = getComputedStyle(document.body)
  context.font = `${Math.round(Number.parseFloat(style.fontSize) * 0.8)}px ${style.fontFamily}`
  context.textBaseline = 'middle'
  const cell = (width - LABELS) / grid.perRow
  const step = rowHeight(grid.rows)
  const deep = step - MARGIN
  const lines = hatch(context, 'gap', faded(colours.surface, 0.75), 1)
  for (let row = 0; row < grid.rows; row += 1) {
    const top = row * step + MARGIN / 2
    context.fillStyle = colours.faint
    context.fillText(drawing.label(minuteAt(grid, row, 0)), 0, top + deep / 2)
    drawRow(context, drawing, row, { cell, top, deep, lines })
  }
  const [row, column] = placeOf(grid, drawing.chosen)
  context.strokeStyle = colours.bright
  context.lineWidth = 1.5
  context.strokeRect(
    LABELS + column * cell - 1.5,
    row * step + 0.75,
    Math.max(3, cell) + 3,
    step - 1.5,
  )
}

interface RowLook {
  readonly cell: number
  readonly top: number
  readonly deep: number
  readonly lines: CanvasPattern | string
}

function drawRow(
  context: CanvasRenderingContext2D,
  { grid, look, colours }: MinuteDrawing,
  row: number,
  place: RowLook,
): void {
  const { cell, top, deep } = place
  let from = 0
  for (let column = 1; column <= grid.perRow; column += 1) {
    const state = look(minuteAt(grid, row, from))
    if (column < grid.perRow && look(minuteAt(grid, row, column)) === state) continue
    const x = LABELS + from * cell
    const width = (column - from) * cell
    drawRun(context, state, x, width, colours, place)
    from = column
  }
  // Hours are cut apart so that one can count.
  context.fillStyle = colours.surface
  for (let column = 60; column < grid.perRow; column += 60)
    context.fillRect(LABELS + column * cell - 0.5, top - 1, 1, deep + 2)
}

function drawRun(
  context: CanvasRenderingContext2D,
  state: MinuteLook,
  x: number,
  width: number,
  colours: ChartColours,
  { top, deep, lines }: RowLook,
): void {
  const block = (colour: string | CanvasPattern, y: number, height: number, wide = width): void => {
    context.fillStyle = colour
    context.fillRect(x, y, wide, height)
  }
  if (state === 'complete') block(faded(colours.complete, 0.7), top, deep)
  if (state === 'backfilled') block(colours.backfilled, top + deep / 2, deep / 2)
  if (state === 'gap') {
    // A single minute must not be overlooked.
    const wide = Math.max(3, width)
    block(colours.gap, top - 3, deep + 6, wide)
    if (width > 6) block(lines, top - 3, deep + 6, wide)
  }
  if (state === 'unknown') block(colours.unknown, top + deep / 2 - 1.5, 3)
  if (state === 'none') block(faded(colours.unknown, 0.3), top + deep - 1, 1)
  if (state === 'underWay') block(faded(colours.accent, 0.35), top, deep, Math.max(2, width))
}

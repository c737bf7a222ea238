import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { drawMinutes, LABELS, type MinuteLook, rowHeight } from './minute-canvas.ts'
import { type MinuteGrid, minuteAt, minuteGrid } from './minute-grid.ts'
import { readColours } from './palette.ts'

export interface MinuteStripProps {
  /** First and last minute, epoch ms. */
  readonly from: number
  readonly to: number
  readonly look: (minute: number) => MinuteLook
  /** Any change of it draws anew. */
  readonly version: string
  readonly chosen: number
  readonly name: string
  readonly hint: string
  /** What is known of the chosen minute. */
  readonly words: string
  readonly label: (at: number) => string
  readonly onChoose: (minute: number) => void
  /** The minute under the pointer, or null. */
  readonly onPoint: (minute: number | null) => void
  readonly onOpen: (minute: number) => void
  /** The next minute worth a look in a direction. */
  readonly next: (from: number, step: 1 | -1) => number | undefined
}

const MINUTE = 60_000

/** A day's minutes as cells on a canvas; a slider for the keyboard, whose value is one minute. */
export function MinuteStrip(props: MinuteStripProps) {
  const { from, to, look, version, chosen, name, hint, words, label } = props
  const host = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(host)
  const offset = -new Date(to).getTimezoneOffset() * MINUTE
  const grid = minuteGrid(from, to, width - LABELS, offset)
  const height = grid.rows * rowHeight(grid.rows)

  // `version` stands for what `look` says.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context == null || width === 0) return
    const colours = readColours(document.documentElement)
    drawMinutes(context, { grid, width, height, look, chosen, label, colours })
  }, [version, width, height, grid.perRow, grid.start, chosen])

  const minuteOf = (event: PointerEvent): number | null => pointed(event, grid, width, from, to)
  return (
    <div
      className="minutes-strip"
      ref={host}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-description={hint}
      aria-valuemin={0}
      aria-valuemax={Math.round((to - from) / MINUTE)}
      aria-valuenow={Math.round((chosen - from) / MINUTE)}
      aria-valuetext={words}
      style={{ height }}
      onKeyDown={(event) => onKey(event, props, grid)}
      onPointerMove={(event) => props.onPoint(minuteOf(event))}
      onPointerLeave={() => props.onPoint(null)}
      onPointerDown={(event) => {
        const minute = minuteOf(event)
        if (minute !== null) props.onChoose(minute)
      }}
      onDoubleClick={() => props.onOpen(chosen)}
    >
      <canvas ref={canvas} />
    </div>
  )
}

function useWidth(host: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const own = host.current
    if (own === null) return
    const observer = new ResizeObserver(() => setWidth(own.clientWidth))
    observer.observe(own)
    setWidth(own.clientWidth)
    return () => observer.disconnect()
  }, [host])
  return width
}

function pointed(
  event: PointerEvent,
  grid: MinuteGrid,
  width: number,
  from: number,
  to: number,
): number | null {
  const box = event.currentTarget.getBoundingClientRect()
  const cell = (width - LABELS) / grid.perRow
  const column = Math.floor((event.clientX - box.left - LABELS) / cell)
  const row = Math.floor((event.clientY - box.top) / rowHeight(grid.rows))
  if (column < 0 || column >= grid.perRow) return null
  const minute = minuteAt(grid, row, column)
  return minute < from || minute > to ? null : minute
}

function onKey(event: KeyboardEvent, props: MinuteStripProps, grid: MinuteGrid): void {
  const { from, to, chosen, onChoose, onOpen, next } = props
  const steps: Readonly<Record<string, number | undefined>> = {
    ArrowLeft: chosen - MINUTE,
    ArrowRight: chosen + MINUTE,
    ArrowUp: chosen - grid.perRow * MINUTE,
    ArrowDown: chosen + grid.perRow * MINUTE,
    PageUp: next(chosen, -1),
    PageDown: next(chosen, 1),
    Home: from,
    End: to,
  }
  if (event.key === 'Enter') onOpen(chosen)
  else if (!(event.key in steps)) return
  const minute = steps[event.key]
  if (minute !== undefined) onChoose(Math.min(to, Math.max(from, minute)))
  event.preventDefault()
}

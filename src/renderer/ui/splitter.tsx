import type { KeyboardEvent, PointerEvent } from 'react'
import { useRef } from 'react'

export interface SplitterProps {
  readonly label: string
  /** The line's own direction: a vertical one moves sideways. */
  readonly orientation: 'vertical' | 'horizontal'
  /** Size in px of the side that it sets. */
  readonly value: number
  readonly limits: readonly [number, number]
  /** 1 if moving right or down makes that side larger. */
  readonly direction: 1 | -1
  /** px on screen for one px of `value`. */
  readonly scale: number
  readonly onChange: (value: number) => void
}

const STEP = 16

/** A line between two panels that can be dragged, or moved with the arrow keys. */
export function Splitter(props: SplitterProps) {
  const { label, orientation, value, limits, direction, scale, onChange } = props
  const drag = useRef<{ readonly at: number; readonly size: number } | null>(null)
  const move = (to: number): void => onChange(Math.min(limits[1], Math.max(limits[0], to)))
  const place = (event: PointerEvent): number =>
    orientation === 'vertical' ? event.clientX : event.clientY
  const onKeyDown = (event: KeyboardEvent): void => {
    const grow = orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown'
    const shrink = orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp'
    if (event.key !== grow && event.key !== shrink) return
    event.preventDefault()
    move(value + STEP * direction * (event.key === grow ? 1 : -1))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and moved
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={limits[0]}
      aria-valuemax={limits[1]}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { at: place(event), size: value }
      }}
      onPointerMove={(event) => {
        if (drag.current === null) return
        move(drag.current.size + ((place(event) - drag.current.at) * direction) / scale)
      }}
      onPointerUp={() => {
        drag.current = null
      }}
      onPointerCancel={() => {
        drag.current = null
      }}
    />
  )
}

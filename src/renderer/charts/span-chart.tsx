import { useEffect, useRef } from 'react'
import type { TimeRange } from '../../shared/domain/time.ts'
import type { CandleText } from './candle-canvas.ts'
import { readColours } from './palette.ts'
import { type SpanBars, SpanCanvas, type SpanEvents } from './span-canvas.ts'
import type { Dot, Flag, SpanNote } from './span-marks.ts'

export interface SpanChartProps extends SpanEvents {
  /** Null until something was read. */
  readonly bars: SpanBars | null
  /** Milliseconds a bar. */
  readonly length: number
  readonly span: TimeRange
  readonly dots: readonly Dot[]
  readonly flags: readonly Flag[]
  /** What was said about moments; a click on one calls `onNote`. */
  readonly notes?: readonly SpanNote[]
  readonly cursor: number | null
  readonly text: CandleText
  readonly decimals: number
  /** Any change of it reads the colours anew. */
  readonly palette: string
}

const NO_NOTES: readonly SpanNote[] = []

/** A stretch of the past as candles; its sight belongs to whoever shows it. */
export function SpanChart(props: SpanChartProps) {
  const { bars, length, span, dots, flags, cursor, text, decimals, palette } = props
  const { notes = NO_NOTES } = props
  const host = useRef<HTMLDivElement>(null)
  const canvas = useRef<SpanCanvas | null>(null)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    if (host.current === null) return
    const colours = readColours(document.documentElement)
    const own = new SpanCanvas(host.current, colours, latest.current.text, {
      onPoint: (at) => latest.current.onPoint(at),
      onSpan: (next) => latest.current.onSpan(next),
      onPick: (at) => latest.current.onPick(at),
      onNote: (id) => latest.current.onNote?.(id),
    })
    canvas.current = own
    return () => {
      canvas.current = null
      own.close()
    }
  }, [])

  // `palette` stands for the tokens, which the document carries and React does not see.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    canvas.current?.restyle(readColours(document.documentElement), text)
  }, [text, palette])
  useEffect(() => canvas.current?.setDecimals(decimals), [decimals])
  useEffect(() => {
    if (bars !== null) canvas.current?.draw(bars, length)
  }, [bars, length])
  useEffect(() => canvas.current?.show(span), [span])
  useEffect(
    () => canvas.current?.overlay({ dots, flags, notes, cursor }),
    [dots, flags, notes, cursor],
  )

  return <div ref={host} className="chart-host" />
}

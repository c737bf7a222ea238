import { useEffect, useRef } from 'react'
import { type Candle, INTERVALS, type Interval } from '../../shared/domain/candle.ts'
import type { TimeRange } from '../../shared/domain/time.ts'
import { CandleCanvas, type CandleEvents, type CandleText, type Note } from './candle-canvas.ts'
import type { Mark } from './coverage-bands.ts'
import { readColours } from './palette.ts'

/** Bars that can say what changed since a version: see state/candle-series.ts. */
export interface BarSource {
  readonly interval: Interval
  readonly version: number
  readonly bars: readonly Candle[]
  since(version: number): readonly Candle[] | null
}

export interface CandleChartProps extends CandleEvents {
  readonly source: BarSource
  /** Calls back when the source may have changed, at most once per animation frame. */
  readonly subscribe: (listener: () => void) => () => void
  readonly text: CandleText
  readonly decimals: number
  /** Any change of it reads the colours anew. */
  readonly palette: string
  /** Rises when the reader asks for the newest bar. */
  readonly live: number
  /** Bars that are not complete, ascending, those without a bar included. */
  readonly marks: readonly Mark[]
  /** When something fired. */
  readonly flags?: readonly number[]
  /** What was said about moments; a click on one calls `onNote`. */
  readonly notes?: readonly Note[]
  /** A stretch to move to. */
  readonly focus: TimeRange | null
}

const NO_FLAGS: readonly number[] = []
const NO_NOTES: readonly Note[] = []

/** React holds the frame only: bars go from the source straight to the canvas. */
export function CandleChart(props: CandleChartProps) {
  const { source, subscribe, text, decimals, palette, live, marks, focus } = props
  const { flags = NO_FLAGS, notes = NO_NOTES } = props
  const host = useRef<HTMLDivElement>(null)
  const canvas = useRef<CandleCanvas | null>(null)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    if (host.current === null) return
    const { text: words } = latest.current
    const own = new CandleCanvas(host.current, readColours(document.documentElement), words, {
      onPoint: (at) => latest.current.onPoint(at),
      onFollow: (follows) => latest.current.onFollow(follows),
      onOlder: () => latest.current.onOlder(),
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
    canvas.current?.draw(source.bars, INTERVALS[source.interval])
  }, [text, palette])

  useEffect(() => canvas.current?.setDecimals(decimals), [decimals])
  useEffect(() => {
    if (live > 0) canvas.current?.goLive()
  }, [live])

  useEffect(() => {
    let seen = -1
    const follow = (): void => {
      if (source.version === seen) return
      const changed = seen < 0 ? null : source.since(seen)
      seen = source.version
      if (changed === null) canvas.current?.draw(source.bars, INTERVALS[source.interval])
      else canvas.current?.update(changed)
    }
    follow()
    canvas.current?.reset()
    return subscribe(follow)
  }, [source, subscribe])

  useEffect(() => {
    if (canvas.current?.mark(marks) === true)
      canvas.current.draw(source.bars, INTERVALS[source.interval])
  }, [source, marks])
  // Another source has other bars: the flags stand over those.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => canvas.current?.flag(flags), [source, flags])
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => canvas.current?.note(notes), [source, notes])
  useEffect(() => {
    if (focus !== null) canvas.current?.show(focus)
  }, [focus])

  return <div ref={host} className="chart-host" />
}

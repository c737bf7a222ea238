import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'
import { Hatches, type Look } from './hatch.ts'
import { type ChartColours, faded } from './palette.ts'

/** A bar that is not complete. */
export interface Mark {
  readonly openTime: number
  readonly state: Look
}

/** A run of neighbouring bars in one state, px of the screen. */
interface Band {
  readonly state: Look
  readonly from: number
  to: number
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** Room that a mark of a back-filled bar takes at the foot, px. */
const FOOT = 4

/**
 * Behind the bars: gaps hatched over the whole height, what is unknown dotted. Before them, at the
 * foot: a line under what was back-filled.
 */
export class CoverageBands implements ISeriesPrimitive<Time> {
  #marks: readonly Mark[] = []
  readonly #hatches = new Hatches()
  #colours: ChartColours
  #chart: IChartApi | null = null
  #update: () => void = () => {}
  readonly #views: readonly IPrimitivePaneView[]

  constructor(colours: ChartColours) {
    this.#colours = colours
    const behind = { draw: (target: Target) => this.#draw(target, false) }
    const before = { draw: (target: Target) => this.#draw(target, true) }
    this.#views = [
      { zOrder: () => 'bottom', renderer: () => behind },
      { zOrder: () => 'top', renderer: () => before },
    ]
  }

  attached({ chart, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.#chart = chart as IChartApi
    this.#update = requestUpdate
  }

  detached(): void {
    this.#chart = null
    this.#update = () => {}
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views
  }

  /** Ascending. */
  set(marks: readonly Mark[], colours: ChartColours): void {
    this.#marks = marks
    this.#colours = colours
    this.#update()
  }

  #bands(chart: IChartApi): readonly Band[] {
    const scale = chart.timeScale()
    const range = scale.getVisibleRange()
    if (range === null) return []
    const [first, last] = [Number(range.from) * 1_000, Number(range.to) * 1_000]
    const half = scale.options().barSpacing / 2
    const bands: Band[] = []
    for (let i = firstFrom(this.#marks, first); i < this.#marks.length; i += 1) {
      const mark = this.#marks[i]
      if (mark === undefined || mark.openTime > last) break
      const x = scale.timeToCoordinate((mark.openTime / 1_000) as UTCTimestamp)
      if (x === null) continue
      const before = bands.at(-1)
      if (before?.state === mark.state && x - half <= before.to + 0.5) before.to = x + half
      else bands.push({ state: mark.state, from: x - half, to: x + half })
    }
    return bands
  }

  #draw(target: Target, foot: boolean): void {
    const chart = this.#chart
    if (chart === null || this.#marks.length === 0) return
    const bands = this.#bands(chart).filter(({ state }) => (state === 'backfilled') === foot)
    if (bands.length === 0) return
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the canvas, no hook of React
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio: ratio }) => {
      const fill = (style: string | CanvasPattern, { from, to }: Band, height: number): void => {
        const x = Math.round(from * ratio)
        context.fillStyle = style
        const top = bitmapSize.height - height
        context.fillRect(x, top, Math.max(1, Math.round(to * ratio) - x), height)
      }
      const { gap, unknown, backfilled } = this.#colours
      const lines = {
        gap: this.#hatches.of(context, 'gap', faded(gap, 0.55), ratio),
        unknown: this.#hatches.of(context, 'unknown', faded(unknown, 0.45), ratio),
      }
      const ground = { gap: faded(gap, 0.1), unknown: faded(unknown, 0.05) }
      for (const band of bands) {
        if (band.state === 'backfilled') fill(backfilled, band, Math.round(FOOT * ratio))
        else {
          fill(ground[band.state], band, bitmapSize.height)
          fill(lines[band.state], band, bitmapSize.height)
        }
      }
    })
  }
}

/** Index of the first mark at or after `time`. */
export function firstFrom(marks: readonly Mark[], time: number): number {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((marks[middle]?.openTime ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

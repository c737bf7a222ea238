import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts'
import { type ChartColours, faded } from './palette.ts'
import { edgeOf, type Slots, timeAt } from './span-data.ts'

/** One trade, drawn where and when it was. */
export interface Dot {
  readonly at: number
  readonly price: number
  readonly buy: boolean
}

/** A moment at which something fired. */
export interface Flag {
  readonly at: number
  readonly price: number
}

/** Something that was said about a moment; it can be opened. */
export interface SpanNote {
  readonly at: number
  readonly id: number
  readonly doubted: boolean
}

export interface SpanMarksState {
  readonly slots: Slots
  readonly dots: readonly Dot[]
  readonly flags: readonly Flag[]
  readonly notes: readonly SpanNote[]
  /** The place looked at; null: none. */
  readonly cursor: number | null
}

/** Where notes are drawn, and how near a click has to be, px. */
const NOTE_Y = 10
const REACH = 8

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]
type Scope = Parameters<Parameters<Target['useBitmapCoordinateSpace']>[0]>[0]

/** Single trades, firings and the place looked at, over the bars. */
export class SpanMarks implements ISeriesPrimitive<Time> {
  #state: SpanMarksState
  #colours: ChartColours
  #chart: IChartApi | null = null
  #series: ISeriesApi<'Candlestick'> | null = null
  #update: () => void = () => {}
  readonly #views: readonly IPrimitivePaneView[]

  constructor(colours: ChartColours, state: SpanMarksState) {
    this.#colours = colours
    this.#state = state
    const renderer = { draw: (target: Target) => this.#draw(target) }
    this.#views = [{ zOrder: () => 'top', renderer: () => renderer }]
  }

  attached({ chart, series, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.#chart = chart as IChartApi
    this.#series = series as ISeriesApi<'Candlestick'>
    this.#update = requestUpdate
  }

  detached(): void {
    this.#chart = null
    this.#series = null
    this.#update = () => {}
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views
  }

  set(state: SpanMarksState, colours: ChartColours): void {
    this.#state = state
    this.#colours = colours
    this.#update()
  }

  /** The note at a point of the canvas, px; the newest where several lie upon one another. */
  noteAt(x: number, y: number): number | null {
    if (Math.abs(y - NOTE_Y) > REACH) return null
    const near = this.#state.notes.filter(
      ({ at }) => Math.abs((this.#x(at) ?? Number.NaN) - x) <= REACH,
    )
    return near.length === 0 ? null : Math.max(...near.map(({ id }) => id))
  }

  #draw(target: Target): void {
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the canvas, no hook of React
    target.useBitmapCoordinateSpace((scope) => {
      this.#drawCursor(scope)
      this.#drawDots(scope)
      this.#drawFlags(scope)
      this.#drawNotes(scope)
    })
  }

  #x(at: number): number | null {
    const middle = edgeOf(this.#state.slots, at) - 0.5
    const whole = Math.floor(middle)
    // The chart places whole bars only: what lies between two of them is put there here.
    const scale = this.#chart?.timeScale()
    const left = scale?.logicalToCoordinate(whole as Logical) ?? null
    const right = scale?.logicalToCoordinate((whole + 1) as Logical) ?? null
    return left === null || right === null ? null : left + (right - left) * (middle - whole)
  }

  #drawCursor({ context, bitmapSize, horizontalPixelRatio: ratio }: Scope): void {
    const { cursor } = this.#state
    const x = cursor === null ? null : this.#x(cursor)
    if (x === null) return
    context.fillStyle = faded(this.#colours.accent, 0.8)
    context.fillRect(Math.round(x * ratio), 0, Math.max(1, Math.round(ratio)), bitmapSize.height)
  }

  #drawDots({ context, horizontalPixelRatio, verticalPixelRatio }: Scope): void {
    const scale = this.#chart?.timeScale()
    const range = scale?.getVisibleLogicalRange() ?? null
    if (range === null) return
    const [from, to] = [range.from - 1, range.to + 1].map((slot) => timeAt(this.#state.slots, slot))
    for (const { at, price, buy } of this.#state.dots) {
      // Most are out of sight: trades are read on either side of a place, however narrow the sight is.
      if (from === undefined || to === undefined || at < from || at > to) continue
      const [x, y] = [this.#x(at), this.#series?.priceToCoordinate(price) ?? null]
      if (x === null || y === null) continue
      context.fillStyle = buy ? this.#colours.buy : this.#colours.sell
      context.strokeStyle = this.#colours.surface
      context.lineWidth = horizontalPixelRatio
      context.beginPath()
      context.arc(
        x * horizontalPixelRatio,
        y * verticalPixelRatio,
        3.5 * horizontalPixelRatio,
        0,
        7,
      )
      context.fill()
      context.stroke()
    }
  }

  /** A triangle above the price, with a line down to it. */
  #drawFlags({ context, horizontalPixelRatio: ratio, verticalPixelRatio }: Scope): void {
    context.fillStyle = this.#colours.bright
    for (const { at, price } of this.#state.flags) {
      const [x, y] = [this.#x(at), this.#series?.priceToCoordinate(price) ?? null]
      if (x === null || y === null) continue
      const [left, top] = [x * ratio, Math.max(2 * ratio, y * verticalPixelRatio - 22 * ratio)]
      context.beginPath()
      context.moveTo(left - 5 * ratio, top)
      context.lineTo(left + 5 * ratio, top)
      context.lineTo(left, top + 9 * ratio)
      context.fill()
      context.fillRect(left - ratio / 2, top, ratio, 18 * ratio)
    }
  }

  /** Circles along the upper edge, whatever the price. */
  #drawNotes({ context, horizontalPixelRatio: ratio, verticalPixelRatio }: Scope): void {
    for (const { at, doubted } of this.#state.notes) {
      const x = this.#x(at)
      if (x === null) continue
      context.fillStyle = doubted ? this.#colours.faint : this.#colours.accent
      context.strokeStyle = this.#colours.surface
      context.lineWidth = ratio
      context.beginPath()
      context.arc(x * ratio, NOTE_Y * verticalPixelRatio, 4.5 * ratio, 0, 7)
      context.fill()
      context.stroke()
    }
  }
}

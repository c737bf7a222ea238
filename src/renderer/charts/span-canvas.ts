import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type LogicalRange,
  type Time,
} from 'lightweight-charts'
import type { Candle } from '../../shared/domain/candle.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'
import { type CandleText, chartOptions } from './candle-canvas.ts'
import { emptyBar, toBar, toBuyVolume, toVolume } from './candle-data.ts'
import { CoverageBands, type Mark } from './coverage-bands.ts'
import { DrawnMark } from './drawn-mark.ts'
import type { ChartColours } from './palette.ts'
import {
  type Covered,
  edgeOf,
  fillSlots,
  marksOf,
  type Slots,
  slotsOf,
  timeAt,
} from './span-data.ts'
import { type Dot, type Flag, SpanMarks, type SpanNote } from './span-marks.ts'

export interface SpanEvents {
  /** Time under the crosshair, or null. */
  onPoint(at: EpochMs | null): void
  /** The reader dragged or turned the wheel. */
  onSpan(span: TimeRange): void
  /** The reader clicked on a time. */
  onPick(at: EpochMs): void
  /** The reader clicked on a note. */
  onNote?: (id: number) => void
}

export interface SpanBars {
  /** What was read, in sight or not. */
  readonly range: TimeRange
  readonly candles: readonly Candle[]
  readonly cover: readonly Covered[]
}

/** What lies over the bars. */
export interface SpanOverlay {
  readonly dots: readonly Dot[]
  readonly flags: readonly Flag[]
  readonly notes: readonly SpanNote[]
  readonly cursor: number | null
}

/** Differences below this share of a bar are rounding. */
const SAME = 0.02
/** What moves this long after a hand was on the chart was moved by it, ms. */
const IN_HAND = 300

/**
 * A chart of a stretch of the past: its sight is set from outside and told when the reader moves it. Every
 * place for a bar is there, with or without trades, so that time is even.
 */
export class SpanCanvas {
  readonly #chart: IChartApi
  readonly #candles: ISeriesApi<'Candlestick'>
  readonly #volume: ISeriesApi<'Histogram'>
  readonly #buyVolume: ISeriesApi<'Histogram'>
  readonly #bands: CoverageBands
  readonly #over: SpanMarks
  #colours: ChartColours
  #slots: Slots = { first: 0, length: 60_000, count: 1 }
  #bars: SpanBars | null = null
  #marks: readonly Mark[] = []
  #sight: LogicalRange | null = null
  #span: TimeRange | null = null
  /** When the reader's hand was last on it, ms of the page's clock. */
  #touched = Number.NEGATIVE_INFINITY
  #overlay: SpanOverlay = { dots: [], flags: [], notes: [], cursor: null }

  constructor(host: HTMLElement, colours: ChartColours, text: CandleText, events: SpanEvents) {
    this.#colours = colours
    this.#chart = createChart(host, { autoSize: true, ...spanOptions(colours, text) })
    // Its table holds canvases, of which nothing can be read, and the link that its licence asks for.
    this.#chart.chartElement().querySelector('table')?.setAttribute('role', 'presentation')
    const quiet = { lastValueVisible: false, priceLineVisible: false }
    this.#candles = this.#chart.addSeries(CandlestickSeries, quiet)
    const foot = { priceScaleId: 'volume', ...quiet }
    this.#bands = new CoverageBands(colours)
    this.#over = new SpanMarks(colours, { slots: this.#slots, ...this.#overlay })
    this.#candles.attachPrimitive(this.#bands)
    this.#candles.attachPrimitive(this.#over)
    this.#candles.attachPrimitive(new DrawnMark(host, () => this.#drawn()))
    this.#volume = this.#chart.addSeries(HistogramSeries, foot)
    this.#buyVolume = this.#chart.addSeries(HistogramSeries, foot)
    this.#chart.priceScale('right').applyOptions({ scaleMargins: { top: 0.1, bottom: 0.24 } })
    this.#chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } })
    this.#paint()
    this.#listen(events)
    const touch = (): void => {
      this.#touched = performance.now()
    }
    host.addEventListener('wheel', touch, { capture: true, passive: true })
    host.addEventListener('pointerdown', touch, { capture: true })
    host.addEventListener('pointermove', ({ buttons }) => (buttons > 0 ? touch() : undefined), {
      capture: true,
    })
  }

  /** Draws what was read; the sight stays at the same times. */
  draw(bars: SpanBars, length: number): void {
    // Until it is set anew below, what the chart makes of other bars is no wish of the reader.
    this.#sight = null
    this.#bars = bars
    this.#slots = slotsOf(bars.range, length)
    const [slots, colours] = [this.#slots, this.#colours]
    const lay = <T>(toItem: (candle: Candle) => T) =>
      fillSlots<T | ReturnType<typeof emptyBar>>(slots, bars.candles, toItem, emptyBar)
    this.#candles.setData(lay((candle) => toBar(candle, colours)))
    this.#volume.setData(lay((candle) => toVolume(candle, colours)))
    this.#buyVolume.setData(lay((candle) => toBuyVolume(candle, colours)))
    this.#chart.timeScale().applyOptions({ secondsVisible: length < 60_000 })
    this.#marks = marksOf(slots, bars.cover)
    this.#bands.set(this.#marks, colours)
    if (this.#span !== null) this.show(this.#span)
    this.overlay(this.#overlay)
  }

  /** Moves the sight. */
  show(span: TimeRange): void {
    this.#span = span
    if (this.#isElsewhere()) return
    const [begin, end] = [edgeOf(this.#slots, span.from), edgeOf(this.#slots, span.to) - 1]
    // Less than a bar of what is here so far: as near as it goes, until finer ones are read.
    const half = Math.max(0.5, (end - begin) / 2)
    const [from, to] = [(begin + end) / 2 - half, (begin + end) / 2 + half]
    const now = this.#sight
    if (now !== null && Math.abs(now.from - from) + Math.abs(now.to - to) < SAME) return
    this.#sight = { from, to } as LogicalRange
    this.#chart.timeScale().setVisibleLogicalRange(this.#sight)
  }

  overlay(overlay: SpanOverlay): void {
    this.#overlay = overlay
    if (this.#isElsewhere()) return
    this.#over.set({ slots: this.#slots, ...overlay }, this.#colours)
  }

  /** Digits of the price axis. */
  setDecimals(decimals: number): void {
    const minMove = 10 ** -decimals
    this.#candles.applyOptions({ priceFormat: { type: 'price', precision: decimals, minMove } })
  }

  restyle(colours: ChartColours, text: CandleText): void {
    this.#colours = colours
    this.#chart.applyOptions(spanOptions(colours, text))
    this.#paint()
    if (this.#bars !== null) this.draw(this.#bars, this.#slots.length)
  }

  close(): void {
    this.#chart.remove()
  }

  /** Elsewhere there is nothing to draw until that is read: what is shown stays, and no frame is spent on it. */
  #isElsewhere(): boolean {
    const [sight, range] = [this.#span, this.#bars?.range]
    return range === undefined || (sight !== null && !overlap(range, sight))
  }

  /** The sight, what was read for it, and milliseconds a bar. */
  #drawn(): string {
    const [sight, range] = [this.#span, this.#bars?.range]
    if (sight === null || range === undefined) return ''
    return [sight.from, sight.to, range.from, range.to, this.#slots.length].join(' ')
  }

  #paint(): void {
    const { buy, sell } = this.#colours
    this.#candles.applyOptions({ upColor: buy, downColor: sell })
  }

  #listen(events: SpanEvents): void {
    const toMs = (time: Time): EpochMs => epochMs(Number(time) * 1_000)
    this.#chart.subscribeCrosshairMove(({ time }) =>
      events.onPoint(time === undefined ? null : toMs(time)),
    )
    this.#chart.subscribeClick(({ logical, point }) => {
      const note = point === undefined ? null : this.#over.noteAt(point.x, point.y)
      if (note !== null) return events.onNote?.(note)
      if (logical === undefined) return
      const at = timeAt(this.#slots, Number(logical) + 0.5)
      events.onPick(epochMs(Math.round(at)))
    })
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      const before = this.#sight
      if (range === null || before === null) return
      if (Math.abs(before.from - range.from) + Math.abs(before.to - range.to) < SAME) return
      this.#sight = range
      // A sight that was set comes later, and maybe cut: while the chart has the bars from before it
      // does not go as far. Only what the reader's hand does is a wish.
      if (performance.now() - this.#touched > IN_HAND) return
      const span = {
        from: epochMs(Math.round(timeAt(this.#slots, range.from))),
        to: epochMs(Math.round(timeAt(this.#slots, range.to + 1))),
      }
      this.#span = span
      events.onSpan(span)
    })
  }
}

const overlap = (one: TimeRange, other: TimeRange): boolean =>
  one.from < other.to && other.from < one.to

function spanOptions(colours: ChartColours, text: CandleText) {
  const options = chartOptions(colours, text)
  return {
    ...options,
    // Charts one above the other begin and end at the same times.
    rightPriceScale: { ...options.rightPriceScale, minimumWidth: 88 },
    kineticScroll: { mouse: false, touch: false },
    timeScale: {
      ...options.timeScale,
      rightOffset: 0,
      minBarSpacing: 0.1,
      lockVisibleTimeRangeOnResize: true,
    },
  }
}

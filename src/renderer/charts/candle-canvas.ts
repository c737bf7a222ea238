import {
  CandlestickSeries,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { Candle } from '../../shared/domain/candle.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'
import { emptyBar, missingBetween, toBar, toBuyVolume, toVolume, withGaps } from './candle-data.ts'
import { CoverageBands, type Mark } from './coverage-bands.ts'
import type { ChartColours } from './palette.ts'

export type AxisUnit = 'year' | 'month' | 'day' | 'minute' | 'second'

/** Words of the axes, in the language and the time zone of the reader. */
export interface CandleText {
  price(value: number): string
  time(at: EpochMs): string
  axis(at: EpochMs, unit: AxisUnit): string
}

/** Something that was said about a moment; it can be opened. */
export interface Note {
  readonly at: number
  readonly id: number
  /** What was said is not believed. */
  readonly doubted: boolean
}

export interface CandleEvents {
  /** Open time of the bar under the crosshair, or null. */
  onPoint(openTime: EpochMs | null): void
  /** Whether the newest bar is in sight, so that the chart moves with it. */
  onFollow(follows: boolean): void
  /** The reader has come near the oldest bar. */
  onOlder(): void
  /** The reader clicked on a note. */
  onNote?: (id: number) => void
}

const UNITS: Readonly<Record<TickMarkType, AxisUnit>> = {
  [TickMarkType.Year]: 'year',
  [TickMarkType.Month]: 'month',
  [TickMarkType.DayOfMonth]: 'day',
  [TickMarkType.Time]: 'minute',
  [TickMarkType.TimeWithSeconds]: 'second',
}

/** Empty bars right of the newest one. */
const OFFSET = 4

/** Bars left of the sight before older ones are asked for. */
const NEAR = 30

/** Bars on each side of the middle when a stretch is shown, at least. */
const SIGHT = 45

/** Begins the names of notes among the markers. */
const NOTE = 'note '

const toTime = (ms: number): UTCTimestamp => Math.floor(ms / 1_000) as UTCTimestamp
const toMs = (time: Time): EpochMs => epochMs((time as UTCTimestamp) * 1_000)

/** One chart on a canvas: candles, and volume at its foot with the buyers' part in it. */
export class CandleCanvas {
  readonly #chart: IChartApi
  readonly #candles: ISeriesApi<'Candlestick'>
  readonly #volume: ISeriesApi<'Histogram'>
  readonly #buyVolume: ISeriesApi<'Histogram'>
  readonly #bands: CoverageBands
  #markers: ISeriesMarkersPluginApi<Time> | null = null
  #flags: readonly number[] = []
  #notes: readonly Note[] = []
  #colours: ChartColours
  #interval = 60_000
  /** The newest time drawn, be it a bar or empty room in a gap. */
  #last: number | null = null
  #marks: readonly Mark[] = []
  #follows = true

  constructor(host: HTMLElement, colours: ChartColours, text: CandleText, events: CandleEvents) {
    this.#colours = colours
    this.#chart = createChart(host, { autoSize: true, ...chartOptions(colours, text) })
    // Its table holds canvases, of which nothing can be read, and the link that its licence asks for.
    this.#chart.chartElement().querySelector('table')?.setAttribute('role', 'presentation')
    this.#candles = this.#chart.addSeries(CandlestickSeries, { priceLineStyle: 1 })
    const foot = { priceScaleId: 'volume', lastValueVisible: false, priceLineVisible: false }
    this.#bands = new CoverageBands(colours)
    this.#candles.attachPrimitive(this.#bands)
    this.#volume = this.#chart.addSeries(HistogramSeries, foot)
    this.#buyVolume = this.#chart.addSeries(HistogramSeries, foot)
    this.#chart.priceScale('right').applyOptions({ scaleMargins: { top: 0.08, bottom: 0.24 } })
    this.#chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } })
    this.#paint()
    this.#listen(events)
  }

  /** Draws a whole series anew; the sight stays where it was. */
  draw(candles: readonly Candle[], interval: number): void {
    this.#interval = interval
    const until = candles.length === 0 ? undefined : this.#marks.at(-1)?.openTime
    const last = candles.at(-1)?.openTime ?? null
    this.#last = last === null ? null : Math.max(last, until ?? last)
    const colours = this.#colours
    const lay = <T>(toItem: (candle: Candle) => T) => withGaps(candles, interval, toItem, until)
    this.#candles.setData(lay((candle) => toBar(candle, colours)))
    this.#volume.setData(lay((candle) => toVolume(candle, colours)))
    this.#buyVolume.setData(lay((candle) => toBuyVolume(candle, colours)))
    this.#chart.timeScale().applyOptions({ secondsVisible: interval < 60_000 })
  }

  /** Draws bars that changed, ascending; older than the last one or newer. */
  update(changed: readonly Candle[]): void {
    for (const candle of changed) {
      const last = this.#last
      if (last !== null && candle.openTime > last)
        for (const time of missingBetween(last, candle.openTime, this.#interval))
          this.#candles.update(emptyBar(time))
      const old = last !== null && candle.openTime < last
      this.#candles.update(toBar(candle, this.#colours), old)
      this.#volume.update(toVolume(candle, this.#colours), old)
      this.#buyVolume.update(toBuyVolume(candle, this.#colours), old)
      if (!old) this.#last = candle.openTime
    }
  }

  /** The bars that are not complete. True: some are beyond what is drawn, so draw again. */
  mark(marks: readonly Mark[]): boolean {
    this.#marks = marks
    this.#bands.set(marks, this.#colours)
    return this.#last !== null && (marks.at(-1)?.openTime ?? 0) > this.#last
  }

  /** Arrows over the bars in which something fired. */
  flag(times: readonly number[]): void {
    this.#flags = times
    this.#overlay()
  }

  /** Circles under the bars about which something was said; of one bar the newest. */
  note(notes: readonly Note[]): void {
    this.#notes = notes
    this.#overlay()
  }

  #overlay(): void {
    if (this.#flags.length === 0 && this.#notes.length === 0 && this.#markers === null) return
    this.#markers ??= createSeriesMarkers(this.#candles, [])
    const openOf = (at: number): number => Math.floor(at / this.#interval) * this.#interval
    const opens = new Set(this.#flags.map(openOf))
    const noted = new Map<number, Note>()
    for (const note of this.#notes) {
      const open = openOf(note.at)
      if (note.id > (noted.get(open)?.id ?? 0)) noted.set(open, note)
    }
    const { bright, accent, faint } = this.#colours
    const markers: SeriesMarker<Time>[] = [
      ...[...opens].map((open) => ({
        time: toTime(open),
        position: 'aboveBar' as const,
        shape: 'arrowDown' as const,
        color: bright,
      })),
      ...[...noted].map(([open, { id, doubted }]) => ({
        time: toTime(open),
        position: 'belowBar' as const,
        shape: 'circle' as const,
        color: doubted ? faint : accent,
        id: `${NOTE}${id}`,
      })),
    ]
    this.#markers.setMarkers(markers.sort((one, other) => Number(one.time) - Number(other.time)))
  }

  /** Moves the sight to a stretch, with room on both sides. */
  show({ from, to }: TimeRange): void {
    const middle = (from + to) / 2
    const half = Math.max((to - from) * 0.9, SIGHT * this.#interval)
    this.#chart.timeScale().setVisibleRange({
      from: toTime(middle - half),
      to: toTime(middle + half),
    })
  }

  /** Digits of the price axis. */
  setDecimals(decimals: number): void {
    const minMove = 10 ** -decimals
    this.#candles.applyOptions({ priceFormat: { type: 'price', precision: decimals, minMove } })
  }

  restyle(colours: ChartColours, text: CandleText): void {
    this.#colours = colours
    this.#bands.set(this.#marks, colours)
    this.#chart.applyOptions(chartOptions(colours, text))
    this.#paint()
  }

  /** The newest bars again, at the usual width. */
  reset(): void {
    this.#chart.timeScale().resetTimeScale()
    this.goLive()
  }

  goLive(): void {
    this.#chart.timeScale().scrollToPosition(OFFSET, false)
  }

  close(): void {
    this.#chart.remove()
  }

  #paint(): void {
    const { buy, sell } = this.#colours
    this.#candles.applyOptions({ upColor: buy, downColor: sell })
  }

  #listen(events: CandleEvents): void {
    this.#chart.subscribeCrosshairMove(({ time }) =>
      events.onPoint(time === undefined ? null : toMs(time)),
    )
    this.#chart.subscribeClick(({ hoveredObjectId }) => {
      if (typeof hoveredObjectId === 'string' && hoveredObjectId.startsWith(NOTE))
        events.onNote?.(Number(hoveredObjectId.slice(NOTE.length)))
    })
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      const follows = this.#chart.timeScale().scrollPosition() > -0.5
      if (follows !== this.#follows) {
        this.#follows = follows
        events.onFollow(follows)
      }
      if (range !== null && range.from < NEAR && this.#last !== null) events.onOlder()
    })
  }
}

/** The attribution logo stays on: the licence of the chart asks for it. */
export const chartOptions = (colours: ChartColours, text: CandleText) => ({
  layout: {
    attributionLogo: true,
    background: { color: colours.surface },
    textColor: colours.faint,
    fontFamily: getComputedStyle(document.body).fontFamily,
    fontSize: Math.round(Number.parseFloat(getComputedStyle(document.body).fontSize) * 0.85),
  },
  grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
  crosshair: {
    mode: CrosshairMode.Normal,
    vertLine: { color: colours.faint, labelBackgroundColor: '#2b3646' },
    horzLine: { color: colours.faint, labelBackgroundColor: '#2b3646' },
  },
  rightPriceScale: { borderColor: colours.line, minimumWidth: 72 },
  timeScale: {
    borderColor: colours.line,
    timeVisible: true,
    rightOffset: OFFSET,
    barSpacing: 7,
    minBarSpacing: 1.5,
    tickMarkFormatter: (time: Time, type: TickMarkType) => text.axis(toMs(time), UNITS[type]),
  },
  localization: {
    priceFormatter: (price: number) => text.price(price),
    timeFormatter: (time: Time) => text.time(toMs(time)),
  },
})

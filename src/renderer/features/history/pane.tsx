import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { RESOLUTIONS, type Resolution } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useNotes } from '../../binding/analysis.ts'
import { useDesk, usePreferences, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { SpanChart } from '../../charts/span-chart.tsx'
import type { HistoryView } from '../../state/history-view.ts'
import type { Session } from '../../state/session.ts'
import { resolutionFor, TRADES_UP_TO, widthOf } from '../../state/span.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { decimalsIn, legendBar, lookAt } from './model.ts'

/** A stretch that reaches into the present is read again this often, ms. */
const EVERY = 5_000

export interface PaneProps {
  readonly view: HistoryView
  readonly span: TimeRange
  readonly resolution: Resolution | null
  readonly cursor: EpochMs | null
  readonly flags: readonly {
    readonly at: number
    readonly price: number
    readonly market: MarketId
  }[]
  readonly onSpan: (span: TimeRange) => void
  readonly onPick: (at: EpochMs) => void
}

/** One market of the history: legend and chart. */
export function Pane(props: PaneProps) {
  const { view, span, resolution, cursor, onSpan, onPick } = props
  const [pointed, setPointed] = useState<EpochMs | null>(null)
  const palette = usePreferences((preferences) => preferences.palette)
  const bars = useSyncExternalStore(view.subscribe, view.bars)
  const trades = useSyncExternalStore(view.subscribe, view.trades)
  useReading(props)
  const { price: decimals } = useDecimals(view)
  const format = useFormat()
  const text = useMemo(
    () => ({
      price: (value: number) => format.fixed(value, decimals),
      time: format.dateTime,
      axis: format.axis,
    }),
    [format, decimals],
  )
  const narrow = widthOf(span) <= TRADES_UP_TO
  const dots = useMemo(
    () =>
      narrow
        ? (trades.value?.trades ?? []).map(({ exchangeTime, price, side }) => ({
            at: exchangeTime,
            price: Number(price),
            buy: side === 'buy',
          }))
        : [],
    [narrow, trades.value],
  )
  const flags = useMemo(
    () => props.flags.filter(({ market }) => market === view.market),
    [props.flags, view],
  )
  const { showAnswer } = useDesk()
  const notes = useNotes(view.market, span.from, span.to)
  const length = RESOLUTIONS[bars.value?.resolution ?? resolutionFor(span, resolution)]
  return (
    <div className="past-pane" aria-busy={bars.busy}>
      <Legend view={view} span={span} pointed={pointed} decimals={decimals} chosen={resolution} />
      <div className="past-chart">
        <SpanChart
          bars={bars.value}
          length={length}
          span={span}
          dots={dots}
          flags={flags}
          notes={notes}
          cursor={cursor}
          text={text}
          decimals={decimals}
          palette={palette}
          onPoint={setPointed}
          onSpan={onSpan}
          onPick={onPick}
          onNote={showAnswer}
        />
        {bars.busy ? <Waiting /> : null}
        <PaneState view={view} span={span} />
      </div>
    </div>
  )
}

/** What is there sooner than this, ms, is not said to be waited for. */
const PATIENCE = 150

/** Says that something is read, once it takes a while: a line that only flashes up tells nothing, and costs a frame. */
function Waiting() {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [])
  return isLong ? <div className="past-busy" /> : null
}

/** Reads what the sight needs; what reaches into the present again and again. */
function useReading({ view, span, resolution, cursor }: PaneProps): void {
  const phase = useSession((session) => session.connection.phase)
  const { now } = useDesk()
  const skew = useSession((session) => session.skew)
  // Only the tick, so that a chart is not drawn each second.
  const tick = useStore(now, (at) => Math.floor((at + skew) / EVERY))
  useEffect(() => {
    if (phase === 'connected') view.again()
  }, [view, phase])
  useEffect(() => view.show(span, resolution), [view, span, resolution])
  const at = lookAt(span, cursor)
  useEffect(() => {
    if (at !== null) view.look(at)
  }, [view, at])
  useEffect(() => {
    const { value, busy } = view.bars()
    const old = value !== null && span.to > value.readAt && tick * EVERY > value.readAt
    if (old && !busy) view.refresh()
  }, [view, span, tick])
}

/** Digits of prices and of quantities: by the market's steps where it is watched, else as many as what was read has. */
export function useDecimals(view: HistoryView): { readonly price: number; readonly qty: number } {
  const ofMarket = ({ summaries }: Session) =>
    summaries?.find(({ market }) => market === view.market)
  const price = useSession((session) => ofMarket(session)?.priceDecimals)
  const qty = useSession((session) => ofMarket(session)?.qtyDecimals)
  const candles = useSyncExternalStore(view.subscribe, () => view.bars().value?.candles)
  const trades = useSyncExternalStore(view.subscribe, () => view.trades().value?.trades)
  const closes = useMemo(() => decimalsIn(candles?.map(({ close }) => close) ?? []), [candles])
  const sizes = useMemo(() => decimalsIn(trades?.map(({ qty }) => qty) ?? []), [trades])
  return { price: price ?? closes, qty: qty ?? sizes }
}

interface LegendProps {
  readonly view: HistoryView
  readonly span: TimeRange
  readonly pointed: EpochMs | null
  readonly decimals: number
  readonly chosen: Resolution | null
}

/** Whose bars these are, how long one is, and the figures of the one pointed at. */
function Legend({ view, span, pointed, decimals, chosen }: LegendProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { value } = useSyncExternalStore(view.subscribe, view.bars)
  const wanted = resolutionFor(span, chosen)
  const shown = value?.resolution ?? wanted
  const bar = value === null ? undefined : legendBar(value.candles, span, pointed)
  const price = (figure: number): string => format.fixed(figure, decimals)
  const states = new Set(value?.cover.map(({ state }) => state))
  const coarser = chosen !== null && RESOLUTIONS[shown] > RESOLUTIONS[chosen]
  return (
    <div className="past-legend">
      <strong>{view.market}</strong>
      <span className="muted">{shown}</span>
      {coarser ? (
        <span className="past-note">{t('history.coarser', { chosen, shown })}</span>
      ) : null}
      {bar === undefined ? null : (
        <span className={`past-bar ${bar.close >= bar.open ? 'buy' : 'sell'}`}>
          <span className="muted">{format.dateTime(bar.openTime)}</span> <b>{t('chart.open')}</b>{' '}
          {price(bar.open)} <b>{t('chart.highShort')}</b> {price(bar.high)}{' '}
          <b>{t('chart.lowShort')}</b> {price(bar.low)} <b>{t('chart.close')}</b> {price(bar.close)}{' '}
          <b>{t('chart.volumeShort')}</b> {format.short(bar.volume)}
        </span>
      )}
      <span className="past-keys">
        {states.has('gap') ? (
          <span>
            <i className="key-gap" />
            {t('coverage.legendGap')}
          </span>
        ) : null}
        {states.has('unknown') ? (
          <span>
            <i className="key-unknown" />
            {t('coverage.legendUnknown')}
          </span>
        ) : null}
        {states.has('backfilled') ? (
          <span>
            <i className="key-backfilled" />
            {t('coverage.legendBackfilled')}
          </span>
        ) : null}
      </span>
    </div>
  )
}

/** What lies over a chart in which there is nothing to see. */
function PaneState({ view, span }: { readonly view: HistoryView; readonly span: TimeRange }) {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const { value, busy, failure } = useSyncExternalStore(view.subscribe, view.bars)
  const connected = connection.state().phase === 'connected'
  const empty =
    value === null || !value.candles.some(({ openTime: at }) => at < span.to && at >= span.from)
  const bare =
    value === null || !value.cover.some(({ from, to }) => from < span.to && to > span.from)
  if (failure !== null && connected)
    return (
      <div className={value === null ? 'past-over' : 'panel-corner'}>
        <Message tone="alarm" title={t('chart.failed')} why={t(`failure.${failure.code}`)}>
          <Button icon="refresh" onClick={() => view.again()}>
            {t('app.retry')}
          </Button>
        </Message>
      </div>
    )
  if (value === null)
    return (
      <div className="past-over">
        <Message busy title={t('chart.loading')} />
      </div>
    )
  // One bar may be wider than the sight: then it is there, though none begins in it.
  const wide = RESOLUTIONS[value.resolution] > widthOf(span)
  if (!empty || busy || wide) return null
  return (
    <div className="past-none">
      <Message
        title={t(bare ? 'history.nothing' : 'history.noTrades')}
        why={t(bare ? 'history.nothingWhy' : 'history.noTradesWhy')}
      />
    </div>
  )
}

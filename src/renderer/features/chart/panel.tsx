import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { INTERVALS, type Interval } from '../../../shared/domain/candle.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useNotes } from '../../binding/analysis.ts'
import {
  useDesk,
  useFreshness,
  useOpenSummary,
  usePreferences,
  useSession,
  useView,
  useViewVersion,
} from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { CandleChart } from '../../charts/candle-chart.tsx'
import type { CoverageMark } from '../../state/bar-coverage.ts'
import type { MarketView } from '../../state/market-view.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Segments } from '../../ui/segments.tsx'
import { useMarks } from './coverage.tsx'
import { ChartHeader } from './header.tsx'
import { ChartKeys, ChartLegend } from './legend.tsx'
import { ChartTable } from './table.tsx'
import './chart.css'

const CHOICES = (Object.keys(INTERVALS) as Interval[]).map((value) => ({ value, text: value }))

/** The open market: its figures, its candles, its volume. */
export function ChartPanel() {
  const { t } = useTranslation()
  const view = useView()
  const summaries = useSession((session) => session.summaries)
  const fresh = useFreshness()
  return (
    <section className="chart" aria-label={t('chart.title')} data-old={fresh !== 'fresh'}>
      {view === null ? (
        summaries === null ? (
          <Message busy title={t('connection.connecting')} />
        ) : (
          <Message title={t('chart.none')} why={t('chart.noneWhy')} />
        )
      ) : (
        <OpenChart view={view} key={view.market} />
      )}
    </section>
  )
}

function OpenChart({ view }: { readonly view: MarketView }) {
  const { t } = useTranslation()
  const { preferences } = useDesk()
  const phase = useSession((session) => session.connection.phase)
  const interval = usePreferences((each) => each.interval)
  const [follows, setFollows] = useState(true)
  const [live, setLive] = useState(0)
  const [pointed, setPointed] = useState<EpochMs | null>(null)
  const source = view.series(interval)
  const loading = useSyncExternalStore(
    view.subscribe,
    () => view.history(interval).state === 'loading',
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: shown again after a reconnection
  useEffect(() => view.show(interval), [view, interval, phase])
  const marks = useMarks(view, interval)
  const notes = useNotes(view.market, null, null)
  const focus = useFocus(view, interval)
  const older = useCallback(() => view.older(interval), [view, interval])
  return (
    <>
      <ChartHeader />
      <div className="chart-tools">
        <Segments
          label={t('chart.interval')}
          value={interval}
          options={CHOICES}
          onChange={(next) => preferences.setState({ interval: next })}
        />
        <ChartLegend view={view} interval={interval} pointed={pointed} />
      </div>
      <div className="chart-stage" aria-busy={loading}>
        <Stage
          view={view}
          source={source}
          live={live}
          marks={marks}
          notes={notes}
          focus={focus}
          onPoint={setPointed}
          onFollow={setFollows}
          onOlder={older}
        />
        <ChartKeys
          view={view}
          interval={interval}
          pointed={pointed}
          marks={marks}
          noted={notes.length > 0}
        />
        <ChartState view={view} interval={interval} />
        {follows ? null : (
          <div className="chart-live">
            <Button tone="primary" size="small" icon="right" onClick={() => setLive((n) => n + 1)}>
              {t('chart.goLive')}
            </Button>
          </div>
        )}
      </div>
      <ChartTable view={view} interval={interval} />
    </>
  )
}

/** The stretch that someone asked to see, once its bars are read; the wish is then fulfilled. */
function useFocus(view: MarketView, interval: Interval): TimeRange | null {
  const { place } = useDesk()
  const wish = useStore(place, ({ focus }) => (focus?.market === view.market ? focus : null))
  const reading = useSyncExternalStore(
    view.subscribe,
    () => view.history(interval).state === 'loading',
  )
  const first = view.series(interval).bars[0]?.openTime
  const from = wish?.range.from ?? first
  const here =
    !reading &&
    first !== undefined &&
    (from === undefined || from >= first || !view.hasOlder(interval))
  useEffect(() => {
    if (wish === null || reading) return
    if (here) place.setState({ focus: null })
    else view.reach(interval, wish.range.from)
  }, [view, interval, place, wish, reading, here])
  return here ? (wish?.range ?? null) : null
}

interface StageProps {
  readonly view: MarketView
  readonly source: ReturnType<MarketView['series']>
  readonly live: number
  readonly marks: readonly CoverageMark[]
  readonly notes: ReturnType<typeof useNotes>
  readonly focus: TimeRange | null
  readonly onPoint: (at: EpochMs | null) => void
  readonly onFollow: (follows: boolean) => void
  readonly onOlder: () => void
}

function Stage({ view, ...rest }: StageProps) {
  const format = useFormat()
  const { showAnswer } = useDesk()
  const palette = usePreferences((preferences) => preferences.palette)
  const decimals = useOpenSummary()?.priceDecimals ?? 2
  const text = useMemo(
    () => ({
      price: (value: number) => format.fixed(value, decimals),
      time: format.dateTime,
      axis: format.axis,
    }),
    [format, decimals],
  )
  return (
    <CandleChart
      {...rest}
      onNote={showAnswer}
      subscribe={view.subscribe}
      text={text}
      decimals={decimals}
      palette={palette}
    />
  )
}

/** What lies over an empty canvas: reading, nothing there, or not readable. */
function ChartState({
  view,
  interval,
}: {
  readonly view: MarketView
  readonly interval: Interval
}) {
  const { t } = useTranslation()
  useViewVersion(view)
  const history = view.history(interval)
  const empty = view.series(interval).bars.length === 0
  if (history.state === 'failed')
    return (
      <div className={empty ? 'chart-over' : 'chart-corner'}>
        <Message tone="alarm" title={t('chart.failed')} why={t(`failure.${history.failure.code}`)}>
          <Button icon="refresh" onClick={() => view.retry(interval)}>
            {t('app.retry')}
          </Button>
        </Message>
      </div>
    )
  if (!empty) return null
  return (
    <div className="chart-over">
      {history.state === 'loading' ? (
        <Message busy title={t('chart.loading')} />
      ) : (
        <Message title={t('chart.empty')} why={t('chart.emptyWhy')} />
      )}
    </div>
  )
}

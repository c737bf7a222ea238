import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { RehearsalFiring } from '../../../shared/contract/alerts.ts'
import { RESOLUTIONS } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useDesk, usePreferences, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { SpanChart } from '../../charts/span-chart.tsx'
import type { HistoryView } from '../../state/history-view.ts'
import { resolutionFor } from '../../state/span.ts'

export interface FiringsChartProps {
  readonly firings: readonly RehearsalFiring[]
  readonly from: EpochMs
  readonly to: EpochMs
}

const nothing = (): void => {}
const NONE: readonly never[] = []

/** The first market's bars of the stretch, with a flag at each firing. */
export function FiringsChart({ firings, from, to }: FiringsChartProps) {
  const market = firings[0]?.market
  const view = usePast(market)
  if (view === null) return null
  return (
    <Drawn view={view} firings={firings} from={from} to={to} key={`${view.market} ${from} ${to}`} />
  )
}

function usePast(market: MarketId | undefined): HistoryView | null {
  const desk = useDesk()
  const [view, setView] = useState<HistoryView | null>(null)
  useEffect(() => {
    if (market === undefined) return
    const opened = desk.openPast(market)
    setView(opened)
    return () => opened.close()
  }, [desk, market])
  return view
}

function Drawn({ view, firings, from, to }: FiringsChartProps & { readonly view: HistoryView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const palette = usePreferences((preferences) => preferences.palette)
  const [span, setSpan] = useState<TimeRange>({ from, to })
  const bars = useSyncExternalStore(view.subscribe, view.bars)
  const decimals = useSession(
    (session) =>
      session.summaries?.find(({ market }) => market === view.market)?.priceDecimals ?? 2,
  )
  useEffect(() => view.show(span, null), [view, span])
  const flags = useMemo(
    () => firings.filter(({ market }) => market === view.market),
    [firings, view],
  )
  const text = useMemo(
    () => ({
      price: (value: number) => format.fixed(value, decimals),
      time: format.dateTime,
      axis: format.axis,
    }),
    [format, decimals],
  )
  return (
    <figure className="rehearsal-chart" aria-label={t('rehearsal.chart', { market: view.market })}>
      <SpanChart
        bars={bars.value}
        length={RESOLUTIONS[bars.value?.resolution ?? resolutionFor(span, null)]}
        span={span}
        dots={NONE}
        flags={flags}
        cursor={null}
        text={text}
        decimals={decimals}
        palette={palette}
        onPoint={nothing}
        onSpan={setSpan}
        onPick={nothing}
      />
    </figure>
  )
}

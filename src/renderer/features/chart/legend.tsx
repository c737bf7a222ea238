import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Interval } from '../../../shared/domain/candle.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { useOpenSummary, useViewVersion } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { CoverageMark } from '../../state/bar-coverage.ts'
import type { MarketView } from '../../state/market-view.ts'
import { PointedCoverage } from './coverage.tsx'
import { remarks, shownBar } from './model.ts'

export interface ChartLegendProps {
  readonly view: MarketView
  readonly interval: Interval
  readonly pointed: EpochMs | null
}

/** Open, high, low, close and volume of the bar under the crosshair, else of the newest. */
export function ChartLegend({ view, interval, pointed }: ChartLegendProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const row = useOpenSummary()
  useViewVersion(view)
  const { bars } = view.series(interval)
  const bar = shownBar(bars, pointed)
  const price = (value: number): string => format.fixed(value, row?.priceDecimals ?? 2)
  return (
    <div className="legend">
      {bar === undefined ? null : (
        <span className={`legend-bar ${bar.close >= bar.open ? 'buy' : 'sell'}`}>
          <LegendItem name={t('chart.open')} value={price(bar.open)} />
          <LegendItem name={t('chart.highShort')} value={price(bar.high)} />
          <LegendItem name={t('chart.lowShort')} value={price(bar.low)} />
          <LegendItem name={t('chart.close')} value={price(bar.close)} />
          <LegendItem name={t('chart.volumeShort')} value={format.short(bar.volume)} />
          {bar.source === 'venue' ? <i className="muted">{t('chart.venueBar')}</i> : null}
          {bar.partial ? <i className="legend-partial">{t('chart.partialBar')}</i> : null}
        </span>
      )}
    </div>
  )
}

const LegendItem = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <span>
    <b>{name}</b> {value}
  </span>
)

export interface ChartKeysProps extends ChartLegendProps {
  readonly marks: readonly CoverageMark[]
  /** There are answers of models on the chart. */
  readonly noted: boolean
}

/** What dim, hollow, hatched and dotted bars mean, while there are any, and the bar pointed at. */
export function ChartKeys({ view, interval, pointed, marks, noted }: ChartKeysProps) {
  const { t } = useTranslation()
  useViewVersion(view)
  const { bars } = view.series(interval)
  // The bars are one array that grows: its length tells when there is a new one to look at.
  const { venue, partial } = useMemo(() => remarks(bars), [bars, bars.length])
  const states = useMemo(() => new Set(marks.map(({ state }) => state)), [marks])
  return (
    <div className="legend-keys">
      {venue ? (
        <span>
          <i className="key-venue" />
          {t('chart.legendVenue')}
        </span>
      ) : null}
      {partial ? (
        <span>
          <i className="key-partial" />
          {t('chart.legendPartial')}
        </span>
      ) : null}
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
      {noted ? (
        <span>
          <i className="key-note" />
          {t('analysis.markers')}
        </span>
      ) : null}
      <PointedCoverage view={view} interval={interval} pointed={pointed} />
    </div>
  )
}

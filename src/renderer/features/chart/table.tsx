import { memo, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { type Candle, INTERVALS, type Interval } from '../../../shared/domain/candle.ts'
import { useEngineNow, useOpenSummary } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { barCoverage, isUnderWay } from '../../state/bar-coverage.ts'
import type { MarketView } from '../../state/market-view.ts'
import { useCoverageWords } from './coverage.tsx'

const ROWS = 10
/** A reader is told of the newest bar this often, not with each trade. */
const EVERY = 15_000

/** The canvas in words: the newest bar now and then, and the last bars as a table. */
export function ChartTable({ view, interval }: { view: MarketView; interval: Interval }) {
  const tick = Math.floor(useEngineNow() / EVERY)
  const decimals = useOpenSummary()?.priceDecimals ?? 2
  const ledger = useSyncExternalStore(view.subscribe, () => view.minutes.version)
  const props = { view, interval, tick, decimals }
  return (
    <div className="sr-only">
      <Newest {...props} />
      <Table {...props} ledger={ledger} />
    </div>
  )
}

interface TableProps {
  readonly view: MarketView
  readonly interval: Interval
  /** Rises when the table is to be drawn again. */
  readonly tick: number
  readonly decimals: number
}

/** Not told again when the ledger alone has news. */
const Newest = memo(function Newest({ view, interval, decimals }: TableProps) {
  const { t } = useTranslation()
  const words = useBarWords(decimals)
  const last = view.series(interval).bars.at(-1)
  return (
    <p aria-live="polite">
      {last === undefined
        ? ''
        : t('chart.summary', { market: view.market, interval, ...words(last) })}
    </p>
  )
})

function useBarWords(decimals: number) {
  const format = useFormat()
  return (bar: Candle) => ({
    time: format.dateTime(bar.openTime),
    open: format.fixed(bar.open, decimals),
    high: format.fixed(bar.high, decimals),
    low: format.fixed(bar.low, decimals),
    close: format.fixed(bar.close, decimals),
    volume: format.short(bar.volume),
  })
}

interface BarsProps extends TableProps {
  /** Rises with each change of the minutes' ledger. */
  readonly ledger: number
}

const Table = memo(function Table({ view, interval, tick, decimals }: BarsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const barWords = useBarWords(decimals)
  const words = useCoverageWords()
  const length = INTERVALS[interval]
  const completeness = (bar: Candle): string => {
    if (isUnderWay(bar.openTime, length, tick * EVERY)) return t('completeness.underWay')
    const coverage = barCoverage(view.minutes, bar.openTime, length, bar)
    return coverage === undefined ? DASH : words(coverage)
  }
  const bars = view.series(interval).bars.slice(-ROWS)
  return (
    <table>
      <caption>{t('chart.table', { n: format.count(bars.length) })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('chart.time')}</th>
          <th scope="col">{t('chart.open')}</th>
          <th scope="col">{t('chart.highShort')}</th>
          <th scope="col">{t('chart.lowShort')}</th>
          <th scope="col">{t('chart.close')}</th>
          <th scope="col">{t('chart.volumeShort')}</th>
          <th scope="col">{t('coverage.column')}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => {
          const { time, open, high, low, close, volume } = barWords(bar)
          return (
            <tr key={bar.openTime}>
              <th scope="row">{time}</th>
              <td>{open}</td>
              <td>{high}</td>
              <td>{low}</td>
              <td>{close}</td>
              <td>{volume}</td>
              <td>{completeness(bar)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
})

import { useMemo, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { INTERVALS, type Interval } from '../../../shared/domain/candle.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { useEngineNow } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import {
  type BarCoverage,
  barCoverage,
  type CoverageMark,
  coverageMarks,
  isUnderWay,
  MINUTE,
} from '../../state/bar-coverage.ts'
import type { MarketView } from '../../state/market-view.ts'
import { shownBar } from './model.ts'

/** The bars that are not complete; made anew when one ends, or when the ledger says something new. */
export function useMarks(view: MarketView, interval: Interval): readonly CoverageMark[] {
  const ledger = useSyncExternalStore(view.subscribe, () => view.minutes.version)
  const { bars } = view.series(interval)
  const length = INTERVALS[interval]
  const now = useEngineNow()
  const ended = Math.floor(now / MINUTE)
  // The version stands for the rows, the length for the bars, which are one array that grows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(
    () => coverageMarks(bars, view.minutes, length, now),
    [view, bars, bars.length, length, ledger, ended],
  )
}

/** Completeness of a bar in words: state, share, what is missing, why. */
export function useCoverageWords(): (coverage: BarCoverage) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return ({ state, coverage, missing, causes }) =>
    [
      t(`minuteState.${state}`),
      ...(coverage === null || coverage === 1 || (state === 'gap' && coverage === 0)
        ? []
        : [t('coverage.share', { share: format.share(coverage) })]),
      ...(missing === null
        ? [t('coverage.missingSome')]
        : missing > 0
          ? [t('coverage.missing', { n: format.count(missing) })]
          : []),
      ...causes.map((cause) => t(`gapCause.${cause}`)),
    ].join(' · ')
}

export interface PointedCoverageProps {
  readonly view: MarketView
  readonly interval: Interval
  readonly pointed: EpochMs | null
}

/** What is known of the bar under the crosshair, or of the empty place there. */
export function PointedCoverage({ view, interval, pointed }: PointedCoverageProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const words = useCoverageWords()
  const now = useEngineNow()
  if (pointed === null || isUnderWay(pointed, INTERVALS[interval], now)) return null
  const bar = shownBar(view.series(interval).bars, pointed)
  const coverage = barCoverage(view.minutes, pointed, INTERVALS[interval], bar)
  if (coverage === undefined) return null
  const parts = [
    format.dateTime(pointed),
    ...(bar === undefined ? [t('coverage.noBar')] : []),
    words(coverage),
  ]
  return (
    <p className="legend-coverage" data-state={coverage.state}>
      {parts.join(' · ')}
    </p>
  )
}

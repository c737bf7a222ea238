import { Tabs } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { useDesk, usePlace } from '../binding/desk.ts'
import { AlertsPanel } from '../features/alerts/panel.tsx'
import { AnalysisPanel } from '../features/analysis/panel.tsx'
import { CompletenessPanel } from '../features/completeness/panel.tsx'
import { HistoryPanel } from '../features/history/panel.tsx'
import { LabPanel } from '../features/lab/panel.tsx'
import { LatencyPanel } from '../features/latency/panel.tsx'
import { ReplayPanel } from '../features/replay/panel.tsx'
import { TapePanel } from '../features/tape/panel.tsx'
import { VenuesPanel } from '../features/venues/panel.tsx'
import { WatchlistPanel } from '../features/watchlist/panel.tsx'
import { PLACES, type Place } from '../state/place.ts'
import { Centre } from './centre.tsx'
import { Safe } from './safe.tsx'

const placeNamed = (value: string): Place => PLACES.find((each) => each === value) ?? 'chart'

/** One panel at a time, chosen by tabs. */
export function NarrowLayout() {
  const { t } = useTranslation()
  const { go } = useDesk()
  const place = usePlace()
  const tabs = [
    { value: 'watchlist', text: t('watchlist.title'), panel: <WatchlistPanel /> },
    { value: 'chart', text: t('chart.title'), panel: <Centre /> },
    { value: 'tape', text: t('tape.title'), panel: <TapePanel /> },
    { value: 'venues', text: t('venues.title'), panel: <VenuesPanel /> },
    { value: 'latency', text: t('latency.title'), panel: <LatencyPanel /> },
    { value: 'history', text: t('history.title'), panel: <HistoryPanel /> },
    { value: 'replay', text: t('replay.title'), panel: <ReplayPanel /> },
    { value: 'alerts', text: t('alerts.title'), panel: <AlertsPanel /> },
    { value: 'analysis', text: t('analysis.title'), panel: <AnalysisPanel /> },
    { value: 'completeness', text: t('completeness.title'), panel: <CompletenessPanel /> },
    { value: 'lab', text: t('lab.title'), panel: <LabPanel /> },
  ]
  return (
    <Tabs.Root className="narrow" value={place} onValueChange={(value) => go(placeNamed(value))}>
      <Tabs.List className="narrow-tabs" aria-label={t('app.views')}>
        {tabs.map(({ value, text }) => (
          <Tabs.Trigger className="narrow-tab" key={value} value={value}>
            {text}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ value, panel }) => (
        <Tabs.Content className="narrow-panel" data-value={value} key={value} value={value}>
          <Safe>{panel}</Safe>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}

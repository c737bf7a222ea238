import { Tabs } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { LatencyPanel } from '../features/latency/panel.tsx'
import { VenuesPanel } from '../features/venues/panel.tsx'
import { Safe } from './safe.tsx'
import { ONE_BELOW, useNarrower } from './viewport.ts'

/** Venues and latency under the chart: side by side, or one of them where that is too tight. */
export function Below() {
  const { t } = useTranslation()
  const tight = useNarrower(ONE_BELOW)
  if (!tight)
    return (
      <div className="below">
        <Safe>
          <VenuesPanel />
        </Safe>
        <Safe>
          <LatencyPanel />
        </Safe>
      </div>
    )
  return (
    <Tabs.Root className="below-tabs" defaultValue="venues">
      <Tabs.List className="below-list" aria-label={t('layout.toggleBottom')}>
        <Tabs.Trigger className="below-tab" value="venues">
          {t('venues.title')}
        </Tabs.Trigger>
        <Tabs.Trigger className="below-tab" value="latency">
          {t('latency.title')}
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content className="below-panel" data-value="venues" value="venues">
        <Safe>
          <VenuesPanel />
        </Safe>
      </Tabs.Content>
      <Tabs.Content className="below-panel" value="latency">
        <Safe>
          <LatencyPanel />
        </Safe>
      </Tabs.Content>
    </Tabs.Root>
  )
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { VenueStatus } from '../../../shared/contract/status.ts'
import { useDesk, useFreshness, usePreferences, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segments } from '../../ui/segments.tsx'
import { ClocksView } from './clocks.tsx'
import { LatencyHistoryView } from './history.tsx'
import { measured } from './model.ts'
import { ModelsView } from './models.tsx'
import { StagesView } from './stages.tsx'
import { LatencyTable } from './table.tsx'
import './latency.css'

/** How long trades take from the match to us, by both clocks, without flattering either. */
export function LatencyPanel() {
  const { t } = useTranslation()
  const format = useFormat()
  const { preferences } = useDesk()
  const fresh = useFreshness()
  const view = usePreferences((each) => each.latencyView)
  const [asTable, setAsTable] = useState(false)
  const venues = measured(useSession((session) => session.venues) ?? [])
  const chosen = usePreferences((each) => each.latencyVenue)
  const shown = pick(venues, chosen)
  const window = shown?.latency.windowMs
  const seconds = { seconds: format.count((window ?? 0) / 1_000) }
  const about = {
    trades: t('latency.window', seconds),
    stages: t('latency.windowStages', seconds),
    clocks: '',
    models: t('modelLatency.window'),
  }
  const known = window !== undefined || view === 'models'
  return (
    <Panel
      title={t('latency.title')}
      aside={known ? <span className="muted latency-window">{about[view]}</span> : null}
      old={fresh !== 'fresh'}
      tools={
        <>
          {view === 'trades' && shown !== undefined ? (
            <IconButton
              icon={asTable ? 'line' : 'table'}
              size="small"
              label={t(asTable ? 'latency.showChart' : 'latency.showTable')}
              onClick={() => setAsTable(!asTable)}
            />
          ) : null}
          <Segments
            label={t('latency.view')}
            value={view}
            options={[
              { value: 'trades', text: t('latency.viewTrades') },
              { value: 'stages', text: t('latency.viewStages') },
              { value: 'clocks', text: t('latency.viewClocks') },
              { value: 'models', text: t('modelLatency.view') },
            ]}
            onChange={(next) => preferences.setState({ latencyView: next })}
          />
        </>
      }
    >
      <div className="latency-room">
        {view === 'models' ? (
          <ModelsView />
        ) : shown === undefined ? (
          <Message title={t('latency.empty')} why={t('latency.emptyWhy')} />
        ) : (
          <VenueViews view={view} venues={venues} shown={shown} asTable={asTable} />
        )}
      </div>
    </Panel>
  )
}

interface VenueViewsProps {
  readonly view: 'trades' | 'stages' | 'clocks'
  readonly venues: readonly VenueStatus[]
  readonly shown: VenueStatus
  readonly asTable: boolean
}

function VenueViews({ view, venues, shown, asTable }: VenueViewsProps) {
  const { preferences } = useDesk()
  if (view === 'stages') return <StagesView />
  if (view === 'clocks') return <ClocksView venues={venues} />
  return (
    <div className="latency">
      <LatencyTable
        venues={venues}
        shown={shown.venue}
        onShow={(venue) => preferences.setState({ latencyVenue: venue })}
      />
      <LatencyHistoryView venue={shown.venue} asTable={asTable} />
    </div>
  )
}

const pick = (venues: readonly VenueStatus[], chosen: string | null): VenueStatus | undefined =>
  venues.find(({ venue }) => venue === chosen) ?? venues[0]

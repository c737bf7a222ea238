import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { VenueStatus } from '../../../shared/contract/status.ts'
import { useDesk, useFreshness, usePreferences, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { LatencyHistoryView } from './history.tsx'
import { measured } from './model.ts'
import { LatencyTable } from './table.tsx'
import './latency.css'

/** How long trades take from the match to us, by both clocks, without flattering either. */
export function LatencyPanel() {
  const { t } = useTranslation()
  const format = useFormat()
  const { preferences } = useDesk()
  const fresh = useFreshness()
  const [asTable, setAsTable] = useState(false)
  const venues = measured(useSession((session) => session.venues) ?? [])
  const chosen = usePreferences((each) => each.latencyVenue)
  const shown = pick(venues, chosen)
  if (shown === undefined)
    return (
      <Panel title={t('latency.title')}>
        <Message title={t('latency.empty')} why={t('latency.emptyWhy')} />
      </Panel>
    )
  const window = t('latency.window', { seconds: format.count(shown.latency.windowMs / 1_000) })
  return (
    <Panel
      title={t('latency.title')}
      aside={<span className="muted latency-window">{window}</span>}
      old={fresh !== 'fresh'}
      tools={
        <IconButton
          icon={asTable ? 'line' : 'table'}
          size="small"
          label={t(asTable ? 'latency.showChart' : 'latency.showTable')}
          onClick={() => setAsTable(!asTable)}
        />
      }
    >
      <div className="latency-room">
        <div className="latency">
          <LatencyTable
            venues={venues}
            shown={shown.venue}
            onShow={(venue) => preferences.setState({ latencyVenue: venue })}
          />
          <LatencyHistoryView venue={shown.venue} asTable={asTable} />
        </div>
      </div>
    </Panel>
  )
}

const pick = (venues: readonly VenueStatus[], chosen: string | null): VenueStatus | undefined =>
  venues.find(({ venue }) => venue === chosen) ?? venues[0]

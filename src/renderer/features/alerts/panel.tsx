import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertsState, AlertView } from '../../../shared/contract/alerts.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { useAct, useEngineNow, useFreshness, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { HOUR } from '../../state/span.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segments } from '../../ui/segments.tsx'
import { DeliveryPanel } from './delivery.tsx'
import { Editor } from './editor.tsx'
import { AlertList } from './list.tsx'
import { AlertLog } from './log.tsx'
import './alerts.css'

const PAGES = ['list', 'log', 'delivery'] as const
type Page = (typeof PAGES)[number]

/** Conditions that the engine watches, what they did, and where it is told. */
export function AlertsPanel() {
  const { t } = useTranslation()
  const state = useSession((session) => session.alerts)
  const phase = useSession((session) => session.connection.phase)
  const fresh = useFreshness()
  return (
    <Panel title={t('alerts.title')} old={fresh !== 'fresh'}>
      {state === null ? (
        <Message
          busy
          title={t(phase === 'connected' ? 'alerts.loading' : 'connection.connecting')}
        />
      ) : (
        <Alerts state={state} />
      )}
    </Panel>
  )
}

function Alerts({ state }: { readonly state: AlertsState }) {
  const [page, setPage] = useState<Page>('list')
  /** Undefined: nothing is edited. Null: a new one. */
  const [edited, setEdited] = useState<AlertView | null | undefined>(undefined)
  /** What was edited last: the focus goes back to where it was opened. */
  const [left, setLeft] = useState<AlertView | null | undefined>(undefined)
  if (edited !== undefined)
    return (
      <div className="alerts">
        <Editor
          key={edited?.id ?? 'new'}
          alert={edited}
          onClose={() => {
            setLeft(edited)
            setEdited(undefined)
          }}
        />
      </div>
    )
  return (
    <div className="alerts">
      <Head state={state} page={page} left={left} onPage={setPage} onNew={() => setEdited(null)} />
      {page === 'list' ? <AlertList alerts={state.alerts} left={left} onEdit={setEdited} /> : null}
      {page === 'log' ? <AlertLog alerts={state.alerts} /> : null}
      {page === 'delivery' ? <DeliveryPanel /> : null}
    </div>
  )
}

interface HeadProps {
  readonly state: AlertsState
  readonly page: Page
  readonly left: AlertView | null | undefined
  readonly onPage: (page: Page) => void
  readonly onNew: () => void
}

function Head({ state, page, left, onPage, onNew }: HeadProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { act, busy } = useAct()
  const now = useEngineNow()
  const { unseen, pausedUntil } = state
  const paused = pausedUntil !== null && pausedUntil > now
  const log = unseen === 0 ? t('alerts.log') : `${t('alerts.log')} (${format.count(unseen)})`
  const words = { list: t('alerts.list'), log, delivery: t('alerts.delivery') }
  return (
    <div className="alerts-head">
      <Segments
        label={t('alerts.title')}
        value={page}
        options={PAGES.map((value) => ({ value, text: words[value] }))}
        onChange={onPage}
      />
      {page === 'list' && state.alerts.length === 0 ? null : (
        <Button
          size="small"
          tone="primary"
          icon="plus"
          autoFocus={page === 'list' && left === null}
          onClick={onNew}
        >
          {t('alerts.new')}
        </Button>
      )}
      <span className="alerts-pause">
        {paused ? (
          <span className="alerts-paused" role="status">
            {t('alerts.paused', { at: format.dateTime(pausedUntil) })}
          </span>
        ) : null}
        <Button
          size="small"
          icon={paused ? 'play' : 'pause'}
          title={t('alerts.pauseLong')}
          disabled={busy}
          onClick={() => act('alerts.pause', { until: paused ? null : epochMs(now + HOUR) })}
        >
          {t(paused ? 'alerts.resume' : 'alerts.pause')}
        </Button>
      </span>
    </div>
  )
}

import { useTranslation } from 'react-i18next'
import type { LabStatus } from '../../../shared/contract/status.ts'
import { useFreshness, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { LabForm } from './form.tsx'
import { Leads } from './leads.tsx'
import { WayTable } from './table.tsx'
import './lab.css'

/** Several ways to get the same trades, measured side by side. */
export function LabPanel() {
  const { t } = useTranslation()
  const lab = useSession((session) => session.lab)
  const fresh = useFreshness()
  return (
    <Panel title={t('lab.title')} old={fresh !== 'fresh'}>
      <div className="lab">
        <p className="lab-what muted">{t('lab.what')}</p>
        <LabForm lab={lab} />
        {lab === null || lab.state === 'idle' ? (
          <Message title={t('lab.idle')}>{t('lab.idleHint')}</Message>
        ) : (
          <Result lab={lab} />
        )}
      </div>
    </Panel>
  )
}

function Result({ lab }: { readonly lab: LabStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const told = { time: format.span(lab.elapsedMs), n: format.fixed(lab.union, 0) }
  const waiting = lab.ways.some(({ state }) => state === 'starting')
  const line =
    lab.state === 'stopped'
      ? t('lab.stopped', told)
      : waiting
        ? t('lab.starting')
        : t('lab.running', told)
  return (
    <>
      <p className="lab-line">
        <strong>{lab.market}</strong> {line}
        <span className="muted"> {t('lab.settling')}</span>
      </p>
      <WayTable ways={lab.ways} />
      <Leads leads={lab.leads} />
      {lab.notes.length === 0 ? null : (
        <section className="lab-notes" aria-label={t('lab.notes')}>
          {lab.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </section>
      )}
    </>
  )
}

import { useTranslation } from 'react-i18next'
import type { Lead } from '../../../shared/contract/status.ts'
import { useFormat } from '../../binding/format.ts'
import { type LeadBar, leadBars } from './model.ts'

/** For each two ways: by how much the one had the same trades before the other. */
export function Leads({ leads }: { readonly leads: readonly Lead[] }) {
  const { t } = useTranslation()
  const told = leads.filter(({ lead }) => lead.count > 0)
  if (told.length === 0) return null
  return (
    <section className="lab-leads" aria-label={t('lab.leads')}>
      <h3>{t('lab.leads')}</h3>
      <div className="lab-lead-list">
        {told.map((lead) => (
          <LeadPlot lead={lead} key={`${lead.ahead} ${lead.behind}`} />
        ))}
      </div>
    </section>
  )
}

function LeadPlot({ lead }: { readonly lead: Lead }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ahead, behind } = lead
  const name = t('lab.lead', { ahead, behind })
  const middle = t('lab.leadMiddle', {
    ms: format.plainMs(lead.lead.p50),
    n: format.fixed(lead.lead.count, 0),
  })
  return (
    <figure className="lab-lead">
      <figcaption>
        <strong>{name}</strong> <span className="muted">{middle}</span>
      </figcaption>
      <ul className="lab-bars" aria-label={name}>
        {leadBars(lead).map((bar) => (
          <Bar bar={bar} ahead={ahead} key={bar.from} />
        ))}
      </ul>
    </figure>
  )
}

/** The outermost buckets reach further than is worth a number. */
const edge = (ms: number): string =>
  !Number.isFinite(ms) || Math.abs(ms) > 1e6
    ? '…'
    : ms >= 1_000 || ms <= -1_000
      ? `${ms / 1_000}s`
      : String(ms)

function Bar({ bar, ahead }: { readonly bar: LeadBar; readonly ahead: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const n = format.fixed(bar.count, 0)
  const text = t('lab.leadBar', { n, ahead, from: edge(bar.from), to: edge(bar.to) })
  return (
    <li title={text} aria-label={text}>
      <span
        className="lab-bar"
        data-side={bar.from >= 0 ? 'earlier' : 'later'}
        style={{ height: `${Math.max(bar.count > 0 ? 3 : 0, bar.share * 100)}%` }}
      />
      <span className="lab-edge" aria-hidden="true">
        {edge(bar.from)}
      </span>
    </li>
  )
}

import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { VenueInfo } from '../../../shared/contract/status.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Segments } from '../../ui/segments.tsx'
import {
  isProxyWrong,
  type NetworkDraft,
  type VenueDraft,
  venueDraft,
  venueNetwork,
} from './network-model.ts'
import { ProxyFields } from './proxy-fields.tsx'

export interface VenueWayProps {
  readonly draft: NetworkDraft
  readonly onChange: (venues: NetworkDraft['venues']) => void
}

/** What one venue does otherwise, and whether it answers that way. */
export function VenueWay({ draft, onChange }: VenueWayProps) {
  const { t } = useTranslation()
  const venues = useSession((session) => session.info?.venues) ?? []
  const [chosen, setChosen] = useState('')
  const id = useId()
  const info = venues.find(({ venue }) => venue === chosen) ?? venues[0]
  if (info === undefined) return null
  const own = venueDraft(draft, info.venue)
  const set = (patch: Partial<VenueDraft>): void =>
    onChange({ ...draft.venues, [info.venue]: { ...own, ...patch } })
  return (
    <fieldset className="settings-venue">
      <legend className="sr-only">{t('network.venue')}</legend>
      <div className="settings-row">
        <label htmlFor={id}>{t('network.venue')}</label>
        <select
          className="select"
          id={id}
          value={info.venue}
          onChange={(event) => setChosen(event.target.value)}
        >
          {venues.map(({ venue, label }) => (
            <option key={venue} value={venue}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <ProxyFields
        label={t('network.proxyOf', { venue: info.label })}
        draft={own.proxy}
        inherits
        onChange={(proxy) => set({ proxy })}
      />
      {info.hosts.length > 1 ? <Host info={info} own={own} onChange={set} /> : null}
      <div className="settings-row">
        <span>{t('network.transport')}</span>
        <Segments
          label={t('network.transport')}
          value={own.transport}
          options={(['auto', 'rest'] as const).map((value) => ({
            value,
            text: t(`network.${value}`),
          }))}
          onChange={(transport) => set({ transport })}
        />
      </div>
      <Try info={info} own={own} draft={draft} key={info.venue} />
    </fieldset>
  )
}

interface HostProps {
  readonly info: VenueInfo
  readonly own: VenueDraft
  readonly onChange: (patch: Partial<VenueDraft>) => void
}

function Host({ info, own, onChange }: HostProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className="settings-row">
      <label htmlFor={id}>{t('network.host')}</label>
      <select
        className="select"
        id={id}
        value={own.host}
        onChange={(event) => onChange({ host: event.target.value })}
      >
        <option value="">{t('network.hostUsual')}</option>
        {info.hosts.map((host) => (
          <option key={host} value={host}>
            {host}
          </option>
        ))}
      </select>
    </div>
  )
}

interface TryProps {
  readonly info: VenueInfo
  readonly own: VenueDraft
  readonly draft: NetworkDraft
}

/** One click: does the venue answer through what is typed here, and how fast? */
function Try({ info, own, draft }: TryProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { connection } = useDesk()
  const [said, setSaid] = useState<{ readonly text: string; readonly bad: boolean } | null>(null)
  const [busy, setBusy] = useState(false)
  const proxy = own.proxy.mode === 'same' ? draft.proxy : own.proxy
  const ask = async (): Promise<void> => {
    setBusy(true)
    setSaid(null)
    const network = venueNetwork({ ...own, proxy }) ?? {}
    const password = proxy.password === '' ? {} : { password: proxy.password }
    const outcome = await connection.call('network.try', {
      venue: info.venue,
      network,
      ...password,
    })
    setBusy(false)
    if (!outcome.ok) return setSaid({ text: outcome.failure.message, bad: true })
    const { websocketMs, restMs } = outcome.value
    const [rest, websocket] = [format.ms(restMs), format.ms(websocketMs)]
    setSaid({ text: t('network.tried', { venue: info.label, rest, websocket }), bad: false })
  }
  return (
    <div className="settings-save">
      <Button disabled={busy || isProxyWrong(proxy)} onClick={() => void ask()}>
        {t('network.try', { venue: info.label })}
      </Button>
      <span role="status" className={said?.bad === true ? 'settings-failure' : 'muted'}>
        {busy ? t('network.trying') : (said?.text ?? '')}
      </span>
    </div>
  )
}

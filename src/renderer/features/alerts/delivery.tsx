import { useCallback, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeliverySettings } from '../../../shared/contract/alerts.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'

/** Where firings go besides this window. */
export function DeliveryPanel() {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const shell = useSession((session) => session.info?.shell)
  const [settings, setSettings] = useState<DeliverySettings | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const read = useCallback(async (): Promise<void> => {
    const outcome = await connection.call('alerts.delivery', {})
    if (outcome.ok) setSettings(outcome.value)
    setFailure(outcome.ok ? null : outcome.failure)
  }, [connection])
  useEffect(() => void read(), [read])
  if (settings === null)
    return failure === null ? (
      <Message busy title={t('alerts.loading')} />
    ) : (
      <Message tone="alarm" title={t(`failure.${failure.code}`)} why={failure.message}>
        <Button icon="refresh" onClick={() => void read()}>
          {t('app.retry')}
        </Button>
      </Message>
    )
  return (
    <div className="delivery">
      <p className="muted">{t('delivery.what')}</p>
      {shell === 'browser' ? <BrowserNotices /> : null}
      <Channel channel="webhook" settings={settings} onChanged={() => void read()} />
      <Channel channel="telegram" settings={settings} onChanged={() => void read()} />
    </div>
  )
}

/** A browser asks once, from a click; what it was told it keeps. */
function BrowserNotices() {
  const { t } = useTranslation()
  const { notifier } = useDesk()
  const [state, setState] = useState(notifier.state)
  return (
    <section className="delivery-card" aria-label={t('alerts.notify')}>
      <h4>{t('alerts.notify')}</h4>
      <p className="muted">{t('alerts.notifyWhy')}</p>
      <p role="status">{t(`alerts.notifyState.${state}`)}</p>
      {state === 'ask' ? (
        <Button icon="bell" onClick={() => void notifier.ask().then(setState)}>
          {t('alerts.notifyAsk')}
        </Button>
      ) : null}
    </section>
  )
}

interface ChannelProps {
  readonly channel: 'webhook' | 'telegram'
  readonly settings: DeliverySettings
  readonly onChanged: () => void
}

type Told =
  | { readonly kind: 'kept' | 'forNow' }
  | { readonly kind: 'tried'; readonly ms: number }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** One way. Its address may hold a secret: it can be written, never read. */
function Channel({ channel, settings, onChanged }: ChannelProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { connection } = useDesk()
  const [address, setAddress] = useState('')
  const [chat, setChat] = useState(settings.telegram.chat)
  const [told, setTold] = useState<Told | null>(null)
  const [busy, setBusy] = useState(false)
  const id = useId()
  const { host } = settings[channel]
  const wrong = address !== '' && !isAddress(address)
  const keep = async (next: string): Promise<void> => {
    setBusy(true)
    const more = channel === 'telegram' ? { chat } : {}
    const outcome = await connection.call('alerts.deliver', { channel, address: next, ...more })
    setBusy(false)
    if (!outcome.ok) return setTold({ kind: 'failed', failure: outcome.failure })
    setTold(next === '' ? null : { kind: outcome.value.kept ? 'kept' : 'forNow' })
    setAddress('')
    onChanged()
  }
  const attempt = async (): Promise<void> => {
    setBusy(true)
    const outcome = await connection.call('alerts.try', { channel })
    setBusy(false)
    setTold(
      outcome.ok
        ? { kind: 'tried', ms: outcome.value.ms }
        : { kind: 'failed', failure: outcome.failure },
    )
  }
  return (
    <form
      className="delivery-card"
      aria-label={t(`delivery.${channel}`)}
      onSubmit={(event) => {
        event.preventDefault()
        if (isAddress(address)) void keep(address)
      }}
    >
      <h4>{t(`delivery.${channel}`)}</h4>
      <p className="muted">{t(`delivery.${channel}Why`)}</p>
      <p>
        {host === null ? t('delivery.notSet') : t('delivery.at', { host })}{' '}
        {host === null ? null : (
          <>
            <Button size="small" disabled={busy} onClick={() => void attempt()}>
              {t('delivery.try')}
            </Button>{' '}
            <Button size="small" tone="plain" disabled={busy} onClick={() => void keep('')}>
              {t('delivery.remove')}
            </Button>
          </>
        )}
      </p>
      <div className="alert-line">
        <label className="alert-field" data-width="long" htmlFor={`${id}-address`}>
          <span>{t('delivery.address')}</span>
          <input
            id={`${id}-address`}
            className="field"
            type="password"
            autoComplete="off"
            value={address}
            placeholder={t('delivery.addressHint')}
            aria-invalid={wrong}
            aria-describedby={`${id}-secret`}
            onChange={(event) => setAddress(event.target.value.trim())}
          />
        </label>
        {channel === 'telegram' ? (
          <label className="alert-field" htmlFor={`${id}-chat`}>
            <span>{t('delivery.chat')}</span>
            <input
              id={`${id}-chat`}
              className="field"
              value={chat}
              onChange={(event) => setChat(event.target.value.trim())}
            />
          </label>
        ) : null}
        <Button type="submit" disabled={busy || !isAddress(address)}>
          {t('delivery.keep')}
        </Button>
      </div>
      <p className="muted" id={`${id}-secret`}>
        {wrong ? (
          <span className="alert-fault">{t('delivery.addressBad')}</span>
        ) : (
          t('delivery.secret')
        )}
      </p>
      <p role="status" data-told={told?.kind}>
        {told === null
          ? ''
          : told.kind === 'failed'
            ? `${t(`failure.${told.failure.code}`)} ${told.failure.message}`
            : told.kind === 'tried'
              ? t('delivery.tried', { ms: format.ms(told.ms) })
              : t(`delivery.${told.kind}`)}
      </p>
    </form>
  )
}

const isAddress = (text: string): boolean => /^https?:\/\/[^/\s]+/.test(text)

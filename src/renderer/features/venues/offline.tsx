import { useTranslation } from 'react-i18next'
import { useDesk, useEngineNow, useSession } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { secondsUntil } from './model.ts'

/** What stands in the middle of the window while no venue can be reached. */
export function OfflinePanel({ onShowStored }: { readonly onShowStored: () => void }) {
  const { t } = useTranslation()
  const { connection, setMode } = useDesk()
  const venues = useSession((session) => session.venues) ?? []
  const down = venues.filter(({ state }) => state !== 'idle' && state !== 'stopped')
  return (
    <section className="offline" aria-labelledby="offline-title">
      <div className="offline-card">
        <div className="offline-sign">
          <Icon name="warning" />
        </div>
        <h2 id="offline-title">{t('venues.downTitle')}</h2>
        <p>{t('venues.downWhy')}</p>
        <ul>
          {down.map(({ venue }) => (
            <DownVenue venue={venue} key={venue} />
          ))}
        </ul>
        <p className="muted">{t('venues.downHint')}</p>
        <div className="offline-actions">
          <Button
            tone="primary"
            icon="refresh"
            onClick={() => {
              for (const { venue } of down) void connection.call('venues.retry', { venue })
            }}
          >
            {t('venues.retryAll')}
          </Button>
          <Button tone="demo" icon="play" onClick={() => void setMode(true)}>
            {t('app.tryDemo')}
          </Button>
          <Button tone="plain" onClick={onShowStored}>
            {t('venues.downStored')}
          </Button>
        </div>
        <p className="muted offline-demo">{t('venues.downDemo')}</p>
      </div>
    </section>
  )
}

function DownVenue({ venue }: { readonly venue: string }) {
  const { t } = useTranslation()
  const now = useEngineNow()
  const status = useSession((session) => session.venues?.find((each) => each.venue === venue))
  const venues = useSession((session) => session.info?.venues)
  if (status === undefined) return null
  const label = venues?.find((each) => each.venue === venue)?.label ?? venue
  const seconds = secondsUntil(status.nextAttemptAt, now)
  return (
    <li>
      <b>{label}</b>
      <span>{status.reason ?? t(`venueStateLong.${status.state}`)}</span>
      <span className="muted num">
        {status.state === 'failed'
          ? t('venueState.failed')
          : seconds === null || seconds === 0
            ? t('venues.nextNow')
            : t('venues.next', { seconds })}
      </span>
    </li>
  )
}

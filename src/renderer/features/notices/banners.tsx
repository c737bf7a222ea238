import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MachineClock, StoreHealth } from '../../../shared/contract/status.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { useDesk, useFreshness, useNow, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { Session } from '../../state/session.ts'
import { Button } from '../../ui/button.tsx'
import { Banner } from './banner.tsx'
import { LoadBanner } from './load-banner.tsx'

/** What must not be overlooked, across the whole width: engine gone, trades not stored. */
export function Banners() {
  const connection = useSession((session) => session.connection)
  const switching = useSession((session) => session.switching)
  const store = useSession((session) => session.engine?.store)
  const clock = useSession((session) => session.engine?.machineClock)
  const load = useSession((session) => session.engine?.load)
  const fresh = useFreshness()
  return (
    <div className="banners">
      {switching !== null ? (
        <SwitchingBanner demo={switching.demo} />
      ) : connection.phase !== 'connected' ? (
        <ConnectionBanner connection={connection} />
      ) : fresh === 'late' ? (
        <LateBanner />
      ) : null}
      {store === undefined ? null : <StoreBanner store={store} />}
      {load === undefined ? null : <LoadBanner load={load} />}
      {clock === null || clock === undefined || !clock.off ? null : <ClockBanner clock={clock} />}
    </div>
  )
}

function SwitchingBanner({ demo }: { readonly demo: boolean }) {
  const { t } = useTranslation()
  return <Banner tone="calm" title={t(demo ? 'app.switchingDemo' : 'app.switchingLive')} />
}

type Unconnected = Exclude<Session['connection'], { readonly phase: 'connected' }>

function ConnectionBanner({ connection }: { readonly connection: Unconnected }) {
  const { t } = useTranslation()
  const format = useFormat()
  const desk = useDesk()
  const now = useNow()
  const { phase, since, attempt, nextAttemptAt } = connection
  if (phase === 'connecting' && attempt <= 1 && nextAttemptAt === null) return null
  const seconds =
    nextAttemptAt === null ? null : Math.max(1, Math.ceil((nextAttemptAt - now) / 1_000))
  const title =
    phase === 'lost'
      ? t('connection.lost', { age: format.age(now - since) })
      : t('connection.firstFailed')
  return (
    <Banner
      tone="alarm"
      title={title}
      {...(phase === 'lost' ? { why: t('connection.lostWhy') } : {})}
    >
      <span className="banner-end">
        {seconds === null ? t('connection.trying') : t('connection.next', { seconds })}
      </span>
      <Button size="small" onClick={() => desk.connection.retry()} disabled={seconds === null}>
        {t('connection.now')}
      </Button>
    </Banner>
  )
}

/** Nothing is lost by a wrong clock, so it may be put away until the page is opened anew. */
function ClockBanner({ clock }: { readonly clock: MachineClock }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [dismissed, setDismissed] = useState(false)
  if (dismissed) return null
  const seconds = (ms: number): string => format.seconds(Math.abs(ms))
  const said = {
    offset: seconds(clock.offsetMs),
    // Up to the next hundredth of a second: never more certain than it is.
    uncertainty: seconds(Math.ceil(clock.uncertaintyMs / 10) * 10),
  }
  return (
    <Banner
      tone="warn"
      title={t(clock.offsetMs > 0 ? 'clock.behind' : 'clock.ahead', said)}
      why={t('clock.why')}
    >
      <span className="banner-end" />
      <Button size="small" onClick={() => setDismissed(true)}>
        {t('clock.dismiss')}
      </Button>
    </Banner>
  )
}

function LateBanner() {
  const { t } = useTranslation()
  const format = useFormat()
  const { connection } = useDesk()
  const now = useNow()
  const age = format.age(now - (connection.heardAt() ?? epochMs(now)))
  return <Banner tone="warn" title={t('connection.late', { age })} why={t('connection.lateWhy')} />
}

const REASONS = {
  'storage-full': 'store.full',
  'storage-read-only': 'store.readOnly',
  'storage-corrupt': 'store.corrupt',
  busy: 'store.busy',
} as const

function StoreBanner({ store }: { readonly store: StoreHealth }) {
  const { t } = useTranslation()
  const format = useFormat()
  const key = REASONS[store.code as keyof typeof REASONS]
  const reason = key === undefined ? (store.reason ?? '') : t(key)
  const waiting = {
    n: format.count(store.waitingTrades),
    size: format.bytes(store.waitingBytes),
  }
  return (
    <>
      {store.lostTrades > 0 ? (
        <Banner
          tone="alarm"
          title={t('store.lostTitle', { n: format.count(store.lostTrades) })}
          why={t('store.lostWhy')}
        />
      ) : null}
      {store.state === 'retrying' ? (
        <Banner
          tone="warn"
          title={t('store.retryingTitle')}
          why={`${reason} ${t('store.retryingWhy', waiting)}`}
        />
      ) : null}
      {store.state === 'closed' ? (
        <Banner tone="alarm" title={t('store.closedTitle')} why={t('store.closedWhy')} />
      ) : null}
    </>
  )
}

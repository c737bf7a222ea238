import { useTranslation } from 'react-i18next'
import type { VenueStatus } from '../../../shared/contract/status.ts'
import { useAct, useDesk, useEngineNow, useFreshness, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dot } from '../../ui/mark.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { canRetry, secondsUntil, shownVenueState, VENUE_TONES } from './model.ts'
import { Unreadable } from './unreadable.tsx'
import './venues.css'

/** Where each venue truly stands, since when, and why. */
export function VenuesPanel() {
  const { t } = useTranslation()
  const venues = useSession((session) => session.venues)
  const fresh = useFreshness()
  return (
    <Panel title={t('venues.title')} old={fresh !== 'fresh'}>
      {venues === null ? <Message busy title={t('venues.loading')} /> : null}
      {venues?.length === 0 ? <Message title={t('venues.noneEmpty')} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
      <ul className="venues" tabIndex={0}>
        {venues?.map((status) => (
          <VenueItem key={status.venue} status={status} />
        ))}
      </ul>
    </Panel>
  )
}

function VenueItem({ status }: { readonly status: VenueStatus }) {
  const { t } = useTranslation()
  const { act, busy } = useAct()
  const format = useFormat()
  const now = useEngineNow()
  const state = shownVenueState(status.state, useFreshness())
  const venues = useSession((session) => session.info?.venues)
  const label = venues?.find(({ venue }) => venue === status.venue)?.label ?? status.venue
  const { venue } = status
  return (
    <li className="venue" aria-label={label} data-state={state}>
      <Dot tone={VENUE_TONES[state]} label={t(`venueStateLong.${state}`)} />
      <p className="venue-head">
        <span className="venue-name">{label}</span>
        <span className="venue-state">{t(`venueState.${state}`)}</span>
        {state === 'unknown' ? null : (
          <span className="muted" title={t('venues.since')}>
            {format.age(now - status.since)}
          </span>
        )}
      </p>
      {canRetry(status) && state !== 'unknown' ? (
        <Button
          size="small"
          tone={state === 'failed' ? 'primary' : 'normal'}
          icon="refresh"
          aria-label={t('venues.retryVenue', { venue: label })}
          disabled={busy}
          onClick={() => act('venues.retry', { venue })}
        >
          {state === 'failed' ? t('app.retry') : t('venues.retry')}
        </Button>
      ) : null}
      <div className="venue-more">
        <Reason status={status} />
        <Backfill status={status} />
        <Figures status={status} label={label} />
      </div>
    </li>
  )
}

function Reason({ status }: { readonly status: VenueStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const seconds = secondsUntil(status.nextAttemptAt, now)
  const parts = [
    ...(status.reason === undefined ? [] : [status.reason]),
    ...(status.attempt > 1 ? [t('venues.attempt', { n: format.count(status.attempt) })] : []),
    ...(seconds === null
      ? []
      : [seconds === 0 ? t('venues.nextNow') : t('venues.next', { seconds })]),
    ...(status.instruments === 'spelling' ? [t('venues.spelling')] : []),
    ...(status.instruments === 'loading' ? [t('venues.listLoading')] : []),
  ]
  return parts.length === 0 ? null : <p className="venue-reason">{parts.join(' · ')}</p>
}

/** Gaps of this venue that wait or are being filled. */
function Backfill({ status: { backfill } }: { readonly status: VenueStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { go } = useDesk()
  if (backfill === undefined) return null
  return (
    <button
      type="button"
      className="venue-backfill"
      title={t('venues.backfillShow')}
      onClick={() => go('completeness')}
    >
      {t('venues.backfill', {
        gaps: format.count(backfill.gaps),
        fetched: format.count(backfill.fetched),
      })}
    </button>
  )
}

function Figures({ status, label }: { readonly status: VenueStatus; readonly label: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const { lastTradeAt } = status
  const last =
    lastTradeAt === null
      ? t('venues.never')
      : t('venues.ago', { age: format.age(now - lastTradeAt) })
  return (
    <dl className="venue-figures">
      <Pair name={t('venues.markets')} value={format.count(status.markets)} />
      <Pair name={t('venues.rate')} value={format.count(status.messagesPerSecond)} />
      <Pair name={t('venues.lastTrade')} value={last} />
      {status.reconnects > 0 ? (
        <Pair name={t('venues.reconnects')} value={format.count(status.reconnects)} />
      ) : null}
      {status.sockets > 1 ? (
        <Pair name={t('venues.sockets')} value={format.count(status.sockets)} />
      ) : null}
      {status.host === undefined ? null : <Pair name={t('venues.host')} value={status.host} />}
      {status.proxy === undefined ? null : <Pair name={t('venues.proxy')} value={status.proxy} />}
      <Unreadable status={status} label={label} />
    </dl>
  )
}

const Pair = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt> <dd>{value}</dd>
  </div>
)

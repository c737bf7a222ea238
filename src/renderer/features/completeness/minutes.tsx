import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { LedgerMinute } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { useDesk, useEngineNow, usePreferences } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { MinuteStrip } from '../../charts/minute-strip.tsx'
import { DAY, type DayReader, readDay } from '../../state/day-minutes.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { type MinuteLook, minuteLook, nextTrouble, STATES } from './model.ts'

const MINUTE = 60_000
/** Shown around a minute that is opened on the chart. */
const AROUND = 10 * MINUTE

/** The day of one market, minute by minute. */
export function Minutes({ market }: { readonly market: MarketId }) {
  const { t } = useTranslation()
  const day = useDay(market)
  return (
    <section className="minutes" aria-label={t('completeness.minutes', { market })}>
      <h3 className="completeness-head">{t('completeness.minutes', { market })}</h3>
      {day === null ? (
        <Message busy title={t('completeness.minutesLoading')} />
      ) : (
        <Day market={market} day={day} />
      )}
    </section>
  )
}

/** Reads the day while it is shown, and again what the ledger says anew. */
function useDay(market: MarketId): DayReader | null {
  const { connection, session, now: clock } = useDesk()
  const [day, setDay] = useState<DayReader | null>(null)
  useEffect(() => {
    const now = () => epochMs(clock.getState() + session.getState().skew)
    const own = readDay(connection, market, now)
    setDay(own)
    const stop = session.subscribe((after, before) => {
      if (after.ledger !== null && after.ledger !== before.ledger)
        own.heard(before.ledger, after.ledger)
      if (after.connection !== before.connection && after.connection.phase === 'connected')
        own.retry()
    })
    return () => {
      stop()
      own.close()
      setDay(null)
    }
  }, [connection, session, clock, market])
  return day
}

function Day({ market, day }: { readonly market: MarketId; readonly day: DayReader }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { showStretch } = useDesk()
  const { state, failure, rows, version } = useStore(day.store)
  const palette = usePreferences((each) => each.palette)
  const to = Math.floor(useEngineNow() / MINUTE) * MINUTE
  const from = to - DAY + MINUTE
  const [chosen, setChosen] = useState<number | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  // The newest minute that is over, until another is chosen.
  const at = Math.min(to, Math.max(from, chosen ?? to - MINUTE))
  const look = useMemo(
    () =>
      (minute: number): MinuteLook =>
        minuteLook(rows.at(minute), minute, from, to),
    [rows, from, to],
  )
  const words = useMinuteWords()
  const say = (minute: number): string => words(minute, look(minute), rows.at(minute))
  const open = (minute: number): void =>
    showStretch(market, { from: epochMs(minute - AROUND), to: epochMs(minute + AROUND) })
  if (state === 'failed' && version === 0)
    return (
      <Message
        tone="alarm"
        title={t('completeness.minutesFailed')}
        why={failure === null ? undefined : t(`failure.${failure.code}`)}
      >
        <Button icon="refresh" onClick={day.retry}>
          {t('app.retry')}
        </Button>
      </Message>
    )
  if (state === 'loading' && version === 0)
    return <Message busy title={t('completeness.minutesLoading')} />
  return (
    <>
      <MinuteStrip
        from={from}
        to={to}
        look={look}
        version={`${version} ${to} ${palette} ${format.axis(epochMs(to), 'minute')}`}
        chosen={at}
        name={t('completeness.minutes', { market })}
        hint={t('completeness.minutesKeys')}
        words={say(at)}
        label={(minute) => format.axis(epochMs(minute), 'minute')}
        onChoose={setChosen}
        onPoint={setPointed}
        onOpen={open}
        next={(minute, step) => nextTrouble(look, minute, step)}
      />
      <div className="minutes-words">
        <p data-state={look(pointed ?? at)}>{say(pointed ?? at)}</p>
        <Button size="small" icon="line" onClick={() => open(at)}>
          {t('completeness.toChart')}
        </Button>
      </div>
      <Keys />
      {state === 'failed' ? (
        <p className="minutes-old" role="alert">
          {t('completeness.minutesOld')}
        </p>
      ) : null}
    </>
  )
}

/** What the shapes on the strip mean. */
function Keys() {
  const { t } = useTranslation()
  return (
    <ul className="minutes-keys">
      {([...STATES, 'none'] as const).map((state) => (
        <li key={state} title={t(`minuteStateLong.${state}`)}>
          <i data-state={state} />
          {t(`minuteState.${state}`)}
        </li>
      ))}
    </ul>
  )
}

/** A minute in words: when, state, trades, fetched later, missing, cause. */
function useMinuteWords() {
  const { t } = useTranslation()
  const format = useFormat()
  return (minute: number, look: MinuteLook, row: LedgerMinute | undefined): string => {
    const state = look === 'outside' ? 'none' : look
    const parts = [
      format.dateMinute(epochMs(minute)),
      state === 'underWay' ? t('completeness.underWay') : t(`minuteState.${state}`),
    ]
    if (row === undefined || state === 'underWay') return parts.join(' · ')
    parts.push(t('completeness.trades', { n: format.count(row.trades) }))
    if (row.backfilled > 0) parts.push(t('completeness.late', { n: format.count(row.backfilled) }))
    if (row.missing === null) parts.push(t('coverage.missingSome'))
    else if (row.missing > 0) parts.push(t('coverage.missing', { n: format.count(row.missing) }))
    if (row.cause !== null) parts.push(t(`gapCause.${row.cause}`))
    return parts.join(' · ')
  }
}

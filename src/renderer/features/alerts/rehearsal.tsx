import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertDraft, RehearsalStatus } from '../../../shared/contract/alerts.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { useAct, useDesk, useEngineNow, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DayBars } from '../../charts/day-bars.tsx'
import { around, DAY, lastOf, MINUTE } from '../../state/span.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { RowsBox } from '../../ui/rows-box.tsx'
import { Segments } from '../../ui/segments.tsx'
import { FiringsChart } from './firings-chart.tsx'
import { findingOf } from './model.ts'

const STRETCHES = { day: DAY, week: 7 * DAY, month: 30 * DAY } as const
type Stretch = keyof typeof STRETCHES
const NAMES = Object.keys(STRETCHES) as readonly Stretch[]
/** Firings that are listed; all are counted and drawn. */
const LISTED = 200

export interface RehearsalProps {
  /** Null while there is nothing that could be saved either. */
  readonly draft: AlertDraft | null
}

/** Tries the condition on what was recorded, before it is armed. */
export function Rehearsal({ draft }: RehearsalProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct()
  const now = useEngineNow()
  const status = useSession((session) => session.rehearsal)
  const [stretch, setStretch] = useState<Stretch>('week')
  const running = status?.state === 'running'
  return (
    <section className="rehearsal" aria-label={t('rehearsal.title')}>
      <h4>{t('rehearsal.title')}</h4>
      <p className="muted">{t('rehearsal.what')}</p>
      <div className="alert-line">
        <Segments
          label={t('rehearsal.stretch')}
          value={stretch}
          options={NAMES.map((value) => ({ value, text: t(`rehearsal.${value}`) }))}
          onChange={setStretch}
        />
        {running ? (
          <Button disabled={busy} onClick={() => act('alerts.rehearse.cancel', {})}>
            {t('rehearsal.cancel')}
          </Button>
        ) : (
          <Button
            icon="play"
            disabled={draft === null || busy}
            onClick={() => {
              if (draft !== null)
                act('alerts.rehearse', { draft, ...lastOf(STRETCHES[stretch], now) })
            }}
          >
            {t('rehearsal.run')}
          </Button>
        )}
      </div>
      {status === null || status.state === 'idle' ? null : (
        <Result
          status={status}
          other={draft !== null && status.request?.draft.expr !== draft.expr}
        />
      )}
    </section>
  )
}

function Result({ status, other }: { readonly status: RehearsalStatus; readonly other: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { state, progress, trades, count, elapsedMs, coverage, request, reason } = status
  const told = {
    share: format.percent(progress),
    trades: format.count(trades),
    n: format.count(count),
  }
  const line = {
    idle: '',
    running: t('rehearsal.running', told),
    done: t('rehearsal.done', { ...told, ms: format.ms(elapsedMs) }),
    cancelled: t('rehearsal.cancelled', told),
    failed: t('rehearsal.failed'),
  }[state]
  if (state === 'failed') return <Message tone="alarm" title={line} why={reason} />
  return (
    <div className="rehearsal-result" data-other={other}>
      {other ? <p className="rehearsal-other">{t('rehearsal.other')}</p> : null}
      <progress
        className="rehearsal-progress"
        value={progress}
        max={1}
        aria-label={t('rehearsal.title')}
      />
      <p role="status">{state === 'running' ? <span aria-hidden="true">{line}</span> : line}</p>
      <Finding status={status} />
      {coverage === null ? null : (
        <p className="muted">{t('rehearsal.coverage', { share: format.share(coverage) })}</p>
      )}
      {status.days.length > 1 ? <Days status={status} /> : null}
      {request !== null && status.firings.length > 0 && state !== 'running' ? (
        <>
          <FiringsChart firings={status.firings} from={request.from} to={request.to} />
          <Firings status={status} />
        </>
      ) : null}
    </div>
  )
}

function Finding({ status }: { readonly status: RehearsalStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const finding = findingOf(status)
  if (finding === null) return null
  const n = finding.perDay < 10 ? format.short(finding.perDay) : format.count(finding.perDay)
  return (
    <p className="rehearsal-finding" data-kind={finding.kind}>
      {t(`rehearsal.${finding.kind}`, { n })}
    </p>
  )
}

function Days({ status }: { readonly status: RehearsalStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const date = (day: number): string => format.axis(epochMs(day), 'day')
  return (
    <>
      <figure className="rehearsal-days" aria-hidden="true">
        <figcaption className="muted">{t('rehearsal.perDay')}</figcaption>
        <div className="rehearsal-bars">
          <DayBars days={status.days} date={date} count={format.count} />
        </div>
      </figure>
      <div className="sr-only">
        <table>
          <caption>{t('rehearsal.perDay')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('rehearsal.dayColumn')}</th>
              <th scope="col">{t('rehearsal.countColumn')}</th>
            </tr>
          </thead>
          <tbody>
            {status.days.map(({ day, count }) => (
              <tr key={day}>
                <th scope="row">{date(day)}</th>
                <td>{format.count(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Firings({ status }: { readonly status: RehearsalStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { showHistory } = useDesk()
  const summaries = useSession((session) => session.summaries)
  const listed = status.firings.slice(0, LISTED)
  const priceOf = (market: MarketId, price: number): string => {
    const decimals = summaries?.find((each) => each.market === market)?.priceDecimals
    return decimals === undefined ? format.figure(price) : format.fixed(price, decimals)
  }
  return (
    <>
      <h5>{t('rehearsal.firings')}</h5>
      {status.count > listed.length ? (
        <p className="muted">{t('rehearsal.more', { n: format.count(listed.length) })}</p>
      ) : null}
      <RowsBox className="rehearsal-list" label={t('rehearsal.firings')}>
        <table>
          <tbody>
            {listed.map(({ at, market, price, values }) => (
              <tr key={`${at} ${market}`}>
                <th scope="row">
                  <button
                    type="button"
                    className="link-button"
                    aria-label={t('rehearsal.show', { at: format.dateTime(at) })}
                    onClick={() => showHistory(market, around(at, 10 * MINUTE), at)}
                  >
                    {format.dateTime(at)}
                  </button>
                </th>
                <td className="muted">{market}</td>
                <td className="num">{priceOf(market, price)}</td>
                <td className="num">
                  {Object.values(values)
                    .map((value) => format.figure(value))
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </RowsBox>
    </>
  )
}

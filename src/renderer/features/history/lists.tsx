import { useTranslation } from 'react-i18next'
import type { AlertEvent } from '../../../shared/contract/alerts.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { TimeRange } from '../../../shared/domain/time.ts'
import { useFormat } from '../../binding/format.ts'
import { RowsBox } from '../../ui/rows-box.tsx'
import type { Asked } from './asked.ts'

export interface GapsProps {
  readonly asked: Asked<readonly Gap[]>
  readonly onShow: (gap: TimeRange) => void
}

/** The gaps of the stretch; each can be gone to. */
export function GapsIn({ asked, onShow }: GapsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const gaps = asked.value ?? []
  return (
    <List
      title={t('history.gaps')}
      empty={
        asked.failure !== null
          ? t(`failure.${asked.failure.code}`)
          : gaps.length === 0
            ? t('history.gapsNone')
            : null
      }
    >
      <tbody>
        {gaps.map((gap) => (
          <tr key={gap.id}>
            <th scope="row">
              <button type="button" className="link-button" onClick={() => onShow(gap)}>
                {format.dateTime(gap.from)}
              </button>
              <span className="past-more">
                {t(`gapCause.${gap.cause}`)} · {t(`gapState.${gap.state}`)}
              </span>
            </th>
            <td className="num">{format.span(gap.to - gap.from)}</td>
          </tr>
        ))}
      </tbody>
    </List>
  )
}

export interface FiringsProps {
  readonly asked: Asked<readonly AlertEvent[]>
  readonly onShow: (event: AlertEvent) => void
}

/** Alerts that fired in the stretch; each can be gone to. */
export function FiringsIn({ asked, onShow }: FiringsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const events = asked.value ?? []
  return (
    <List
      title={t('history.firings')}
      empty={
        asked.failure !== null
          ? t(`failure.${asked.failure.code}`)
          : events.length === 0
            ? t('history.firingsNone')
            : null
      }
    >
      <tbody>
        {events.map((event) => (
          <tr key={event.id}>
            <th scope="row">
              <button type="button" className="link-button" onClick={() => onShow(event)}>
                {format.dateTime(event.at)}
              </button>
              <span className="past-more">
                {event.name} · {event.market}
              </span>
            </th>
          </tr>
        ))}
      </tbody>
    </List>
  )
}

export interface ListProps {
  readonly title: string
  /** What stands there instead of rows. */
  readonly empty: string | null
  readonly box?: React.RefObject<HTMLDivElement | null>
  /** All rows with the headings, where only those in sight are there. */
  readonly rows?: number
  readonly children: React.ReactNode
}

/** A list of the past under its heading. */
export function List({ title, empty, box, rows, children }: ListProps) {
  return (
    <section className="past-list" aria-label={title}>
      <h3>{title}</h3>
      <RowsBox label={title} box={box}>
        {empty === null ? (
          <table aria-rowcount={rows}>{children}</table>
        ) : (
          <p className="muted">{empty}</p>
        )}
      </RowsBox>
    </section>
  )
}

import { useEffect, useRef, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertEvent } from '../../../shared/contract/alerts.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { HistoryView } from '../../state/history-view.ts'
import { RowsBox } from '../../ui/rows-box.tsx'
import type { Asked } from './asked.ts'
import { nearestTrade } from './model.ts'
import { useDecimals } from './pane.tsx'

/** The trades on either side of the place looked at. */
export function TradesAt({
  view,
  at,
}: {
  readonly view: HistoryView
  readonly at: EpochMs | null
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const decimals = useDecimals(view)
  const qtyDecimals = useSession(
    (session) => session.summaries?.find(({ market }) => market === view.market)?.qtyDecimals ?? 0,
  )
  const { value, failure } = useSyncExternalStore(view.subscribe, view.trades)
  const trades = at === null ? [] : (value?.trades ?? [])
  const near = value === null ? -1 : nearestTrade(trades, value.at)
  const row = useRef<HTMLTableRowElement>(null)
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever other trades are shown
  useEffect(() => {
    const [list, target] = [box.current, row.current]
    if (list !== null && target !== null) list.scrollTop = target.offsetTop - list.clientHeight / 2
  }, [value, near])
  return (
    <List
      title={at === null ? t('history.trades') : t('history.tradesAt', { at: format.dateTime(at) })}
      empty={
        at === null
          ? t('history.tradesHint')
          : failure !== null
            ? t(`failure.${failure.code}`)
            : value === null
              ? t('chart.loading')
              : trades.length === 0
                ? t('history.tradesNone')
                : null
      }
      box={box}
    >
      <thead>
        <tr>
          <th scope="col">{t('tape.time')}</th>
          <th scope="col" className="num">
            {t('tape.price')}
          </th>
          <th scope="col" className="num">
            {t('tape.qty')}
          </th>
        </tr>
      </thead>
      <tbody>
        {trades.map((trade, index) => (
          <tr
            key={trade.id}
            ref={index === near ? row : undefined}
            aria-current={index === near ? 'true' : undefined}
          >
            <td>{format.timeMs(trade.exchangeTime)}</td>
            <td className={`num ${trade.side}`}>
              <span aria-hidden="true">{trade.side === 'buy' ? '▲' : '▼'} </span>
              <span className="sr-only">{t(trade.side === 'buy' ? 'tape.buy' : 'tape.sell')} </span>
              {format.exact(trade.price, decimals)}
            </td>
            <td className="num">{format.exact(trade.qty, qtyDecimals)}</td>
          </tr>
        ))}
      </tbody>
    </List>
  )
}

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

interface ListProps {
  readonly title: string
  /** What stands there instead of rows. */
  readonly empty: string | null
  readonly box?: React.RefObject<HTMLDivElement | null>
  readonly children: React.ReactNode
}

function List({ title, empty, box, children }: ListProps) {
  return (
    <section className="past-list" aria-label={title}>
      <h3>{title}</h3>
      <RowsBox label={title} box={box}>
        {empty === null ? <table>{children}</table> : <p className="muted">{empty}</p>}
      </RowsBox>
    </section>
  )
}

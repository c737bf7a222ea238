import { memo, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertEvent } from '../../../shared/contract/alerts.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { HistoryTrades, HistoryView } from '../../state/history-view.ts'
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
  const { value: read, failure } = useSyncExternalStore(view.subscribe, view.trades)
  const bars = useSyncExternalStore(view.subscribe, view.bars)
  const value = useAfterFrame(at === null ? null : read, bars.busy)
  const trades = value?.trades ?? NO_TRADES
  const box = useRef<HTMLDivElement>(null)
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
      <TradeRows
        trades={trades}
        at={value?.at ?? null}
        decimals={decimals}
        qtyDecimals={qtyDecimals}
        box={box}
      />
    </List>
  )
}

const NO_TRADES: HistoryTrades['trades'] = []

/**
 * The newest value once a frame has been painted with it and nothing is `busy`: hundreds of rows are not what the chart
 * waits for.
 */
function useAfterFrame<T>(value: T, busy: boolean): T {
  const [later, setLater] = useState(value)
  useEffect(() => {
    if (busy) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setLater(value))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [value, busy])
  return later
}

interface TradeRowsProps {
  readonly trades: HistoryTrades['trades']
  /** The place looked at; the trade next to it is in sight. */
  readonly at: EpochMs | null
  readonly decimals: number
  readonly qtyDecimals: number
  readonly box: React.RefObject<HTMLDivElement | null>
}

/** Made anew only with other trades: each is dear. */
const TradeRows = memo(function TradeRows(props: TradeRowsProps) {
  const { trades, at, decimals, qtyDecimals, box } = props
  const { t } = useTranslation()
  const format = useFormat()
  const near = at === null ? -1 : nearestTrade(trades, at)
  const row = useRef<HTMLTableRowElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever other trades are shown
  useEffect(() => {
    const [list, target] = [box.current, row.current]
    if (list !== null && target !== null) list.scrollTop = target.offsetTop - list.clientHeight / 2
  }, [trades, near])
  return (
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
  )
})

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

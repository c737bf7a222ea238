import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { useFormat } from '../../binding/format.ts'
import type { HistoryTrades, HistoryView } from '../../state/history-view.ts'
import { useRowHeight } from '../../ui/row-height.ts'
import { List } from './lists.tsx'
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
      rows={trades.length + HEAD_ROWS}
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
        decimals={decimals.price}
        qtyDecimals={decimals.qty}
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

const ROW_REM = 1.5
/** The row of the headings, which is none of the list's rows. */
const HEAD_ROWS = 1

/**
 * The rows in sight, with empty room above and below them: laid out whole, five hundred rows kept the page from
 * painting for 50 to 70 ms.
 */
const TradeRows = memo(function TradeRows(props: TradeRowsProps) {
  const { trades, at, decimals, qtyDecimals, box } = props
  const { t } = useTranslation()
  const format = useFormat()
  const height = useRowHeight(ROW_REM)
  const near = at === null ? -1 : nearestTrade(trades, at)
  const list = useVirtualizer({
    count: trades.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    // The headings.
    scrollMargin: height,
    overscan: 6,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever other trades are shown
  useEffect(() => {
    if (near >= 0) list.scrollToIndex(near, { align: 'center' })
  }, [trades, near])
  const items = list.getVirtualItems()
  const [from, to] = [items[0]?.start ?? height, items.at(-1)?.end ?? height]
  return (
    <tbody>
      <Room height={from - height} />
      {items.map(({ index }) => {
        const trade = trades[index]
        if (trade === undefined) return null
        return (
          <tr
            key={trade.id}
            className="past-trade"
            style={{ height }}
            aria-rowindex={index + 1 + HEAD_ROWS}
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
        )
      })}
      <Room height={list.getTotalSize() - (to - height)} />
    </tbody>
  )
})

/** Where the rows would be that are out of sight. */
function Room({ height }: { readonly height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null
}

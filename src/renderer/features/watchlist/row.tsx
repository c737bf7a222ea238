// biome-ignore-all lint/a11y/useSemanticElements: a grid whose rows are chosen with the keyboard, not a table
// biome-ignore-all lint/a11y/useFocusableInteractive: a grid whose rows are chosen with the keyboard, not a table
import { memo, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarketSummary } from '../../../shared/contract/status.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { hasHoles } from '../../state/day-coverage.ts'
import { Icon } from '../../ui/icon.tsx'
import { Dot } from '../../ui/mark.tsx'
import { Tip } from '../../ui/tip.tsx'
import { type ShownState, STATE_TONES } from './model.ts'

export interface WatchRowProps {
  readonly row: MarketSummary
  readonly state: ShownState
  readonly selected: boolean
  /** The one row that the Tab key reaches. */
  readonly reachable: boolean
  readonly onSelect: (market: MarketId) => void
  readonly onRemove: (market: MarketId) => void
}

/** One watched market. Drawn again only when its own figures change. */
export const WatchRow = memo(function WatchRow(props: WatchRowProps) {
  const { row, state, selected, reachable, onSelect, onRemove } = props
  const { t } = useTranslation()
  const stateText = t(`marketState.${state}`)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around the rows handles the keys
    <div
      className="watch-row"
      role="row"
      aria-label={row.market}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      data-market={row.market}
      data-state={state}
      onClick={() => onSelect(row.market)}
    >
      <div role="gridcell" className="watch-symbol">
        <Dot tone={STATE_TONES[state]} label={row.reason ?? stateText} />
        <span className="watch-base">{row.symbol.split('-')[0]}</span>
        <span className="muted">{row.symbol.split('-').slice(1).join(' ')}</span>
      </div>
      <Figures row={row} />
      <div role="gridcell" className="watch-remove">
        <button
          type="button"
          className="watch-x"
          tabIndex={-1}
          aria-label={t('watchlist.remove', { market: row.market })}
          onClick={(event) => {
            event.stopPropagation()
            onRemove(row.market)
          }}
        >
          <Icon name="close" />
        </button>
      </div>
    </div>
  )
})

function Figures({ row }: { readonly row: MarketSummary }) {
  const format = useFormat()
  const { change, basis, quoteVolume } = row.day
  const unsure = basis === 'minutes' ? '' : '~'
  return (
    <>
      <div role="gridcell" className="num watch-last">
        <LastPrice row={row} />
      </div>
      <div role="gridcell" className={`num ${changeClass(change)}`}>
        {format.change(change)}
      </div>
      <div role="gridcell" className="num watch-volume">
        <Coverage row={row} />
        {quoteVolume === 0 && row.last === null ? DASH : `${unsure}${format.short(quoteVolume)}`}
      </div>
      <div role="gridcell" className="num muted watch-rate">
        {format.fixed(row.tradesPerSecond, row.tradesPerSecond >= 100 ? 0 : 1)}
      </div>
    </>
  )
}

/** A mark when a day's tape has holes. */
function Coverage({ row: { market, day } }: { readonly row: MarketSummary }) {
  const { t } = useTranslation()
  const format = useFormat()
  const holes = useSession(({ ledger }) => hasHoles(ledger, market))
  if (day.coverage === null || !holes) return null
  const text = t('coverage.watch', { share: format.share(day.coverage) })
  return (
    <Tip text={text}>
      <span className="watch-coverage" role="img" aria-label={text}>
        ◔
      </span>
    </Tip>
  )
}

const changeClass = (change: number | null): string =>
  change === null || change === 0 ? 'muted' : change > 0 ? 'buy' : 'sell'

const FLASH_MS = 260
/** Characters of a price that the column has room for. */
const ROOM = 11

/**
 * The price on a wash in the colour of the last taker, for a moment. Switched on and off, not faded:
 * forty fading rows would cost a repaint with every frame of the screen.
 */
function LastPrice({ row }: { readonly row: MarketSummary }) {
  const format = useFormat()
  const price = useRef<HTMLSpanElement>(null)
  const { last, lastTradeAt, lastSide } = row
  useEffect(() => {
    const own = price.current
    if (own === null || last === null || lastTradeAt === null) return
    own.dataset.flash = lastSide ?? 'none'
    const timer = setTimeout(() => delete own.dataset.flash, FLASH_MS)
    return () => clearTimeout(timer)
  }, [last, lastTradeAt, lastSide])
  const shown = format.fixed(last, row.priceDecimals)
  return (
    <span ref={price} className="watch-price" data-long={shown.length > ROOM}>
      {shown}
    </span>
  )
}

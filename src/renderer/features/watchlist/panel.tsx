// biome-ignore-all lint/a11y/useFocusableInteractive: the focus is on rows, the heads hold buttons
// biome-ignore-all lint/a11y/useSemanticElements: a grid whose rows are chosen with the keyboard, not a table
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarketId } from '../../../shared/domain/market.ts'
import { useDesk, useFreshness, usePreferences, useSession, useView } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { SORT_KEYS, type SortKey } from '../../state/preferences.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AddMarket } from './add-market.tsx'
import { groupRows, moveTo, nextSort, shownState, type WatchGroup } from './model.ts'
import { WatchRow } from './row.tsx'
import './watchlist.css'

/** The watched markets by venue: what trades, at what price, how much. */
export function WatchlistPanel() {
  const { t } = useTranslation()
  const format = useFormat()
  const summaries = useSession((session) => session.summaries)
  const fresh = useFreshness()
  const [filter, setFilter] = useState('')
  const [adding, setAdding] = useState(false)
  const groups = useGroups(filter)
  const tools = (
    <IconButton
      icon="plus"
      size="small"
      label={t('watchlist.add')}
      onClick={() => setAdding(true)}
    />
  )
  const count = summaries === null ? '' : format.count(summaries.length)
  return (
    <Panel
      title={t('watchlist.title')}
      aside={<span className="muted">{count}</span>}
      tools={tools}
      old={fresh !== 'fresh'}
    >
      <div className="watch">
        <input
          className="field watch-filter"
          type="search"
          value={filter}
          aria-label={t('watchlist.filter')}
          placeholder={t('watchlist.filter')}
          onChange={(event) => setFilter(event.target.value)}
        />
        {summaries === null ? <Message busy title={t('watchlist.loading')} /> : null}
        {summaries?.length === 0 ? (
          <Message title={t('watchlist.empty')} why={t('watchlist.emptyWhy')}>
            <Button tone="primary" icon="plus" onClick={() => setAdding(true)}>
              {t('watchlist.add')}
            </Button>
          </Message>
        ) : null}
        {summaries !== null && summaries.length > 0 && groups.length === 0 ? (
          <Message title={t('watchlist.noMatch', { text: filter })} />
        ) : null}
        {groups.length > 0 ? <Grid groups={groups} /> : null}
      </div>
      <AddMarket open={adding} onOpenChange={setAdding} />
    </Panel>
  )
}

function useGroups(filter: string): readonly WatchGroup[] {
  const summaries = useSession((session) => session.summaries)
  const venues = useSession((session) => session.info?.venues)
  const sort = usePreferences((preferences) => preferences.sort)
  return useMemo(
    () => groupRows(summaries ?? [], venues ?? [], sort, filter.trim()),
    [summaries, venues, sort, filter],
  )
}

function Grid({ groups }: { readonly groups: readonly WatchGroup[] }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const grid = useRef<HTMLDivElement>(null)
  const freshness = useFreshness()
  const open = useView()?.market ?? null
  const order = groups.flatMap(({ rows }) => rows.map(({ market }) => market))
  const reachable = open !== null && order.includes(open) ? open : order[0]
  const remove = useCallback((market: MarketId) => void desk.unwatch(market), [desk])
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = focusedMarket(event.target)
    if (at === null) return
    const to = moveTo(order, at, event.key)
    if (to !== undefined) focusRow(grid.current, to)
    else if (event.key === 'Enter' || event.key === ' ') desk.select(at)
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      focusRow(grid.current, neighbour(order, at))
      remove(at)
    } else return
    event.preventDefault()
  }
  return (
    <div
      className="watch-grid"
      role="grid"
      tabIndex={-1}
      ref={grid}
      aria-label={t('watchlist.title')}
      aria-description={t('watchlist.keys')}
      onKeyDown={onKeyDown}
    >
      <Heads />
      {groups.map(({ venue, label, rows }) => (
        <div role="rowgroup" aria-label={label} key={venue}>
          <div className="watch-venue" aria-hidden="true">
            {label}
          </div>
          {rows.map((row) => (
            <WatchRow
              key={row.market}
              row={row}
              state={shownState(row.state, freshness)}
              selected={row.market === open}
              reachable={row.market === reachable}
              onSelect={desk.select}
              onRemove={remove}
            />
          ))}
        </div>
      ))}
    </div>
  )
}

function Heads() {
  const { t } = useTranslation()
  const { preferences } = useDesk()
  const sort = usePreferences((each) => each.sort)
  const words: Readonly<Record<SortKey, readonly [string, string]>> = {
    symbol: [t('watchlist.symbol'), t('watchlist.symbol')],
    last: [t('watchlist.last'), t('watchlist.last')],
    change: [t('watchlist.change'), t('watchlist.changeLong')],
    volume: [t('watchlist.volume'), t('watchlist.volumeLong')],
    rate: [t('watchlist.rate'), t('watchlist.rate')],
  }
  return (
    <div className="watch-heads" role="row">
      {SORT_KEYS.map((key) => {
        const order = sort.key !== key ? 'none' : sort.descending ? 'descending' : 'ascending'
        return (
          <div role="columnheader" aria-sort={order} key={key} className="watch-head" tabIndex={-1}>
            <button
              type="button"
              title={words[key][1]}
              onClick={() => preferences.setState({ sort: nextSort(sort, key) })}
            >
              {words[key][0]}
            </button>
          </div>
        )
      })}
    </div>
  )
}

const focusedMarket = (target: EventTarget): MarketId | null =>
  target instanceof HTMLElement ? ((target.dataset.market as MarketId | undefined) ?? null) : null

function focusRow(grid: HTMLElement | null, market: MarketId | undefined): void {
  if (market !== undefined)
    grid?.querySelector<HTMLElement>(`[data-market="${CSS.escape(market)}"]`)?.focus()
}

function neighbour(order: readonly MarketId[], market: MarketId): MarketId | undefined {
  const index = order.indexOf(market)
  return order[index + 1] ?? order[index - 1]
}

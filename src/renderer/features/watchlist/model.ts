import type { MarketState, MarketSummary, VenueInfo } from '../../../shared/contract/status.ts'
import type { MarketId, VenueId } from '../../../shared/domain/market.ts'
import type { Freshness } from '../../state/freshness.ts'
import type { SortKey } from '../../state/preferences.ts'
import type { Tone } from '../../ui/mark.tsx'

export interface WatchGroup {
  readonly venue: VenueId
  readonly label: string
  readonly rows: readonly MarketSummary[]
}

export interface Sort {
  readonly key: SortKey
  readonly descending: boolean
}

const figure: Readonly<Record<Exclude<SortKey, 'symbol'>, (row: MarketSummary) => number | null>> =
  {
    last: ({ last }) => last,
    change: ({ day }) => day.change,
    volume: ({ day }) => day.quoteVolume,
    rate: ({ tradesPerSecond }) => tradesPerSecond,
  }

/** Unknown figures come last in either direction; equal ones stay in the order of their symbols. */
export function compareRows({ key, descending }: Sort) {
  const bySymbol = (a: MarketSummary, b: MarketSummary): number =>
    a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0
  if (key === 'symbol')
    return (a: MarketSummary, b: MarketSummary) => bySymbol(a, b) * (descending ? -1 : 1)
  const of = figure[key]
  return (a: MarketSummary, b: MarketSummary): number => {
    const [one, two] = [of(a), of(b)]
    if (one === null || two === null) return one === two ? bySymbol(a, b) : one === null ? 1 : -1
    return (one - two) * (descending ? -1 : 1) || bySymbol(a, b)
  }
}

/** Each word of the filter must be part of the market's name: `okx usdt`. */
export function matches(row: MarketSummary, label: string, filter: string): boolean {
  const name = `${row.market} ${label}`.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word))
}

/** Markets by venue, venues in the order of the engine's list, rows sorted within each. */
export function groupRows(
  rows: readonly MarketSummary[],
  venues: readonly VenueInfo[],
  sort: Sort,
  filter: string,
): readonly WatchGroup[] {
  const groups = new Map<VenueId, { label: string; rows: MarketSummary[] }>()
  for (const { venue, label } of venues) groups.set(venue, { label, rows: [] })
  for (const row of rows) {
    const group = groups.get(row.venue) ?? { label: row.venue, rows: [] }
    groups.set(row.venue, group)
    if (matches(row, group.label, filter)) group.rows.push(row)
  }
  return [...groups]
    .filter(([, group]) => group.rows.length > 0)
    .map(([venue, group]) => ({
      venue,
      label: group.label,
      rows: group.rows.sort(compareRows(sort)),
    }))
}

/** The sort after a click on a column: figures begin with the largest, symbols with A. */
export const nextSort = (sort: Sort, key: SortKey): Sort =>
  sort.key === key ? { key, descending: !sort.descending } : { key, descending: key !== 'symbol' }

/** The row that a key leads to from `current`, or undefined when the key means nothing here. */
export function moveTo(
  order: readonly MarketId[],
  current: MarketId | null,
  key: string,
): MarketId | undefined {
  const index = current === null ? -1 : order.indexOf(current)
  switch (key) {
    case 'ArrowDown':
      return order[Math.min(order.length - 1, index + 1)]
    case 'ArrowUp':
      return order[Math.max(0, index - 1)]
    case 'Home':
      return order[0]
    case 'End':
      return order.at(-1)
    default:
      return undefined
  }
}

export type ShownState = MarketState | 'unknown'

/** With the engine gone nobody knows how a market stands, whatever it said last. */
export const shownState = (state: MarketState, freshness: Freshness): ShownState =>
  freshness === 'fresh' ? state : 'unknown'

export const STATE_TONES: Readonly<Record<ShownState, Tone>> = {
  pending: 'busy',
  live: 'ok',
  quiet: 'calm',
  offline: 'warn',
  refused: 'alarm',
  unknown: 'off',
}

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MarketId } from '../../shared/domain/market.ts'
import type { TimeRange } from '../../shared/domain/time.ts'

/** Where a reader is: a panel of its own in a narrow window; the VIEWS also in a wide one. */
export const PLACES = [
  'watchlist',
  'chart',
  'tape',
  'venues',
  'latency',
  'history',
  'replay',
  'alerts',
  'analysis',
  'completeness',
  'lab',
] as const
export type Place = (typeof PLACES)[number]

/** What the middle of a wide window shows. */
export const VIEWS = [
  'chart',
  'history',
  'replay',
  'alerts',
  'analysis',
  'completeness',
  'lab',
] as const
export type View = (typeof VIEWS)[number]

export const viewOf = (place: Place): View => VIEWS.find((view) => view === place) ?? 'chart'

export interface Whereabouts {
  readonly place: Place
  /** The stretch that the chart is to show; null once it does. */
  readonly focus: { readonly market: MarketId; readonly range: TimeRange } | null
  /** The dialog that lies over everything; `analyses`: the settings, at the part of the analyses. */
  readonly dialog: 'settings' | 'analyses' | 'about' | 'export' | null
}

export const createPlace = (): StoreApi<Whereabouts> =>
  createStore<Whereabouts>(() => ({
    place: 'chart',
    focus: null,
    dialog: null,
  }))

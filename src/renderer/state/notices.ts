import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AlertEvent, AlertView } from '../../shared/contract/alerts.ts'
import type { ExportRun } from '../../shared/contract/export.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure } from '../../shared/domain/outcome.ts'

/** A short message that leaves by itself. */
export type Notice =
  | { readonly kind: 'removed'; readonly market: MarketId }
  | { readonly kind: 'added'; readonly market: MarketId }
  | { readonly kind: 'alertRemoved'; readonly alert: AlertView }
  | { readonly kind: 'alertFired'; readonly event: AlertEvent }
  | { readonly kind: 'exported'; readonly run: ExportRun }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface Notices {
  readonly list: readonly (Notice & { readonly serial: number })[]
}

const MOST = 3

export const createNotices = (): StoreApi<Notices> => createStore<Notices>(() => ({ list: [] }))

export const notify = (store: StoreApi<Notices>, notice: Notice): void =>
  store.setState(({ list }) => ({
    list: [...list, { ...notice, serial: (list.at(-1)?.serial ?? 0) + 1 }].slice(-MOST),
  }))

export const dismiss = (store: StoreApi<Notices>, serial: number): void =>
  store.setState(({ list }) => ({ list: list.filter((notice) => notice.serial !== serial) }))

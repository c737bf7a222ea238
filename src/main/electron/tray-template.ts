import type { MenuItemConstructorOptions } from 'electron'
import type { AlertsState } from '../../shared/contract/alerts.ts'
import type { MarketSummary } from '../../shared/contract/status.ts'
import type { ShellWords } from './words.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Prices in the menu: the first of the watchlist. */
const MOST_PRICES = 12

export interface TrayState {
  readonly markets: readonly MarketSummary[]
  readonly alerts: AlertsState | null
  /** By this machine's clock, epoch ms. */
  readonly now: number
}

export interface TrayActions {
  readonly open: (hash?: string) => void
  readonly pause: (until: number | null) => void
  readonly quit: () => void
}

const isPaused = ({ alerts, now }: TrayState): boolean =>
  alerts?.pausedUntil != null && now < alerts.pausedUntil

/** What the icon says when the pointer rests on it. */
export function trayTip(state: TrayState, words: ShellWords): string {
  if (isPaused(state)) return words.trayPaused
  const { alerts = [], unseen = 0 } = state.alerts ?? {}
  if (unseen > 0) return words.trayUnseen(unseen)
  return words.trayRecording(alerts.filter(({ armed }) => armed).length)
}

/** The menu of the icon as data: prices, pause, open, quit. */
export function trayTemplate(
  state: TrayState,
  words: ShellWords,
  app: string,
  { open, pause, quit }: TrayActions,
): MenuItemConstructorOptions[] {
  const prices = state.markets.slice(0, MOST_PRICES).map(
    ({ market, last, priceDecimals }): MenuItemConstructorOptions => ({
      label: `${market}  ${last === null ? '–' : last.toFixed(priceDecimals)}`,
      click: () => open(`#chart?${new URLSearchParams({ market }).toString()}`),
    }),
  )
  const pausing: MenuItemConstructorOptions = isPaused(state)
    ? { label: words.resumeAlerts, click: () => pause(null) }
    : {
        label: words.pauseAlerts,
        submenu: [
          { label: words.pauseHour, click: () => pause(state.now + HOUR_MS) },
          { label: words.pauseTomorrow, click: () => pause(state.now + DAY_MS) },
        ],
      }
  return [
    { label: trayTip(state, words), enabled: false },
    ...(prices.length === 0 ? [] : [{ type: 'separator' } as const, ...prices]),
    { type: 'separator' },
    pausing,
    { label: words.openWindow, click: () => open() },
    { type: 'separator' },
    { label: words.quit(app), click: quit },
  ]
}

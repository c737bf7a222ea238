import type { MenuItemConstructorOptions } from 'electron'
import type { AlertEvent } from '../../shared/contract/alerts.ts'
import type { Api } from '../../shared/contract/contract.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { createClient } from '../../shared/rpc/client.ts'
import { type Port, portPair } from '../../shared/rpc/port.ts'
import type { Clock, Logger } from '../ports.ts'
import { chartAt, type Notice, noticesOf } from './alert-notices.ts'
import { type TrayState, trayTemplate, trayTip } from './tray-template.ts'
import type { ShellWords } from './words.ts'

/** The menu is built anew so often at most, milliseconds. */
const MENU_MS = 2_000
/** After the engine was swapped the shell asks for it again. */
const AGAIN_MS = 500

/** The desktop as far as the app lives on it without a window. */
export interface Desktop {
  /** Shows a notification now; `clicked` when a person takes it up. */
  notify(notice: Notice, clicked: () => void): void
  tray(tip: string, menu: MenuItemConstructorOptions[]): void
  badge(count: number): void
}

export interface BackgroundParts {
  readonly desktop: Desktop
  /** Joins a client to the engine. */
  readonly attach: (port: Port) => void
  readonly words: ShellWords
  readonly app: string
  readonly clock: Clock
  /** Wall clock with fractions, epoch ms. */
  readonly preciseNow: () => number
  readonly logger: Logger
  readonly timeOf: (at: number) => string
  /** Brings the window to front, at a place of the page where one is named. */
  readonly open: (hash?: string) => void
  readonly quit: () => void
}

/**
 * The app without its window: the icon in the tray, its menu, the badge, and a native notification for each firing. A
 * client of the engine like a page is.
 */
export class Background {
  readonly #parts: BackgroundParts
  #api: Api | null = null
  #state: Omit<TrayState, 'now'> = { markets: [], alerts: null }
  #cancelMenu: (() => void) | null = null
  #stopped = false

  constructor(parts: BackgroundParts) {
    this.#parts = parts
  }

  start(): void {
    const [mine, engines] = portPair()
    this.#parts.attach(engines)
    const api = createClient(mine)
    this.#api = api
    api.subscribe(
      'alerts.fired',
      {},
      (events) => this.#fired(events),
      () => this.#again(),
    )
    api.subscribe('alerts.state', {}, (alerts) => {
      this.#state = { ...this.#state, alerts }
      this.#parts.desktop.badge(alerts.unseen)
      this.#drawSoon()
    })
    api.subscribe('markets.summary', {}, (markets) => {
      this.#state = { ...this.#state, markets }
      this.#drawSoon()
    })
    this.#draw()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelMenu?.()
  }

  #again(): void {
    this.#api = null
    if (this.#stopped) return
    this.#parts.clock.after(AGAIN_MS, () => {
      if (!this.#stopped) this.start()
    })
  }

  #fired(events: readonly AlertEvent[]): void {
    const { desktop, words, timeOf, preciseNow, open, logger } = this.#parts
    const wanted = events.filter(({ deliveries }) =>
      deliveries.some(({ channel, state }) => channel === 'desktop' && state !== 'paused'),
    )
    const shown: { id: number; at: number }[] = []
    for (const notice of noticesOf(wanted, words, timeOf)) {
      const [first] = notice.events
      try {
        desktop.notify(notice, () => open(first === undefined ? undefined : chartAt(first)))
      } catch (error) {
        logger.error('not-notified', { message: String(error) })
        continue
      }
      const at = preciseNow()
      for (const { id } of notice.events) if (id > 0) shown.push({ id, at })
    }
    if (shown.length > 0) void this.#api?.call('alerts.notified', { shown })
  }

  #drawSoon(): void {
    this.#cancelMenu ??= this.#parts.clock.after(MENU_MS, () => {
      this.#cancelMenu = null
      this.#draw()
    })
  }

  #draw(): void {
    const { desktop, words, app, clock, open, quit } = this.#parts
    const state = { ...this.#state, now: clock.now() }
    const pause = (until: number | null): void => {
      void this.#api?.call('alerts.pause', { until: until === null ? null : epochMs(until) })
    }
    desktop.tray(trayTip(state, words), trayTemplate(state, words, app, { open, pause, quit }))
  }
}

import type { Clock } from '../ports.ts'
import type { StreamLimits } from '../venues/venue.ts'
import { RateWindow, withMargin } from './rate-window.ts'
import { retryAfterMs } from './retry-after.ts'
import type { HandshakeRefusal } from './socket.ts'

export interface GatewayDeps {
  /** Addresses of the service, the usual one first. */
  readonly urls: readonly string[]
  readonly limits: Pick<StreamLimits, 'connects' | 'sockets'>
  readonly clock: Clock
  readonly label: string
}

/** Why no connection may be opened now, and for how long (milliseconds). */
export interface Hold {
  readonly ms: number
  readonly reason: string
  /** The venue or a limit asks for it: nobody may cut it short. */
  readonly firm: boolean
}

/** A host that fails this often in a row makes way for the next one. */
const HOST_FAILURES = 2
/** Pauses after a refusal that does not say how long, milliseconds. */
const PAUSES: Readonly<Record<number, number>> = {
  429: 60_000,
  418: 120_000,
  403: 60_000,
  451: 300_000,
  503: 5_000,
}
const LONGEST_PAUSE_MS = 24 * 3_600_000

/**
 * The door to one venue's sockets: which of its addresses is tried, and when a connection may be
 * opened at all. All sockets of the venue go through it, since its limits count them together.
 */
export class Gateway {
  readonly #deps: GatewayDeps
  readonly #connects: RateWindow
  #index = 0
  #failures = 0
  /** Hosts that failed one after the other since one last opened. */
  #hostsLeft: number
  #sockets = 0
  #blocked: { readonly until: number; readonly reason: string; readonly firm: boolean } | null =
    null

  constructor(deps: GatewayDeps) {
    this.#deps = deps
    const { connects } = deps.limits
    this.#connects = new RateWindow(connects === undefined ? [] : [withMargin(connects)])
    this.#hostsLeft = deps.urls.length
  }

  get url(): string {
    return this.#deps.urls[this.#index] ?? ''
  }

  /** The host in use, when it is not the usual one. */
  get host(): string | undefined {
    return this.#index === 0 ? undefined : hostOf(this.url)
  }

  /** Why a connection must wait; `undefined` when it may be opened now. */
  hold(): Hold | undefined {
    const now = this.#deps.clock.monotonic()
    if (this.#blocked !== null) {
      const { until, reason, firm } = this.#blocked
      if (until > now) return { ms: until - now, reason, firm }
      this.#blocked = null
    }
    const { connects, sockets } = this.#deps.limits
    const ms = this.#connects.waitMs(now)
    if (ms > 0 && connects !== undefined) {
      const reason = `${this.#deps.label} allows ${connects.count} new connections in ${connects.perMs / 1_000} s`
      return { ms, reason, firm: true }
    }
    if (sockets === undefined || this.#sockets < sockets) return undefined
    const reason = `${this.#deps.label} allows ${sockets} connections at one time`
    return { ms: 1_000, reason, firm: true }
  }

  /** A connection is being opened; answers with its address. */
  take(): string {
    this.#connects.take(this.#deps.clock.monotonic())
    this.#sockets += 1
    return this.url
  }

  /** A connection that was opened, or was to be, is gone. */
  release(): void {
    this.#sockets -= 1
  }

  opened(): void {
    this.#failures = 0
    this.#hostsLeft = this.#deps.urls.length
  }

  /** The connection to `url` never opened. */
  failed(url: string, refusal: HandshakeRefusal | undefined): void {
    const asked = refusal === undefined ? false : this.#refused(refusal)
    if (asked || url !== this.url) return
    this.#failures += 1
    if (this.#failures < HOST_FAILURES) return
    this.#failures = 0
    this.#hostsLeft = Math.max(0, this.#hostsLeft - 1)
    this.#index = (this.#index + 1) % Math.max(1, this.#deps.urls.length)
  }

  /** Ends a pause that was only a guess. One that the venue asked for stands. */
  retry(): void {
    if (this.#blocked?.firm === false) this.#blocked = null
  }

  /** True when the venue asked for a pause, so that another address would be no way around it. */
  #refused({ status, retryAfter }: HandshakeRefusal): boolean {
    const { clock, label, urls } = this.#deps
    const guess = PAUSES[status]
    if (guess === undefined) return false
    const said = retryAfterMs(retryAfter, clock.now())
    const firm = said !== undefined || status === 429 || status === 418
    // A guess is for a venue that has no other address left to try.
    if (!firm && urls.length > 1 && this.#hostsLeft > 1) return false
    const until = clock.monotonic() + Math.min(said ?? guess, LONGEST_PAUSE_MS)
    if (this.#blocked !== null && this.#blocked.until > until) return firm
    this.#blocked = { until, reason: `${label} ${WORDS[status]} (HTTP ${status})`, firm }
    return firm
  }
}

const WORDS: Readonly<Record<number, string>> = {
  429: 'limits our connections',
  418: 'limits our connections',
  403: 'refuses this address or location',
  451: 'does not serve this location',
  503: 'is not available',
}

const hostOf = (url: string): string => {
  try {
    return new URL(url).host
  } catch {
    return url.slice(0, 100)
  }
}

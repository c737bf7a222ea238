import type { Agent } from 'node:http'
import type { ProxySettings, Settings, VenueNetwork } from '../../shared/contract/status.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { createDial, type Dial } from '../ingest/dial.ts'
import type { FeedNetwork } from '../ingest/feed-options.ts'
import { randomId } from '../ingest/random-id.ts'
import { type FetchJson, Rest } from '../ingest/rest.ts'
import { retryAfterMs } from '../ingest/retry-after.ts'
import type { Connect } from '../ingest/socket.ts'
import { ProxyAgents, parseProxy, proxyLabel } from '../platform/proxy-agents.ts'
import type { Clock, SecretStore } from '../ports.ts'
import type { NetworkPort } from '../services/network-port.ts'
import type { Venue } from '../venues/venue.ts'

const TRY_MS = 10_000

export interface NetworkOptions {
  readonly settings: () => Settings
  readonly secrets: SecretStore
  /** The proxy that the operating system or the environment names for an address; '' for none. */
  readonly systemProxy: (address: string) => string
  readonly connect: Connect
  readonly fetchJson: FetchJson
  readonly clock: Clock
  /** Addresses of a config, which replace the venue's own. */
  readonly addresses: Readonly<Record<string, { readonly ws?: string; readonly rest?: string }>>
}

/** The ways to the venues: which proxy, which host, whose password. */
export class Network implements NetworkPort {
  readonly #options: NetworkOptions
  readonly #agents = new ProxyAgents()
  readonly #passwords = new Map<string, string>()

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  /** Fetches the passwords of the proxies that the settings name; to be waited for before connecting. */
  async load(): Promise<void> {
    const { proxy, venues } = this.#options.settings()
    const named = [proxy, ...Object.values(venues).map((venue) => venue.proxy ?? proxy)]
    const urls = new Set(named.filter(({ mode }) => mode === 'manual').map(({ url }) => url))
    for (const url of urls) {
      const parsed = parseProxy(url)
      if (!parsed.ok || parsed.value.username === '') continue
      const password = await this.#options.secrets.get(secretName(url))
      if (password !== undefined) this.#passwords.set(url, password)
    }
  }

  /** How a venue's feed reaches it, as the settings are now. */
  of(venue: Venue): {
    readonly network: FeedNetwork
    readonly proxyLabel: () => string | undefined
  } {
    const { proxy, venues } = this.#options.settings()
    const own = venues[venue.id] ?? {}
    const { host, transport } = own
    const stream = this.#options.addresses[venue.id]?.ws ?? venue.stream.url
    return {
      network: {
        agentFor: (url) => this.#agentFor(url, own.proxy ?? proxy),
        ...(host !== undefined && { host }),
        ...(transport !== undefined && { transport }),
      },
      // Asked at each look: what the system says may change while a feed runs.
      proxyLabel: () => this.#label(own.proxy ?? proxy, stream) || undefined,
    }
  }

  async password(url: string, password: string): Promise<Outcome<{ readonly kept: boolean }>> {
    const parsed = parseProxy(url)
    if (!parsed.ok) return parsed
    if (password === '') this.#passwords.delete(url)
    else this.#passwords.set(url, password)
    return ok(await this.#options.secrets.set(secretName(url), password))
  }

  /**
   * Asks for the time, then opens and closes a socket, through these settings: each as the venue's feed does
   * it. `websocketMs` is without the ticket that some venues must be asked for first.
   */
  async try(
    venue: Venue,
    network: VenueNetwork,
    password?: string,
  ): Promise<Outcome<{ readonly websocketMs: number; readonly restMs: number }>> {
    const proxy = network.proxy ?? this.#options.settings().proxy
    if (proxy.mode === 'manual') {
      const parsed = parseProxy(proxy.url)
      if (!parsed.ok) return parsed
    }
    const { addresses, clock, fetchJson } = this.#options
    const own = addresses[venue.id]
    const stream = own?.ws ?? this.#hostOf(venue, network.host)
    const agentFor = (url: string) => this.#agentFor(url, proxy, password)
    const named = { ...venue, label: `${venue.label} by REST` } // so its failures begin
    const rest = new Rest({ venue: named, address: own?.rest, clock, fetchJson, agentFor })
    try {
      const time = await rest.call(venue.rest.serverTime, undefined, TRY_MS)
      if (!time.ok) return time
      const dial = await this.#dial(venue, rest, agentFor)
      if (!dial.ok) return dial
      const websocketMs = await this.#trySocket(stream, dial.value)
      if (!websocketMs.ok)
        return fail('unavailable', `${venue.label} by WebSocket: ${websocketMs.failure.message}`)
      return ok({ websocketMs: websocketMs.value, restMs: time.value.rttMs })
    } finally {
      rest.close()
    }
  }

  async post(
    url: string,
    body: string,
  ): Promise<Outcome<{ readonly status: number; readonly retryAfterMs?: number }>> {
    const { clock, fetchJson, settings } = this.#options
    const controller = new AbortController()
    const cancel = clock.after(TRY_MS, () => controller.abort())
    const agent = this.#agentFor(url, settings().proxy)
    try {
      const { status, retryAfter } = await fetchJson(url, controller.signal, {
        body,
        ...(agent !== undefined && { agent }),
      })
      const wait = retryAfterMs(retryAfter, clock.now())
      return ok(wait === undefined ? { status } : { status, retryAfterMs: wait })
    } catch (error) {
      if (controller.signal.aborted) return fail('unavailable', 'It did not answer in 10 s.')
      const reason = error instanceof Error ? error.message : String(error)
      // Some messages name the whole address, which may be a secret.
      return fail('unavailable', `It cannot be reached: ${reason.replaceAll(url, 'the address')}`)
    } finally {
      cancel()
    }
  }

  /** The way to an address by the app's own proxy; undefined: the direct one. */
  agentFor(url: string): Agent | undefined {
    return this.#agentFor(url, this.#options.settings().proxy)
  }

  close(): void {
    this.#agents.close()
  }

  #hostOf({ stream }: Venue, host: string | undefined): string {
    const all = [stream.url, ...(stream.alternatives ?? [])]
    return all.find((address) => new URL(address).host === host) ?? stream.url
  }

  #agentFor(url: string, proxy: ProxySettings, password?: string): Agent | undefined {
    const address = this.#proxyFor(url, proxy)
    if (address === '') return undefined
    const parsed = URL.canParse(address) ? new URL(address) : undefined
    if (parsed === undefined) return undefined
    const secret = password ?? this.#passwords.get(proxy.url)
    if (proxy.mode === 'manual' && secret !== undefined)
      parsed.password = encodeURIComponent(secret)
    return this.#agents.agent(parsed)
  }

  #proxyFor(url: string, { mode, url: manual }: ProxySettings): string {
    if (mode === 'none') return ''
    return mode === 'manual' ? manual : this.#options.systemProxy(url)
  }

  #label(proxy: ProxySettings, url: string): string {
    const address = this.#proxyFor(url, proxy)
    return URL.canParse(address) ? proxyLabel(new URL(address)) : ''
  }

  /** The way to open a socket of the venue, its ticket in hand where it wants one. */
  async #dial(
    venue: Venue,
    rest: Rest,
    agentFor: (url: string) => Agent | undefined,
  ): Promise<Outcome<Dial>> {
    const { connect, addresses } = this.#options
    const { ticket, frames } = venue.stream
    const fixed = addresses[venue.id]?.ws !== undefined
    if (ticket === undefined) return ok(createDial({ connect, agentFor, frames, fixed }))
    const connectId = randomId(Math.random)
    const answer = await rest.call(ticket, { connectId }, TRY_MS)
    if (!answer.ok) return answer
    const held = async () => ok(answer.value.value)
    return ok(createDial({ connect, agentFor, frames, fixed, ticket: held }))
  }

  #trySocket(url: string, dial: Dial): Promise<Outcome<number>> {
    const { clock } = this.#options
    const began = clock.monotonic()
    return new Promise((resolve) => {
      const late = clock.after(TRY_MS, () => done(fail('unavailable', 'no connection in 10 s')))
      const done = (outcome: Outcome<number>): void => {
        late()
        void socket.close()
        resolve(outcome)
      }
      const socket = dial(url, {
        opened: () => done(ok(clock.monotonic() - began)),
        frame: () => undefined,
        garbled: () => undefined,
        alive: () => undefined,
        closed: (reason) => done(fail('unavailable', reason)),
      })
    })
  }
}

const secretName = (url: string): string => `proxy ${url}`

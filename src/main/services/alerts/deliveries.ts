import type {
  AlertEvent,
  Delivery,
  DeliveryChannel,
  DeliverySettings,
} from '../../../shared/contract/alerts.ts'
import type { AlertId } from '../../../shared/domain/alert.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { Clock, Logger, SecretStore } from '../../ports.ts'
import type { AlertChange, KeptAlert } from '../../store/alert-changes.ts'
import { Topic } from '../topic.ts'
import { Addresses, type RemoteChannel } from './addresses.ts'
import { alertText } from './alert-text.ts'

/** Pauses between the attempts, milliseconds; after the last one it has failed. */
const PAUSES_MS = [1_000, 5_000, 25_000, 120_000, 600_000]
/** More firings of one alert within a minute become one message at its end. */
const MOST_A_MINUTE = 5
const MINUTE_MS = 60_000
/** Messages that wait to be sent again; older ones give way and have failed. */
const MOST_WAITING = 1_000
/** Firings in one frame for a client; the log has them all. */
const MOST_IN_FRAME = 200
const FRAME_MS = 10
/** Firings that wait for a window to be opened; the oldest give way. Without windows a recorder would keep them for ever. */
const MOST_UNHEARD = 10_000
const UNHEARD_ROOM = 999

/** Nobody is waited for longer, whatever he asks for. */
const LONGEST_PAUSE_MS = 3_600_000

export interface PostAnswer {
  readonly status: number
  /** When it wants to be asked again, ms from now. */
  readonly retryAfterMs?: number
}

/** Why something was not taken, and whether it may help to try again; not before `pauseMs` is over. */
interface Refusal {
  readonly reason: string
  readonly again: boolean
  readonly pauseMs: number
}

export interface DeliveriesOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly secrets: SecretStore
  /** One POST of JSON through the app's own network; fails with what went wrong, without the address. */
  readonly post: (url: string, body: string) => Promise<Outcome<PostAnswer>>
  /** Something of an entry changed: goes to the log on the disk. */
  readonly note: (change: AlertChange) => void
}

interface Message {
  readonly channel: RemoteChannel
  readonly events: readonly AlertEvent[]
  attempts: number
}

interface Flood {
  until: number
  count: number
  /** What is told together at the end of the minute. */
  held: AlertEvent[]
}

/**
 * Tells people of firings, each by the ways that its alert names. What could not be sent is tried again; what came of it
 * is in the log, way by way. Floods, and what is learned late, are told together.
 */
export class Deliveries {
  readonly fired: Topic<readonly AlertEvent[]>
  pausedUntil: EpochMs | null = null
  readonly #options: DeliveriesOptions
  readonly #addresses: Addresses
  /** Entries some delivery of which is not over. */
  readonly #open = new Map<number, AlertEvent>()
  /** When the trades of open entries were received. */
  readonly #received = new Map<number, number>()
  /** For clients: nobody was there to be told. */
  #unheard: AlertEvent[] = []
  readonly #floods = new Map<AlertId, Flood>()
  readonly #waiting = new Map<Message, () => void>()

  constructor(options: DeliveriesOptions) {
    this.#options = options
    this.#addresses = new Addresses(options.secrets)
    this.fired = new Topic(
      FRAME_MS,
      () => this.#takeUnheard(),
      (previous, next) => [...previous, ...next].slice(-MOST_IN_FRAME),
    )
  }

  load(): Promise<void> {
    return this.#addresses.load()
  }

  queued(alert: KeptAlert): readonly Delivery[] {
    const state = this.#isPaused() ? 'paused' : 'queued'
    return [...new Set(alert.channels)].map((channel) => ({
      ...{ channel, state, attempts: 0, at: null },
    }))
  }

  /** What an earlier run could not end; several of one alert are told together. */
  resume(events: readonly AlertEvent[], pausedUntil: EpochMs | null): void {
    this.pausedUntil = pausedUntil
    for (const event of events) this.#open.set(event.id, event)
    for (const group of byAlert(events)) this.#sendAll(group)
  }

  pause(until: EpochMs | null): void {
    this.pausedUntil = until
  }

  /** `receivedAt`: when the trade that fired them was; null for what is learned late. */
  send(events: readonly AlertEvent[], receivedAt: number | null): void {
    if (receivedAt !== null) for (const { id } of events) this.#received.set(id, receivedAt)
    const open = events.filter(({ deliveries }) => deliveries.some(isQueued))
    for (const event of open) this.#open.set(event.id, event)
    for (const group of byAlert(open)) {
      const [first] = group
      if (first === undefined) continue
      if (group.length > 1) this.#sendAll(group)
      else if (!this.#isFlood(first)) this.#sendAll(group)
    }
  }

  /** A client showed it natively, at `at` by this machine's clock, ms with fractions. */
  notified(id: number, at: number): void {
    const event = this.#open.get(id)
    if (event === undefined) return
    const sent = { state: 'sent', at: epochMs(Math.round(at)), attempts: 1 } as const
    this.#settle([event], 'desktop', sent, this.#sinceReceipt(id, at))
  }

  settings(): DeliverySettings {
    return this.#addresses.settings()
  }

  setAddress(
    channel: RemoteChannel,
    address: string,
    chat?: string,
  ): Promise<Outcome<{ readonly kept: boolean }>> {
    return this.#addresses.set(channel, address, chat)
  }

  /** Sends a test; how long it took, milliseconds. */
  async try(channel: DeliveryChannel): Promise<Outcome<{ readonly ms: number }>> {
    const { clock } = this.#options
    const began = clock.monotonic()
    const now = clock.now()
    if (channel === 'desktop') {
      if (!this.fired.wanted) return fail('unavailable', 'No window of Tapedeck is open.')
      this.fired.publish([testEvent(now)])
    } else {
      const sent = await this.#post(channel, [testEvent(now)])
      if (sent !== null) return fail('unavailable', sent.reason)
    }
    return ok({ ms: Math.round(clock.monotonic() - began) })
  }

  stop(): void {
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #isPaused(): boolean {
    return this.pausedUntil !== null && this.#options.clock.now() < this.pausedUntil
  }

  /** Whether it is one of a flood, and is told with the others. */
  #isFlood(event: AlertEvent): boolean {
    const { clock } = this.#options
    const now = clock.now()
    let flood = this.#floods.get(event.alert)
    if (flood === undefined || flood.until <= now) {
      flood = { until: now + MINUTE_MS, count: 0, held: [] }
      this.#floods.set(event.alert, flood)
    }
    flood.count += 1
    if (flood.count <= MOST_A_MINUTE) return false
    if (flood.held.length === 0) {
      const { held, until } = flood
      clock.after(until - now, () => this.#sendAll(held))
    }
    flood.held.push(event)
    for (const { channel } of event.deliveries.filter(isQueued))
      this.#settle([event], channel, { state: 'grouped' })
    return true
  }

  #sendAll(events: readonly AlertEvent[]): void {
    const current = events.map((event) => this.#open.get(event.id) ?? event)
    const channels = new Set(
      current.flatMap(({ deliveries }) => deliveries.filter(isOpen).map(({ channel }) => channel)),
    )
    for (const channel of channels) {
      const mine = current.filter(({ deliveries }) =>
        deliveries.some((each) => each.channel === channel && isOpen(each)),
      )
      if (channel === 'desktop') this.#show(mine)
      else void this.#attempt({ channel, events: mine, attempts: 0 })
    }
  }

  #show(events: readonly AlertEvent[]): void {
    if (!this.fired.wanted) {
      for (const event of events) this.#unheard.push(event)
      const over = this.#unheard.length - MOST_UNHEARD
      // Some more than have to, so that it is not done with each.
      if (over > 0) this.#giveUp(this.#unheard.splice(0, over + UNHEARD_ROOM))
      return
    }
    this.fired.publish(events)
    this.#told(events)
  }

  #giveUp(events: readonly AlertEvent[]): void {
    const at = this.#options.clock.now()
    const reason = `No window was open, and more than ${MOST_UNHEARD} waited for one.`
    this.#settle(events, 'desktop', { state: 'failed', at, reason })
  }

  #told(events: readonly AlertEvent[]): void {
    const now = this.#options.clock.now()
    for (const event of events)
      this.#settle(
        [event],
        'desktop',
        { state: 'sent', at: now, attempts: 1 },
        this.#sinceReceipt(event.id, now),
      )
  }

  /** For the first client that comes. */
  #takeUnheard(): readonly AlertEvent[] {
    const events = this.#unheard
    this.#unheard = []
    this.#told(events)
    return events.slice(-MOST_IN_FRAME)
  }

  #sinceReceipt(id: number, at: number): number | null {
    const received = this.#received.get(id)
    return received === undefined ? null : Math.max(0, at - received)
  }

  async #attempt(message: Message): Promise<void> {
    const { clock, log } = this.#options
    const { channel, events } = message
    message.attempts += 1
    const { attempts } = message
    const problem = await this.#post(channel, events)
    const at = clock.now()
    if (problem === null) {
      this.#settle(events, channel, { state: 'sent', attempts, at })
      return
    }
    const pauseMs = PAUSES_MS[attempts - 1]
    const { reason } = problem
    if (pauseMs === undefined || !problem.again) {
      log.warn('alerts.not-delivered', { channel, attempts, reason })
      this.#settle(events, channel, { state: 'failed', attempts, at, reason })
      return
    }
    this.#settle(events, channel, { attempts, at, reason })
    this.#wait(message, Math.max(pauseMs, Math.min(problem.pauseMs, LONGEST_PAUSE_MS)))
  }

  #wait(message: Message, pauseMs: number): void {
    const cancel = this.#options.clock.after(pauseMs, () => {
      this.#waiting.delete(message)
      void this.#attempt(message)
    })
    this.#waiting.set(message, cancel)
    if (this.#waiting.size <= MOST_WAITING) return
    for (const [oldest, forget] of this.#waiting) {
      forget()
      this.#waiting.delete(oldest)
      const reason = 'Too many messages wait for an address that does not answer.'
      this.#settle(oldest.events, oldest.channel, { state: 'failed', reason })
      return
    }
  }

  /** Null when it was taken; else why not, and whether it may help to try again. */
  async #post(channel: RemoteChannel, events: readonly AlertEvent[]): Promise<Refusal | null> {
    // At a start the log is read sooner than the keychain: what was queued must not pass for without address.
    await this.#addresses.loaded
    const known = this.#addresses.of(channel)
    if (known === undefined)
      return {
        reason: 'No address is set for it: set one in the settings of alerts.',
        ...{ again: false, pauseMs: 0 },
      }
    const text = alertText(events)
    const [url, body] =
      channel === 'telegram'
        ? [`${known.address}/sendMessage`, { chat_id: known.chat, text }]
        : [known.address, { text, events: events.map(bare) }]
    const answer = await this.#options.post(url, JSON.stringify(body))
    if (!answer.ok) return { reason: answer.failure.message, again: true, pauseMs: 0 }
    const { status, retryAfterMs = 0 } = answer.value
    if (status >= 200 && status < 300) return null
    const again = status >= 500 || status === 408 || status === 429
    const what = again ? 'It is tried again.' : 'Check the address.'
    return { reason: `It answered HTTP ${status}. ${what}`, again, pauseMs: retryAfterMs }
  }

  #settle(
    events: readonly AlertEvent[],
    channel: DeliveryChannel,
    change: Partial<Delivery>,
    notifiedMs?: number | null,
  ): void {
    for (const { id } of events) {
      const event = this.#open.get(id)
      if (event === undefined) continue
      const deliveries = event.deliveries.map((each) =>
        each.channel === channel ? changed(each, change) : each,
      )
      const told = notifiedMs === undefined ? event.notifiedMs : notifiedMs
      const next: AlertEvent = { ...event, deliveries, notifiedMs: told }
      if (deliveries.some(isOpen)) this.#open.set(id, next)
      else this.#keepForNotice(next)
      this.#options.note({ t: 'delivered', id, deliveries, notifiedMs: told })
    }
  }

  /** The shell says a moment later when it really showed it. */
  #keepForNotice(event: AlertEvent): void {
    this.#open.set(event.id, event)
    this.#options.clock.after(MINUTE_MS, () => {
      if (this.#open.get(event.id)?.deliveries.some(isOpen) === true) return
      this.#open.delete(event.id)
      this.#received.delete(event.id)
    })
  }
}

function changed(delivery: Delivery, change: Partial<Delivery>): Delivery {
  const { reason: _, ...rest } = delivery
  // What was told with others stays so.
  const isGrouped = delivery.state === 'grouped' && change.state === 'sent'
  const state: Delivery['state'] = isGrouped ? 'grouped' : (change.state ?? rest.state)
  const next = { ...rest, ...change, state }
  // Its time says that it is over: an attempt that is repeated has none.
  return delivery.state === 'grouped' && change.state === undefined ? { ...next, at: null } : next
}

const isQueued = ({ state }: Delivery): boolean => state === 'queued'
const isOpen = ({ state, at }: Delivery): boolean =>
  state === 'queued' || (state === 'grouped' && at === null)

function byAlert(events: readonly AlertEvent[]): readonly (readonly AlertEvent[])[] {
  return [...Map.groupBy(events, ({ alert }) => alert).values()]
}

/** Without what concerns this program alone. */
const bare = ({ deliveries: _, notifiedMs: __, ...event }: AlertEvent) => event

const testEvent = (now: EpochMs): AlertEvent => ({
  id: 0,
  alert: 'test' as AlertId,
  name: 'Tapedeck: a test',
  severity: 'info',
  expr: 'This is what an alert looks like.',
  at: now,
  market: 'test:TEST-TEST' as AlertEvent['market'],
  time: epochMs(now),
  price: Number.NaN,
  values: {},
  late: null,
  notifiedMs: null,
  deliveries: [{ channel: 'desktop', state: 'queued', attempts: 0, at: null }],
})

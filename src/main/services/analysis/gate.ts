import type {
  AnalysisFailure,
  AnalysisSettings,
  AnalysisStatus,
  LimitName,
  ModelPrice,
  Spending,
  TokenUsage,
} from '../../../shared/contract/analysis.ts'
import type { Outcome } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { AiAnswer, Clock } from '../../ports.ts'
import type { AnalysisBook, AnalysisChange } from '../../store/analysis-store.ts'
import { dayUsed, priceMissing } from './day-refusals.ts'
import { dollarsOf, nanosOf, nanosOfDollars, priceOf } from './pricing.ts'
import { SendWindows } from './send-windows.ts'
import { Settlements } from './settlements.ts'
import { dayOf, monthOf, nextDay, SpendingBook, type Use } from './spending-book.ts'

const MINUTE = 60_000

/** The most that a request may use. */
export interface Need {
  readonly model: string
  readonly promptTokens: number
  readonly maxTokens: number
}

/** What a request came to. */
export interface Settlement {
  readonly usage: TokenUsage
  /** Dollars; null where the model has no price. */
  readonly cost: number | null
}

/** Leave to send one request. */
export interface Lease {
  readonly queueMs: number
  /**
   * Once: what the provider says it used (null: it does not say, and the reservation stands). `wasSent` false: nothing
   * was worked on, and nothing counts; then null.
   */
  settle(usage: AiAnswer['usage'], wasSent: boolean): Settlement | null
}

export type Admission =
  | { readonly ok: true; readonly lease: Lease }
  | { readonly ok: false; readonly failure: AnalysisFailure }

export interface GateDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>
  readonly keep: (changes: readonly AnalysisChange[]) => Promise<Outcome<null>>
  readonly settings: () => Pick<AnalysisSettings, 'limits' | 'prices'>
  /** As it was at `gateBookSince`. */
  readonly book: Pick<AnalysisBook, 'newestRequest' | 'requests'>
}

interface Waiting {
  readonly need: Need
  readonly since: number
  readonly resolve: (admission: Admission) => void
  /** Called off: it is passed over. */
  over: boolean
}

interface Reservation {
  readonly waiting: Waiting
  readonly id: number
  readonly at: EpochMs
  readonly price: ModelPrice | undefined
  readonly use: Use
}

/** From when on the gate has to know of requests: this month's, and those of the last minute. */
export const gateBookSince = (now: EpochMs): EpochMs =>
  epochMs(Math.min(monthOf(now), now - MINUTE))

/**
 * The only way to a provider. Each request waits for its turn, so that no second and no minute, wherever it begins, has
 * more requests than the limits allow; and the most that it may use is reserved, on the disk, before it may be sent.
 * What does not fit into the day any more is refused, whoever asks.
 */
export class Gate {
  readonly #deps: GateDeps
  readonly #windows = new SendWindows()
  readonly #spending: SpendingBook
  readonly #settlements: Settlements
  #waiting: Waiting[] = []
  /** On the disk, and about to be let go. */
  readonly #reserved: Reservation[] = []
  /** What did not fit into a day, and which day. */
  readonly #refused = new Map<LimitName, { readonly day: EpochMs; readonly need: number }>()
  #newestId: number
  #working = false
  #cancelTimer: (() => void) | undefined

  constructor(deps: GateDeps) {
    this.#deps = deps
    this.#newestId = deps.book.newestRequest
    this.#spending = new SpendingBook(deps.book.requests)
    const { clock, keep } = deps
    this.#settlements = new Settlements(keep, clock)
    // When exactly they went nobody knows: as late as can be.
    const recent = deps.book.requests.filter(({ at }) => at > clock.now() - MINUTE)
    for (const _ of recent) this.#windows.went(clock.monotonic())
  }

  /** Resolves when the request may be sent at once, or will not be: `limit`, `cancelled`, `internal` (the disk). */
  acquire(need: Need, signal: AbortSignal): Promise<Admission> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        need,
        since: this.#deps.clock.monotonic(),
        over: false,
        resolve: (admission) => {
          signal.removeEventListener('abort', cancel)
          resolve(admission)
        },
      }
      const cancel = (): void => {
        waiting.over = true
        waiting.resolve(CANCELLED)
      }
      if (signal.aborted) {
        cancel()
        return
      }
      signal.addEventListener('abort', cancel)
      this.#waiting.push(waiting)
      this.#work()
    })
  }

  /** The limits are others now. */
  changed(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#work()
  }

  today(): Spending {
    return this.#spending.today(this.#deps.clock.now())
  }

  month(): Spending {
    return this.#spending.month(this.#deps.clock.now())
  }

  /** The limit of the day that is used up, or that the last request did not fit into. */
  stopped(): AnalysisStatus['stopped'] {
    const now = this.#deps.clock.now()
    for (const { limit, most, used } of this.#dayLimits(now)) {
      const refused = this.#refused.get(limit)
      const need = refused?.day === dayOf(now) ? refused.need : 0
      if (used >= most || used + need > most) return { limit, until: nextDay(now) }
    }
    return null
  }

  /** Whoever waits is told that it is cancelled; what is settled goes to the disk at once. */
  close(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const waiting of this.#waiting.splice(0)) {
      waiting.over = true
      waiting.resolve(CANCELLED)
    }
    this.#settlements.close()
  }

  #work(): void {
    if (this.#working) return
    this.#working = true
    void this.#letGo()
  }

  async #letGo(): Promise<void> {
    const { clock, settings } = this.#deps
    while (this.#waiting.length + this.#reserved.length > 0) {
      const { limits } = settings()
      const now = clock.monotonic()
      const room = this.#windows.room(now, limits)
      if (room <= 0) {
        this.#wakeIn(Math.max(1, this.#windows.waitMs(now, limits)))
        break
      }
      const next = this.#reserved.shift()
      if (next === undefined) await this.#reserve(room)
      else this.#release(next)
    }
    // In the same turn: whoever comes next finds that nobody works.
    this.#working = false
  }

  #wakeIn(ms: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#deps.clock.after(ms, () => {
      this.#cancelTimer = undefined
      this.#work()
    })
  }

  /** The first that wait, as many as may go, in one transaction. */
  async #reserve(room: number): Promise<void> {
    const reservations: Reservation[] = []
    let taken = 0
    for (const waiting of this.#waiting) {
      if (reservations.length === room) break
      taken += 1
      if (waiting.over) continue
      const reservation = this.#reservationOf(waiting)
      if ('failure' in reservation) waiting.resolve({ ok: false, failure: reservation.failure })
      else reservations.push(reservation)
    }
    this.#waiting = this.#waiting.slice(taken)
    if (reservations.length === 0) return
    const kept = await this.#settlements.keepWith(reservations.map(changeOf))
    if (kept.ok) {
      this.#reserved.push(...reservations)
      return
    }
    for (const { waiting, at, use } of reservations) {
      this.#spending.withdraw(at, use)
      waiting.resolve(
        refuse(
          'internal',
          `Nothing was sent: what it may cost could not be written down. ${kept.failure.message}`,
        ),
      )
    }
  }

  #reservationOf(waiting: Waiting): Reservation | { readonly failure: AnalysisFailure } {
    const { model, promptTokens, maxTokens } = waiting.need
    const at = this.#deps.clock.now()
    const price = priceOf(this.#deps.settings().prices, model)
    const use = {
      tokens: promptTokens + maxTokens,
      nanos: nanosOf(price, promptTokens, maxTokens),
    }
    for (const { limit, most, used } of this.#dayLimits(at)) {
      if (limit === 'moneyPerDay' && use.nanos === null) return { failure: priceMissing(model) }
      const need = limit === 'tokensPerDay' ? use.tokens : (use.nanos ?? 0)
      if (used + need <= most) continue
      this.#refused.set(limit, { day: dayOf(at), need })
      return { failure: dayUsed(limit, at) }
    }
    this.#newestId += 1
    this.#spending.add(at, use)
    return { waiting, id: this.#newestId, at, price, use }
  }

  #release(reservation: Reservation): void {
    const { waiting, at } = reservation
    const over = this.#dayLimits(at).find(({ most, used }) => used > most)
    if (waiting.over || over !== undefined) {
      this.#settle(reservation, { tokens: 0, nanos: reservation.use.nanos === null ? null : 0 })
      if (over !== undefined) waiting.resolve({ ok: false, failure: dayUsed(over.limit, at) })
      return
    }
    const now = this.#deps.clock.monotonic()
    this.#windows.went(now)
    waiting.resolve({ ok: true, lease: this.#lease(reservation, now - waiting.since) })
  }

  #lease(reservation: Reservation, queueMs: number): Lease {
    const { price, use } = reservation
    const { promptTokens, maxTokens } = reservation.waiting.need
    let settled = false
    return {
      queueMs,
      settle: (reported, wasSent) => {
        if (settled) throw new Error('A request is settled once.')
        settled = true
        if (!wasSent) {
          this.#settle(reservation, { tokens: 0, nanos: use.nanos === null ? null : 0 })
          return null
        }
        if (reported === null) {
          const usage = { promptTokens, completionTokens: maxTokens, reported: false }
          return { usage, cost: dollarsOf(use.nanos) }
        }
        const nanos = nanosOf(price, reported.promptTokens, reported.completionTokens)
        this.#settle(reservation, {
          tokens: reported.promptTokens + reported.completionTokens,
          nanos,
        })
        return { usage: { ...reported, reported: true }, cost: dollarsOf(nanos) }
      },
    }
  }

  #settle({ id, at, use }: Reservation, to: Use): void {
    this.#spending.change(at, use, to)
    this.#settlements.add({ t: 'settle', id, tokens: to.tokens, money: dollarsOf(to.nanos) })
  }

  /** The limits of a day, and what of it is used or reserved; money in billionths. */
  #dayLimits(at: EpochMs) {
    const { tokensPerDay, moneyPerDay } = this.#deps.settings().limits
    const { tokens, nanos } = this.#spending.day(at)
    const limits: { readonly limit: LimitName; readonly most: number; readonly used: number }[] = []
    if (tokensPerDay !== null)
      limits.push({ limit: 'tokensPerDay', most: tokensPerDay, used: tokens })
    if (moneyPerDay !== null)
      limits.push({ limit: 'moneyPerDay', most: nanosOfDollars(moneyPerDay), used: nanos })
    return limits
  }
}

const changeOf = ({ id, at, waiting, use }: Reservation): AnalysisChange => ({
  t: 'reserve',
  id,
  at,
  model: waiting.need.model,
  tokens: use.tokens,
  money: dollarsOf(use.nanos),
})

const refuse = (code: AnalysisFailure['code'], message: string): Admission => ({
  ok: false,
  failure: { code, message: message.slice(0, 300) },
})

const CANCELLED = refuse('cancelled', 'It was called off before it was sent.')

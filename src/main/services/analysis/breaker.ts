import type { AnalysisFailure, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { AiFailure, AiFailureCode, Clock } from '../../ports.ts'

/** Failures in a row after which nobody is asked for a while. */
const OPENS_AFTER = 5
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 300_000
/** What Retry-After may ask for: longer than that, and somebody looks whether it still holds. */
const LONGEST_ASKED_MS = 3_600_000

/** A pause can mend these. */
const MENDABLE: ReadonlySet<AiFailureCode> = new Set([
  'server',
  'timeout',
  'rate-limited',
  'offline',
  'cut',
])
/** Only a person can mend these. */
const HOLDING: ReadonlySet<AiFailureCode> = new Set(['bad-key', 'no-credit', 'wrong-address'])

/** Leave to ask once; one of the three is called, once. */
export interface Pass {
  succeeded(): void
  failed(failure: Pick<AiFailure, 'code' | 'message' | 'retryAfterMs'>): void
  /** It came to nothing that says anything about the provider: called off, or never sent. */
  abandoned(): void
}

export type BreakerAdmission =
  | { readonly ok: true; readonly pass: Pass }
  | { readonly ok: false; readonly failure: AnalysisFailure }

type State =
  | { readonly name: 'closed'; readonly failures: number }
  | {
      readonly name: 'open'
      /** Null: until the settings or the key change, or a person asks. */
      readonly until: EpochMs | null
      readonly code: AiFailureCode
      readonly reason: string
      readonly trying: boolean
    }

/**
 * Stops asking a provider that does not answer: closed → (failures in a row) open → (its pause is over) one request tries →
 * closed, or open for longer. What a pause does not mend (key, credit, address) holds it open until somebody changed something.
 */
export class Breaker {
  readonly #clock: Pick<Clock, 'now'>
  /** [0, 1): spreads the pauses, so that not all come back at once. */
  readonly #random: () => number
  #state: State = { name: 'closed', failures: 0 }
  #openings = 0
  /** Passes of before a reset say nothing any more. */
  #era = 0

  constructor(clock: Pick<Clock, 'now'>, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  /** Why nothing may be asked now; null: it may. `byHand`: a person asks, who may have mended it. */
  refusal(byHand: boolean): AnalysisFailure | null {
    const state = this.#state
    if (state.name === 'closed') return null
    const { until, code, reason, trying } = state
    if (until === null) {
      if (byHand && !trying) return null
      return { code: code as AnalysisFailure['code'], message: reason }
    }
    if (!trying && until <= this.#clock.now()) return null
    return {
      code: 'paused',
      retryAt: until,
      message:
        `The provider failed several times, so that it is left alone for a while. ${reason}`.slice(
          0,
          300,
        ),
    }
  }

  /** While open, one at a time may try. */
  admit(byHand: boolean): BreakerAdmission {
    const failure = this.refusal(byHand)
    if (failure !== null) return { ok: false, failure }
    if (this.#state.name === 'open') this.#state = { ...this.#state, trying: true }
    return { ok: true, pass: this.#pass(this.#state.name === 'open') }
  }

  /** The settings or the key are others: everything may be well now. */
  reset(): void {
    this.#era += 1
    this.#openings = 0
    this.#state = { name: 'closed', failures: 0 }
  }

  status(): AnalysisStatus['breaker'] {
    const state = this.#state
    if (state.name === 'closed') return { state: 'closed', until: null, reason: null }
    const { trying, until, reason } = state
    return { state: trying ? 'trying' : 'open', until, reason }
  }

  #pass(isTrial: boolean): Pass {
    const era = this.#era
    const once =
      <A extends readonly unknown[]>(run: (...args: A) => void) =>
      (...args: A): void => {
        if (era === this.#era) run(...args)
      }
    return {
      succeeded: once(() => {
        // An answer that was on its way while it opened closes nothing: only a trial does.
        if (this.#state.name === 'open' && !isTrial) return
        this.#openings = 0
        this.#state = { name: 'closed', failures: 0 }
      }),
      failed: once((failure) => this.#failed(failure, isTrial)),
      abandoned: once(() => {
        if (isTrial && this.#state.name === 'open') this.#state = { ...this.#state, trying: false }
      }),
    }
  }

  #failed(
    { code, message, retryAfterMs }: Pick<AiFailure, 'code' | 'message' | 'retryAfterMs'>,
    isTrial: boolean,
  ): void {
    const state = this.#state
    if (HOLDING.has(code)) {
      this.#state = { name: 'open', until: null, code, reason: message, trying: false }
      return
    }
    if (!MENDABLE.has(code)) {
      // It answered, if not to our liking: it is there.
      if (state.name === 'closed' || isTrial) this.#state = { name: 'closed', failures: 0 }
      return
    }
    if (state.name === 'open' && !isTrial) return
    const failures = state.name === 'closed' ? state.failures + 1 : OPENS_AFTER
    if (failures < OPENS_AFTER) this.#state = { name: 'closed', failures }
    else {
      const until = epochMs(Math.ceil(this.#clock.now() + this.#pauseMs(retryAfterMs)))
      this.#state = { name: 'open', until, code, reason: message, trying: false }
    }
  }

  /** Twice as long each time, by a quarter more or less; never shorter than the provider asked for. */
  #pauseMs(retryAfterMs: number | null): number {
    const usual = Math.min(FIRST_PAUSE_MS * 2 ** this.#openings, LONGEST_PAUSE_MS)
    this.#openings += 1
    const own = usual * (0.75 + this.#random() / 2)
    return Math.max(own, Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS))
  }
}

/** A breaker for each provider, known by its host. */
export class Breakers {
  readonly #clock: Pick<Clock, 'now'>
  readonly #random: () => number
  readonly #byHost = new Map<string, Breaker>()

  constructor(clock: Pick<Clock, 'now'>, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  of(baseUrl: string): Breaker {
    const { host } = new URL(baseUrl)
    const known = this.#byHost.get(host) ?? new Breaker(this.#clock, this.#random)
    this.#byHost.set(host, known)
    return known
  }
}

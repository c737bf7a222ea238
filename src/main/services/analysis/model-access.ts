import type { AnalysisSettings, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { AiProvider, Clock } from '../../ports.ts'
import type { AnalysisBook, AnalysisStore } from '../../store/analysis-store.ts'
import { askModel, type ModelAnswer } from './ask.ts'
import { Breakers } from './breaker.ts'
import { FormMemory } from './form-memory.ts'
import { Gate, gateBookSince } from './gate.ts'
import { Latencies } from './latencies.ts'
import { partialReason } from './partial-reason.ts'
import type { Question } from './question.ts'
import { readAnswer } from './read-answer.ts'

const MODELS_MS = 15_000

export interface ModelAccessOptions {
  readonly clock: Clock
  readonly provider: AiProvider
  readonly store: Pick<AnalysisStore, 'keepAnalyses'>
  readonly settings: () => AnalysisSettings
  /** Of the provider that is set; '' for none. */
  readonly key: () => string
  /** [0, 1), for pauses. */
  readonly random?: () => number
}

/** What the way of a question shows of itself. */
export interface AskNews {
  /** It leaves the machine now. */
  readonly sent: () => void
  /** The reason, as far as it has come. */
  readonly reason: (text: string) => void
}

/** The only way to a model: by the limits, past the breaker, with the times taken. Shut until `open`. */
export class ModelAccess {
  readonly #options: ModelAccessOptions
  readonly #breakers: Breakers
  readonly #latencies: Latencies
  readonly #forms = new FormMemory()
  #gate: Gate | null = null

  constructor(options: ModelAccessOptions) {
    this.#options = options
    const { clock, random = Math.random } = options
    this.#breakers = new Breakers(clock, random)
    this.#latencies = new Latencies(clock)
  }

  /** From when on the book has to name requests. */
  bookSince(): EpochMs {
    return gateBookSince(this.#options.clock.now())
  }

  /** `book`: what was spent before; without it no limit could be kept. */
  open(book: Pick<AnalysisBook, 'newestRequest' | 'requests'>): void {
    const { clock, store, settings } = this.#options
    this.#gate = new Gate({ clock, keep: (changes) => store.keepAnalyses(changes), settings, book })
  }

  close(): void {
    this.#gate?.close()
    this.#gate = null
  }

  /** The settings or the key are others. */
  changed(): void {
    this.#breakers.of(this.#options.settings().baseUrl).reset()
    this.#gate?.changed()
  }

  async ask(
    { kind, model, prompt, schema }: Question,
    byHand: boolean,
    news: AskNews,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    const { clock, provider, settings, key, random = Math.random } = this.#options
    const gate = this.#gate
    if (gate === null) return SHUT
    const { baseUrl, maxTokens, deadlineMs } = settings()
    const told: AiProvider = {
      ...provider,
      ask: (...call) => {
        news.sent()
        return provider.ask(...call)
      },
    }
    const answer = await askModel(
      { provider: told, gate, breakers: this.#breakers, forms: this.#forms, clock, random },
      {
        ...{ baseUrl, model, schema, maxTokens, deadlineMs, byHand },
        system: prompt.system,
        user: prompt.user,
        key: key(),
        read: (text) => readAnswer(kind, text),
      },
      (text) => news.reason(partialReason(text)),
      signal,
    )
    if (answer.latency !== null) this.#latencies.record(model, answer.latency)
    return answer
  }

  async models(signal: AbortSignal): Promise<Outcome<readonly string[]>> {
    const { provider, settings, key } = this.#options
    const listed = await provider.models(settings().baseUrl, key(), MODELS_MS, signal)
    return listed.ok ? ok(listed.value) : fail('unavailable', listed.failure.message)
  }

  state(): Pick<AnalysisStatus, 'today' | 'month' | 'stopped' | 'breaker' | 'latencies'> {
    return {
      today: this.#gate?.today() ?? NOTHING,
      month: this.#gate?.month() ?? NOTHING,
      stopped: this.#gate?.stopped() ?? null,
      breaker: this.#breakers.of(this.#options.settings().baseUrl).status(),
      latencies: this.#latencies.all(),
    }
  }
}

const NOTHING = { requests: 0, tokens: 0, money: 0, unpriced: 0 }
const SHUT: ModelAnswer = {
  ok: false,
  failure: { code: 'cancelled', message: 'The app is ending.' },
  ...{ usage: null, cost: null, latency: null, attempts: 0 },
}

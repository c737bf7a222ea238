import type {
  AnalysisFailure,
  AnalysisFailureCode,
  CallLatency,
  TokenUsage,
} from '../../../shared/contract/analysis.ts'
import type { Verdict } from '../../../shared/domain/analysis.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { AiAnswer, AiFailure, AiProvider, AiRequest, Clock } from '../../ports.ts'
import type { Breaker, Breakers, Pass } from './breaker.ts'
import { CODES, mayHaveWorked, REPEATED } from './failure-rules.ts'
import { type FormMemory, formAfter } from './form-memory.ts'
import type { Gate, Lease } from './gate.ts'
import { mostPromptTokens } from './pricing.ts'
import type { ReadAnswer } from './read-answer.ts'

/** Requests that one question may take in all: forms, repeats and a repair together. */
const MOST_ATTEMPTS = 8
const MOST_REPEATS = 3
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8_000
/** With less than this left nothing is begun. */
const LEAST_MS = 250
/** Most of a faulty answer that is sent back with what is wrong with it. */
const MOST_SENT_BACK = 4_000

export interface ModelQuestion
  extends Pick<AiRequest, 'baseUrl' | 'model' | 'system' | 'user' | 'schema' | 'maxTokens'> {
  /** '' for a server that wants none. */
  readonly key: string
  /** All attempts together, with the waits before and between them, milliseconds. */
  readonly deadlineMs: number
  /** A person asks: what holds the breaker open may have been mended. */
  readonly byHand: boolean
  readonly read: (text: string) => ReadAnswer
}

export interface AskDeps {
  readonly provider: AiProvider
  readonly gate: Pick<Gate, 'acquire'>
  readonly breakers: Breakers
  readonly forms: FormMemory
  readonly clock: Clock
  /** [0, 1) */
  readonly random: () => number
}

export type ModelAnswer = (
  | { readonly ok: true; readonly verdict: Verdict; readonly reason: string }
  | { readonly ok: false; readonly failure: AnalysisFailure }
) & {
  /** Of all attempts; null: nothing was worked on. */
  readonly usage: TokenUsage | null
  /** Dollars; null where the model has no price, or nothing was worked on. */
  readonly cost: number | null
  /** Null: nothing was sent. */
  readonly latency: CallLatency | null
  readonly attempts: number
}

/**
 * Asks a model until there is an answer that can be used, or there will be none: in the strictest form that it knows, once more
 * with what was wrong with its answer, and again after failures that pass. Every attempt goes through the gate. `onText` gets the
 * whole text of the attempt under way, '' when one begins anew. Never rejects.
 */
export function askModel(
  deps: AskDeps,
  question: ModelQuestion,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  return new Asking(deps, question, onText, signal).run()
}

type Step =
  | { readonly ok: true; readonly verdict: Verdict; readonly reason: string }
  | { readonly ok: false; readonly failure: AnalysisFailure }
  /** Null: once more, after a pause of so many milliseconds. */
  | { readonly ok: null; readonly pauseMs: number; readonly after: AnalysisFailure }

class Asking {
  readonly #deps: AskDeps
  readonly #question: ModelQuestion
  readonly #onText: (text: string) => void
  readonly #signal: AbortSignal
  readonly #breaker: Breaker
  readonly #began: number
  /** Ends with the deadline and with the signal. */
  readonly #ending = new AbortController()
  #isLate = false
  #form: AiRequest['form']
  #user: string
  #attempts = 0
  #repeats = 0
  #repaired = false
  #usage: TokenUsage | null = null
  #cost: number | null = null
  #queueMs = 0
  #firstByteMs: number | null = null

  constructor(
    deps: AskDeps,
    question: ModelQuestion,
    onText: (text: string) => void,
    signal: AbortSignal,
  ) {
    this.#deps = deps
    this.#question = question
    this.#onText = onText
    this.#signal = signal
    this.#breaker = deps.breakers.of(question.baseUrl)
    this.#began = deps.clock.monotonic()
    this.#form = deps.forms.of(question)
    this.#user = question.user
  }

  async run(): Promise<ModelAnswer> {
    const { clock } = this.#deps
    const cancel = (): void => this.#ending.abort()
    const late = clock.after(this.#question.deadlineMs, () => {
      this.#isLate = true
      this.#ending.abort()
    })
    this.#signal.addEventListener('abort', cancel)
    if (this.#signal.aborted) cancel()
    try {
      const end = await this.#untilDone()
      return { ...end, ...this.#sums() }
    } finally {
      late()
      this.#signal.removeEventListener('abort', cancel)
    }
  }

  async #untilDone(): Promise<Exclude<Step, { readonly ok: null }>> {
    for (let last: AnalysisFailure | null = null; ; ) {
      const step = await this.#attempt(last)
      if (step.ok !== null) return step
      last = step.after
      if (this.#attempts >= MOST_ATTEMPTS) return { ok: false, failure: last }
      if (step.pauseMs + LEAST_MS > this.#leftMs()) {
        const retryAt = epochMs(Math.ceil(this.#deps.clock.now() + step.pauseMs))
        return { ok: false, failure: step.pauseMs > 0 ? { ...last, retryAt } : last }
      }
      if (step.pauseMs > 0) await this.#pause(step.pauseMs)
      if (this.#ending.signal.aborted) return { ok: false, failure: this.#ended() }
    }
  }

  /** `last`: why it is not the first; what is told when there can be no other. */
  async #attempt(last: AnalysisFailure | null): Promise<Step> {
    const { gate } = this.#deps
    const { model, maxTokens, byHand } = this.#question
    const refusal = this.#breaker.refusal(byHand)
    if (refusal !== null) return this.#refused(last, refusal)
    const promptTokens = this.#mostPromptTokens()
    const waited = this.#deps.clock.monotonic()
    const admission = await gate.acquire({ model, promptTokens, maxTokens }, this.#ending.signal)
    this.#queueMs += this.#deps.clock.monotonic() - waited
    if (!admission.ok)
      return {
        ok: false,
        failure: this.#ending.signal.aborted ? this.#ended() : (last ?? admission.failure),
      }
    const { lease } = admission
    // While it waited for its turn, others may have failed.
    const admitted = this.#breaker.admit(byHand)
    if (!admitted.ok || this.#ending.signal.aborted) {
      lease.settle(null, false)
      if (admitted.ok) admitted.pass.abandoned()
      return admitted.ok
        ? { ok: false, failure: this.#ended() }
        : this.#refused(last, admitted.failure)
    }
    return this.#send(lease, admitted.pass)
  }

  #refused(last: AnalysisFailure | null, refusal: AnalysisFailure): Step {
    if (last === null) return { ok: false, failure: refusal }
    const { retryAt } = refusal
    return { ok: false, failure: retryAt === undefined ? last : { ...last, retryAt } }
  }

  async #send(lease: Lease, pass: Pass): Promise<Step> {
    const { baseUrl, model, system, schema, maxTokens, key } = this.#question
    this.#attempts += 1
    if (this.#attempts > 1) this.#onText('')
    const request: AiRequest = {
      baseUrl,
      model,
      system,
      user: this.#user,
      form: this.#form,
      schema,
      maxTokens,
      deadlineMs: Math.max(1, this.#leftMs()),
    }
    const outcome = await this.#deps.provider.ask(request, key, this.#onText, this.#ending.signal)
    if (outcome.ok) {
      this.#settle(lease, outcome.value.usage, true)
      this.#firstByteMs = outcome.value.firstByteMs
      pass.succeeded()
      return this.#judge(outcome.value)
    }
    const { failure } = outcome
    this.#settle(lease, failure.usage, failure.usage !== null || mayHaveWorked(failure))
    this.#firstByteMs = failure.firstByteMs
    if (!this.#ending.signal.aborted) {
      pass.failed(failure)
      return this.#goOnAfter(failure)
    }
    // Slow is the provider only where it had most of the time, and we did not spend it waiting.
    if (this.#isLate && failure.totalMs >= this.#question.deadlineMs / 2)
      pass.failed({ ...failure, code: 'timeout', message: this.#ended().message })
    else pass.abandoned()
    return { ok: false, failure: this.#ended() }
  }

  #judge(answer: AiAnswer): Step {
    const { read } = this.#question
    if (answer.refusal !== null || answer.finish === 'filter')
      return failed('declined', 'The model would not answer, or its provider held the answer back.')
    const said = read(answer.text)
    if (said.ok) {
      this.#deps.forms.works(this.#question, this.#form)
      return said
    }
    if (answer.finish === 'length')
      return failed(
        'truncated',
        'The answer was longer than it may be, and breaks off. Allow more tokens for an answer.',
      )
    const failure = {
      code: said.code,
      message: `The answer cannot be used: ${said.message}`.slice(0, 300),
    }
    if (this.#repaired) return { ok: false, failure }
    this.#repaired = true
    this.#user = repairOf(this.#question.user, answer.text, said.message)
    return { ok: null, pauseMs: 0, after: failure }
  }

  #goOnAfter(failure: AiFailure): Step {
    const { code, retryAfterMs, message } = failure
    const after = { code: CODES[code], message }
    const next = formAfter(this.#form)
    if (code === 'ask-again') return { ok: null, pauseMs: 0, after }
    // Many say of a form that they do not know only that the request is bad.
    if ((code === 'no-such-form' || code === 'refused-request') && next !== undefined) {
      this.#form = next
      return { ok: null, pauseMs: 0, after }
    }
    if (!REPEATED.has(code) || this.#repeats >= MOST_REPEATS) {
      const retryAt = epochMs(Math.ceil(this.#deps.clock.now() + (retryAfterMs ?? 0)))
      return { ok: false, failure: retryAfterMs === null ? after : { ...after, retryAt } }
    }
    const own = Math.min(FIRST_PAUSE_MS * 2 ** this.#repeats, LONGEST_PAUSE_MS)
    this.#repeats += 1
    const pauseMs = Math.max(own * (0.75 + this.#deps.random() / 2), retryAfterMs ?? 0)
    return { ok: null, pauseMs, after }
  }

  #settle(lease: Lease, reported: AiAnswer['usage'], wasSent: boolean): void {
    const settlement = lease.settle(reported, wasSent)
    if (settlement === null) return
    const { usage, cost } = settlement
    const before = this.#usage
    this.#cost = before === null ? cost : sum(this.#cost, cost)
    this.#usage = {
      promptTokens: (before?.promptTokens ?? 0) + usage.promptTokens,
      completionTokens: (before?.completionTokens ?? 0) + usage.completionTokens,
      reported: (before?.reported ?? true) && usage.reported,
    }
  }

  #sums(): Pick<ModelAnswer, 'usage' | 'cost' | 'latency' | 'attempts'> {
    const totalMs = this.#deps.clock.monotonic() - this.#began
    const latency = { queueMs: this.#queueMs, firstByteMs: this.#firstByteMs, totalMs }
    return {
      usage: this.#usage,
      cost: this.#cost,
      latency: this.#attempts === 0 ? null : latency,
      attempts: this.#attempts,
    }
  }

  #mostPromptTokens(): number {
    const { system, schema } = this.#question
    const form = this.#form === 'json-schema' ? [JSON.stringify(schema)] : []
    return mostPromptTokens([system, this.#user, ...form])
  }

  #leftMs(): number {
    return this.#question.deadlineMs - (this.#deps.clock.monotonic() - this.#began)
  }

  #ended(): AnalysisFailure {
    return this.#isLate
      ? { code: 'timeout', message: 'There was no answer within the time that it may take.' }
      : { code: 'cancelled', message: 'It was called off.' }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        this.#ending.signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#deps.clock.after(ms, done)
      this.#ending.signal.addEventListener('abort', done)
    })
  }
}

const failed = (code: AnalysisFailureCode, message: string): Step => ({
  ok: false,
  failure: { code, message },
})

const sum = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a + b

/** The question once more, with the answer and what is wrong with it. */
const repairOf = (user: string, answer: string, fault: string): string =>
  `${user}\n\nYou have answered this before:\n${answer.slice(0, MOST_SENT_BACK)}\n\n` +
  `That answer cannot be used: ${fault} Answer again, with one JSON object of the form that was asked for and nothing else.`

import type { RehearsalRequest, RehearsalStatus } from '../../../shared/contract/alerts.ts'
import type { Alert, AlertId } from '../../../shared/domain/alert.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import { compileAlert } from '../../pipeline/alerts/compiled-alert.ts'
import type { Clock } from '../../ports.ts'
import { Topic } from '../topic.ts'

const STATUS_MS = 100

export interface RehearsalOptions {
  readonly clock: Clock
  readonly jobs: Pick<Jobs, 'run'>
  /** The database that is recorded into. */
  readonly path: string
  /** Resolves when what was received until now can be read from the tape, or waited long enough. */
  readonly written: () => Promise<void>
}

const IDLE: RehearsalStatus = {
  ...{ state: 'idle', request: null, progress: 0, trades: 0, elapsedMs: 0, count: 0 },
  ...{ firings: [], days: [], coverage: null },
}

/** An alert tried on stored history before it is armed: one at a time, the newest wish counts. */
export class Rehearsal {
  readonly status: Topic<RehearsalStatus>
  readonly #options: RehearsalOptions
  #shown: RehearsalStatus = IDLE
  #cancel: AbortController | null = null

  constructor(options: RehearsalOptions) {
    this.#options = options
    this.status = new Topic(STATUS_MS, () => this.#shown)
  }

  /** Begins; what comes of it is told in the topic. Fails with `invalid` for what cannot be tried. */
  start(request: RehearsalRequest): Outcome<null> {
    const { draft, from, to } = request
    const now = this.#options.clock.now()
    const alert: Alert = {
      ...withoutChannels(draft),
      ...{ id: 'rehearsal' as AlertId, armed: true, createdAt: epochMs(0) },
    }
    const compilation = compileAlert(alert)
    if (!compilation.ok) return fail('invalid', compilation.problem.message)
    if (from >= to) return fail('invalid', 'The stretch is empty: its end must be after its start.')
    if (from >= now)
      return fail('invalid', 'The stretch begins in the future: nothing is recorded there yet.')
    this.#cancel?.abort()
    const cancel = new AbortController()
    this.#cancel = cancel
    this.#show({ ...IDLE, state: 'running', request })
    void this.#run(alert, request, cancel)
    return ok(null)
  }

  cancel(): void {
    this.#cancel?.abort()
  }

  async #run(alert: Alert, request: RehearsalRequest, cancel: AbortController): Promise<void> {
    const { clock, jobs, path, written } = this.#options
    const began = clock.monotonic()
    const tell = (status: Partial<RehearsalStatus>): void => {
      if (this.#cancel !== cancel) return
      const elapsedMs = Math.round(clock.monotonic() - began)
      this.#show({ ...this.#shown, elapsedMs, ...status })
    }
    await written()
    // Nothing is recorded in the future, and nothing is silent there.
    const to = Math.min(request.to, clock.now())
    const outcome = await jobs.run(
      { t: 'rehearse', path, alert, from: request.from, to, print: null },
      {
        signal: cancel.signal,
        onProgress: ({ done, share = 0, found = 0 }) =>
          tell({ trades: done, progress: share, count: found }),
      },
    )
    if (outcome.ok) tell({ state: 'done', progress: 1, ...outcome.value })
    else if (outcome.failure.code === 'cancelled') tell({ state: 'cancelled' })
    else tell({ state: 'failed', reason: outcome.failure.message })
  }

  #show(status: RehearsalStatus): void {
    this.#shown = status
    this.status.publish(status)
  }
}

const withoutChannels = ({ channels: _channels, ...draft }: RehearsalRequest['draft']) => draft

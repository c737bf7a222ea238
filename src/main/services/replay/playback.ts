import type {
  ReplayAction,
  ReplayRequest,
  ReplayStatus,
  ReplayTapeFrame,
} from '../../../shared/contract/replay.ts'
import type { Alert } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import type { FromReplay } from '../../jobs/replay-protocol.ts'
import type { ReplayThread, StartReplayThread } from '../../jobs/replay-thread.ts'
import { Topic } from '../topic.ts'
import { ReplayTape } from './replay-tape.ts'

const STATUS_MS = 100

export interface PlaybackOptions {
  /** The database that is recorded into. */
  readonly path: string
  readonly startThread: StartReplayThread
  /** Those that are there; the armed ones are evaluated where a request says so. */
  readonly alerts: () => readonly Alert[]
  /** Resolves when what was received until now can be read from the tape, or waited long enough. */
  readonly written: () => Promise<void>
}

const NOTHING: ReplayStatus = {
  ...{ state: 'none', request: null, at: null, pace: 1, trades: 0 },
  ...{ firings: [], summaries: [] },
}

/** The replay on the screen: one at a time, in a thread of its own. Recording goes on behind it. */
export class Playback {
  readonly status: Topic<ReplayStatus>
  readonly #options: PlaybackOptions
  readonly #tapes = new Map<MarketId, ReplayTape>()
  #shown: ReplayStatus = NOTHING
  #thread: ReplayThread | null = null
  /** Resolves when the thread that is there has ended. */
  #ended: Promise<void> = Promise.resolve()
  /** Counts starts: who was overtaken by another says nothing more. */
  #starts = 0

  constructor(options: PlaybackOptions) {
    this.#options = options
    this.status = new Topic(STATUS_MS, () => this.#shown)
  }

  /** Loads a replay, paused at its beginning; ends the one before. Fails as `ReplaySession.open`. */
  async start(request: ReplayRequest): Promise<Outcome<null>> {
    this.#starts += 1
    const mine = this.#starts
    this.#show({ ...NOTHING, state: 'loading', request, at: request.from })
    await this.#end()
    await this.#options.written()
    if (mine !== this.#starts) return OVERTAKEN
    const outcome = await this.#load(request)
    if (mine !== this.#starts) return OVERTAKEN
    if (!outcome.ok) {
      await this.#end()
      this.#show({ ...NOTHING, state: 'failed', request, reason: outcome.failure.message })
    }
    return outcome
  }

  act(action: ReplayAction): Outcome<null> {
    if (action.do === 'stop') {
      this.#starts += 1
      void this.#end()
      this.#show(NOTHING)
      return ok(null)
    }
    if (this.#thread === null) return fail('not-found', 'There is no replay. Start one first.')
    this.#thread.post({ t: 'act', action })
    return ok(null)
  }

  /** The tape of a market that is replayed. */
  tape(market: MarketId): Outcome<Topic<ReplayTapeFrame>> {
    const known = this.#tapes.get(market)
    if (known !== undefined) return ok(known)
    if (this.#shown.request?.markets.includes(market) !== true)
      return fail('not-found', `${market} is not replayed.`)
    const tape = new ReplayTape(market, (on) => this.#thread?.post({ t: 'watch', market, on }))
    this.#tapes.set(market, tape)
    return ok(tape)
  }

  /** Resolves when its thread is gone. */
  async stop(): Promise<void> {
    this.#starts += 1
    await this.#end()
  }

  #load(request: ReplayRequest): Promise<Outcome<null>> {
    const { promise, resolve } = Promise.withResolvers<Outcome<null>>()
    const gone = Promise.withResolvers<void>()
    const thread = this.#options.startThread({
      message: (message) => {
        if (message.t === 'started') resolve(ok(null))
        else if (message.t === 'refused') resolve({ ok: false, failure: message.failure })
        else this.#take(message, thread)
      },
      exit: (reason) => {
        gone.resolve()
        resolve(fail('internal', `The replay ended unexpectedly: ${reason}`))
        if (this.#thread !== thread) return
        this.#thread = null
        const { request: shown, at } = this.#shown
        const why = `The replay broke off: ${reason}`
        this.#show({ ...NOTHING, state: 'failed', request: shown, at, reason: why })
      },
    })
    this.#thread = thread
    this.#ended = gone.promise
    const alerts = request.alerts ? this.#options.alerts().filter(({ armed }) => armed) : []
    thread.post({ t: 'start', path: this.#options.path, request, alerts })
    for (const market of request.markets)
      if (this.#tapes.get(market)?.wanted === true) thread.post({ t: 'watch', market, on: true })
    return promise
  }

  #take({ status, frames }: Extract<FromReplay, { t: 'news' }>, thread: ReplayThread): void {
    if (this.#thread !== thread) return
    thread.post({ t: 'taken' })
    this.#show(status)
    for (const frame of frames) this.#tapes.get(frame.market)?.publish(frame)
  }

  #show(status: ReplayStatus): void {
    this.#shown = status
    this.status.publish(status)
  }

  #end(): Promise<void> {
    this.#thread?.post({ t: 'end' })
    this.#thread = null
    return this.#ended
  }
}

const OVERTAKEN = fail('cancelled', 'Another replay was started, or this one was stopped.')

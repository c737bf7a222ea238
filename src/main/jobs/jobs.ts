import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { fail, type Outcome } from '../../shared/domain/outcome.ts'
import { entryUrl } from '../platform/entry-url.ts'
import type { Clock, Logger } from '../ports.ts'
import { CANCELLED, messageOf, type Post, RunningTask, type RunOptions } from './running-task.ts'
import { leftovers, type ResultOf, type Task } from './task.ts'
import { Turns } from './turns.ts'

/** Long work beside the ingest. */
export interface Jobs {
  /**
   * Does a task in a thread of its own. Resolves exactly once and never rejects: with the result,
   * with `cancelled` after the signal or `close`, with `unavailable` after the deadline or when it
   * needed too much memory, with `internal` when its thread crashed, with `busy` when tasks that do not
   * end take all the room, or with what the task says. A task that fails harms no other.
   */
  run<T extends Task>(task: T, options?: RunOptions): Promise<Outcome<ResultOf<T>>>
  /**
   * Cancels everything and ends the threads. `stuck` are those that go on: they are inside one step of
   * SQLite, which nothing can interrupt, and hold up the end of the process (platform/process-end.ts).
   */
  close(): Promise<{ readonly stuck: number }>
}

export interface JobsOptions {
  /** Threads at work at the same time; `defaultWorkers` unless told. */
  readonly workers?: number
  readonly log: Logger
  readonly clock: Clock
  /** Heap of a thread in MB: a task that needs more is ended, and no other with it. */
  readonly heapMb?: number
  /** The entry of the threads; a test has its own. */
  readonly entry?: URL
}

const HEAP_MB = 256
/** Left to itself a thread lets garbage grow to twice of all else before it looks at it. */
const YOUNG_MB = 16
const MOST_WORKERS = 2
/** Idle threads are kept so long, in ms: they cost memory, a start costs some 50 ms. */
const IDLE_MS = 10_000
/** Threads that go on after their task was given up; more are not risked. */
const MOST_STUCK = 4

/** One core stays with the ingest. */
export const defaultWorkers = (): number =>
  Math.min(Math.max(availableParallelism() - 1, 1), MOST_WORKERS)

/** The pool starts no thread before the first task. */
export function createJobs(options: JobsOptions): Jobs {
  return new JobPool(options)
}

class JobPool implements Jobs {
  readonly #pool: Piscina
  readonly #log: Logger
  readonly #clock: Clock
  readonly #turns: Turns
  readonly #running = new Map<RunningTask, Promise<unknown>>()
  #stuck = 0
  #closing: Promise<{ readonly stuck: number }> | null = null

  constructor({ workers = defaultWorkers(), heapMb = HEAP_MB, ...options }: JobsOptions) {
    this.#log = options.log
    this.#clock = options.clock
    // Tasks wait here and not in the pool: its queue stands still when the last thread crashes.
    this.#turns = new Turns(workers)
    this.#pool = new Piscina({
      filename: (options.entry ?? entryUrl(import.meta.url, './job-worker.ts')).href,
      name: 'runTask',
      minThreads: 0,
      maxThreads: workers + MOST_STUCK,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
      // Idle threads sleep in their event loop.
      atomics: 'disabled',
    })
    this.#pool.on('error', (error) => this.#notStarted(error))
  }

  async run<T extends Task>(task: T, options: RunOptions = {}): Promise<Outcome<ResultOf<T>>> {
    if (!(await this.#turns.take(options.signal))) return { ok: false, failure: CANCELLED }
    try {
      if (this.#stuck >= MOST_STUCK)
        return fail('busy', 'Tasks that cannot be broken off are still at work. Try later.')
      const running = new RunningTask(this.#clock, options)
      const work = this.#work(running, task)
      this.#running.set(running, work)
      return await work.finally(() => this.#running.delete(running))
    } finally {
      this.#turns.release()
    }
  }

  close(): Promise<{ readonly stuck: number }> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #work<T extends Task>(running: RunningTask, task: T): Promise<Outcome<ResultOf<T>>> {
    let whole = true
    const result = await running.run(task, this.#post, {
      crashed: () => {
        whole = false
      },
      left: (ends) => {
        whole = false
        this.#leave(ends)
      },
    })
    if (whole || result.ok) return result
    this.#log.error('job-broken', { task: task.t, message: result.failure.message })
    // One that was left behind cleans up itself, unless the process ends before.
    for (const path of leftovers(task)) await rm(path, { force: true }).catch(() => {})
    return result
  }

  readonly #post: Post = (envelope) => this.#pool.run(envelope, { transferList: [envelope.port] })

  /** Its thread is of use again when it comes to its end after all. */
  #leave(ends: Promise<unknown>): void {
    this.#stuck += 1
    const back = (): void => {
      this.#stuck -= 1
    }
    ends.then(back, back)
  }

  /** A thread died before it had a task: those that wait for one would wait for ever. */
  #notStarted(error: unknown): void {
    const message = messageOf(error)
    this.#log.error('job-thread', { message })
    const { failure } = fail('internal', `No thread could be started for it: ${message}`)
    for (const running of this.#running.keys()) if (!running.begun) running.stop(failure, 0)
  }

  async #close(): Promise<{ readonly stuck: number }> {
    this.#turns.close()
    for (const running of this.#running.keys()) running.stop(CANCELLED)
    await Promise.all(this.#running.values())
    // Ending the pool ends its threads by force (see RunningTask): never while one is at work.
    if (this.#stuck === 0) await this.#pool.destroy()
    return { stuck: this.#stuck }
  }
}

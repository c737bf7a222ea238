import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { type Failure, fail, type Outcome } from '../../shared/domain/outcome.ts'
import type { Clock } from '../ports.ts'
import { Deadline } from './deadline.ts'
import { type Envelope, type FromJob, JobLine } from './line.ts'
import type { JobProgress, ResultOf, Task } from './task.ts'

/** How long a task may take to notice that it has to end before its thread is ended, ms. */
export const GRACE_MS = 500

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Most time for the work; waiting for a free worker and for `onText` do not count. */
  readonly deadlineMs?: number
  readonly onProgress?: (progress: JobProgress) => void
  /**
   * Takes the text of the task, a piece at a time; the task waits for it. Resolve with false when
   * nothing more is wanted. The task fails with what it throws.
   */
  readonly onText?: (text: string) => Promise<boolean> | boolean
}

/** Gives an envelope to a thread; the signal ends the thread. Rejects when the thread dies. */
export type Post = (envelope: Envelope, kill: AbortSignal) => Promise<unknown>

/** One task in one thread, from the moment it is given away until it is settled. */
export class RunningTask {
  readonly #line = new JobLine()
  readonly #channel = new MessageChannel()
  readonly #kill = new AbortController()
  readonly #clock: Clock
  readonly #options: RunOptions
  #begun = false
  #died = false
  #settled = false
  #why: Failure | null = null
  #deadline: Deadline | null = null
  #forgetGrace: () => void = () => {}
  /** Pieces of text are dealt with in their order. */
  #reading: Promise<void> = Promise.resolve()
  #unread = 0

  constructor(clock: Clock, options: RunOptions) {
    this.#clock = clock
    this.#options = options
  }

  get begun(): boolean {
    return this.#begun
  }

  /** Its thread is gone, and what the task would have cleaned up is left. */
  get end(): 'whole' | 'killed' | 'crashed' {
    if (!this.#died) return 'whole'
    return this.#kill.signal.aborted ? 'killed' : 'crashed'
  }

  async run<T extends Task>(task: T, post: Post): Promise<Outcome<ResultOf<T>>> {
    const { signal, deadlineMs } = this.#options
    const cancel = (): void => this.stop(CANCELLED)
    signal?.addEventListener('abort', cancel, { once: true })
    // It may have come while the task waited for its turn.
    if (signal?.aborted === true) cancel()
    if (deadlineMs !== undefined)
      this.#deadline = new Deadline(this.#clock, deadlineMs, () => this.stop(tooLong(deadlineMs)))
    const { port1, port2 } = this.#channel
    port1.on('message', (message: FromJob) => this.#hear(message))
    try {
      const sent = post({ task, port: port2, flags: this.#line.flags }, this.#kill.signal)
      const result = (await sent) as Outcome<ResultOf<T>>
      // What it said before its end may still be on the way: the result came by another port.
      for (let late = receiveMessageOnPort(port1); late; late = receiveMessageOnPort(port1))
        this.#hear(late.message as FromJob)
      // Done is done, also when the wish to end came in the same moment.
      return result.ok || this.#why === null ? result : { ok: false, failure: this.#why }
    } catch (error) {
      this.#died = true
      return { ok: false, failure: this.#why ?? deathOf(error) }
    } finally {
      this.#settled = true
      signal?.removeEventListener('abort', cancel)
      this.#deadline?.pause()
      this.#forgetGrace()
      port1.close()
    }
  }

  /** Asks it to end, and ends its thread when it does not. The first reason counts. */
  stop(why: Failure, graceMs = GRACE_MS): void {
    if (this.#why !== null || this.#settled) return
    this.#why = why
    this.#deadline?.pause()
    this.#line.stop()
    if (graceMs === 0) this.#kill.abort()
    else this.#forgetGrace = this.#clock.after(graceMs, () => this.#kill.abort())
  }

  #hear(message: FromJob): void {
    if (this.#settled) return
    if (message.t === 'begun') this.#begun = true
    else if (message.t === 'text') this.#read(message.text)
    else
      try {
        this.#options.onProgress?.(message.progress)
      } catch (error) {
        this.stop(fail('internal', messageOf(error)).failure)
      }
  }

  #read(text: string): void {
    this.#unread += 1
    this.#deadline?.pause()
    this.#reading = this.#reading.then(async () => {
      let wantsMore = false
      try {
        wantsMore = this.#settled ? false : ((await this.#options.onText?.(text)) ?? true)
      } catch (error) {
        this.stop(unavailable(messageOf(error)))
      }
      this.#unread -= 1
      if (this.#unread === 0 && this.#why === null && !this.#settled) this.#deadline?.resume()
      this.#line.taken(wantsMore)
    })
  }
}

const unavailable = (message: string): Failure => fail('unavailable', message).failure

export const CANCELLED: Failure = fail('cancelled', 'It was broken off.').failure

const tooLong = (ms: number): Failure =>
  unavailable(`It took longer than ${ms / 1_000} s and was broken off.`)

/** Why a thread died, in words for people. */
function deathOf(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return unavailable('It needed more memory than a task may have and was ended.')
  return fail('internal', `Its thread ended unexpectedly: ${messageOf(error)}`).failure
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

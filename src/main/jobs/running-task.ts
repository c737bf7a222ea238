import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { type Failure, fail, type Outcome } from '../../shared/domain/outcome.ts'
import type { Clock } from '../ports.ts'
import { Deadline } from './deadline.ts'
import { type Envelope, type FromJob, JobLine } from './line.ts'
import type { JobProgress, ResultOf, Task } from './task.ts'

/** How long a task may take to notice that it has to end before nobody waits for it any more, ms. */
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

/** Gives an envelope to a thread. Rejects when the thread dies. */
export type Post = (envelope: Envelope) => Promise<unknown>

/**
 * One task in one thread, from the moment it is given away until it is settled. It is asked to end,
 * never forced: ending a thread that is inside SQLite ends the whole process when rows come from
 * JavaScript, and does not interrupt SQLite when they do not. Who does not listen is left behind.
 */
export class RunningTask {
  readonly #line = new JobLine()
  readonly #channel = new MessageChannel()
  readonly #clock: Clock
  readonly #options: RunOptions
  readonly #left = Promise.withResolvers<'left'>()
  #begun = false
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

  /** `crashed` is called when its thread dies, `left` when it goes on with nobody waiting. */
  async run<T extends Task>(
    task: T,
    post: Post,
    hear: { readonly crashed: () => void; readonly left: (ends: Promise<unknown>) => void },
  ): Promise<Outcome<ResultOf<T>>> {
    const { signal, deadlineMs } = this.#options
    const cancel = (): void => this.stop(CANCELLED)
    signal?.addEventListener('abort', cancel, { once: true })
    // It may have come while the task waited for its turn.
    if (signal?.aborted === true) cancel()
    if (deadlineMs !== undefined)
      this.#deadline = new Deadline(this.#clock, deadlineMs, () => this.stop(tooLong(deadlineMs)))
    const { port1, port2 } = this.#channel
    port1.on('message', (message: FromJob) => this.#hear(message))
    const ends = post({ task, port: port2, flags: this.#line.flags })
    try {
      const result = await Promise.race([ends, this.#left.promise])
      if (result === 'left') {
        this.#hearLate()
        // One that has not begun looks first, and ends at once.
        if (this.#begun) hear.left(ends)
        return { ok: false, failure: this.#why ?? CANCELLED }
      }
      this.#hearLate()
      const outcome = result as Outcome<ResultOf<T>>
      // Done is done, also when the wish to end came in the same moment.
      return outcome.ok || this.#why === null ? outcome : { ok: false, failure: this.#why }
    } catch (error) {
      hear.crashed()
      return { ok: false, failure: this.#why ?? deathOf(error) }
    } finally {
      this.#settled = true
      signal?.removeEventListener('abort', cancel)
      this.#deadline?.pause()
      this.#forgetGrace()
      port1.close()
    }
  }

  /** Asks it to end, and waits for it no longer than that. The first reason counts. */
  stop(why: Failure, graceMs = GRACE_MS): void {
    if (this.#why !== null || this.#settled) return
    this.#why = why
    this.#deadline?.pause()
    this.#line.stop()
    this.#forgetGrace = this.#clock.after(graceMs, () => this.#left.resolve('left'))
  }

  /** What it said before its end may still be on the way: the result came by another port. */
  #hearLate(): void {
    const { port1 } = this.#channel
    for (let late = receiveMessageOnPort(port1); late; late = receiveMessageOnPort(port1))
      this.#hear(late.message as FromJob)
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

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

import type { MessagePort } from 'node:worker_threads'
import { type JobContext, type JobProgress, type ProgressMore, Stopped, type Task } from './task.ts'

/** What goes to a worker. `flags` are shared, so that they reach one that is busy. */
export interface Envelope {
  readonly task: Task
  readonly port: MessagePort
  readonly flags: Int32Array
}

/** What a task says while it works. */
export type FromJob =
  /** The worker is up and has the task. */
  | { readonly t: 'begun' }
  | { readonly t: 'progress'; readonly progress: JobProgress }
  | { readonly t: 'text'; readonly text: string }

/** 1: end as soon as you can. */
const STOP = 0
/** How many pieces of text were taken. */
const TAKEN = 1
/** 1: nobody reads any more. */
const DEAF = 2
const FLAGS = 3

/** Pieces of text on their way; more gain nothing, and each is held in memory. */
const WINDOW = 4

/** The caller's end. */
export class JobLine {
  readonly flags = new Int32Array(new SharedArrayBuffer(FLAGS * Int32Array.BYTES_PER_ELEMENT))

  stop(): void {
    Atomics.store(this.flags, STOP, 1)
    Atomics.notify(this.flags, TAKEN)
  }

  /** One piece of text was dealt with. */
  taken(wantsMore: boolean): void {
    if (!wantsMore) Atomics.store(this.flags, DEAF, 1)
    Atomics.add(this.flags, TAKEN, 1)
    Atomics.notify(this.flags, TAKEN)
  }
}

/** The worker's end. */
export class WorkerLine implements JobContext {
  readonly #port: MessagePort
  readonly #flags: Int32Array
  #sent = 0

  constructor({ port, flags }: Envelope) {
    this.#port = port
    this.#flags = flags
    this.#post({ t: 'begun' })
  }

  check(): void {
    if (Atomics.load(this.#flags, STOP) === 1) throw new Stopped('The task was asked to end.')
  }

  progress(step: string, done: number, more?: ProgressMore): void {
    this.#post({ t: 'progress', progress: { step, done, ...more } })
  }

  write(text: string): boolean {
    this.#await(WINDOW - 1)
    if (this.#deaf) return false
    this.#sent += 1
    this.#post({ t: 'text', text })
    return true
  }

  /** Waits until everything written was taken. */
  flush(): void {
    this.#await(0)
  }

  /** Blocks this thread until at most `most` pieces are on their way. */
  #await(most: number): void {
    for (;;) {
      this.check()
      const taken = Atomics.load(this.#flags, TAKEN)
      if (this.#sent - taken <= most || this.#deaf) return
      // A stop changes another flag than the one waited for: look again now and then.
      Atomics.wait(this.#flags, TAKEN, taken, 100)
    }
  }

  get #deaf(): boolean {
    return Atomics.load(this.#flags, DEAF) === 1
  }

  #post(message: FromJob): void {
    this.#port.postMessage(message)
  }
}

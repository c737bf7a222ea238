import { type Outcome, ok } from '../../../src/shared/domain/outcome.ts'
import { type Port, portPair } from '../../../src/shared/rpc/port.ts'
import { serve, type TopicSource } from '../../../src/shared/rpc/server.ts'
import type { FakeClock } from './fake-clock.ts'

/** An engine at the other end of ports that the test opens, cuts and silences. */
export class FakeLine {
  readonly opened: Port[] = []
  readonly calls: string[] = []
  readonly subscribed: string[] = []
  /** Answers by command name; `app.info` has one already. */
  readonly answers = new Map<string, (input: unknown) => Outcome<unknown>>()
  answering = true
  readonly #clock: FakeClock
  readonly #listeners = new Set<{
    readonly name: string
    readonly push: (value: unknown) => void
  }>()

  constructor(clock: FakeClock) {
    this.#clock = clock
    this.answers.set('app.info', () => ok({ version: '1', demo: false, venues: [] }))
  }

  open = (): Port => {
    const [near, far] = portPair()
    this.opened.push(far)
    serve(
      far,
      {
        call: async (name, input) => {
          this.calls.push(name)
          if (!this.answering) return new Promise<never>(() => {})
          return this.answers.get(name)?.(input) ?? ok(null)
        },
        topic: (name) => {
          this.subscribed.push(name)
          return ok(this.#source(name))
        },
        onBug: (error) => String(error),
      },
      { now: () => this.#clock.now(), after: (ms, run) => this.#clock.after(ms, run) },
    )
    return near
  }

  cut(): void {
    this.opened.at(-1)?.close()
  }

  push(name: string, value: unknown): void {
    for (const listener of this.#listeners) if (listener.name === name) listener.push(value)
  }

  #source(name: string): TopicSource {
    return {
      minIntervalMs: 0,
      snapshot: () => `snapshot of ${name}`,
      merge: (_, next) => next,
      listen: (push) => {
        const listener = { name, push }
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
  }
}

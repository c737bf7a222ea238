import type { TopicSource } from '../../shared/rpc/server.ts'

/** A topic with its listeners: publish once, every subscribed client gets it in its own time. */
export class Topic<T> implements TopicSource<T> {
  readonly minIntervalMs: number
  readonly snapshot: () => T
  readonly merge: (previous: T, next: T) => T
  readonly #listeners = new Set<(value: T) => void>()

  /** Without `merge` the newest value replaces the one before. */
  constructor(
    minIntervalMs: number,
    snapshot: () => T,
    merge: (previous: T, next: T) => T = (_, next) => next,
  ) {
    this.minIntervalMs = minIntervalMs
    this.snapshot = snapshot
    this.merge = merge
  }

  get wanted(): boolean {
    return this.#listeners.size > 0
  }

  listen(push: (value: T) => void): () => void {
    this.#listeners.add(push)
    return () => this.#listeners.delete(push)
  }

  publish(value: T): void {
    for (const push of this.#listeners) push(value)
  }

  /** Publishes the state as it is now, if anybody listens. */
  refresh(): void {
    if (this.wanted) this.publish(this.snapshot())
  }
}

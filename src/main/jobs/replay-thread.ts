import { Worker } from 'node:worker_threads'
import { entryUrl } from '../platform/entry-url.ts'
import type { FromReplay, ToReplay } from './replay-protocol.ts'

/** A replay's thread as who asked for it sees it. */
export interface ReplayThread {
  post(message: ToReplay): void
}

export interface ReplayThreadEvents {
  message(message: FromReplay): void
  /** It is gone, asked or not; nothing comes after this. */
  exit(reason: string): void
}

export type StartReplayThread = (events: ReplayThreadEvents) => ReplayThread

/** As the store's (store-thread.ts): a bound above what is used, so that garbage goes early. */
const HEAP = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 }

/**
 * A replay has a thread of its own, not a place among the jobs: it lasts as long as somebody looks at it, and there a
 * single one would hold up every export and rehearsal. It ends by itself when it is told to (`end`), between two
 * slices of some milliseconds.
 */
export const startReplayThread: StartReplayThread = (events) => {
  const worker = new Worker(entryUrl(import.meta.url, './replay-worker.ts'), {
    name: 'tapedeck-replay',
    resourceLimits: HEAP,
  })
  let reason = 'it ended'
  worker.on('message', (message: FromReplay) => events.message(message))
  worker.on('error', (error) => {
    reason = error instanceof Error ? error.message : String(error)
  })
  worker.on('exit', () => events.exit(reason))
  return { post: (message) => worker.postMessage(message) }
}

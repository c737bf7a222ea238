import { Worker } from 'node:worker_threads'
import { entryUrl } from '../platform/entry-url.ts'
import type { FromStore, StoreWorkerData, ToStore } from './store-protocol.ts'

/** The store's thread as its client sees it. */
export interface StoreThread {
  post(message: ToStore): void
  /** Ends it at once, without `closed`. */
  terminate(): void
}

export interface StoreThreadEvents {
  message(message: FromStore): void
  /** It is gone, asked or not; nothing comes after this. */
  exit(reason: string): void
}

export type StartStoreThread = (path: string, events: StoreThreadEvents) => StoreThread

/** As the engine's thread (engine-host.ts): a bound far above what is used, so that garbage goes early. */
const HEAP = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 }

export const startStoreThread: StartStoreThread = (path, events) => {
  const workerData: StoreWorkerData = { path }
  const worker = new Worker(entryUrl(import.meta.url, './store-worker.ts'), {
    workerData,
    name: 'tapedeck-store',
    resourceLimits: HEAP,
  })
  let reason = 'it ended'
  worker.on('message', (message: FromStore) => events.message(message))
  worker.on('error', (error) => {
    reason = error instanceof Error ? error.message : String(error)
  })
  worker.on('exit', () => events.exit(reason))
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  }
}

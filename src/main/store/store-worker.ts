import { parentPort, workerData } from 'node:worker_threads'
import type { StoreWorkerData, ToStore } from './store-protocol.ts'
import { endsThread, openForWriting, serveStore } from './store-server.ts'

/** The entry of the store's thread: the one place from which the database is written. */
const { path } = workerData as StoreWorkerData
const port = parentPort
if (port === null) throw new Error('store-worker runs as a worker thread')
const handle = serveStore(
  path,
  (message) => {
    port.postMessage(message)
    if (endsThread(message)) port.close()
  },
  () => openForWriting(path),
  {
    idle: {
      soon: (run) => void setImmediate(run),
      after: (ms, run) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    },
  },
)
port.on('message', (message: ToStore) => handle(message))

import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { startSimulator } from './index.ts'
import { DEMO_VENUES, SIMULATED_VENUES, type SimulatorAddress } from './simulator.ts'

/** Worker → parent. */
export type FromSimulator =
  | { readonly t: 'ready'; readonly addresses: readonly SimulatorAddress[] }
  | { readonly t: 'failed'; readonly message: string }

/** Parent → worker. */
export type ToSimulator = { readonly t: 'stop' }

const OPTIONS = z.strictObject({
  venues: z.array(z.enum(SIMULATED_VENUES)).optional(),
  seed: z.number().optional(),
  rate: z.number().optional(),
  markets: z.array(z.string()).optional(),
  tape: z.string().optional(),
  speed: z.number().optional(),
  faults: z.array(z.string()).optional(),
  ports: z.partialRecord(z.enum(SIMULATED_VENUES), z.int().min(0).max(65_535)).optional(),
  timeScale: z.number().optional(),
  log: z.boolean().optional(),
  journal: z.string().optional(),
})

const given = <T extends object>(options: T) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

/** Starts the simulator with `workerData` as its options and stops it on `{t:'stop'}`. */
async function run(): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('simulator-worker runs as a worker thread only.')
  const post = (message: FromSimulator): void => port.postMessage(message)
  try {
    const options = OPTIONS.parse(workerData ?? {})
    // Nobody reads the log across the thread; the demo tape, which asks for nothing, has its own venues.
    const simulator = await startSimulator({ log: false, venues: DEMO_VENUES, ...given(options) })
    port.on('message', (message: ToSimulator) => {
      if (message.t === 'stop') void simulator.close().then(() => process.exit(0))
    })
    post({ t: 'ready', addresses: simulator.addresses })
  } catch (error) {
    post({ t: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

await run()

import { AVAILABLE_VENUES, startSimulator } from './index.ts'
import type { SimulatedVenue } from './simulator.ts'

/** What `simulate` was asked to do. */
export interface SimulateOptions {
  /** At least one; `all` whose dialect exists. */
  readonly venues: readonly SimulatedVenue[] | 'all'
  /** Of the first venue, the next ones follow; 0 or none: free ports. */
  readonly port?: number
  readonly rate?: number
  readonly tape?: string
  /** Pace of the tape; 0 as fast as clients read. */
  readonly speed?: number
  readonly seed?: number
  readonly timeScale?: number
  /** File for every match, one JSON line each. */
  readonly journal?: string
  readonly faults: readonly string[]
}

/**
 * Runs simulated exchanges until `signal` aborts. Prints
 * `{"event":"ready","ws","rest","addresses":[{"venue","ws","rest"}]}` (`ws` and `rest` of the first
 * one), for a recorded tape `{"event":"tape-ended"}`, and at the end
 * `{"event":"stopped","trades","frames"}`: trade rows and trade frames written to sockets. Resolves
 * to the exit code: 0, or 1 with `{"event":"failed","message"}`.
 */
export async function runSimulate(
  options: SimulateOptions,
  io: { readonly print: (line: object) => void; readonly signal: AbortSignal },
): Promise<number> {
  const { port = 0, ...rest } = options
  const venues = options.venues === 'all' ? AVAILABLE_VENUES : options.venues
  const ports = venues.map((venue, index) => [venue, port === 0 ? 0 : port + index] as const)
  try {
    const simulator = await startSimulator({
      ...rest,
      venues,
      log: false,
      ports: Object.fromEntries(ports),
    })
    const { addresses } = simulator
    io.print({ event: 'ready', ws: addresses[0]?.ws, rest: addresses[0]?.rest, addresses })
    void simulator.tapeEnded.then(() => {
      const { trades, frames } = simulator.totals()
      io.print({ event: 'tape-ended', trades, frames })
    })
    if (!io.signal.aborted)
      await new Promise<void>((resolve) =>
        io.signal.addEventListener('abort', () => resolve(), { once: true }),
      )
    await simulator.close()
    const { trades, frames } = simulator.totals()
    io.print({ event: 'stopped', trades, frames })
    return 0
  } catch (error) {
    io.print({ event: 'failed', message: error instanceof Error ? error.message : String(error) })
    return 1
  }
}

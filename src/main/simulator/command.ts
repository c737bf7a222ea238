import { startSimulator } from './index.ts'
import type { SimulatedVenue } from './simulator.ts'

/** What `simulate` was asked to do. */
export interface SimulateOptions {
  readonly venue: SimulatedVenue
  /** 0 or none: a free port. */
  readonly port?: number
  readonly rate?: number
  readonly tape?: string
  /** Pace of the tape; 0 as fast as clients read. */
  readonly speed?: number
  readonly seed?: number
  readonly timeScale?: number
  readonly faults: readonly string[]
}

/**
 * Runs one simulated exchange until `signal` aborts. Prints `{"event":"ready","ws","rest"}`, for a
 * recorded tape `{"event":"tape-ended"}`, and at the end `{"event":"stopped","trades","frames"}`:
 * trade rows and trade frames written to sockets. Resolves to the exit code: 0, or 1 with
 * `{"event":"failed","message"}`.
 */
export async function runSimulate(
  options: SimulateOptions,
  io: { readonly print: (line: object) => void; readonly signal: AbortSignal },
): Promise<number> {
  const { venue, port, ...rest } = options
  try {
    const simulator = await startSimulator({
      ...rest,
      venues: [venue],
      log: false,
      ...(port === undefined ? {} : { ports: { [venue]: port } }),
    })
    const { ws, rest: restBase } = simulator.address(venue)
    io.print({ event: 'ready', ws, rest: restBase })
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

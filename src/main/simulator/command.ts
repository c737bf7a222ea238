import { parseArgs } from 'node:util'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { startSimulator } from './index.ts'
import { SIMULATED_VENUES, type SimulatedVenue } from './simulator.ts'

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

export const SIMULATE_USAGE =
  'simulate --venue binance|okx|bybit [--port P] [--rate N] [--seed S] [--tape FILE [--speed X|max]] [--time-scale X] [--fault SPEC]…'

const NUMBERS = ['port', 'rate', 'seed', 'speed', 'time-scale'] as const

/** Reads the arguments behind `simulate`. */
export function readSimulateOptions(args: readonly string[]): Outcome<SimulateOptions> {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        venue: text,
        port: text,
        rate: text,
        tape: text,
        seed: text,
        speed: text,
        'time-scale': text,
        fault: { type: 'string', multiple: true },
      },
    })
    const venue = SIMULATED_VENUES.find((known) => known === values.venue)
    if (venue === undefined)
      return fail('invalid', `--venue must be one of ${SIMULATED_VENUES.join(', ')}.`)
    const numbers: Partial<Record<(typeof NUMBERS)[number], number>> = {}
    for (const name of NUMBERS) {
      const given = name === 'speed' && values.speed === 'max' ? '0' : values[name]
      if (given === undefined) continue
      if (!/^\d+(\.\d+)?$/.test(given))
        return fail('invalid', `--${name} must be a number, not "${given}".`)
      numbers[name] = Number(given)
    }
    const { 'time-scale': timeScale, ...rest } = numbers
    return ok({
      venue,
      ...rest,
      ...(timeScale === undefined ? {} : { timeScale }),
      ...(values.tape === undefined ? {} : { tape: values.tape }),
      faults: values.fault ?? [],
    })
  } catch (error) {
    return fail('invalid', error instanceof Error ? error.message : String(error))
  }
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

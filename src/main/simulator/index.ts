import { type SimulatorClock, systemClock } from './clock.ts'
import { createJournal, type Journal } from './journal.ts'
import { type RunningServer, serve } from './server.ts'
import type { ControlledSimulator, SimulatedVenue, SimulatorOptions } from './simulator.ts'
import { emit, prepare, readFaults, run, type Stage } from './stage.ts'
import { playTape, type TapePlayer } from './tape-player.ts'

export { AVAILABLE_VENUES } from './dialects/registry.ts'
export type * from './simulator.ts'
export { SIMULATED_VENUES } from './simulator.ts'

const TICK_MS = 10
/** After a pause of the process the tape does not catch up more than this. */
const MOST_CATCH_UP_SECONDS = 1

/**
 * Starts the simulated exchanges on the loopback. Throws with a plain message if an option is
 * wrong, the tape cannot be read or a port is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<ControlledSimulator> {
  const clock = options.clock ?? systemClock
  const { journal: path } = options
  const journal = createJournal({
    keep: options.log ?? path === undefined,
    clock,
    ...(path === undefined ? {} : { path }),
  })
  const { stages, servers } = await open(options, clock, journal)
  const players = stages.flatMap(({ exchange, tape }) =>
    tape === null ? [] : [playTape(exchange, tape, clock, options.speed ?? 1)],
  )
  const tape = drive(stages, clock, options.rate === 0)
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    tape.stop()
    for (const player of players) player.stop()
    for (const { exchange } of stages) exchange.faults.stop()
    await Promise.all(servers.map((server) => server.close()))
    journal.close()
  }
  return {
    ...controls(stages, servers, players, journal),
    pause: tape.pause,
    resume: tape.resume,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** Everything that can fail; nothing stays open when it does. */
async function open(options: SimulatorOptions, clock: SimulatorClock, journal: Journal) {
  try {
    const stages = await prepare(options, clock, journal)
    return { stages, servers: await serveAll(options, stages, clock, journal) }
  } catch (error) {
    journal.close()
    throw error
  }
}

async function serveAll(
  options: SimulatorOptions,
  stages: readonly Stage[],
  clock: SimulatorClock,
  journal: Journal,
): Promise<readonly RunningServer[]> {
  const servers: RunningServer[] = []
  let socket = 0
  try {
    for (const { exchange } of stages) {
      const nextSocketId = (): number => {
        socket += 1
        return socket
      }
      const port = options.ports?.[exchange.venue] ?? 0
      servers.push(await serve({ exchange, port, clock, journal, nextSocketId }))
    }
  } catch (error) {
    for (const server of servers) await server.close()
    throw error
  }
  return servers
}

/** Lets generated time pass with the clock. */
function drive(stages: readonly Stage[], clock: SimulatorClock, atRest: boolean) {
  let paused = atRest
  let last = clock.monotonic()
  const stop = clock.every(TICK_MS, () => {
    const now = clock.monotonic()
    const seconds = Math.min(MOST_CATCH_UP_SECONDS, (now - last) / 1_000)
    last = now
    if (!paused) for (const stage of stages) run(stage, seconds)
  })
  return {
    stop,
    pause: () => {
      paused = true
    },
    resume: () => {
      paused = false
    },
  }
}

function controls(
  stages: readonly Stage[],
  servers: readonly RunningServer[],
  players: readonly TapePlayer[],
  journal: Journal,
): Omit<ControlledSimulator, 'pause' | 'resume' | 'close'> {
  const stageOf = (venue: string): Stage => {
    const stage = stages.find(({ exchange }) => exchange.venue === venue)
    if (stage === undefined) throw new Error(`The simulator does not run ${venue}.`)
    return stage
  }
  const addresses = servers.map(({ address }) => address)
  return {
    addresses,
    address(venue: SimulatedVenue) {
      const found = addresses.find((address) => address.venue === venue)
      if (found === undefined) throw new Error(`The simulator does not run ${venue}.`)
      return found
    },
    emit: (market, count, how) => emit(stageOf(market.split(':')[0] ?? ''), market, count, how),
    printed: () => journal.trades,
    sent: () => journal.rows,
    sockets: () => journal.sockets,
    totals: () => journal.totals,
    cut: (venue) => stageOf(venue).exchange.cut(),
    announceShutdown: (venue) => stageOf(venue).exchange.announceShutdown(),
    fault(spec) {
      for (const fault of readFaults([spec]))
        for (const { exchange } of stages)
          if (fault.venue === null || fault.venue === exchange.venue) exchange.faults.add(fault)
    },
    tapeEnded:
      players.length === 0
        ? new Promise(() => {})
        : Promise.all(players.map(({ ended }) => ended)).then(() => undefined),
  }
}

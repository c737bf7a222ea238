import { readFile } from 'node:fs/promises'
import { type SimulatorClock, systemClock } from './clock.ts'
import { SLOW_CLIENT_BYTES } from './connection.ts'
import { Exchange } from './exchange.ts'
import { type Fault, parseFault } from './faults.ts'
import { createGenerator, type Generator } from './generator.ts'
import { liveHiddenPrices, type PastPrices, pastHiddenPrices } from './hidden-prices.ts'
import { createJournal, type Journal } from './journal.ts'
import { listingsOf } from './listings.ts'
import { PAST_STEPS, STEPS_PER_MINUTE, writePrehistory } from './prehistory.ts'
import { type RecordedTape, readTape } from './raw-tape.ts'
import { type RunningServer, serve } from './server.ts'
import {
  type ControlledSimulator,
  SIMULATED_VENUES,
  type SimulatedVenue,
  type SimulatorOptions,
} from './simulator.ts'
import { playTape } from './tape-player.ts'

export type * from './simulator.ts'
export { SIMULATED_VENUES } from './simulator.ts'

const TICK_MS = 10
/** After a pause of the process the tape does not catch up more than this. */
const MOST_CATCH_UP_SECONDS = 1

/** One venue with what drives it. */
interface Stage {
  readonly exchange: Exchange
  readonly generator: Generator | null
  readonly tape: RecordedTape | null
  /** Seconds of generated time, and the order that comes next. */
  seconds: number
  pending: ReturnType<Generator['next']> | null
}

/**
 * Starts the simulated exchanges on the loopback. Throws with a plain message if an option is
 * wrong, the tape cannot be read or a port is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<ControlledSimulator> {
  const clock = options.clock ?? systemClock
  const journal = createJournal(options.log ?? true)
  const stages = await prepare(options, clock, journal)
  const servers = await serveAll(options, stages, clock, journal)
  return control(options, stages, servers, clock, journal)
}

function readFaults(specs: readonly string[]): readonly Fault[] {
  return specs.map((spec) => {
    const fault = parseFault(spec)
    if (!fault.ok) throw new Error(fault.failure.message)
    return fault.value
  })
}

function checked(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value
  throw new Error(`Simulator option ${name} must be a number of at least ${least}, not ${value}.`)
}

async function prepare(
  options: SimulatorOptions,
  clock: SimulatorClock,
  journal: Journal,
): Promise<readonly Stage[]> {
  const faults = readFaults(options.faults ?? [])
  const seed = checked('seed', options.seed ?? 1, 0)
  const rate = checked('rate', options.rate ?? 20, 0)
  const timeScale = checked('timeScale', options.timeScale ?? 1, 0.001)
  checked('speed', options.speed ?? 1, 0)
  const venues = options.venues ?? SIMULATED_VENUES
  const text = options.tape === undefined ? null : await readFile(options.tape, 'utf8')
  const past = text === null ? pastHiddenPrices(seed, PAST_STEPS, 60 / STEPS_PER_MINUTE) : null
  return venues.map((venue) => {
    const tape = text === null ? null : readTape(text, venue)
    if (tape?.ok === false) throw new Error(`${options.tape}: ${tape.failure.message}`)
    const listings = tape?.value.listings ?? listingsOf(venue, options.markets)
    const exchange = new Exchange({ venue, listings, clock, timeScale, seed, faults, journal })
    const generator = past === null ? null : generate(exchange, seed, rate, past)
    return { exchange, generator, tape: tape?.value ?? null, seconds: 0, pending: null }
  })
}

function generate(exchange: Exchange, seed: number, rate: number, past: PastPrices): Generator {
  writePrehistory({
    seed,
    venue: exchange.venue,
    rate,
    past,
    now: exchange.nowMs(),
    tapes: exchange.tapes,
    write: ({ listing, buy, fills }, micros) => exchange.record(listing, buy, fills, micros),
  })
  return createGenerator({
    seed,
    name: exchange.venue,
    listings: exchange.listings,
    rate: rate === 0 ? 1 : rate,
    prices: liveHiddenPrices(seed),
  })
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

/** Lets one venue print what is due after `seconds` more of generated time. */
function run(stage: Stage, seconds: number): void {
  const { exchange, generator } = stage
  if (generator === null) return
  stage.seconds += seconds
  const now = exchange.nowMicros()
  for (;;) {
    const order = stage.pending ?? generator.next()
    stage.pending = order
    if (order.at > stage.seconds) break
    stage.pending = null
    // Matched when it was due, told at this tick: the gap between match time and push time.
    const micros = Math.floor(now - (stage.seconds - order.at) * 1_000_000)
    exchange.execute(order.listing, order.buy, order.fills, micros)
  }
  for (const connection of exchange.connections)
    if (connection.behind > SLOW_CLIENT_BYTES) connection.terminate()
}

function control(
  options: SimulatorOptions,
  stages: readonly Stage[],
  servers: readonly RunningServer[],
  clock: SimulatorClock,
  journal: Journal,
): ControlledSimulator {
  let paused = options.rate === 0
  let last = clock.monotonic()
  const cancel = clock.every(TICK_MS, () => {
    const now = clock.monotonic()
    const seconds = Math.min(MOST_CATCH_UP_SECONDS, (now - last) / 1_000)
    last = now
    if (!paused) for (const stage of stages) run(stage, seconds)
  })
  const players = stages.flatMap(({ exchange, tape }) =>
    tape === null ? [] : [playTape(exchange, tape, clock, options.speed ?? 1)],
  )
  const stageOf = (venue: string): Stage => {
    const stage = stages.find(({ exchange }) => exchange.venue === venue)
    if (stage === undefined) throw new Error(`The simulator does not run ${venue}.`)
    return stage
  }
  const addresses = servers.map(({ address }) => address)
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    cancel()
    for (const player of players) player.stop()
    for (const { exchange } of stages) exchange.faults.stop()
    await Promise.all(servers.map((server) => server.close()))
  }
  return {
    addresses,
    address(venue: SimulatedVenue) {
      const found = addresses.find((address) => address.venue === venue)
      if (found === undefined) throw new Error(`The simulator does not run ${venue}.`)
      return found
    },
    emit: (market, count, how) => emit(stageOf(market.split(':')[0] ?? ''), market, count, how),
    pause() {
      paused = true
    },
    resume() {
      paused = false
    },
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
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function emit(
  { exchange, generator }: Stage,
  market: string,
  count: number,
  how: { readonly together?: boolean } = {},
): ReturnType<ControlledSimulator['emit']> {
  const listing = exchange.listings.find(({ symbol }) => market.endsWith(`:${symbol}`))
  if (listing === undefined) throw new Error(`The simulator lists no market ${market}.`)
  if (generator === null) throw new Error('A recorded tape is playing; nothing can be emitted.')
  const sizes = how.together === true ? [count] : new Array<number>(count).fill(1)
  return sizes.flatMap((size) => {
    const { buy, fills } = generator.order(listing, size)
    return exchange.execute(listing, buy, fills, exchange.nowMicros())
  })
}

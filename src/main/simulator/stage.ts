import { readFile } from 'node:fs/promises'
import type { SimulatorClock } from './clock.ts'
import { SLOW_CLIENT_BYTES } from './connection.ts'
import { AVAILABLE_VENUES, personality } from './dialects/registry.ts'
import { Exchange } from './exchange.ts'
import { type Fault, parseFault } from './faults.ts'
import { createGenerator, type Generator } from './generator.ts'
import { liveHiddenPrices, type PastPrices, pastHiddenPrices } from './hidden-prices.ts'
import type { Journal } from './journal.ts'
import { type Listing, listingsOf } from './listings.ts'
import { PAST_STEPS, STEPS_PER_MINUTE, writePrehistory } from './prehistory.ts'
import { type RecordedTape, readTape } from './raw-tape.ts'
import type { ControlledSimulator, SimulatedVenue, SimulatorOptions } from './simulator.ts'

/** One venue with what drives it. */
export interface Stage {
  readonly exchange: Exchange
  readonly generator: Generator | null
  readonly tape: RecordedTape | null
  /** Seconds of generated time, and the order that comes next. */
  seconds: number
  pending: ReturnType<Generator['next']> | null
}

/** Reads fault specs; throws with the reason on a bad one. */
export function readFaults(specs: readonly string[]): readonly Fault[] {
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

/** Markets of each venue. Throws on a symbol that none of them has and on a venue that has none of them. */
function listed(
  venues: readonly SimulatedVenue[],
  symbols: readonly string[] | undefined,
): ReadonlyMap<SimulatedVenue, readonly Listing[]> {
  const known = new Set(
    venues.flatMap((venue) => personality(venue).markets.all.map(({ symbol }) => symbol)),
  )
  const strange = symbols?.find((symbol) => !known.has(symbol))
  if (strange !== undefined)
    throw new Error(`The simulator lists no market "${strange}"; it has ${[...known].join(', ')}.`)
  return new Map(
    venues.map((venue) => {
      const listings = listingsOf(personality(venue).markets, symbols)
      if (listings.length === 0)
        throw new Error(`${venue} lists none of ${symbols?.join(', ')} in the simulator.`)
      return [venue, listings]
    }),
  )
}

/** Checks the options and builds the exchanges with their history; nothing listens yet. */
export async function prepare(
  options: SimulatorOptions,
  clock: SimulatorClock,
  journal: Journal,
): Promise<readonly Stage[]> {
  const faults = readFaults(options.faults ?? [])
  const seed = checked('seed', options.seed ?? 1, 0)
  const rate = checked('rate', options.rate ?? 20, 0)
  const timeScale = checked('timeScale', options.timeScale ?? 1, 0.001)
  checked('speed', options.speed ?? 1, 0)
  const venues = options.venues ?? AVAILABLE_VENUES
  const listings = listed(venues, options.tape === undefined ? options.markets : undefined)
  const text = options.tape === undefined ? null : await readFile(options.tape, 'utf8')
  const past = text === null ? pastHiddenPrices(seed, PAST_STEPS, 60 / STEPS_PER_MINUTE) : null
  return venues.map((venue) => {
    const tape = text === null ? null : readTape(text, venue)
    if (tape?.ok === false) throw new Error(`${options.tape}: ${tape.failure.message}`)
    const exchange = new Exchange({
      venue,
      listings: tape?.value.listings ?? listings.get(venue) ?? [],
      clock,
      timeScale,
      seed,
      faults,
      journal,
    })
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

/** Lets one venue print what is due after `seconds` more of generated time. */
export function run(stage: Stage, seconds: number): void {
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

/** Makes `count` matches on a market now. */
export function emit(
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

import {
  type ClockReading,
  type LocalTime,
  pongReading,
  restReading,
} from '../../../src/main/ingest/clock-offset-reading.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'

/** What one simulated pair of clocks and the way between them is like. Times in milliseconds. */
export interface World {
  readonly seed: number
  readonly resolutionMs: number
  readonly driftPpm: number
  /** Shortest way there and back, and how heavy the tail is (Pareto; smaller is heavier). */
  readonly ways: { readonly there: number; readonly back: number; readonly tail: number }
  /** When a clock is set, and by how much. */
  readonly venueStep: { readonly at: number; readonly by: number } | null
  readonly ownStep: { readonly at: number; readonly by: number } | null
}

/** Seeded numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function worldOf(seed: number): World {
  const random = seeded(seed * 7_919)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const step = (odds: number) =>
    random() < odds
      ? { at: random() * 1_500_000, by: (2_500 + random() * 60_000) * (random() < 0.5 ? 1 : -1) }
      : null
  return {
    seed,
    resolutionMs: pick([0.001, 1, 1_000]),
    driftPpm: (random() * 2 - 1) * 50,
    ways: { there: 1 + random() * 150, back: 1 + random() * 150, tail: pick([1.1, 1.5, 3]) },
    venueStep: step(0.25),
    ownStep: step(0.25),
  }
}

const EPOCH = 1_750_000_000_000
const PAUSES = [0, 3_000, 10_000, 30_000, 60_000]

/** Two clocks that drift and are set, and answers that take uneven ways. No real time passes. */
export class TwoClocks {
  readonly #world: World
  readonly #random: () => number
  readonly #offset: number
  #now = 0

  constructor(world: World) {
    this.#world = world
    this.#random = seeded(world.seed)
    this.#offset = (this.#random() * 2 - 1) * 20_000
  }

  /** Our clocks now; the wall clock shows whole milliseconds. */
  here(): LocalTime {
    return { wall: Math.floor(this.#wall()), monotonic: 5_000 + this.#now }
  }

  trueOffset(): number {
    return this.#venue() - this.#wall()
  }

  /** Bursts of readings, as the watch takes them, until `untilMs`; each is taken when asked for. */
  *rounds(untilMs: number): IterableIterator<readonly ClockReading[]> {
    for (let round = 0; this.#now < untilMs; round += 1) {
      const readings: ClockReading[] = []
      for (let taken = 0; taken < 3; taken += 1) {
        readings.push(this.#read())
        this.#now += this.#random() * 500
      }
      yield readings
      this.#now += PAUSES[round + 1] ?? 180_000 * (0.9 + this.#random() * 0.2)
    }
  }

  #read(): ClockReading {
    const sentAt = Math.floor(this.#wall())
    const began = this.#now
    this.#now += this.#way(this.#world.ways.there)
    const cameIn = this.#venue()
    this.#now += this.#random() * 20
    const left = this.#venue()
    this.#now += this.#way(this.#world.ways.back)
    const rttMs = this.#now - began
    const { resolutionMs } = this.#world
    if (resolutionMs < 1) {
      const [inMicros, outMicros] = [cameIn, left].map((ms) => Math.floor(ms * 1_000))
      const sample = { sentAt, rttMs, inMicros: inMicros ?? 0, outMicros: outMicros ?? 0 }
      return pongReading(sample, this.here())
    }
    const time = epochMs(Math.floor(left / resolutionMs) * resolutionMs)
    return restReading({ value: { time, resolutionMs }, sentAt, rttMs }, this.here())
  }

  #way(shortest: number): number {
    const { tail } = this.#world.ways
    return Math.min(20_000, shortest * (1 - this.#random()) ** (-1 / tail))
  }

  #wall(): number {
    return EPOCH + this.#now + this.#stepped(this.#world.ownStep)
  }

  #venue(): number {
    const { driftPpm, venueStep } = this.#world
    return EPOCH + this.#offset + this.#now * (1 + driftPpm * 1e-6) + this.#stepped(venueStep)
  }

  #stepped = (step: World['venueStep']): number =>
    step !== null && this.#now >= step.at ? step.by : 0
}

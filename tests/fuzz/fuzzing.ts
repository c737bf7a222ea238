import { random } from '../../src/main/simulator/random.ts'
import { venues } from '../../src/main/venues/index.ts'
import type { Venue } from '../../src/main/venues/venue.ts'
import { fixture, fixtureNames, reading } from '../venues/reading.ts'
import { Scanning } from '../venues/scanning.ts'
import { isSimulated, simulatedFrames, simulatedSymbols } from '../venues/simulated-frames.ts'
import { mutatedFrame } from './mutations.ts'

/** Venues whose frames can be scanned. */
export const scanned: readonly Venue[] = venues.filter(
  ({ stream }) => (stream.layouts ?? []).length > 0,
)

/** The frames of a venue that say trades: its fixtures and what its simulator sends. */
export function tradeFrames(venue: Venue, orders = 300): readonly string[] {
  const fixtures = fixtureNames(venue)
    .filter((name) => !name.startsWith('rest-'))
    .map((name) => fixture(venue, name))
  const simulated = isSimulated(venue.id) ? simulatedFrames(venue.id, orders) : []
  return [...fixtures, ...simulated].filter((frame) => reading(venue, frame).trades.length > 0)
}

/** A venue's scanner beside its reader, told of the markets that its frames name. */
export function scanningOf(venue: Venue): Scanning {
  const named = tradeFrames(venue, 0).flatMap((frame) =>
    reading(venue, frame).trades.map(({ symbol }) => symbol),
  )
  return new Scanning(venue, [
    ...(isSimulated(venue.id) ? simulatedSymbols(venue.id) : []),
    ...named,
  ])
}

/** What the scanner did wrong, and where. */
export interface Fault {
  readonly venue: string
  readonly seed: number
  readonly n: number
  readonly how: readonly string[]
  readonly frame: Buffer
  readonly fault: string
}

/** Rows of earlier frames that must stay what they are. */
const KEPT_ROWS = 6

/** Holds scanner and reader of one venue against each other over mutated frames. */
export class Fuzzing {
  readonly scanning: Scanning
  readonly #venue: Venue
  readonly #seed: number
  readonly #frames: readonly string[]
  tried = 0
  /** Mutated frames that the scanner took. */
  taken = 0

  constructor(venue: Venue, seed: number) {
    this.#venue = venue
    this.#seed = seed
    this.#frames = tradeFrames(venue)
    this.scanning = scanningOf(venue)
  }

  /** Tries the n-th frame; it depends on venue, seed and n only. */
  try(n: number): Fault | null {
    const draw = random(this.#seed, this.#venue.id, n)
    const pick = (): string => this.#frames[draw.whole(this.#frames.length)] ?? ''
    const original = pick()
    const { text, how } = mutatedFrame(original, pick(), draw)
    const bytes = Buffer.from(text, draw.next() < 0.8 ? 'utf8' : 'latin1')
    const frame = draw.next() < 0.2 ? bytes : inMemory(bytes, original)
    const { scanning } = this
    if (scanning.prints.count > KEPT_ROWS) scanning.prints.clear()
    const before = scanning.prints.count
    this.tried += 1
    const fault = faultOf(scanning, frame)
    if (scanning.prints.count > before) this.taken += 1
    return fault === null ? null : { venue: this.#venue.id, seed: this.#seed, n, how, frame, fault }
  }
}

export function faultOf(scanning: Scanning, frame: Buffer): string | null {
  try {
    return scanning.fault(frame)
  } catch (error) {
    return String(error)
  }
}

/**
 * The frame amid other bytes: behind it come those that would complete it if it was cut, so that a
 * scanner that reads past its end is found out.
 */
function inMemory(frame: Buffer, original: string): Buffer {
  const rest = Buffer.from(original, 'latin1').subarray(frame.length)
  const memory = Buffer.concat([Buffer.from('}]}'), frame, rest, Buffer.from(original, 'latin1')])
  return memory.subarray(3, 3 + frame.length)
}

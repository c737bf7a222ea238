import { type MarketId, parseMarketId, type VenueId } from '../../shared/domain/market.ts'
import type { Connection } from '../connection/api.ts'
import type { Clock } from '../connection/clock.ts'

export interface PaintMeterParts {
  readonly connection: Pick<Connection, 'call'>
  readonly clock: Clock
  /** Wall clock of this computer with fractions, milliseconds: the same that the engine reads. */
  readonly wall: () => number
}

/** Pause between two reports, milliseconds. */
const REPORT_MS = 1_000
/** Most samples of a kind in one report. */
const MOST = 1_000

interface Samples {
  readonly received: number[]
  readonly painted: number[]
}

/** Measures how long tape frames take to the page and from there to the paint, and tells the engine. */
export class PaintMeter {
  readonly #parts: PaintMeterParts
  #samples = new Map<VenueId, Samples>()
  #interruptions = 0

  constructor(parts: PaintMeterParts) {
    this.#parts = parts
    parts.clock.every(REPORT_MS, () => this.#report())
  }

  /**
   * A frame came in. To be called back once what it brought is put into the page, before that is
   * painted. `foldedAt`: when the engine folded its newest trade; null for a frame without one.
   */
  arrived(market: MarketId, foldedAt: number | null): () => void {
    const venue = parseMarketId(market)?.venue
    if (foldedAt === null || venue === undefined) return () => {}
    const { clock, wall } = this.#parts
    const receivedAt = wall()
    const began = this.#interruptions
    const samples = this.#of(venue)
    push(samples.received, receivedAt - foldedAt)
    return () => {
      // What is done before a paint is followed by it; the next task comes after.
      clock.after(0, () => {
        if (began === this.#interruptions) push(this.#of(venue).painted, wall() - receivedAt)
      })
    }
  }

  /** The page was hidden or shown: a page that nobody sees is not painted, which is no latency. */
  interrupt(): void {
    this.#interruptions += 1
  }

  #of(venue: VenueId): Samples {
    const known = this.#samples.get(venue)
    if (known !== undefined) return known
    const made: Samples = { received: [], painted: [] }
    this.#samples.set(venue, made)
    return made
  }

  #report(): void {
    const samples = this.#samples
    this.#samples = new Map()
    // A report that does not arrive is no loss: the next one is a second away.
    for (const [venue, measured] of samples)
      void this.#parts.connection.call('latency.screen', { venue, ...measured })
  }
}

function push(samples: number[], ms: number): void {
  if (samples.length < MOST) samples.push(ms)
}

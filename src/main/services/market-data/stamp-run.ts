import type { Prints } from '../../../shared/domain/prints.ts'
import type { VenueProbe } from './latency-probe.ts'

/** Trades that follow each other with the same stamps are told to their probe once, with their number. */
export class StampRun {
  #probe: VenueProbe | null = null
  #receivedAt = 0
  #match = 0
  #pushed = Number.NaN
  #trades = 0

  /** A live trade. `receivedAt`: epoch ms with fractions. */
  add(probe: VenueProbe, receivedAt: number, { time, micros, pushed }: Prints, row: number): void {
    const fraction = micros[row] ?? -1
    const millis = time[row] ?? Number.NaN
    const match = fraction < 0 ? millis : millis + fraction / 1_000
    const sent = pushed[row] ?? Number.NaN
    if (this.#match === match && this.#receivedAt === receivedAt && this.#probe === probe) {
      if (this.#pushed === sent || (Number.isNaN(this.#pushed) && Number.isNaN(sent))) {
        this.#trades += 1
        return
      }
    }
    this.end()
    this.#probe = probe
    this.#receivedAt = receivedAt
    this.#match = match
    this.#pushed = sent
    this.#trades = 1
  }

  /** Tells what was not told yet. */
  end(): void {
    const pushed = Number.isNaN(this.#pushed) ? undefined : this.#pushed
    if (this.#trades > 0) this.#probe?.trade(this.#receivedAt, this.#match, pushed, this.#trades)
    this.#trades = 0
  }
}

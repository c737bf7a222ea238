import type { GapCause } from '../../shared/domain/ledger.ts'
import type { MarketId, VenueId } from '../../shared/domain/market.ts'
import type { Logger } from '../ports.ts'
import type { FeedListener } from './feed.ts'

/**
 * A listener that may throw, made safe for a socket: what it throws is a bug of the engine's, which
 * is logged (ever more rarely if it repeats) and costs nothing else. Deaf once closed.
 */
export class GuardedListener implements FeedListener {
  readonly #listener: FeedListener
  readonly #venue: VenueId
  readonly #log: Logger
  #failures = 0
  #closed = false

  constructor(listener: FeedListener, venue: VenueId, log: Logger) {
    this.#listener = listener
    this.#venue = venue
    this.#log = log
  }

  close(): void {
    this.#closed = true
  }

  trades(...chunk: Parameters<FeedListener['trades']>): void {
    if (this.#closed) return
    try {
      this.#listener.trades(...chunk)
    } catch (error) {
      this.#failed('trades', error)
    }
  }

  handed(): void {
    if (this.#closed) return
    try {
      this.#listener.handed?.()
    } catch (error) {
      this.#failed('handed', error)
    }
  }

  folded(...stamps: [receivedAt: number, parsedAt: number, foldedAt: number]): void {
    if (this.#closed) return
    try {
      this.#listener.folded?.(...stamps)
    } catch (error) {
      this.#failed('folded', error)
    }
  }

  changed(): void {
    if (this.#closed) return
    try {
      this.#listener.changed()
    } catch (error) {
      this.#failed('changed', error)
    }
  }

  newest(...row: Parameters<FeedListener['newest']>): void {
    if (this.#closed) return
    try {
      this.#listener.newest(...row)
    } catch (error) {
      this.#failed('newest', error)
    }
  }

  began(market: MarketId): void {
    if (this.#closed) return
    try {
      this.#listener.began(market)
    } catch (error) {
      this.#failed('began', error)
    }
  }

  broken(market: MarketId, cause: GapCause): void {
    if (this.#closed) return
    try {
      this.#listener.broken(market, cause)
    } catch (error) {
      this.#failed('broken', error)
    }
  }

  #failed(call: string, error: unknown): void {
    this.#failures += 1
    const times = this.#failures
    if ((times & (times - 1)) !== 0) return
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#log.error('listener-failed', { venue: this.#venue, call, times, message })
  }
}

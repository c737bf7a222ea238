import type { VenueId } from '../../../shared/domain/market.ts'

/** Who wants to know how long trades take. */
export interface LatencyProbe {
  of(venue: VenueId): VenueProbe
  /** Everything until now was handed to the store. */
  flushed(): void
}

export interface VenueProbe {
  /**
   * Live trades: when they were read here; when they were made and sent by the venue's clock, epoch ms;
   * how many of them had just these stamps.
   */
  trade(receivedAt: number, time: number, pushed: number | undefined, trades: number): void
  /** A chunk with live trades is done with (see `FeedListener.folded`). */
  frame(receivedAt: number, parsedAt: number, foldedAt: number): void
}

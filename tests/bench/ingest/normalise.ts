import type { FeedListener } from '../../../src/main/ingest/feed.ts'

/** A listener that counts the trades of a feed and keeps none. The one place that knows its interface. */
export function countTrades(): { readonly listener: FeedListener; readonly trades: () => number } {
  let trades = 0
  const nothing = (): void => {}
  return {
    listener: {
      trades: (_market, _prints, _rows, count) => {
        trades += count
      },
      newest: nothing,
      changed: nothing,
      began: nothing,
      broken: nothing,
    },
    trades: () => trades,
  }
}

import type { FeedListener } from '../../../src/main/ingest/feed.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { type PrintExtra, Prints } from '../../../src/shared/domain/prints.ts'
import type { TakerSide } from '../../../src/shared/domain/trade.ts'

/** A trade in its texts, as tests like to write it and to see it. */
export type TextTrade = (
  market: MarketId,
  id: string,
  price: string,
  qty: string,
  side: TakerSide,
  time: number,
  receivedAt: number,
  extra: PrintExtra | undefined,
) => void

/** A listener's `trades` that is told of texts. `extra` is absent where the venue said no more. */
export const heard =
  (tell: TextTrade): FeedListener['trades'] =>
  (market, prints, rows, count, receivedAt) => {
    for (const row of rows.subarray(0, count)) {
      const { id, price, qty, side, time, extra = {} } = prints.text(row)
      const said = Object.keys(extra).length > 0 ? extra : undefined
      tell(market, id, price, qty, side, time, receivedAt, said)
    }
  }

/** Tells a listener of one trade, as a feed would. */
export const told =
  (listener: Pick<FeedListener, 'trades' | 'handed'>): TextTrade =>
  (market, id, price, qty, side, time, receivedAt, extra) => {
    const prints = new Prints()
    prints.add(0, { id, price, qty, side, time, extra })
    listener.trades(market, prints, Uint32Array.of(0), 1, receivedAt)
    listener.handed?.()
    prints.clear()
  }

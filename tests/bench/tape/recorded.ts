import { readFileSync } from 'node:fs'
import { openReader } from '../../../src/main/store/reader.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import type { PlainTrade } from './plain.ts'
import { unwrap } from './store.ts'

const CAPTURE = new URL(
  '../../fixtures/captures/coinbase-exchange-2021-04-17.ndjson',
  import.meta.url,
)

interface Match {
  readonly type: string
  readonly trade_id: number
  readonly side: string
  readonly size: string
  readonly price: string
  readonly product_id: string
  readonly time: string
}

/** The trades of the capture that has some: few, but real. */
export function capturedTrades(): readonly PlainTrade[] {
  return readFileSync(CAPTURE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { recvTime, frame } = JSON.parse(line) as { recvTime: number; frame: string }
      const { type, trade_id, side, size, price, product_id, time } = JSON.parse(frame) as Match
      if (type !== 'match' && type !== 'last_match') return []
      return [
        {
          market: `coinbase:${product_id}` as MarketId,
          id: String(trade_id),
          price,
          qty: size,
          buy: side === 'sell', // the maker's side
          time: Date.parse(time),
          receivedAt: Math.floor(recvTime * 1_000),
        },
      ]
    })
}

/** The trades of a tape that somebody recorded, at most so many. */
export function tapeTrades(path: string, most: number): readonly PlainTrade[] {
  const reader = unwrap(openReader(path))
  const trades: PlainTrade[] = []
  for (const { market, id, price, qty, side, exchangeTime, receiveTime } of reader.trades({})) {
    if (trades.length >= most) break
    trades.push({
      market,
      id,
      price,
      qty,
      buy: side === 'buy',
      time: exchangeTime,
      receivedAt: receiveTime,
    })
  }
  reader.close()
  return trades
}

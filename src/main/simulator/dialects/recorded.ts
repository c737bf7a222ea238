import { isRecord } from './dialect.ts'

/** A trade read out of a recorded frame. */
export interface RecordedTrade {
  readonly venueSymbol: string
  /** Empty where the frame does not tell the id of one match. */
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly buy: boolean
  readonly micros: number
  readonly matches: number
}

/** Trades in a recorded frame of a venue (parsed JSON); empty for anything else. */
export type ReadRecorded = (frame: unknown) => readonly RecordedTrade[]

export function binance(frame: unknown): readonly RecordedTrade[] {
  if (!isRecord(frame)) return []
  const event = isRecord(frame.data) ? frame.data : frame
  const { e, s, t, p, q, T, m } = event
  if (e !== 'trade' && e !== 'aggTrade') return []
  if (typeof s !== 'string' || typeof p !== 'string' || typeof q !== 'string') return []
  if (typeof T !== 'number' || typeof m !== 'boolean') return []
  const single = e === 'trade' && typeof t === 'number'
  const micros = T > 1e14 ? T : T * 1_000
  const id = single ? String(t) : ''
  return [{ venueSymbol: s, id, price: p, qty: q, buy: !m, micros, matches: 1 }]
}

export function okx(frame: unknown): readonly RecordedTrade[] {
  if (!isRecord(frame) || !isRecord(frame.arg) || !Array.isArray(frame.data)) return []
  const { channel } = frame.arg
  if (channel !== 'trades' && channel !== 'trades-all') return []
  const trades: RecordedTrade[] = []
  for (const item of frame.data as readonly unknown[]) {
    if (!isRecord(item)) continue
    const { instId, tradeId, px, sz, side, ts, count } = item
    if (typeof instId !== 'string' || typeof px !== 'string' || typeof sz !== 'string') continue
    if (typeof tradeId !== 'string' || typeof ts !== 'string') continue
    const matches = Number(count ?? 1)
    // An aggregate does not tell how it splits over its ids.
    const id = matches === 1 ? tradeId : ''
    const micros = Number(ts) * 1_000
    trades.push({
      venueSymbol: instId,
      id,
      price: px,
      qty: sz,
      buy: side === 'buy',
      micros,
      matches,
    })
  }
  return trades
}

export function bybit(frame: unknown): readonly RecordedTrade[] {
  if (!isRecord(frame) || typeof frame.topic !== 'string') return []
  if (!frame.topic.startsWith('publicTrade.') || !Array.isArray(frame.data)) return []
  const trades: RecordedTrade[] = []
  for (const item of frame.data as readonly unknown[]) {
    if (!isRecord(item)) continue
    const { i, T, p, v, S, s } = item
    if (typeof i !== 'string' || typeof T !== 'number' || typeof s !== 'string') continue
    if (typeof p !== 'string' || typeof v !== 'string') continue
    const micros = T * 1_000
    trades.push({ venueSymbol: s, id: i, price: p, qty: v, buy: S === 'Buy', micros, matches: 1 })
  }
  return trades
}

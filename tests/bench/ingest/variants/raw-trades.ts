/** Trades as the venues of the benches spell them, as any script would read them: unchecked. */
export interface RawTrade {
  readonly symbol: string
  readonly id: string
  readonly price: number
  readonly qty: number
  readonly buy: boolean
  readonly time: number
}

interface Message {
  readonly data?: BinanceData | readonly (OkxRow & BybitRow)[]
  readonly topic?: string
  readonly arg?: object
}
interface BinanceData {
  readonly e?: string
  readonly s: string
  readonly t: number
  readonly p: string
  readonly q: string
  readonly m: boolean
  readonly T: number
}
interface OkxRow {
  readonly instId: string
  readonly tradeId: string
  readonly px: string
  readonly sz: string
  readonly side: string
  readonly ts: string
}
interface BybitRow {
  readonly s: string
  readonly i: string
  readonly p: string
  readonly v: string
  readonly S: string
  readonly T: number
}

/** Calls back for each trade of a parsed message; not for answers. */
export function eachTrade(message: unknown, take: (trade: RawTrade) => void): void {
  const { data, topic } = message as Message
  if (data === undefined) return
  if (!Array.isArray(data)) {
    const { e, s, t, p, q, m, T } = data as BinanceData
    if (e === 'trade')
      take({ symbol: s, id: String(t), price: Number(p), qty: Number(q), buy: !m, time: T })
  } else if (topic === undefined)
    for (const { instId, tradeId, px, sz, side, ts } of data as readonly OkxRow[])
      take({
        symbol: instId,
        id: tradeId,
        price: Number(px),
        qty: Number(sz),
        buy: side === 'buy',
        time: Number(ts),
      })
  else
    for (const { s, i, p, v, S, T } of data as readonly BybitRow[])
      take({ symbol: s, id: i, price: Number(p), qty: Number(v), buy: S === 'Buy', time: T })
}

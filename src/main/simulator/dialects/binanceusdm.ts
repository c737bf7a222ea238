import type { TradeFrame } from '../trade-frame.ts'
import { aggregate, groups, row } from './binance-rows.ts'
import {
  announceShutdown,
  BinanceSession,
  isStreamPath,
  type StreamRules,
} from './binance-session.ts'
import { binanceusdmRest } from './binanceusdm-rest.ts'
import type { Dialect, Execution, House } from './dialect.ts'

const SHUTDOWN_NOTICE_MS = 1_000

const RULES: StreamRules = {
  pingMs: 180_000,
  pongDeadlineMs: 600_000,
  messagesPerSecond: 10,
  mostStreams: 1_024,
  micros: false,
}

/** Binance USD-M contracts: the streams of spot with their own paces and frames. */
export function binanceusdm(house: House): Dialect {
  return {
    wsPath: '/stream',
    channels: ['aggTrade', 'trade'],
    ids: 'contiguous',
    connects: { most: 300, ms: 300_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    accepts: isStreamPath,
    open: (url, connection) => new BinanceSession(house, url, connection, RULES),
    encode,
    row,
    announceShutdown: (connection) => announceShutdown(house, connection),
    rest: binanceusdmRest(house),
  }
}

/** As on spot, with `X` on single trades, without `M`, and with fields in another order. */
function encode(channel: string, format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, buy } = execution
  const symbol = listing.venueSymbol
  const combined = format.startsWith('combined')
  const prefix = combined ? `{"stream":"${symbol.toLowerCase()}@${channel}","data":` : ''
  const suffix = combined ? '}' : ''
  const pushed = Math.floor(execution.pushedMicros / 1_000)
  const time = Math.floor(execution.micros / 1_000)
  const head = `${prefix}{"e":"${channel}","E":${pushed},`
  if (channel === 'trade')
    return execution.matches.map((match) => {
      const sent = row(listing, match)
      const figures = `"T":${time},"s":"${symbol}","t":${sent.id},"p":"${sent.price}","q":"${sent.qty}"`
      const text = `${head}${figures},"X":"MARKET","m":${!buy}}${suffix}`
      return { text, listing, rows: [sent] }
    })
  return groups(execution.matches).map((group) => {
    const sent = aggregate(listing, group)
    const last = group.at(-1)?.id ?? 0n
    const figures = `"a":${sent.id},"s":"${symbol}","p":"${sent.price}","q":"${sent.qty}"`
    const ids = `"f":${group[0]?.id ?? last},"l":${last},"T":${time},"m":${!buy}`
    return { text: `${head}${figures},${ids}}${suffix}`, listing, rows: [sent] }
  })
}

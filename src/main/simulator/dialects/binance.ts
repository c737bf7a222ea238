import type { TradeFrame } from '../trade-frame.ts'
import { binanceRest } from './binance-rest.ts'
import { aggregate, groups, row } from './binance-rows.ts'
import {
  announceShutdown,
  BinanceSession,
  isStreamPath,
  type StreamRules,
} from './binance-session.ts'
import type { Dialect, Execution, House } from './dialect.ts'

/** How long the last sockets get between `serverShutdown` and the close; the venue promises nothing. */
const SHUTDOWN_NOTICE_MS = 1_000

const RULES: StreamRules = {
  pingMs: 20_000,
  pongDeadlineMs: 60_000,
  messagesPerSecond: 5,
  mostStreams: 1_024,
  micros: true,
}

/** Binance spot market streams: `/ws`, `/ws/<stream>…`, `/stream`, `/stream?streams=…`. */
export function binance(house: House): Dialect {
  return {
    wsPath: '/stream',
    channels: ['trade', 'aggTrade'],
    ids: 'contiguous',
    connects: { most: 300, ms: 300_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    accepts: isStreamPath,
    open: (url, connection) => new BinanceSession(house, url, connection, RULES),
    encode,
    row,
    announceShutdown: (connection) => announceShutdown(house, connection),
    rest: binanceRest(house),
  }
}

function encode(channel: string, format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, micros, pushedMicros } = execution
  const [shape, unit] = format.split(',')
  const time = (value: number): number => (unit === 'us' ? value : Math.floor(value / 1_000))
  const symbol = listing.venueSymbol
  const prefix =
    shape === 'combined' ? `{"stream":"${symbol.toLowerCase()}@${channel}","data":` : ''
  const suffix = prefix === '' ? '' : '}'
  const head = `${prefix}{"e":"${channel}","E":${time(pushedMicros)},"s":"${symbol}",`
  const matchTime = time(micros)
  const tail = `"T":${matchTime},"m":${!execution.buy},"M":true}${suffix}`
  if (channel === 'trade')
    return execution.matches.map((match) => {
      const sent = row(listing, match)
      const text = `${head}"t":${sent.id},"p":"${sent.price}","q":"${sent.qty}",${tail}`
      return { text, listing, rows: [sent] }
    })
  return groups(execution.matches).map((group) => {
    const sent = aggregate(listing, group)
    const last = group.at(-1)?.id ?? 0n
    const ids = `"a":${sent.id},"p":"${sent.price}","q":"${sent.qty}","f":${group[0]?.id ?? last},"l":${last},`
    return { text: `${head}${ids}${tail}`, listing, rows: [sent] }
  })
}

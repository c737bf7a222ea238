import WebSocket from 'ws'
import { answer, endWithParent } from '../../harness/answers.ts'
import { MARKETS } from '../../harness/synthetic.ts'
import { dialectOf } from '../../server/dialects.ts'

/** `node VARIANT.ts VENUE WS-URL REST-URL`. */
const [venue = '', url = '', restUrl = ''] = process.argv.slice(2)
export const address = { venue, ws: url, rest: restUrl }
export const dialect = dialectOf(venue)
export const symbols: readonly string[] = MARKETS.map((market) => dialect.symbol(market))

/** What a variant saw, so that one which does less than it says is noticed. */
export interface Seen {
  /** Data frames, without answers to requests; absent where the variant cannot tell. */
  readonly frames?: number
  readonly trades?: number
}

/** Answers with what was seen when asked; ends with the bench. */
export function tell(seen: () => Seen): void {
  answer({ seen })
  endWithParent()
}

/** Subscribes to all markets on one socket, without compression, as the fastest clients do. */
export function follow(onFrame: (data: Buffer) => void): void {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  socket.on('open', () => {
    for (const request of dialect.requests(symbols)) socket.send(request)
  })
  socket.on('message', onFrame)
  socket.on('error', (error) => {
    throw error
  })
}

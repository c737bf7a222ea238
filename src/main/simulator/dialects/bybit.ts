import { bybitRest } from './bybit-rest.ts'
import { encode, row, TOPIC } from './bybit-rows.ts'
import { BybitSession, type SocketRules } from './bybit-session.ts'
import type { Dialect, House } from './dialect.ts'

const PATH = '/v5/public/spot'
const RULES: SocketRules = { acks: true, mostArgs: 10, invalidSymbol: true }

/** Bybit v5 public spot socket. */
export function bybit(house: House): Dialect {
  return {
    wsPath: PATH,
    channels: [TOPIC],
    ids: 'shared',
    connects: { most: 500, ms: 300_000 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => pathname === PATH,
    open: (_url, connection) => new BybitSession(house, connection, RULES),
    encode: (_channel, _format, execution) => encode(house, execution),
    row,
    // Bybit tells nothing before it closes.
    announceShutdown: () => {},
    rest: bybitRest(house, 'spot'),
  }
}

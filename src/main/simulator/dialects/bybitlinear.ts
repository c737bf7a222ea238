import { bybitRest } from './bybit-rest.ts'
import { drawnId, encode, row, TOPIC } from './bybit-rows.ts'
import { BybitSession, type SocketRules } from './bybit-session.ts'
import type { Dialect, House } from './dialect.ts'

const PATH = '/v5/public/linear'
/** Only the length of all names together is bounded. */
const RULES: SocketRules = {
  acks: false,
  mostArgs: Number.POSITIVE_INFINITY,
  invalidSymbol: false,
}

/** Bybit v5 public socket of linear contracts. */
export function bybitlinear(house: House): Dialect {
  return {
    wsPath: PATH,
    channels: [TOPIC],
    ids: drawnId,
    connects: { most: 500, ms: 300_000 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => pathname === PATH,
    open: (_url, connection) => new BybitSession(house, connection, RULES),
    encode: (_channel, _format, execution) => encode(house, execution),
    row,
    announceShutdown: () => {},
    rest: bybitRest(house, 'linear'),
  }
}

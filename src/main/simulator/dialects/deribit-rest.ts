import { tooManyRequests } from './deribit-errors.ts'
import { callMethod } from './deribit-methods.ts'
import { type Credits, rpcReply } from './deribit-rpc.ts'
import type { House, RestCall, RestReply } from './dialect.ts'

const ROOT = '/api/v2/'
/** What a request costs that is no subscription. */
export const REQUEST_COST = 500

/** The public methods over `GET /api/v2/…`: the same JSON-RPC answers, without an id. */
export function deribitRest(house: House, credits: Credits): (call: RestCall) => RestReply {
  return ({ path, query }) => {
    const { text, error } = rpcReply(house, undefined, () => {
      if (!credits.take(REQUEST_COST)) throw tooManyRequests()
      return callMethod(house, path.startsWith(ROOT) ? path.slice(ROOT.length) : '', query)
    })
    const limited = error?.code === tooManyRequests().code
    return {
      status: error === undefined ? 200 : limited ? 429 : 400,
      headers: { 'content-type': 'application/json' },
      body: text,
    }
  }
}

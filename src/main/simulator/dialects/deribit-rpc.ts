import { RpcError } from './deribit-errors.ts'
import type { House } from './dialect.ts'

/** Budgets refill by so many credits a second. */
const REFILL = 10_000

/** Credits of one address: spent by requests, back with time. */
export class Credits {
  readonly #house: House
  readonly #most: number
  #left: number
  #since: number

  constructor(house: House, most: number) {
    this.#house = house
    this.#most = most
    this.#left = most
    this.#since = house.time.monotonic()
  }

  /** False if there are not enough; then nothing is spent. */
  take(cost: number): boolean {
    const now = this.#house.time.monotonic()
    this.#left = Math.min(this.#most, this.#left + ((now - this.#since) * REFILL) / 1_000)
    this.#since = now
    if (this.#left < cost) return false
    this.#left -= cost
    return true
  }
}

/** A JSON-RPC answer with the times that the venue puts into each. `body` gives JSON text of a result or throws. */
export function rpcReply(
  house: House,
  id: unknown,
  body: () => string,
): { readonly text: string; readonly error: RpcError | undefined } {
  const arrived = house.nowMicros()
  const head = `{"jsonrpc":"2.0"${id === undefined ? '' : `,"id":${JSON.stringify(id)}`}`
  const answer = (fields: string): string => {
    const left = house.nowMicros()
    const times = `"usIn":${arrived},"usOut":${left},"usDiff":${left - arrived}`
    return `${head},${fields},${times},"testnet":false}`
  }
  try {
    return { text: answer(`"result":${body()}`), error: undefined }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    const { code, message, data } = error
    const told = { code, message, ...(data === undefined ? {} : { data }) }
    return { text: answer(`"error":${JSON.stringify(told)}`), error }
  }
}

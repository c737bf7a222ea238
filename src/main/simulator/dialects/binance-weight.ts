import type { House, RestReply } from './dialect.ts'
import { json } from './dialect.ts'

const BAN_MS = 120_000
/** Requests in spite of 429 that lead to a ban. */
const PATIENCE = 20

/** So much weight in each minute of the clock; 429 beyond, 418 for those who go on. */
export class WeightBudget {
  readonly #house: House
  readonly #perMinute: number
  #minute = -1
  #used = 0
  #ignored = 0
  #bannedUntil = 0

  constructor(house: House, perMinute: number) {
    this.#house = house
    this.#perMinute = perMinute
  }

  headers(): Readonly<Record<string, string>> {
    return { 'x-mbx-used-weight': String(this.#used), 'x-mbx-used-weight-1m': String(this.#used) }
  }

  spend(weight: number): RestReply | undefined {
    const now = this.#house.time.monotonic()
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#used = 0
      this.#ignored = 0
    }
    this.#used += weight
    if (now >= this.#bannedUntil && this.#used <= this.#perMinute) return undefined
    this.#ignored += 1
    if (now >= this.#bannedUntil && this.#ignored > PATIENCE) this.#bannedUntil = now + BAN_MS
    const banned = now < this.#bannedUntil
    const wait = banned ? this.#bannedUntil - now : (minute + 1) * 60_000 - now
    const until = this.#house.nowMs() + Math.ceil(wait)
    const msg = banned
      ? `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`
      : `Too much request weight used; current limit is ${this.#perMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`
    const retry = { 'retry-after': String(Math.ceil(wait / 1_000)) }
    return json({ code: -1_003, msg }, banned ? 418 : 429, { ...this.headers(), ...retry })
  }
}

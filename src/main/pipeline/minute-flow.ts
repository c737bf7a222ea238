import type { TradeRows } from '../../shared/domain/trade-rows.ts'

const SECONDS = 60
const RATE_SECONDS = 5

/** Trades and taker volume of the last minute in sixty one-second buckets. */
export class MinuteFlow {
  readonly #second = new Float64Array(SECONDS).fill(-1)
  readonly #trades = new Uint32Array(SECONDS)
  readonly #buy = new Float64Array(SECONDS)
  readonly #sell = new Float64Array(SECONDS)

  /** `at`: epoch ms of receipt. */
  add(at: number, qty: number, buy: boolean): void {
    const slot = this.#slotAt(at)
    this.#trades[slot] = (this.#trades[slot] ?? 0) + 1
    const side = buy ? this.#buy : this.#sell
    side[slot] = (side[slot] ?? 0) + qty
  }

  /** Trades received at `at`. */
  addRows(at: number, { qty, side, count }: TradeRows): void {
    if (count === 0) return
    let [buys, sells] = [0, 0]
    for (let row = 0; row < count; row += 1)
      if (side[row] === 0) buys += qty[row] ?? 0
      else sells += qty[row] ?? 0
    const slot = this.#slotAt(at)
    this.#trades[slot] = (this.#trades[slot] ?? 0) + count
    this.#buy[slot] = (this.#buy[slot] ?? 0) + buys
    this.#sell[slot] = (this.#sell[slot] ?? 0) + sells
  }

  #slotAt(at: number): number {
    const second = Math.floor(at / 1_000)
    const slot = second % SECONDS
    if (this.#second[slot] !== second) {
      this.#second[slot] = second
      this.#trades[slot] = 0
      this.#buy[slot] = 0
      this.#sell[slot] = 0
    }
    return slot
  }

  /** Rate over the last five whole seconds; volumes over the last sixty. */
  figures(at: number): { tradesPerSecond: number; buyVolume: number; sellVolume: number } {
    const now = Math.floor(at / 1_000)
    let [trades, buyVolume, sellVolume] = [0, 0, 0]
    for (let slot = 0; slot < SECONDS; slot += 1) {
      const age = now - (this.#second[slot] ?? -1)
      if (age < 0 || age >= SECONDS) continue
      buyVolume += this.#buy[slot] ?? 0
      sellVolume += this.#sell[slot] ?? 0
      if (age >= 1 && age <= RATE_SECONDS) trades += this.#trades[slot] ?? 0
    }
    return { tradesPerSecond: trades / RATE_SECONDS, buyVolume, sellVolume }
  }
}

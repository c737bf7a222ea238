import type { MarketId } from '../../../shared/domain/market.ts'
import type { ReplayFiring } from './evaluator.ts'
import type { ReplayRows } from './replay-rows.ts'

/** A running digest; node's `createHash` is one. */
export interface Digest {
  update(data: Uint8Array | string): unknown
  /** One that goes on from here, and leaves this one as it is. */
  copy(): Digest
  digest(encoding: 'hex'): string
}
export type CreateDigest = () => Digest

/** Doubles a trade. */
const FIELDS = 7
const TRADES_HELD = 1_024

/**
 * What a replay was, in one number: each trade as it was played, each alert that fired, and the figures at the end.
 * Trades are hashed market by market, with their instants: the same however a tape is cut into pages and stretches
 * and whatever the speed, since within a market their order is the replay's, and between markets the instants tell
 * it. Doubles are written little endian on every machine.
 */
export class ReplayHash {
  readonly #markets: readonly MarketHash[]
  /** By market: between markets their order depends on how the tape lies in memory. */
  readonly #firings = new Map<MarketId, Digest>()
  readonly #create: CreateDigest

  /** `markets` in order of their names. */
  constructor(markets: readonly MarketId[], create: CreateDigest) {
    this.#create = create
    this.#markets = markets.map((market) => new MarketHash(market, create()))
  }

  rows(market: number, rows: ReplayRows, from: number, to: number): void {
    this.#markets[market]?.add(rows, from, to)
  }

  fired({ alert, at, market, time, price, values }: ReplayFiring): void {
    const names = Object.keys(values).sort()
    const said = names.map((name) => [name, values[name]])
    const digest = this.#firings.get(market) ?? this.#create()
    this.#firings.set(market, digest)
    digest.update(`${JSON.stringify([alert, at, market, time, price, said])}\n`)
  }

  /** Of everything until now; `figures` are told in any canonical text. May be asked for again and again. */
  hex(figures: string): string {
    const whole = this.#create()
    for (const market of this.#markets) whole.update(`${market.hex()}\n`)
    for (const [market, digest] of [...this.#firings].sort(([a], [b]) => (a < b ? -1 : 1)))
      whole.update(`${market} ${digest.copy().digest('hex')}\n`)
    whole.update(figures)
    return whole.digest('hex')
  }
}

class MarketHash {
  readonly #name: MarketId
  readonly #digest: Digest
  readonly #held = new ArrayBuffer(TRADES_HELD * FIELDS * Float64Array.BYTES_PER_ELEMENT)
  readonly #write = writerOf(this.#held)
  #used = 0

  constructor(name: MarketId, digest: Digest) {
    this.#name = name
    this.#digest = digest
  }

  add(rows: ReplayRows, from: number, to: number): void {
    const write = this.#write
    for (let i = from; i < to; i += 1) {
      if (this.#used === TRADES_HELD * FIELDS) this.#flush(this.#digest)
      const at = this.#used
      write(at, rows.at[i] ?? 0)
      write(at + 1, rows.time[i] ?? 0)
      write(at + 2, rows.price[i] ?? 0)
      write(at + 3, rows.qty[i] ?? 0)
      write(at + 4, rows.side[i] ?? 0)
      write(at + 5, rows.late[i] ?? 0)
      write(at + 6, rows.id[i] ?? 0)
      this.#used = at + FIELDS
    }
    if (this.#used === TRADES_HELD * FIELDS) this.#flush(this.#digest)
  }

  hex(): string {
    const now = this.#digest.copy()
    now.update(this.#bytes())
    return `${this.#name} ${now.digest('hex')}`
  }

  #flush(digest: Digest): void {
    digest.update(this.#bytes())
    this.#used = 0
  }

  #bytes(): Uint8Array {
    return new Uint8Array(this.#held, 0, this.#used * Float64Array.BYTES_PER_ELEMENT)
  }
}

/** The machine's own order of bytes where it is the agreed one. */
function writerOf(held: ArrayBuffer): (at: number, value: number) => void {
  const little = new Uint8Array(Float64Array.of(2).buffer)[7] === 0x40
  if (little) {
    const doubles = new Float64Array(held)
    return (at, value) => {
      doubles[at] = value
    }
  }
  const view = new DataView(held)
  return (at, value) => view.setFloat64(at * Float64Array.BYTES_PER_ELEMENT, value, true)
}

import type { Prints } from '../../shared/domain/prints.ts'

const NONE = -1

/** Which symbols the prints of one chunk name, each once, in the order of their first print. */
export class SeenSymbols {
  count = 0
  /** Of each symbol of the table: its place here, if `#chunkOf` says this chunk. */
  #place = new Uint32Array(0)
  #chunkOf = new Uint32Array(0)
  #chunk = 0
  readonly #symbols: number[] = []
  readonly #lastLive: number[] = []

  /** `symbols`: how many the table has. */
  read(prints: Prints, symbols: number): void {
    if (this.#place.length < symbols) this.#grow(symbols)
    this.#chunk = (this.#chunk + 1) >>> 0
    this.count = 0
    const { symbol, snapshot } = prints
    for (let row = 0; row < prints.count; row += 1) {
      const at = symbol[row] ?? 0
      if (this.#chunkOf[at] !== this.#chunk) {
        this.#chunkOf[at] = this.#chunk
        this.#place[at] = this.count
        this.#symbols[this.count] = at
        this.#lastLive[this.count] = NONE
        this.count += 1
      }
      if (snapshot[row] === 0) this.#lastLive[this.#place[at] ?? 0] = row
    }
  }

  /** Number of the symbol at a place, 0 ≤ place < count. */
  symbol(place: number): number {
    return this.#symbols[place] ?? 0
  }

  /** Row of its last print that is no replayed history; −1 for none. */
  lastLive(place: number): number {
    return this.#lastLive[place] ?? NONE
  }

  #grow(symbols: number): void {
    this.#place = new Uint32Array(2 * symbols)
    this.#chunkOf = new Uint32Array(2 * symbols)
    this.#chunk = 0
  }
}

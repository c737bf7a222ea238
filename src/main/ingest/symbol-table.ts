const FIRST_SLOTS = 64

/**
 * The venue symbols that are, or were, asked for, each with a small number of its own that never
 * changes. Found by text or, without making text of them, by the bytes of a frame. Only what is added
 * is ever known, so that a venue cannot make it grow.
 */
export class SymbolTable {
  readonly #index = new Map<string, number>()
  readonly #names: string[] = []
  readonly #bytes: Uint8Array[] = []
  /** Open addressing: index + 1, or 0 for an empty slot; at most half full. */
  #slots = new Int32Array(FIRST_SLOTS)

  get size(): number {
    return this.#names.length
  }

  /** The symbol's number; it is added when it is new. */
  add(symbol: string): number {
    const known = this.#index.get(symbol)
    if (known !== undefined) return known
    const index = this.#names.push(symbol) - 1
    this.#index.set(symbol, index)
    this.#bytes.push(new TextEncoder().encode(symbol))
    if (2 * this.#names.length > this.#slots.length) this.#rehash(2 * this.#slots.length)
    else this.#place(index)
    return index
  }

  /** −1 for a symbol that was never added. */
  find(symbol: string): number {
    return this.#index.get(symbol) ?? -1
  }

  name(index: number): string {
    return this.#names[index] ?? ''
  }

  /** The number of the symbol whose UTF-8 bytes are frame[from … to − 1]; −1 for one never added. */
  findBytes(frame: Uint8Array, from: number, to: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hash(frame, from, to) & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1
      if (index < 0) return -1
      if (same(this.#bytes[index], frame, from, to)) return index
    }
  }

  #rehash(length: number): void {
    this.#slots = new Int32Array(length)
    for (let index = 0; index < this.#names.length; index += 1) this.#place(index)
  }

  #place(index: number): void {
    const bytes = this.#bytes[index] ?? new Uint8Array(0)
    const mask = this.#slots.length - 1
    let slot = hash(bytes, 0, bytes.length) & mask
    while ((this.#slots[slot] ?? 0) !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = index + 1
  }
}

function hash(bytes: Uint8Array, from: number, to: number): number {
  let value = to - from
  for (let at = from; at < to; at += 1) value = (Math.imul(value, 31) + (bytes[at] ?? 0)) | 0
  return value ^ (value >>> 15)
}

function same(known: Uint8Array | undefined, frame: Uint8Array, from: number, to: number): boolean {
  if (known === undefined || known.length !== to - from) return false
  for (let at = 0; at < known.length; at += 1) if (known[at] !== frame[from + at]) return false
  return true
}

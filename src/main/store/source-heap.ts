/** What a heap orders: it stands on a row with a time until it is at its end. */
export interface Source {
  /** Match time of the row under the cursor; undefined at the end. */
  readonly time: number | undefined
}

/** A binary heap with the source of the earliest row on top; at equal times the first of the list. */
export class SourceHeap<S extends Source> {
  readonly #heap: { readonly source: S; readonly order: number }[] = []

  constructor(sources: readonly S[]) {
    for (const [order, source] of sources.entries())
      if (source.time !== undefined) this.#heap.push({ source, order })
    for (let i = this.#heap.length >> 1; i >= 0; i -= 1) this.#sink(i)
  }

  get first(): S | undefined {
    return this.#heap[0]?.source
  }

  /** The top source stands on another row now, or is at its end. */
  firstMoved(): void {
    if (this.first?.time === undefined) {
      const last = this.#heap.pop()
      if (last !== undefined && this.#heap.length > 0) this.#heap[0] = last
    }
    this.#sink(0)
  }

  #sink(from: number): void {
    let at = from
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (this.#before(child, least)) least = child
      if (least === at) return
      const [moved, child] = [this.#heap[at], this.#heap[least]]
      if (moved === undefined || child === undefined) return
      this.#heap[at] = child
      this.#heap[least] = moved
      at = least
    }
  }

  #before(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined || second === undefined) return false
    const gap = (first.source.time ?? 0) - (second.source.time ?? 0)
    return gap === 0 ? first.order < second.order : gap < 0
  }
}

/**
 * Whole numbers, each greater than all before: kept as the stretches in which they follow each other without
 * a hole, which is what most venues' ids do. Eight bytes a number less, and a third of the time.
 */
export class NumberRuns {
  #first = new Float64Array(8)
  #last = new Float64Array(8)
  #count = 0

  /** Must be greater than all before. */
  add(value: number): void {
    const end = this.#count - 1
    if (end >= 0 && this.#last[end] === value - 1) {
      this.#last[end] = value
      return
    }
    if (this.#count === this.#first.length) this.#grow()
    this.#first[this.#count] = value
    this.#last[this.#count] = value
    this.#count += 1
  }

  has(value: number): boolean {
    let low = 0
    let high = this.#count - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      if (value < (this.#first[middle] ?? 0)) high = middle - 1
      else if (value > (this.#last[middle] ?? 0)) low = middle + 1
      else return true
    }
    return false
  }

  #grow(): void {
    const [first, last] = [this.#first, this.#last]
    this.#first = new Float64Array(2 * first.length)
    this.#last = new Float64Array(2 * last.length)
    this.#first.set(first)
    this.#last.set(last)
  }
}

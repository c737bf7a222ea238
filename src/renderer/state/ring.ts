/** The newest `capacity` items, oldest first. Adding is O(1); nothing is moved. */
export class Ring<T> {
  readonly capacity: number
  #items: T[] = []
  #start = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#items.length
  }

  /** Adds the newest item; returns the oldest one if it had to leave. */
  push(item: T): T | undefined {
    if (this.#items.length < this.capacity) {
      this.#items.push(item)
      return undefined
    }
    const oldest = this.#items[this.#start]
    this.#items[this.#start] = item
    this.#start = (this.#start + 1) % this.capacity
    return oldest
  }

  /** Puts another item in the place of the newest one; there is one. */
  replaceNewest(item: T): void {
    const size = this.#items.length
    this.#items[(this.#start + size - 1) % size] = item
  }

  /** The item `age` places behind the newest one (0). */
  newest(age: number): T | undefined {
    const size = this.#items.length
    if (age < 0 || age >= size) return undefined
    return this.#items[(this.#start + size - 1 - age) % size]
  }

  /** A copy, newest first. */
  toNewestFirst(): T[] {
    const copy: T[] = []
    for (let age = 0; age < this.#items.length; age += 1) copy.push(this.newest(age) as T)
    return copy
  }

  clear(): void {
    this.#items = []
    this.#start = 0
  }
}

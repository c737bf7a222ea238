/** Longest line that is read, characters; a trade has some hundred. */
export const MOST_LINE = 65_536

const NEWLINE = 10
const NOTHING = Buffer.alloc(0)

/**
 * Cuts bytes into lines of text as they come. A line that is too long comes as null, and no more of it
 * is held than that. Memory: one chunk and one line.
 */
export class LineSplitter {
  #rest: Buffer = NOTHING
  /** The line under way is too long: what follows up to its end is dropped. */
  #skipping = false
  #first = true

  push(chunk: Buffer): (string | null)[] {
    const end = chunk.lastIndexOf(NEWLINE)
    if (end < 0) {
      this.#keep(chunk)
      return []
    }
    const head = chunk.subarray(0, end)
    const lines = this.#lines(this.#rest.length > 0 ? Buffer.concat([this.#rest, head]) : head)
    this.#rest = NOTHING
    this.#keep(chunk.subarray(end + 1))
    return lines
  }

  /** The last line, when the file does not end with a line's end. */
  end(): (string | null)[] {
    if (!this.#skipping && this.#rest.length === 0) return []
    const lines = this.#lines(this.#rest)
    this.#rest = NOTHING
    return lines
  }

  #keep(bytes: Buffer): void {
    if (this.#skipping) return
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : Buffer.from(bytes)
    // A character has four bytes at most.
    if (this.#rest.length <= 4 * MOST_LINE) return
    this.#rest = NOTHING
    this.#skipping = true
  }

  #lines(bytes: Buffer): (string | null)[] {
    const lines: (string | null)[] = bytes.toString('utf8').split('\n')
    if (this.#skipping) lines[0] = null
    else if (this.#first) lines[0] = (lines[0] ?? '').replace(/^\uFEFF/, '')
    this.#skipping = false
    this.#first = false
    for (const [at, line] of lines.entries())
      if (line !== null && line.length > MOST_LINE) lines[at] = null
    return lines
  }
}

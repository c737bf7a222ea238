/** Calls back once, before the next paint. Injected: `requestAnimationFrame` in a page. */
export type NextFrame = (run: () => void) => void

/**
 * Gathers work until the next animation frame. A hidden page has no frames, so what is gathered
 * there waits; the promise settles when it was done, which is when the engine may send more.
 */
export class FrameQueue {
  readonly #nextFrame: NextFrame
  #waiting: (() => void)[] = []

  constructor(nextFrame: NextFrame) {
    this.#nextFrame = nextFrame
  }

  run(work: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          work()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
      if (this.#waiting.length === 1) this.#nextFrame(() => this.#flush())
    })
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const work of waiting) work()
  }
}

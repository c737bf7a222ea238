/** What is known of one of the venue's sockets: its number, and trade frames written to it. */
export interface SocketView {
  readonly socket: number
  readonly venue: string
  readonly open: boolean
  readonly frames: number
}

interface Watch {
  readonly venue: string
  readonly label: string
  /** When the venue accepts connections again, ms. */
  readonly from: number
  /** Only a socket with a higher number counts (the old ones are cut off); null: any. */
  readonly above: number | null
  /** Frames that each socket had when it was struck. */
  readonly had: ReadonlyMap<number, number>
}

/** How long after each trouble trades came in again. Times in milliseconds of any steady clock. */
export class Recoveries {
  readonly #open = new Set<Watch>()
  readonly found: { readonly venue: string; readonly label: string; readonly ms: number }[] = []

  struck(
    venue: string,
    label: string,
    acceptsAt: number,
    newSocketOnly: boolean,
    sockets: readonly SocketView[],
  ): void {
    const above = newSocketOnly ? Math.max(0, ...sockets.map(({ socket }) => socket)) : null
    const had = new Map(sockets.map(({ socket, frames }) => [socket, frames]))
    // A new strike at the same venue makes the older measurement meaningless.
    for (const watch of this.#open) if (watch.venue === venue) this.#open.delete(watch)
    this.#open.add({ venue, label, from: acceptsAt, above, had })
  }

  look(now: number, sockets: readonly SocketView[]): void {
    for (const watch of this.#open) {
      if (now < watch.from) continue
      const live = sockets.some(
        ({ socket, venue, open, frames }) =>
          venue === watch.venue &&
          open &&
          (watch.above === null || socket > watch.above) &&
          frames > (watch.had.get(socket) ?? 0),
      )
      if (!live) continue
      this.#open.delete(watch)
      this.found.push({ venue: watch.venue, label: watch.label, ms: now - watch.from })
    }
  }

  /** Troubles after which nothing ever came. */
  get pending(): readonly string[] {
    return [...this.#open].map(({ venue, label }) => `${venue} ${label}`)
  }
}

/** Nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}

/** Slope of a line through points (least squares), in units of y for one unit of x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length
  if (n < 2) return 0
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return variance === 0 ? 0 : covariance / variance
}

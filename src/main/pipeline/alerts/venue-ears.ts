/** When something was heard of each venue last, ms by the clock. */
export class VenueEars {
  private readonly last = new Map<string, number>()

  hear(venue: string, at: number): void {
    this.last.set(venue, Math.max(at, this.last.get(venue) ?? Number.NEGATIVE_INFINITY))
  }

  /** Counts from here on, unless something was heard later already. */
  begin(venue: string, at: number): void {
    if (!Number.isNaN(at)) this.hear(venue, at)
  }

  /** NaN before the first instant. */
  heardAt(venue: string): number {
    return this.last.get(venue) ?? Number.NaN
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.last)
  }
}

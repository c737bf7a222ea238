/** When something was heard of a venue last, ms by the clock; NaN before the first instant. */
export class Ear {
  heardAt = Number.NaN

  hear(at: number): void {
    if (!(this.heardAt >= at)) this.heardAt = at
  }
}

/** The ears of all venues. */
export class VenueEars {
  private readonly ears = new Map<string, Ear>()

  of(venue: string): Ear {
    const known = this.ears.get(venue)
    if (known !== undefined) return known
    const ear = new Ear()
    this.ears.set(venue, ear)
    return ear
  }

  hear(venue: string, at: number): void {
    this.of(venue).hear(at)
  }

  /** Counts from here on, unless something was heard later already. */
  begin(venue: string, at: number): void {
    if (!Number.isNaN(at)) this.hear(venue, at)
  }

  /** Of those of which something was heard. */
  all(): Readonly<Record<string, number>> {
    const heard = [...this.ears].map(([venue, { heardAt }]) => [venue, heardAt] as const)
    return Object.fromEntries(heard.filter(([, heardAt]) => !Number.isNaN(heardAt)))
  }
}

const LIFE_MS = 24 * 3_600_000
/** Tokens that nobody fetched a socket for; older ones are forgotten. */
const MOST = 10_000

/** The tokens that `bullet-public` gave away: each opens one socket within 24 hours. */
export class KucoinTickets {
  readonly #until = new Map<string, number>()
  #count = 0

  /** A new token; `now` in protocol ms. */
  issue(now: number): string {
    this.#count += 1
    const token = `2neAiuYvAU${this.#count.toString(36).padStart(8, '0')}==.simulated`
    this.#until.set(token, now + LIFE_MS)
    const oldest = this.#until.keys().next().value
    if (this.#until.size > MOST && oldest !== undefined) this.#until.delete(oldest)
    return token
  }

  valid(token: string, now: number): boolean {
    return (this.#until.get(token) ?? 0) > now
  }

  use(token: string): void {
    this.#until.delete(token)
  }
}

import type { Market, MarketId } from '../../shared/domain/market.ts'

/** A name that needs more changes than this is another name. */
const MOST_CHANGES = 2

/**
 * Markets of the list that a person may have meant, the likeliest first: few letters changed, base
 * and quote swapped, or the same base against another quote.
 */
export function nearMatches(
  symbol: string,
  markets: readonly Market[],
  most = 5,
): readonly MarketId[] {
  const dash = symbol.lastIndexOf('-')
  const base = symbol.slice(0, Math.max(0, dash))
  const swapped = `${symbol.slice(dash + 1)}-${base}`
  const scored: { readonly id: MarketId; readonly score: number }[] = []
  for (const market of markets) {
    const score =
      market.symbol === swapped
        ? 0.5
        : market.base === base
          ? Math.min(1.5, changes(symbol, market.symbol, MOST_CHANGES))
          : changes(symbol, market.symbol, MOST_CHANGES)
    if (score <= MOST_CHANGES) scored.push({ id: market.id, score })
  }
  scored.sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1))
  return scored.slice(0, most).map((entry) => entry.id)
}

/** Letters to insert, delete, replace or swap with a neighbour; more than `most` is `most + 1`. */
export function changes(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same)
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (beforeLast[j - 2] ?? 0) + 1
          : cost
      row.push(Math.min(cost, swap))
    }
    if (Math.min(...row) > most) return most + 1
    beforeLast = last
    last = row
  }
  return Math.min(last[b.length] ?? 0, most + 1)
}

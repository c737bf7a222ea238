import type { MarketChoice } from '../../../shared/contract/status.ts'
import type { Market, MarketId } from '../../../shared/domain/market.ts'

/** Markets whose symbol, base or venue begins with or holds the text; exact bases first. */
export function searchMarkets(
  markets: readonly Market[],
  watched: readonly MarketId[],
  text: string,
  limit: number,
): readonly MarketChoice[] {
  const words = text
    .toUpperCase()
    .split(/[\s:/-]+/)
    .filter((word) => word !== '')
  const rank = (base: string, quote: string, venue: string): number => {
    let score = 0
    for (const word of words) {
      if (base === word) score += 8
      else if (quote === word || venue === word) score += 4
      else if (base.startsWith(word) || venue.startsWith(word)) score += 2
      else if (quote.startsWith(word) || `${base}${quote}`.includes(word)) score += 1
      else return -1
    }
    return score
  }
  const watchedSet = new Set(watched)
  return markets
    .map((market) => ({
      market,
      score: rank(market.base, market.quote, market.venue.toUpperCase()),
    }))
    .filter(({ score }) => score >= 0)
    .sort((a, b) => b.score - a.score || (a.market.id < b.market.id ? -1 : 1))
    .slice(0, limit)
    .map(({ market: { id, venue, symbol } }) => ({
      market: id,
      venue,
      symbol,
      watched: watchedSet.has(id),
    }))
}

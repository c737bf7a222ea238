import type { MarketId } from '../../../shared/domain/market.ts'

/** A market, and a moment of it, that the shell asks the page to show. */
export interface ShownPlace {
  readonly market: MarketId
  /** Epoch ms; null: now. */
  readonly at: number | null
}

/** Reads `#chart?market=…&at=…`, the part of the page's address that the shell sets; null for anything else. */
export function placeIn(hash: string): ShownPlace | null {
  if (!hash.startsWith('#chart?')) return null
  const asked = new URLSearchParams(hash.slice('#chart?'.length))
  const market = asked.get('market')
  if (market === null || market === '') return null
  const at = Number(asked.get('at') ?? Number.NaN)
  return { market: market as MarketId, at: Number.isFinite(at) ? at : null }
}

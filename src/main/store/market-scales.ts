import { decimalsOf } from '../../shared/domain/decimal.ts'
import type { Market, MarketId } from '../../shared/domain/market.ts'
import type { PackedMarket } from './packed-batch.ts'

/** Digits kept of a market whose steps are not known. */
const DEFAULT_SCALE = 8
const LARGEST_SCALE = 18

/** How the numbers of each market are scaled, as its steps say. */
export class MarketScales {
  readonly #scales = new Map<MarketId, PackedMarket>()

  describe(market: Market): void {
    this.#scales.set(market.id, {
      name: market.id,
      priceScale: scaleOfStep(market.tickSize),
      qtyScale: scaleOfStep(market.lotSize),
      inverse: market.qtyUnit === 'quote',
    })
  }

  of(name: MarketId): PackedMarket {
    const [priceScale, qtyScale] = [DEFAULT_SCALE, DEFAULT_SCALE]
    return this.#scales.get(name) ?? { name, priceScale, qtyScale, inverse: false }
  }
}

const scaleOfStep = (step: string): number =>
  Math.min(decimalsOf(step) ?? DEFAULT_SCALE, LARGEST_SCALE)

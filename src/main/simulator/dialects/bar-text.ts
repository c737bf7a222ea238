import { paddedText, shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Bar } from '../minute-bars.ts'

/** A bar as decimal texts; volumes in base units. */
export interface BarTexts {
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
  readonly buyVolume: string
}

/** `decimals`: at least so many digits behind the point; null prints none that is not needed. */
export function barTexts(listing: Listing, bar: Bar, decimals: number | null): BarTexts {
  const text = (units: number, own: number): string =>
    decimals === null ? shortText(units, own) : paddedText(units, own, decimals)
  const price = (ticks: number): string => text(ticks, listing.priceDecimals)
  return {
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: text(bar.lots, listing.lotDecimals),
    buyVolume: text(bar.buyLots, listing.lotDecimals),
  }
}

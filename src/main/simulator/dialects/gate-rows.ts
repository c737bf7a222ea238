import { fixedText, shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row } from '../trade-frame.ts'

/** One match as Gate spells it: two numbers, one over all markets and one within its own. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    seq: match.seq.toString(),
    price: fixedText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Ms with a fraction of four digits, of which three are known. */
export const millisText = (micros: number): string => `${fixedText(micros, 3)}0`

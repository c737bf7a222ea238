import type { VenueId } from '../../shared/domain/market.ts'
import { marketOf, restOf, streamOf } from './bybit.ts'
import type { Venue } from './venue.ts'
import { text } from './wire.ts'

// Protocol facts and what is unverified: docs/venues/bybitlinear.md.
const id = 'bybitlinear' as VenueId

/** Linear contracts without a date; the same frames as spot, on a socket of their own. */
export const bybitLinear: Venue = {
  id,
  label: 'Bybit linear',
  docs: 'https://bybit-exchange.github.io/docs/v5/websocket/public/trade',
  spell: (base, quote) => (quote === 'USDC' ? `${base}PERP` : `${base}${quote}`),
  stream: streamOf('linear', 10, 'opaque'), // UUIDs
  rest: restOf(
    'linear',
    1_000,
    (row) =>
      text(row, 'contractType') === 'LinearPerpetual'
        ? { ...marketOf(row, 'qtyStep'), kind: 'perpetual' }
        : undefined,
    id,
  ),
}

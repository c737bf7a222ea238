import fc from 'fast-check'
import { reserved } from '../../../../src/shared/alerts/words.ts'
import type {
  Average,
  Comparison,
  Condition,
  Measure,
} from '../../../../src/shared/domain/alert.ts'
import { operatorsOf, unitOf } from '../../../../src/shared/domain/alert.ts'
import { type MarketId, parseMarketId } from '../../../../src/shared/domain/market.ts'

// Conditions as fast-check makes them: any that the form can make.

/** Any market that parseMarketId allows, odd characters and all. */
export const anyMarket: fc.Arbitrary<MarketId> = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/),
    fc.oneof(fc.stringMatching(/^[A-Z0-9]{1,5}$/), fc.string({ unit: 'binary', minLength: 1 })),
    fc.oneof(fc.constant('USDT'), fc.string({ minLength: 1, maxLength: 4 })),
  )
  .map(([venue, base, quote]) => parseMarketId(`${venue}:${base}-${quote}`)?.id)
  .filter((id) => id !== undefined && parseMarketId(id)?.id === id)
  .map((id) => id as MarketId)

const span = fc.oneof(
  fc.integer({ min: 1, max: 86_400_000 }),
  fc.constantFrom(1_000, 60_000, 90_000, 300_000, 3_600_000, 86_400_000),
)
const periods = fc.integer({ min: 2, max: 1_000 })

const average: fc.Arbitrary<Average> = fc.oneof(
  fc.record({ of: fc.constant('sma' as const), periods, bar: span }),
  fc.record({ of: fc.constant('vwap' as const), window: span }),
)

const measureOf = (market: fc.Arbitrary<MarketId>): fc.Arbitrary<Measure> =>
  fc.oneof(
    fc.record({
      of: fc.constantFrom('price', 'size', 'value', 'latency', 'stale', 'silent'),
      market,
    }) as fc.Arbitrary<Measure>,
    fc.record({
      of: fc.constantFrom('move', 'volume', 'trades', 'imbalance', 'cvd'),
      market,
      window: span,
    }) as fc.Arbitrary<Measure>,
    fc
      .tuple(
        fc.constantFrom('volume' as const, 'trades' as const),
        market,
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.integer({ min: 5, max: 168 }),
      )
      .map(([burst, of, window, times]) => ({
        of: 'zscore' as const,
        burst,
        market: of,
        window,
        history: Math.min(window * times, 604_800_000),
      })),
    fc.record({ of: fc.constant('rsi' as const), market, periods, bar: span }),
    fc.record({ of: fc.constant('deviation' as const), market, from: average }),
    fc.record({
      of: fc.constant('spread' as const),
      markets: fc.uniqueArray(market, { minLength: 2, maxLength: 4 }),
    }),
  )

const comparisonOf = (market: fc.Arbitrary<MarketId>): fc.Arbitrary<Comparison> =>
  measureOf(market).chain((measure) =>
    fc.record({
      kind: fc.constant('compare' as const),
      measure: fc.constant(measure),
      op: fc.constantFrom(...operatorsOf(measure)),
      value:
        unitOf(measure) === 'duration'
          ? fc.integer({ min: 0, max: 1_000_000_000 })
          : fc.oneof(
              fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
              fc.integer().map((x) => x / 100),
            ),
    }),
  )

/** Any condition over any market. */
export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparisonOf(anyMarket),
    fc.record({ kind: fc.constant('gap' as const), market: anyMarket }),
    fc.record({
      kind: fc.constant('verdict' as const),
      market: anyMarket,
      verdict: fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/).filter((word) => !reserved.has(word)),
      above: fc.option(fc.integer({ min: -9, max: 99 }).map((x) => x / 10)),
    }),
    fc.record({
      kind: fc.constantFrom('all', 'any'),
      of: fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
    }) as fc.Arbitrary<Condition>,
  ),
})).condition

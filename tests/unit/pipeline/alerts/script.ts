import type { MarketId } from '../../../../src/shared/domain/market.ts'

// What happens in a test of the evaluator: instants, each with the trades and facts of its markets.

export interface Row {
  readonly time: number
  readonly price: number
  readonly qty: number
  readonly side: 0 | 1
}

export type Step =
  | { readonly kind: 'rows'; readonly market: MarketId; readonly rows: readonly Row[] }
  | { readonly kind: 'gap'; readonly market: MarketId; readonly from: number; readonly to: number }
  | {
      readonly kind: 'verdict'
      readonly market: MarketId
      readonly verdict: string
      readonly value: number
    }
  | { readonly kind: 'heard'; readonly venue: string }

export interface Instant {
  readonly at: number
  readonly steps: readonly Step[]
}

export const columnsOf = (rows: readonly Row[]) => ({
  time: Float64Array.from(rows, ({ time }) => time),
  price: Float64Array.from(rows, ({ price }) => price),
  qty: Float64Array.from(rows, ({ qty }) => qty),
  side: Uint8Array.from(rows, ({ side }) => side),
})

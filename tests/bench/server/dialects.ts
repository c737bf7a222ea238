import { binance } from './binance.ts'
import { bybit } from './bybit.ts'
import type { Dialect } from './dialect.ts'
import { okx } from './okx.ts'

export const DIALECTS: readonly Dialect[] = [binance, okx, bybit]

/** Throws for a venue that the benches do not play. */
export function dialectOf(venue: string): Dialect {
  const found = DIALECTS.find((dialect) => dialect.venue === venue)
  if (found === undefined) throw new Error(`the benches do not play ${venue}`)
  return found
}

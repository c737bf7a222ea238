import { binance } from './binance.ts'
import { bybit, bybitLinear } from './bybit.ts'
import type { Dialect } from './dialect.ts'
import { okx } from './okx.ts'

/** Those that run unless others are asked for: the venues of the targets. */
export const USUAL: readonly string[] = ['binance', 'okx', 'bybit']

export const DIALECTS: readonly Dialect[] = [binance, okx, bybit, bybitLinear]

/** Throws for a venue that the benches do not play. */
export function dialectOf(venue: string): Dialect {
  const found = DIALECTS.find((dialect) => dialect.venue === venue)
  if (found === undefined) throw new Error(`the benches do not play ${venue}`)
  return found
}
